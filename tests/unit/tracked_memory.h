/* tracked_memory.h
 * An allocator that knows what it gave, and gives it all back to the system at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_TRACKED_MEMORY_H
#define POP_TESTS_TRACKED_MEMORY_H

#include "text/pop_memory.h"

/* Every block is one of malloc's, so that a sanitizer sees where it ends. */
typedef struct tracked_memory {
    pop_allocator allocator;
    void *blocks; /* GHashTable: pointer -> whether it may be given back */
} tracked_memory;

void tracked_memory_init(tracked_memory *memory);

/* Frees what has not been released. */
void tracked_memory_free(tracked_memory *memory);

#endif
