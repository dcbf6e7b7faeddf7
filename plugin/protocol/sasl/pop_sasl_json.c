/* pop_sasl_json.c
 * The members of one JSON object, for the few that OAuth servers send.
 *
 * RFC 8259. Strict about the object's own members; of nested values only strings and brackets are
 * looked at, to find their end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_json.h"

#include <string.h>

#include <glib.h>

/* Objects and arrays in each other; each level is one bit below. */
enum { DEPTH_LIMIT = 32 };

enum { REPLACEMENT_CHARACTER = 0xFFFD };

static int peek(const pop_sasl_reader *reader)
{
    return pop_sasl_at_end(reader) ? -1 : reader->octets.octets[reader->at];
}

/* RFC 8259 section 7: the four digits of a \u escape that stand at `at`; false without them. */
static bool read_unit(pop_span octets, size_t at, gunichar *unit_out)
{
    pop_span digits = pop_span_part(octets, at, 4);
    if (digits.length != 4 || !pop_sasl_is_hex(digits)) {
        return false;
    }
    gunichar unit = 0;
    for (size_t i = 0; i < 4; i++) {
        unit = unit << 4 | (gunichar)g_ascii_xdigit_value((gchar)digits.octets[i]);
    }
    *unit_out = unit;
    return true;
}

/* Takes what follows a backslash. */
static bool take_escape(pop_sasl_reader *reader)
{
    gunichar unit = 0;
    switch (peek(reader)) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        reader->at++;
        return true;
    case 'u':
        if (!read_unit(reader->octets, reader->at + 1, &unit)) {
            return false;
        }
        reader->at += 5;
        return true;
    default:
        return false;
    }
}

/* Takes a string, quotes and all (RFC 8259 section 7). */
static bool take_string(pop_sasl_reader *reader, pop_sasl_part *string_out)
{
    size_t start = reader->at;
    if (!pop_sasl_take(reader, '"')) {
        return false;
    }
    while (!pop_sasl_at_end(reader)) {
        uint8_t octet = reader->octets.octets[reader->at++];
        if (octet == '"') {
            *string_out = (pop_sasl_part){ start, reader->at - start };
            return true;
        }
        if (octet < ' ' || (octet == '\\' && !take_escape(reader))) {
            return false;
        }
    }
    return false;
}

/* Takes an object or an array with all that is in it. `open` remembers which brackets are open,
 * the innermost in the lowest bit: 1 for "{", 0 for "[". */
static bool skip_nested(pop_sasl_reader *reader)
{
    pop_sasl_part ignored;
    uint32_t open = 0;
    unsigned depth = 0;
    do {
        int octet = peek(reader);
        if (octet == '"') {
            if (!take_string(reader, &ignored)) {
                return false;
            }
            continue;
        }
        if (octet == '{' || octet == '[') {
            open = open << 1 | (octet == '{');
            depth++;
        } else if (octet == '}' || octet == ']') {
            if ((open & 1) != (octet == '}')) {
                return false;
            }
            open >>= 1;
            depth--;
        } else if (octet < 0) {
            return false;
        }
        reader->at++;
    } while (depth > 0 && depth <= DEPTH_LIMIT);
    return depth == 0;
}

/* Unlike the words of SASL, those of JSON have one case. */
static bool take_literal(pop_sasl_reader *reader, pop_span word)
{
    pop_span next = pop_span_part(reader->octets, reader->at, word.length);
    if (!pop_span_equals(next, word)) {
        return false;
    }
    reader->at += word.length;
    return true;
}

static bool is_number_octet(int octet)
{
    return (octet >= '0' && octet <= '9') || octet == '+' || octet == '-' || octet == '.'
        || octet == 'e' || octet == 'E';
}

/* Takes true, false, null or a number (RFC 8259 sections 3 and 6; a number only by its octets). */
static bool take_scalar(pop_sasl_reader *reader)
{
    if (take_literal(reader, POP_SPAN("true")) || take_literal(reader, POP_SPAN("false"))
        || take_literal(reader, POP_SPAN("null"))) {
        return true;
    }
    pop_sasl_take(reader, '-');
    if (!is_number_octet(peek(reader))) {
        return false;
    }
    while (is_number_octet(peek(reader))) {
        reader->at++;
    }
    return true;
}

static bool take_value(pop_sasl_reader *reader, pop_sasl_json_member *member)
{
    int octet = peek(reader);
    member->is_string = octet == '"';
    member->is_nested = octet == '{' || octet == '[';
    if (member->is_string) {
        return take_string(reader, &member->value);
    }
    size_t start = reader->at;
    bool is_whole = member->is_nested ? skip_nested(reader) : take_scalar(reader);
    member->value = (pop_sasl_part){ start, reader->at - start };
    return is_whole;
}

static bool take_member(pop_sasl_reader *reader, pop_sasl_json_member *member)
{
    pop_sasl_skip_blanks(reader);
    if (!take_string(reader, &member->name)) {
        return false;
    }
    pop_sasl_skip_blanks(reader);
    if (!pop_sasl_take(reader, ':')) {
        return false;
    }
    pop_sasl_skip_blanks(reader);
    return take_value(reader, member);
}

bool pop_sasl_json_open(pop_sasl_reader *reader)
{
    pop_sasl_skip_blanks(reader);
    return pop_sasl_require(reader, pop_sasl_take(reader, '{'));
}

bool pop_sasl_json_next(pop_sasl_reader *reader, bool is_first, pop_sasl_json_member *member_out)
{
    pop_sasl_skip_blanks(reader);
    if (pop_sasl_take(reader, '}')) {
        pop_sasl_skip_blanks(reader);
        pop_sasl_require(reader, pop_sasl_at_end(reader));
        return false;
    }
    if (!is_first && !pop_sasl_require(reader, pop_sasl_take(reader, ','))) {
        return false;
    }
    return pop_sasl_require(reader, take_member(reader, member_out));
}

static char simple_escape(uint8_t octet)
{
    switch (octet) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return (char)octet; /* quote, backslash, slash */
    }
}

/* The character of the \u escape whose digits begin at *at, which is moved behind them and behind a
 * second escape where two make one character (RFC 8259 section 7). */
static gunichar read_character(pop_span string, size_t *at)
{
    gunichar high = 0;
    gunichar low = 0;
    if (!read_unit(string, *at, &high)) {
        return 'u'; /* cannot be: take_escape() has seen the digits */
    }
    *at += 4;
    if (high < 0xD800 || high > 0xDFFF) {
        return high;
    }
    if (high < 0xDC00 && pop_span_is(pop_span_part(string, *at, 2), POP_SPAN("\\u"))
        && read_unit(string, *at + 2, &low) && low >= 0xDC00 && low <= 0xDFFF) {
        *at += 6;
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    return REPLACEMENT_CHARACTER;
}

char *pop_sasl_json_text(const pop_sasl_reader *reader, pop_sasl_part string, size_t *length_out)
{
    /* No escape is shorter than the UTF-8 of what it stands for. */
    pop_span inside = pop_sasl_octets(
        reader, (pop_sasl_part){ string.offset + 1, string.length - 2 });
    char *text = pop_allocate(reader->allocator, string.length + 1);
    size_t length = 0;
    size_t at = 0;
    while (at < inside.length) {
        uint8_t octet = inside.octets[at++];
        if (octet != '\\' || at == inside.length) {
            text[length++] = (char)octet;
            continue;
        }
        octet = inside.octets[at++];
        if (octet == 'u') {
            length += (size_t)g_unichar_to_utf8(read_character(inside, &at), text + length);
        } else {
            text[length++] = simple_escape(octet);
        }
    }
    text[length] = '\0';
    *length_out = length;
    return text;
}
