/* pop_parameter.c
 * The parameters of a field such as Content-Type, as in `text/plain; name="x"`.
 *
 * RFC 2045 section 5.1, RFC 2231 (continuations, charsets), RFC 2183 section 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_parameter.h"

#include <glib.h>
#include <string.h>

#include "mail/pop_charset.h"
#include "mail/pop_words.h"

#define SECTIONS_MOST 1000 /* pieces of one value */

/* A piece of a value: RFC 2231 section 3 numbers them. */
typedef struct section {
    uint32_t number;
    bool is_extended; /* "%XX" stands for octets (section 4) */
    GString *text; /* without quotes */
} section;

/* --- The form of a field ---------------------------------------------------------------------- */

static pop_span behind(pop_span span, size_t octets)
{
    return pop_span_part(span, octets, span.length);
}

/* How many octets of the span are a quoted string, or a comment with those in it; at least 1. */
static size_t quoted_length(pop_span span)
{
    for (size_t at = 1; at < span.length; at++) {
        if (span.octets[at] == '\\') {
            at++;
        } else if (span.octets[at] == '"') {
            return at + 1;
        }
    }
    return span.length;
}

/* How far the span goes before `end` or its own end. Where a value begins with a quote, right
 * behind "=", what is quoted is not looked at. */
static size_t length_before(pop_span span, uint8_t end)
{
    size_t at = 0;
    bool begins_value = false;
    while (at < span.length && span.octets[at] != end) {
        uint8_t octet = span.octets[at];
        at += octet == '"' && begins_value ? quoted_length(behind(span, at)) : 1;
        begins_value = octet == '=' || (begins_value && pop_is_white_space(octet));
    }
    return at < span.length ? at : span.length;
}

/* Without a comment at its end, "utf-8 (Unicode)": it is the last thing that begins with a blank
 * and a parenthesis, and ends with one. */
static pop_span without_comment(pop_span span)
{
    span = pop_span_trim(span);
    if (span.length == 0 || span.octets[span.length - 1] != ')') {
        return span;
    }
    for (size_t at = span.length - 1; at > 0; at--) {
        if (span.octets[at] == '(') {
            return pop_is_white_space(span.octets[at - 1])
                ? pop_span_trim(pop_span_part(span, 0, at))
                : span;
        }
    }
    return span;
}

pop_span pop_parameter_head(pop_span value)
{
    return without_comment(pop_span_part(value, 0, length_before(value, ';')));
}

/* RFC 822 section 3.3: a backslash quotes the octet behind it. */
static GString *unquoted(pop_span value)
{
    GString *text = g_string_new(NULL);
    if (value.length == 0 || value.octets[0] != '"') {
        value = without_comment(value);
        return g_string_append_len(
            text, value.length == 0 ? "" : (const char *)value.octets, (gssize)value.length);
    }
    for (size_t at = 1; at < value.length && value.octets[at] != '"'; at++) {
        if (value.octets[at] == '\\' && at + 1 < value.length) {
            at++;
        }
        g_string_append_c(text, (char)value.octets[at]);
    }
    return text;
}

/* --- Sections --------------------------------------------------------------------------------- */

/* What stands between the name and "=": "", "*", "*2" or "*2*". */
static bool read_section(pop_span mark, section *read)
{
    *read = (section){ 0 };
    if (mark.length > 0 && mark.octets[mark.length - 1] == '*') {
        read->is_extended = true;
        mark.length--;
    }
    if (mark.length == 0) {
        return true;
    }
    return mark.octets[0] == '*' && pop_span_number32(behind(mark, 1), &read->number);
}

/* The sections of the value, and its plain form: NULL where it has none. */
typedef struct found_value {
    GArray *sections; /* section */
    GString *plain;
} found_value;

static void take_parameter(found_value *found, pop_span parameter, pop_span name)
{
    size_t equals = length_before(parameter, '=');
    pop_span key = pop_span_trim(pop_span_part(parameter, 0, equals));
    if (equals == parameter.length || !pop_span_starts(key, name)) {
        return;
    }
    pop_span mark = behind(key, name.length);
    section piece;
    if (!read_section(mark, &piece)) {
        return;
    }
    pop_span value = pop_span_trim(behind(parameter, equals + 1));
    if (mark.length == 0) {
        found->plain = found->plain == NULL ? unquoted(value) : found->plain;
    } else if (found->sections->len < SECTIONS_MOST) {
        piece.text = unquoted(value);
        g_array_append_val(found->sections, piece);
    }
}

static int by_number(const void *one, const void *other)
{
    const section *a = one, *b = other;
    return (a->number > b->number) - (a->number < b->number);
}

/* --- Decoding --------------------------------------------------------------------------------- */

static void append_percent(GString *octets, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '%' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
            int octet = g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]);
            g_string_append_c(octets, (char)octet);
            at += 2;
        } else {
            g_string_append_c(octets, *at);
        }
    }
}

/* RFC 2231 section 4: the first section begins "charset'language'". */
static const char *take_charset(const section *first, pop_span *charset)
{
    const char *text = first->text->str;
    const char *quote = first->is_extended ? strchr(text, '\'') : NULL;
    const char *second = quote == NULL ? NULL : strchr(quote + 1, '\'');
    if (second == NULL) {
        return text;
    }
    *charset = (pop_span){ (const uint8_t *)text, (size_t)(quote - text) };
    return second + 1;
}

/* The octets of the sections from the first on; behind one that is missing, or stands there twice,
 * none counts. */
static GString *put_together(GArray *sections, pop_span *charset)
{
    GString *octets = g_string_new(NULL);
    g_array_sort(sections, by_number);
    for (guint i = 0; i < sections->len; i++) {
        const section *piece = &g_array_index(sections, section, i);
        if (piece->number != i) {
            break;
        }
        const char *raw = i == 0 ? take_charset(piece, charset) : piece->text->str;
        if (piece->is_extended) {
            append_percent(octets, raw);
        } else {
            g_string_append(octets, raw);
        }
    }
    return octets;
}

static void clear_section(void *data)
{
    section *piece = data;
    g_string_free(piece->text, TRUE);
}

static found_value find(pop_span value, const char *name)
{
    pop_span wanted = { (const uint8_t *)name, strlen(name) };
    found_value found = { g_array_new(FALSE, FALSE, sizeof(section)), NULL };
    g_array_set_clear_func(found.sections, clear_section);
    pop_span rest = pop_span_part(value, 0, POP_FIELD_MOST);
    rest = behind(rest, length_before(rest, ';'));
    while (rest.length > 0) {
        rest = behind(rest, 1); /* the ";" */
        size_t length = length_before(rest, ';');
        take_parameter(&found, pop_span_part(rest, 0, length), wanted);
        rest = behind(rest, length);
    }
    return found;
}

static void forget(const found_value *found)
{
    g_array_free(found->sections, TRUE);
    if (found->plain != NULL) {
        g_string_free(found->plain, TRUE);
    }
}

char *pop_parameter_text(pop_span value, const char *name)
{
    found_value found = find(value, name);
    char *text = NULL;
    if (found.sections->len > 0) {
        pop_span charset = { NULL, 0 };
        GString *octets = put_together(found.sections, &charset);
        GString *converted = g_string_new(NULL);
        pop_charset_append(
            converted, (pop_span){ (const uint8_t *)octets->str, octets->len }, charset, SIZE_MAX);
        g_string_free(octets, TRUE);
        text = pop_charset_string(converted);
    } else if (found.plain != NULL) {
        text = pop_words_decode((pop_span){ (const uint8_t *)found.plain->str, found.plain->len });
    }
    forget(&found);
    return text;
}

char *pop_parameter_octets(pop_span value, const char *name)
{
    found_value found = find(value, name);
    pop_span charset = { NULL, 0 };
    char *octets = found.sections->len > 0
        ? g_string_free(put_together(found.sections, &charset), FALSE)
        : found.plain != NULL ? g_strdup(found.plain->str)
                              : NULL;
    forget(&found);
    return octets;
}
