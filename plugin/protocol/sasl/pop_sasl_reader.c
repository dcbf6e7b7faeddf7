/* pop_sasl_reader.c
 * What the parsers of the SASL mechanisms share: a place in the message, and the fields found so
 * far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_reader.h"

#include <glib.h>

pop_span pop_sasl_octets(const pop_sasl_reader *reader, pop_sasl_part part)
{
    return pop_span_part(reader->octets, part.offset, part.length);
}

bool pop_sasl_holds(const pop_sasl_reader *reader, size_t offset, size_t length)
{
    return offset <= reader->octets.length && length <= reader->octets.length - offset;
}

bool pop_sasl_take(pop_sasl_reader *reader, uint8_t octet)
{
    if (pop_sasl_at_end(reader) || reader->octets.octets[reader->at] != octet) {
        return false;
    }
    reader->at++;
    return true;
}

bool pop_sasl_take_word(pop_sasl_reader *reader, pop_span word)
{
    if (!pop_span_starts(pop_span_part(reader->octets, reader->at, word.length), word)) {
        return false;
    }
    reader->at += word.length;
    return true;
}

pop_sasl_part pop_sasl_take_until(pop_sasl_reader *reader, uint8_t stop)
{
    size_t start = reader->at;
    while (!pop_sasl_at_end(reader) && reader->octets.octets[reader->at] != stop) {
        reader->at++;
    }
    return (pop_sasl_part){ start, reader->at - start };
}

pop_sasl_part pop_sasl_take_rest(pop_sasl_reader *reader)
{
    pop_sasl_part rest = { reader->at, reader->octets.length - reader->at };
    reader->at = reader->octets.length;
    return rest;
}

void pop_sasl_skip_blanks(pop_sasl_reader *reader)
{
    while (pop_sasl_take(reader, ' ') || pop_sasl_take(reader, '\t') || pop_sasl_take(reader, '\r')
        || pop_sasl_take(reader, '\n')) {
    }
}

bool pop_sasl_split(const pop_sasl_reader *reader, pop_sasl_part part, uint8_t stop,
    pop_sasl_part *before_out, pop_sasl_part *after_out)
{
    pop_span octets = pop_sasl_octets(reader, part);
    for (size_t i = 0; i < octets.length; i++) {
        if (octets.octets[i] == stop) {
            *before_out = (pop_sasl_part){ part.offset, i };
            *after_out = (pop_sasl_part){ part.offset + i + 1, part.length - i - 1 };
            return true;
        }
    }
    return false;
}

/* Room for one more field; the array doubles, so that most messages cost little. */
static bool make_room(pop_sasl_reader *reader)
{
    pop_sasl_message *message = &reader->message;
    if (!pop_sasl_require(reader, message->field_count < POP_SASL_FIELDS_MAX)) {
        return false;
    }
    if (message->field_count == reader->capacity) {
        reader->capacity = reader->capacity == 0 ? 8 : reader->capacity * 2;
        message->fields = pop_resize(
            reader->allocator, message->fields, reader->capacity * sizeof(*message->fields));
    }
    return true;
}

pop_sasl_field *pop_sasl_add_bare(
    pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part)
{
    if (!make_room(reader)) {
        return NULL;
    }
    pop_sasl_field *field = &reader->message.fields[reader->message.field_count++];
    *field = (pop_sasl_field){ .kind = kind, .offset = part.offset, .length = part.length };
    return field;
}

pop_sasl_field *pop_sasl_add(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part)
{
    pop_sasl_field *field = pop_sasl_add_bare(reader, kind, part);
    if (field != NULL) {
        field->text = pop_span_copy(reader->allocator, pop_sasl_octets(reader, part));
        field->text_length = part.length;
    }
    return field;
}

void pop_sasl_add_parameter(pop_sasl_reader *reader, pop_span name, pop_sasl_part part)
{
    pop_sasl_field *field = pop_sasl_add(reader, POP_SASL_PARAMETER, part);
    if (field != NULL) {
        field->name = pop_span_copy(reader->allocator, name);
    }
}

void pop_sasl_add_hex(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part)
{
    static const char digits[] = "0123456789abcdef";
    pop_sasl_field *field = pop_sasl_add_bare(reader, kind, part);
    if (field == NULL) {
        return;
    }
    pop_span octets = pop_sasl_octets(reader, part);
    field->text = pop_allocate(reader->allocator, 2 * octets.length + 1);
    field->text_length = 2 * octets.length;
    for (size_t i = 0; i < octets.length; i++) {
        field->text[2 * i] = digits[octets.octets[i] >> 4];
        field->text[2 * i + 1] = digits[octets.octets[i] & 0x0F];
    }
    field->text[field->text_length] = '\0';
}

bool pop_sasl_is_utf8(pop_span octets)
{
    return octets.length == 0
        || g_utf8_validate((const char *)octets.octets, (gssize)octets.length, NULL);
}

bool pop_sasl_is_hex(pop_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (!g_ascii_isxdigit(octets.octets[i])) {
            return false;
        }
    }
    return octets.length > 0;
}

bool pop_sasl_is_graphic(pop_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (octets.octets[i] <= ' ' || octets.octets[i] > '~') {
            return false;
        }
    }
    return octets.length > 0;
}
