/* pop_text.h
 * Spans of octets and the small questions that every parser of lines asks of them.
 *
 * None of these functions allocates unless its comment says so, reads outside the span, or keeps it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TEXT_H
#define POP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pop_memory.h"

/* Octets of somebody else's memory. octets may be NULL only where length is 0. */
typedef struct pop_span {
    const uint8_t *octets;
    size_t length;
} pop_span;

/* The span over a string literal. */
#define POP_SPAN(literal) ((pop_span){ (const uint8_t *)(literal), sizeof(literal) - 1 })

/* Blank as RFC 1939 section 3 has it, and TAB, which RFC 1734 section 2 allowed. */
static inline bool pop_is_blank(uint8_t octet)
{
    return octet == ' ' || octet == '\t';
}

static inline bool pop_is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* The part of span from octet `from` on, at most `length` octets of it; clipped to the span. */
pop_span pop_span_part(pop_span span, size_t from, size_t length);

/* True where both hold the same octets, ASCII letters compared without case. */
bool pop_span_is(pop_span span, pop_span other);

/* True where span begins with `prefix`, ASCII letters compared without case. */
bool pop_span_starts(pop_span span, pop_span prefix);

/* True where `part` stands somewhere in span, ASCII letters compared without case. */
bool pop_span_holds(pop_span span, pop_span part);

/* span without blanks before and behind. */
pop_span pop_span_trim(pop_span span);

/* Takes the next token off `rest`: the octets up to a blank, blanks before it skipped. Afterwards
 * rest begins at the blank behind the token. Empty where only blanks are left. */
pop_span pop_next_token(pop_span *rest);

/* Reads an all-digit span as a number. False, and value_out untouched, where the span is empty,
 * holds anything but digits, or does not fit. */
bool pop_span_number(pop_span span, uint64_t *value_out);
bool pop_span_number32(pop_span span, uint32_t *value_out);

/* A copy of the span with a NUL behind it, from the allocator; the caller owns it. */
char *pop_span_copy(const pop_allocator *allocator, pop_span span);

/* The same in ASCII upper case. */
char *pop_span_copy_upper(const pop_allocator *allocator, pop_span span);

#endif
