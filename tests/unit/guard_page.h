/* guard_page.h
 * Octets that end where readable memory ends: reading one octet too many ends the test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_GUARD_PAGE_H
#define POP_TESTS_GUARD_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "text/pop_text.h"

/* A copy whose last octet stands right before an unreadable page. */
typedef struct guarded {
    uint8_t *octets;
    size_t length;
    void *mapping;
    size_t mapping_length;
} guarded;

guarded guarded_new(const void *octets, size_t length);
pop_span guarded_span(const guarded *copy);
void guarded_free(guarded *copy);

#endif
