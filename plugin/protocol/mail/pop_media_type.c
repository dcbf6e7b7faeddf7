/* pop_media_type.c
 * The media types that a mail names, for itself, for its parts, and anywhere else.
 *
 * RFC 2045 sections 5.1 (Content-Type) and 6.1 (Content-Transfer-Encoding), RFC 6838 section 4.2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_media_type.h"

#include <glib.h>
#include <string.h>

/* --- Fields ----------------------------------------------------------------------------------- */

typedef enum field_kind {
    OTHER_FIELD,
    TYPE_FIELD,
    ENCODING_FIELD, /* Content-Transfer-Encoding, or Content-Encoding (RFC 9110 section 8.4) */
} field_kind;

static bool is_white(uint8_t octet)
{
    return pop_is_white_space(octet) || octet == '\r' || octet == '\n';
}

static bool ends_with(pop_span span, pop_span end)
{
    return span.length >= end.length
        && pop_span_is(pop_span_part(span, span.length - end.length, end.length), end);
}

static bool is_short_name(pop_span before_colon, uint8_t name)
{
    size_t length = before_colon.length;
    return length > 0 && pop_upper(before_colon.octets[length - 1]) == name
        && (length == 1 || is_white(before_colon.octets[length - 2]));
}

/* What kind of field is named right before a colon. Blanks between the two are allowed by some
 * readers. */
static field_kind kind_before(pop_span before_colon)
{
    while (before_colon.length > 0 && is_white(before_colon.octets[before_colon.length - 1])) {
        before_colon.length--;
    }
    if (ends_with(before_colon, POP_SPAN("Content-Type")) || is_short_name(before_colon, 'C')) {
        return TYPE_FIELD;
    }
    bool is_encoding = ends_with(before_colon, POP_SPAN("-Encoding"))
        || is_short_name(before_colon, 'E');
    return is_encoding ? ENCODING_FIELD : OTHER_FIELD;
}

static pop_span value_behind(pop_span behind_colon)
{
    size_t blanks = 0;
    while (blanks < behind_colon.length && is_white(behind_colon.octets[blanks])) {
        blanks++;
    }
    return pop_span_part(behind_colon, blanks, behind_colon.length);
}

/* --- Values ----------------------------------------------------------------------------------- */

/* RFC 2045 section 6.2: these leave the octets as they are. */
static bool is_encoded(pop_span value)
{
    return !pop_span_starts(value, POP_SPAN("7bit")) && !pop_span_starts(value, POP_SPAN("8bit"))
        && !pop_span_starts(value, POP_SPAN("binary"));
}

static bool is_one_of(uint8_t octet, const char *octets)
{
    return octet != '\0' && strchr(octets, octet) != NULL;
}

/* RFC 6838 section 4.2. */
static bool is_of_type(uint8_t octet)
{
    return g_ascii_isalnum(octet) || is_one_of(octet, "!#$&-^_.+/");
}

/* The value's type ends with it, with its line, or before its parameters. */
static bool is_all_of_type(pop_span behind_type)
{
    while (behind_type.length > 0 && pop_is_white_space(behind_type.octets[0])) {
        behind_type = pop_span_part(behind_type, 1, behind_type.length);
    }
    return behind_type.length == 0 || is_one_of(behind_type.octets[0], ";\r\n");
}

static void read_type(pop_span value, char type[POP_MEDIA_TYPE_SIZE])
{
    size_t length = 0;
    bool has_slash = false;
    while (length < value.length && length < POP_MEDIA_TYPE_SIZE - 1
        && is_of_type(value.octets[length])) {
        has_slash = has_slash || value.octets[length] == '/';
        type[length] = g_ascii_tolower((char)value.octets[length]);
        length++;
    }
    bool is_type = has_slash && is_all_of_type(pop_span_part(value, length, value.length));
    type[is_type ? length : 0] = '\0';
}

/* --- The walk --------------------------------------------------------------------------------- */

/* An empty line ends a header (RFC 5322 section 2.1), but not for all readers where any of its CRs
 * is missing. */
static bool has_empty_line(pop_span span)
{
    const uint8_t *end;
    while ((end = pop_span_find(span, '\n')) != NULL) {
        bool has_return = end > span.octets && end[-1] == '\r';
        span = pop_span_part(span, (size_t)(end - span.octets) + 1, span.length);
        if (has_return && span.length > 0 && span.octets[0] == '\r') {
            return true;
        }
    }
    return false;
}

/* Notes a field that counts, and whether the header it stands in is an encoded multipart's. */
static void note_field(
    pop_media_type_walk *walk, size_t colon, bool is_multipart, bool is_field_encoded)
{
    if (has_empty_line(pop_span_part(walk->mail, walk->field, colon - walk->field))) {
        walk->is_multipart = walk->is_encoded = false;
    }
    walk->field = colon;
    walk->is_multipart = walk->is_multipart || is_multipart;
    walk->is_encoded = walk->is_encoded || is_field_encoded;
    walk->hides_types = walk->hides_types || (walk->is_multipart && walk->is_encoded);
}

pop_media_type_walk pop_media_type_begin(pop_span mail)
{
    return (pop_media_type_walk){ .mail = mail };
}

bool pop_media_type_next(pop_media_type_walk *walk, char type[POP_MEDIA_TYPE_SIZE])
{
    pop_span rest = pop_span_part(walk->mail, walk->position, walk->mail.length);
    const uint8_t *found;
    while ((found = pop_span_find(rest, ':')) != NULL) {
        size_t colon = (size_t)(found - walk->mail.octets);
        walk->position = colon + 1;
        rest = pop_span_part(walk->mail, walk->position, walk->mail.length);
        field_kind kind = kind_before(pop_span_part(walk->mail, 0, colon));
        if (kind == TYPE_FIELD) {
            read_type(value_behind(rest), type);
            note_field(walk, colon, g_str_has_prefix(type, "multipart/"), false);
            return true;
        }
        if (kind == ENCODING_FIELD && is_encoded(value_behind(rest))) {
            note_field(walk, colon, false, true);
        }
    }
    return false;
}
