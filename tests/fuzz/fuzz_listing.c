/* fuzz_listing.c
 * Lines of LIST and UIDL, and the maildrop that remembers them: what is noted is found again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "text/pop_limits.h"
#include "grammar/pop_listing.h"
#include "session/pop_maildrop.h"

static void note_size(pop_maildrop *maildrop, pop_span line, uint32_t step)
{
    pop_listing listing;
    uint64_t before = 0, size = 0;
    if (!pop_scan_listing_parse(line, &listing)) {
        return;
    }
    fuzz_check_part(listing.message_text, line);
    fuzz_check_part(listing.value_text, line);
    bool known = pop_maildrop_size(maildrop, listing.message, step, &before);
    pop_maildrop_note_size(maildrop, listing.message, listing.size, step);
    bool found = pop_maildrop_size(maildrop, listing.message, step, &size);
    g_assert_true(found == (listing.message != 0));
    if (found) {
        g_assert_cmpuint(size, ==, known ? before : listing.size);
    }
    if (!known) {
        g_assert_false(pop_maildrop_size(maildrop, listing.message, step - 1, &size));
    }
}

static void note_unique_id(pop_maildrop *maildrop, pop_span line, uint32_t step)
{
    pop_listing listing;
    if (!pop_unique_id_listing_parse(line, &listing)) {
        return;
    }
    fuzz_check_part(listing.message_text, line);
    fuzz_check_part(listing.value_text, line);
    const char *before = pop_maildrop_unique_id(maildrop, listing.message, step);
    pop_maildrop_note_unique_id(maildrop, listing.message, listing.value_text, step);
    const char *found = pop_maildrop_unique_id(maildrop, listing.message, step);
    g_assert_true((found == NULL) == (listing.message == 0));
    if (before != NULL) {
        g_assert_true(found == before);
    } else if (found != NULL) {
        g_assert_cmpint(memcmp(found, listing.value_text.octets, listing.value_text.length), ==, 0);
    }
}

void fuzz_listing(const uint8_t *octets, size_t length)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_maildrop *maildrop = pop_maildrop_new(&memory.allocator, POP_MAILDROP_LIMIT);
    uint32_t step = 1;
    for (size_t at = 0; at < length; step++) {
        const uint8_t *found = memchr(octets + at, '\n', length - at);
        size_t stop = found == NULL ? length : (size_t)(found - octets);
        pop_span line = fuzz_copy(octets + at, stop - at);
        note_size(maildrop, line, step);
        note_unique_id(maildrop, line, step);
        g_assert_cmpuint(maildrop->count, <=, step);
        free((void *)(uintptr_t)line.octets);
        at = stop + 1;
    }
    tracked_memory_free(&memory);
}
