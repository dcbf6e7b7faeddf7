/* fuzz.c
 * What the fuzz targets share: copies that a sanitizer guards, cuts, comparisons.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_RANDOM = 40 }; /* octets of a segment of random length */

pop_span fuzz_copy(const uint8_t *octets, size_t length)
{
    uint8_t *copy = malloc(length == 0 ? 1 : length);
    g_assert_nonnull(copy);
    if (length > 0) {
        memcpy(copy, octets, length);
    }
    return (pop_span){ copy, length };
}

void fuzz_check_part(pop_span part, pop_span whole)
{
    if (part.length == 0) {
        return;
    }
    g_assert_true(part.octets >= whole.octets);
    g_assert_cmpuint((size_t)(part.octets - whole.octets), <=, whole.length);
    g_assert_cmpuint(part.length, <=, whole.length - (size_t)(part.octets - whole.octets));
}

uint32_t fuzz_next_number(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

size_t fuzz_segment_length(fuzz_cutting cutting, pop_span rest, uint32_t *state)
{
    const uint8_t *end;
    size_t wanted;
    switch (cutting) {
    case FUZZ_CUT_OCTETS:
        return 1;
    case FUZZ_CUT_LINES:
        end = memchr(rest.octets, '\n', rest.length);
        return end == NULL ? rest.length : (size_t)(end - rest.octets) + 1;
    case FUZZ_CUT_RANDOM:
        wanted = 1 + fuzz_next_number(state) % MOST_RANDOM;
        return MIN(wanted, rest.length);
    case FUZZ_CUT_NOWHERE:
        break;
    }
    return rest.length;
}

void fuzz_check_same(const char *whole, const char *cut, const char *what)
{
    if (strcmp(whole, cut) != 0) {
        g_printerr("%s\n--- whole\n%s\n--- cut\n%s\n---\n", what, whole, cut);
        abort();
    }
}
