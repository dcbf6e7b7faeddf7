/* arena.c
 * An allocator for fuzzing at speed: memory is taken from one block, and given back all at once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "arena.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK = 1 << 22, ALIGNMENT = 16 };

/* Before each piece of memory: how long it is; and, of one from malloc(), the one before it. */
typedef struct piece {
    size_t octets;
    struct piece *next;
} piece;

static struct {
    _Alignas(ALIGNMENT) uint8_t block[BLOCK];
    size_t used;
    piece *large;
} arena;

static piece *new_piece(size_t octets)
{
    size_t length = sizeof(piece) + ((octets + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1));
    piece *made;
    if (length <= BLOCK - arena.used) {
        made = (piece *)(void *)(arena.block + arena.used);
        arena.used += length;
    } else {
        made = g_malloc(length);
        made->next = arena.large;
        arena.large = made;
    }
    made->octets = octets;
    return made;
}

static void *allocate(void *context, size_t octets)
{
    (void)context;
    return memset(new_piece(octets) + 1, 0, octets);
}

static void *resize(void *context, void *memory, size_t octets)
{
    (void)context;
    piece *made = new_piece(octets);
    if (memory != NULL) {
        piece *old = (piece *)memory - 1;
        memcpy(made + 1, memory, MIN(old->octets, octets));
        memset(memory, 0xDD, old->octets); /* who still reads it finds nothing of sense */
    }
    return made + 1;
}

static void release(void *context, void *memory)
{
    (void)context;
    if (memory != NULL) {
        piece *old = (piece *)memory - 1;
        memset(memory, 0xDD, old->octets);
    }
}

const pop_allocator *arena_begin(void)
{
    static const pop_allocator allocator = { allocate, allocate, resize, release, NULL };
    while (arena.large != NULL) {
        piece *next = arena.large->next;
        g_free(arena.large);
        arena.large = next;
    }
    arena.used = 0;
    return &allocator;
}
