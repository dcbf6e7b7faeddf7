/* pop_header.c
 * The fields of a header: where they stand, and their text, unfolded and decoded.
 *
 * RFC 5322 section 2.2 (header fields, folding), RFC 2047 (encoded words).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_header.h"

#include "mail/pop_words.h"

/* --- Lines ------------------------------------------------------------------------------------ */

/* The next line of `rest` with its line end, taken off it. */
static pop_span take_line(pop_span *rest)
{
    const uint8_t *end = pop_span_find(*rest, '\n');
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->octets) + 1;
    pop_span line = pop_span_part(*rest, 0, length);
    *rest = pop_span_part(*rest, length, rest->length);
    return line;
}

static pop_span without_line_end(pop_span line)
{
    while (line.length > 0
        && (line.octets[line.length - 1] == '\n' || line.octets[line.length - 1] == '\r')) {
        line.length--;
    }
    return line;
}

static void append(GString *text, pop_span span)
{
    if (span.length > 0) {
        g_string_append_len(text, (const char *)span.octets, (gssize)span.length);
    }
}

/* --- Fields ----------------------------------------------------------------------------------- */

static bool is_end(pop_span line)
{
    bool may_be_empty = line.length > 0 && (line.octets[0] == '\r' || line.octets[0] == '\n');
    return may_be_empty && without_line_end(line).length == 0;
}

bool pop_header_next(pop_header_walk *walk, pop_header_field *field)
{
    if (walk->rest.length == 0) {
        return false;
    }
    pop_span line = take_line(&walk->rest);
    if (is_end(line)) {
        walk->rest.length = 0;
        return false;
    }
    const uint8_t *start = line.octets;
    const uint8_t *colon = pop_span_find(line, ':');
    size_t name = colon == NULL ? 0 : (size_t)(colon - start) + 1;
    field->name = pop_span_part(line, 0, name);
    while (walk->rest.length > 0 && pop_is_white_space(walk->rest.octets[0])) {
        line = take_line(&walk->rest);
    }
    const uint8_t *end = line.octets + line.length;
    field->value = (pop_span){ start + name, (size_t)(end - start) - name };
    return true;
}

size_t pop_header_octets_of(pop_span mail, size_t most)
{
    pop_header_walk walk = { mail };
    pop_header_field field;
    for (size_t i = 0; i < most; i++) {
        if (!pop_header_next(&walk, &field)) {
            return mail.length;
        }
    }
    pop_header_walk last = walk;
    return pop_header_next(&last, &field) ? mail.length - walk.rest.length : mail.length;
}

/* RFC 5322 section 2.2.3: a line that begins with a blank continues the field before it. */
GString *pop_header_unfold(pop_span value)
{
    pop_span rest = pop_span_part(value, 0, POP_FIELD_MOST);
    GString *text = g_string_new(NULL);
    append(text, pop_span_trim(without_line_end(take_line(&rest))));
    while (rest.length > 0) {
        g_string_append_c(text, ' ');
        append(text, pop_span_trim(without_line_end(take_line(&rest))));
    }
    return text;
}

static bool find_field(pop_span header, pop_span name, pop_span *value_out)
{
    pop_header_walk walk = { header };
    pop_header_field field;
    while (pop_header_next(&walk, &field)) {
        if (pop_span_is(field.name, name)) {
            *value_out = field.value;
            return true;
        }
    }
    return false;
}

char *pop_header_value(pop_span header, pop_span name)
{
    pop_span value;
    return find_field(header, name, &value) ? g_string_free(pop_header_unfold(value), FALSE) : NULL;
}

/* --- Text ------------------------------------------------------------------------------------- */

char *pop_header_printable(char *text)
{
    GString *printable = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar character = g_utf8_get_char(at);
        g_string_append_unichar(printable, g_unichar_iscntrl(character) ? ' ' : character);
    }
    g_free(text);
    return g_string_free(printable, FALSE);
}

char *pop_header_decoded(pop_span value)
{
    GString *field = pop_header_unfold(value);
    char *text = pop_words_decode((pop_span){ (const uint8_t *)field->str, field->len });
    g_string_free(field, TRUE);
    return pop_header_printable(text);
}

char *pop_header_text(pop_span mail, pop_span name)
{
    pop_span value;
    return find_field(mail, name, &value) ? pop_header_decoded(value) : NULL;
}

char *pop_header_subject(pop_span mail)
{
    return pop_header_text(mail, POP_SPAN("Subject:"));
}
