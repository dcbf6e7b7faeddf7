/* pop_text.h
 * Spans of octets and the small questions that every parser of lines asks of them.
 *
 * None of these functions allocates unless its comment says so, reads outside the span, or keeps
 * it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TEXT_H
#define POP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/pop_memory.h"

/* Octets of somebody else's memory. octets may be NULL only where length is 0. */
typedef struct pop_span {
    const uint8_t *octets;
    size_t length;
} pop_span;

/* The span over a string literal. */
#define POP_SPAN(literal) ((pop_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

/* Blank as RFC 1939 section 3 has it, and TAB, which RFC 1734 section 2 allowed; a CR inside a line
 * is no part of a word either. */
static inline bool pop_is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r';
}

/* White space within a line of a mail (WSP, RFC 5234 appendix B.1). */
static inline bool pop_is_white_space(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

static inline bool pop_is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* The octet eight times, to look at eight octets at once. */
#define POP_IN_ALL(octet) (UINT64_C(0x0101010101010101) * (octet))

/* True where one of the eight octets is a digit: which are 0 to 9 with these bits turned. */
static inline bool pop_has_digit(uint64_t eight)
{
    uint64_t turned = eight ^ POP_IN_ALL('0');
    uint64_t above_nine = turned | ((turned & POP_IN_ALL(0x7F)) + POP_IN_ALL(0x80 - 10));
    return (above_nine & POP_IN_ALL(0x80)) != POP_IN_ALL(0x80);
}

/* The octet, an ASCII letter in upper case. */
static inline uint8_t pop_upper(uint8_t octet)
{
    return octet >= 'a' && octet <= 'z' ? (uint8_t)(octet - ('a' - 'A')) : octet;
}

/* The part of span from octet `from` on, at most `length` octets of it; clipped to the span. */
static inline pop_span pop_span_part(pop_span span, size_t from, size_t length)
{
    if (from >= span.length) {
        return (pop_span){ span.octets, 0 };
    }
    size_t rest = span.length - from;
    return (pop_span){ span.octets + from, length < rest ? length : rest };
}

/* True where span begins with `prefix`, ASCII letters compared without case. Most comparisons end
 * at the first octet: so it stands here, to be put in line. */
static inline bool pop_span_starts(pop_span span, pop_span prefix)
{
    if (span.length < prefix.length) {
        return false;
    }
    for (size_t i = 0; i < prefix.length; i++) {
        if (span.octets[i] != prefix.octets[i]
            && pop_upper(span.octets[i]) != pop_upper(prefix.octets[i])) {
            return false;
        }
    }
    return true;
}

/* True where both hold the same octets, ASCII letters compared without case. */
static inline bool pop_span_is(pop_span span, pop_span other)
{
    return span.length == other.length && pop_span_starts(span, other);
}

/* True where `part` stands somewhere in span, ASCII letters compared without case. */
bool pop_span_holds(pop_span span, pop_span part);

/* Where in span the first such octet stands; NULL: it has none. */
const uint8_t *pop_span_find(pop_span span, uint8_t octet);

/* True where all octets are printable ASCII; true of none. */
bool pop_span_is_printable(pop_span span);

/* How many octets at its beginning are printable ASCII. */
size_t pop_span_printable_length(pop_span span);

/* True where no octet is beyond ASCII; true of none. */
bool pop_span_is_ascii(pop_span span);

/* True where both hold the same octets, upper and lower case told apart. */
bool pop_span_equals(pop_span span, pop_span other);

/* span without blanks before and behind. */
pop_span pop_span_trim(pop_span span);

/* Takes the next token off `rest`: the octets up to a blank, blanks before it skipped. Afterwards
 * rest begins at the blank behind the token. Empty where only blanks are left. */
pop_span pop_next_token(pop_span *rest);

/* Takes the next line off `rest`, and returns it without its line end: a LF, or none at the end of
 * the text, and one CR before it. */
pop_span pop_next_line(pop_span *rest);

/* Reads an all-digit span as a number. False, and value_out untouched, where the span is empty,
 * holds anything but digits, or does not fit. */
bool pop_span_number(pop_span span, uint64_t *value_out);
bool pop_span_number32(pop_span span, uint32_t *value_out);

/* pop_next_token() and pop_span_number() in one walk: listings have very many lines. Where the
 * token is no number it is taken all the same, and value_out untouched. */
bool pop_next_number(pop_span *rest, pop_span *token_out, uint64_t *value_out);

/* Writes the span and a NUL behind it; `to` has room for both. */
void pop_span_write(char *to, pop_span span);

/* At most `limit` octets of the span, from its beginning; a character of UTF-8 is not cut apart,
 * but left out. */
pop_span pop_span_head(pop_span span, size_t limit);

/* A copy of the span with a NUL behind it, from the allocator; the caller owns it. */
char *pop_span_copy(const pop_allocator *allocator, pop_span span);

/* The same, kept by the allocator; and in ASCII upper case. */
char *pop_span_keep(const pop_allocator *allocator, pop_span span);
char *pop_span_keep_upper(const pop_allocator *allocator, pop_span span);

#endif
