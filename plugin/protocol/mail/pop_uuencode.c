/* pop_uuencode.c
 * Files that stand in a text as uuencode put them there.
 *
 * POSIX.1-2017, uuencode (both of its algorithms).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_uuencode.h"

#include <string.h>

/* Characters of a line's data that may stand behind those that its length asks for: some encoders
 * add a checksum. */
#define SPARE 2

/* The line from *at, without its line end; moves *at behind it. */
static pop_span take_line(pop_span text, size_t *at)
{
    const uint8_t *start = text.octets + *at;
    const uint8_t *newline = memchr(start, '\n', text.length - *at);
    size_t length = newline == NULL ? text.length - *at : (size_t)(newline - start);
    *at += length + (newline != NULL);
    if (length > 0 && start[length - 1] == '\r') {
        length--;
    }
    return (pop_span){ start, length };
}

/* "begin 644 name": what stands behind the file's mode, three or four octal digits. */
static bool begins(pop_span line, pop_span word, pop_span *name_out)
{
    if (!pop_span_equals(pop_span_part(line, 0, word.length), word)) {
        return false;
    }
    pop_span rest = pop_span_part(line, word.length, line.length);
    pop_span mode = pop_next_token(&rest);
    if (mode.length < 3 || mode.length > 4) {
        return false;
    }
    for (size_t i = 0; i < mode.length; i++) {
        if (mode.octets[i] < '0' || mode.octets[i] > '7') {
            return false;
        }
    }
    *name_out = pop_span_trim(rest);
    return true;
}

/* --- The older algorithm ---------------------------------------------------------------------- */

/* Six bits; blanks at a line's end get lost on the way and mean zero, as "`" does. */
static uint32_t six_bits(pop_span data, size_t i)
{
    return i < data.length ? (uint32_t)(data.octets[i] - ' ') & 0x3F : 0;
}

static size_t announced_length(pop_span line)
{
    return line.length == 0 ? 0 : (size_t)(line.octets[0] - ' ') & 0x3F;
}

static bool is_data_line(pop_span line)
{
    size_t characters = (announced_length(line) + 2) / 3 * 4;
    if (line.length == 0 || line.length - 1 > characters + SPARE) {
        return false;
    }
    for (size_t i = 0; i < line.length; i++) {
        if (line.octets[i] < ' ' || line.octets[i] > '`') {
            return false;
        }
    }
    return true;
}

static void decode_line(pop_span line, GByteArray *octets)
{
    size_t length = announced_length(line);
    pop_span data = pop_span_part(line, 1, line.length);
    for (size_t i = 0, from = 0; i < length; i += 3, from += 4) {
        uint32_t bits = six_bits(data, from) << 18 | six_bits(data, from + 1) << 12
            | six_bits(data, from + 2) << 6 | six_bits(data, from + 3);
        uint8_t three[] = { (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits };
        g_byte_array_append(octets, three, (guint)(length - i < 3 ? length - i : 3));
    }
}

/* Decodes from *at on; false where the data breaks off before its end. */
static bool decode_lines(pop_span text, size_t *at, GByteArray *octets)
{
    while (*at < text.length) {
        size_t next = *at;
        pop_span line = take_line(text, &next);
        if (pop_span_is(line, POP_SPAN("end"))) {
            *at = next;
            return true;
        }
        /* A line of length 0, before "end", may have lost its only blank. */
        if (line.length > 0 && !is_data_line(line)) {
            return false;
        }
        decode_line(line, octets);
        *at = next;
    }
    return false;
}

/* --- Base64 ----------------------------------------------------------------------------------- */

static bool is_base64_line(pop_span line)
{
    for (size_t i = 0; i < line.length; i++) {
        uint8_t octet = line.octets[i];
        if (!g_ascii_isalnum(octet) && octet != '+' && octet != '/' && octet != '=') {
            return false;
        }
    }
    return line.length > 0;
}

static bool decode_base64_lines(pop_span text, size_t *at, GByteArray *octets)
{
    gint state = 0;
    guint save = 0;
    while (*at < text.length) {
        size_t next = *at;
        pop_span line = take_line(text, &next);
        if (!is_base64_line(line)) {
            return false;
        }
        *at = next;
        if (pop_span_is(line, POP_SPAN("===="))) {
            return true;
        }
        guint before = octets->len;
        g_byte_array_set_size(octets, before + (guint)(line.length / 4 * 3 + 3));
        gsize added = g_base64_decode_step(
            (const char *)line.octets, line.length, octets->data + before, &state, &save);
        g_byte_array_set_size(octets, before + (guint)added);
    }
    return false;
}

/* --- A file ----------------------------------------------------------------------------------- */

static bool looks_like_data(pop_span text, size_t at, bool base64)
{
    pop_span line = take_line(text, &at);
    return base64 ? is_base64_line(line) : is_data_line(line) || pop_span_is(line, POP_SPAN("end"));
}

bool pop_uu_next(pop_span text, size_t *at, pop_uu_file *file_out)
{
    while (*at < text.length) {
        file_out->begins = *at;
        pop_span line = take_line(text, at);
        if (line.length == 0 || line.octets[0] != 'b') { /* one look tells of most */
            continue;
        }
        bool base64 = begins(line, POP_SPAN("begin-base64 "), &file_out->name);
        if (!base64 && !begins(line, POP_SPAN("begin "), &file_out->name)) {
            continue;
        }
        if (looks_like_data(text, *at, base64)) {
            file_out->octets = g_byte_array_new();
            file_out->is_whole = base64 ? decode_base64_lines(text, at, file_out->octets)
                                        : decode_lines(text, at, file_out->octets);
            return true;
        }
    }
    return false;
}
