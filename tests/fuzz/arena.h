/* arena.h
 * An allocator for fuzzing at speed: memory is taken from one block, and given back all at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_ARENA_H
#define POP_TESTS_ARENA_H

#include "text/pop_memory.h"

/* Gives back all that was taken, and an allocator for the next round. What does not fit into the
 * block comes from malloc(), and is freed here too. */
const pop_allocator *arena_begin(void);

#endif
