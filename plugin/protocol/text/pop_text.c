/* pop_text.c
 * Spans of octets and the small questions that every parser of lines asks of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/pop_text.h"

#include <string.h>

/* Numbers of as many digits are below 2^64. */
#define SAFE_DIGITS 19

bool pop_span_holds(pop_span span, pop_span part)
{
    for (size_t i = 0; i + part.length <= span.length; i++) {
        if (pop_span_starts(pop_span_part(span, i, part.length), part)) {
            return true;
        }
    }
    return false;
}

/* The functions of C may not be given NULL, not even for no octets (C11 section 7.24.1). */
const uint8_t *pop_span_find(pop_span span, uint8_t octet)
{
    return span.octets == NULL || span.length == 0 ? NULL : memchr(span.octets, octet, span.length);
}

/* Eight octets at once: those above 0x7F have their highest bit set; of the others, 0x7F has it
 * with one more, and those below a blank borrow it. */
static bool are_printable(uint64_t eight)
{
    return ((eight | (eight + POP_IN_ALL(1)) | (eight - POP_IN_ALL(' '))) & POP_IN_ALL(0x80)) == 0;
}

bool pop_span_is_printable(pop_span span)
{
    uint64_t eight;
    size_t i = 0;
    for (; i + sizeof eight <= span.length; i += sizeof eight) {
        memcpy(&eight, span.octets + i, sizeof eight);
        if (!are_printable(eight)) {
            return false;
        }
    }
    if (i > 0) { /* the last eight, of which some were looked at */
        memcpy(&eight, span.octets + span.length - sizeof eight, sizeof eight);
        return are_printable(eight);
    }
    for (; i < span.length; i++) {
        if (span.octets[i] < ' ' || span.octets[i] > '~') {
            return false;
        }
    }
    return true;
}

size_t pop_span_printable_length(pop_span span)
{
    uint64_t eight;
    size_t i = 0;
    for (; i + sizeof eight <= span.length; i += sizeof eight) {
        memcpy(&eight, span.octets + i, sizeof eight);
        if (!are_printable(eight)) {
            break;
        }
    }
    while (i < span.length && span.octets[i] >= ' ' && span.octets[i] <= '~') {
        i++;
    }
    return i;
}

bool pop_span_is_ascii(pop_span span)
{
    uint64_t all = 0, eight;
    size_t i = 0;
    for (; i + sizeof eight <= span.length; i += sizeof eight) {
        memcpy(&eight, span.octets + i, sizeof eight);
        all |= eight;
    }
    for (; i < span.length; i++) {
        all |= span.octets[i];
    }
    return (all & POP_IN_ALL(0x80)) == 0;
}

bool pop_span_equals(pop_span span, pop_span other)
{
    if (span.length != other.length) {
        return false;
    }
    return span.octets == NULL || other.octets == NULL || span.length == 0
        || memcmp(span.octets, other.octets, span.length) == 0;
}

pop_span pop_span_trim(pop_span span)
{
    while (span.length > 0 && pop_is_blank(span.octets[span.length - 1])) {
        span.length--;
    }
    while (span.length > 0 && pop_is_blank(span.octets[0])) {
        span.octets++;
        span.length--;
    }
    return span;
}

/* True where one of the eight octets may be a blank: below one above SPACE. Those beyond 0x7F are
 * not. */
static bool may_have_blank(uint64_t eight)
{
    return ((eight - POP_IN_ALL(' ' + 1)) & ~eight & POP_IN_ALL(0x80)) != 0;
}

static const uint8_t *skip_blanks(const uint8_t *at, const uint8_t *limit)
{
    while (at < limit && pop_is_blank(*at)) {
        at++;
    }
    return at;
}

static const uint8_t *end_of_token(const uint8_t *at, const uint8_t *limit)
{
    uint64_t eight;
    for (; (size_t)(limit - at) >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, at, sizeof eight);
        if (may_have_blank(eight)) {
            break;
        }
    }
    while (at < limit && (*at > ' ' || !pop_is_blank(*at))) { /* one look tells of most */
        at++;
    }
    return at;
}

pop_span pop_next_token(pop_span *rest)
{
    if (rest->length == 0) {
        return (pop_span){ NULL, 0 };
    }
    const uint8_t *limit = rest->octets + rest->length;
    const uint8_t *start = skip_blanks(rest->octets, limit);
    const uint8_t *end = end_of_token(start, limit);
    *rest = (pop_span){ end, (size_t)(limit - end) };
    return (pop_span){ start, (size_t)(end - start) };
}

bool pop_next_number(pop_span *rest, pop_span *token_out, uint64_t *value_out)
{
    if (rest->length > 0) {
        const uint8_t *limit = rest->octets + rest->length;
        const uint8_t *start = skip_blanks(rest->octets, limit), *at = start;
        const uint8_t *safe = limit - start < SAFE_DIGITS ? limit : start + SAFE_DIGITS;
        uint64_t value = 0;
        for (unsigned digit; at < safe && (digit = (unsigned)*at - '0') <= 9; at++) {
            value = value * 10 + digit;
        }
        if (at > start && (at == limit || pop_is_blank(*at))) {
            *token_out = (pop_span){ start, (size_t)(at - start) };
            *rest = (pop_span){ at, (size_t)(limit - at) };
            *value_out = value;
            return true;
        }
    }
    *token_out = pop_next_token(rest);
    return pop_span_number(*token_out, value_out);
}

pop_span pop_next_line(pop_span *rest)
{
    if (rest->length == 0) {
        return (pop_span){ NULL, 0 };
    }
    const uint8_t *end = memchr(rest->octets, '\n', rest->length);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->octets);
    pop_span line = pop_span_part(*rest, 0, length);
    *rest = pop_span_part(*rest, length + 1, rest->length);
    if (line.length > 0 && line.octets[line.length - 1] == '\r') {
        line.length--;
    }
    return line;
}

bool pop_span_number(pop_span span, uint64_t *value_out)
{
    if (span.length == 0) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < span.length; i++) {
        if (!pop_is_digit(span.octets[i])) {
            return false;
        }
        unsigned digit = span.octets[i] - '0';
        if (i >= SAFE_DIGITS && (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit)) {
            return false;
        }
        value = value * 10 + digit;
    }
    *value_out = value;
    return true;
}

bool pop_span_number32(pop_span span, uint32_t *value_out)
{
    uint64_t value = 0;
    if (!pop_span_number(span, &value) || value > UINT32_MAX) {
        return false;
    }
    *value_out = (uint32_t)value;
    return true;
}

void pop_span_write(char *to, pop_span span)
{
    if (span.length > 0) {
        memcpy(to, span.octets, span.length);
    }
    to[span.length] = '\0';
}

char *pop_span_copy(const pop_allocator *allocator, pop_span span)
{
    char *copy = pop_allocate(allocator, span.length + 1);
    pop_span_write(copy, span);
    return copy;
}

pop_span pop_span_head(pop_span span, size_t limit)
{
    if (span.length > limit) {
        span.length = limit;
        while (span.length > 0 && limit - span.length < 3
            && (span.octets[span.length] & 0xC0) == 0x80) {
            span.length--;
        }
    }
    return span;
}

char *pop_span_keep(const pop_allocator *allocator, pop_span span)
{
    char *copy = pop_keep(allocator, span.length + 1);
    pop_span_write(copy, span);
    return copy;
}

char *pop_span_keep_upper(const pop_allocator *allocator, pop_span span)
{
    char *copy = pop_span_keep(allocator, span);
    for (size_t i = 0; i < span.length; i++) {
        copy[i] = (char)pop_upper((uint8_t)copy[i]);
    }
    return copy;
}
