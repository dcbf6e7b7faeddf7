/* fuzz.h
 * What the fuzz targets share. A target takes any octets and must come back: what it finds wrong
 * ends the program (an assertion, a sanitizer).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_FUZZ_H
#define POP_TESTS_FUZZ_H

#include <glib.h>

#include "text/pop_text.h"
#include "tracked_memory.h"

#define FUZZ_TARGET(name) void fuzz_##name(const uint8_t *octets, size_t length);
#include "fuzz_targets.def"
#undef FUZZ_TARGET

/* A copy in a block of malloc's that is just as long, so that a sanitizer sees who reads beyond it.
 * The caller frees its octets with free(). */
pop_span fuzz_copy(const uint8_t *octets, size_t length);

/* Ends the program unless `part` lies within `whole`, or is empty. */
void fuzz_check_part(pop_span part, pop_span whole);

/* The next of a row of numbers that looks random and is the same each time. */
uint32_t fuzz_next_number(uint32_t *state);

/* How long a segment is, of `rest` octets that are left. */
typedef enum fuzz_cutting {
    FUZZ_CUT_NOWHERE,
    FUZZ_CUT_OCTETS, /* segments of one octet */
    FUZZ_CUT_LINES,
    FUZZ_CUT_RANDOM,
} fuzz_cutting;

size_t fuzz_segment_length(fuzz_cutting cutting, pop_span rest, uint32_t *state);

/* Ends the program, both texts told, where they differ. */
void fuzz_check_same(const char *whole, const char *cut, const char *what);

#endif
