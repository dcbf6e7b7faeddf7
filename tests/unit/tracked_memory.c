/* tracked_memory.c
 * An allocator that knows what it gave, and gives it all back to the system at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tracked_memory.h"

#include <glib.h>
#include <stdlib.h>

/* What the table says of a block. */
#define OWNED GINT_TO_POINTER(1)
#define KEPT GINT_TO_POINTER(2)

static void *new_block(GHashTable *blocks, size_t octets, gpointer what)
{
    void *block = calloc(1, octets == 0 ? 1 : octets);
    g_assert_nonnull(block);
    g_hash_table_insert(blocks, block, what);
    return block;
}

static void *allocate(void *context, size_t octets)
{
    return new_block(context, octets, OWNED);
}

static void *keep(void *context, size_t octets)
{
    return new_block(context, octets, KEPT);
}

/* It must be ours, not be given back before, and not be one that is kept. */
static void give_up(GHashTable *blocks, const void *block)
{
    g_assert_true(g_hash_table_lookup(blocks, block) == OWNED);
    g_hash_table_remove(blocks, block);
}

static void release(void *context, void *block)
{
    if (block != NULL) {
        give_up(context, block);
        free(block);
    }
}

static void *resize(void *context, void *block, size_t octets)
{
    if (block != NULL) {
        give_up(context, block);
    }
    void *resized = realloc(block, octets == 0 ? 1 : octets);
    g_assert_nonnull(resized);
    g_hash_table_insert(context, resized, OWNED);
    return resized;
}

void tracked_memory_init(tracked_memory *memory)
{
    memory->blocks = g_hash_table_new(NULL, NULL);
    memory->allocator = (pop_allocator){ allocate, keep, resize, release, memory->blocks };
}

static gboolean free_block(gpointer block, gpointer value, gpointer context)
{
    (void)value;
    (void)context;
    free(block);
    return TRUE;
}

void tracked_memory_free(tracked_memory *memory)
{
    g_hash_table_foreach_remove(memory->blocks, free_block, NULL);
    g_hash_table_destroy(memory->blocks);
    memory->blocks = NULL;
}
