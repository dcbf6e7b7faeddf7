/* tracked_memory.c
 * An allocator that knows what it gave, and gives it all back to the system at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tracked_memory.h"

#include <glib.h>
#include <stdlib.h>

static void *allocate(void *context, size_t octets)
{
    void *block = calloc(1, octets == 0 ? 1 : octets);
    g_assert_nonnull(block);
    g_hash_table_add(context, block);
    return block;
}

static void release(void *context, void *block)
{
    if (block != NULL) {
        g_assert_true(g_hash_table_remove(context, block)); /* ours, and not given back before */
        free(block);
    }
}

static void *resize(void *context, void *block, size_t octets)
{
    if (block != NULL) {
        g_assert_true(g_hash_table_remove(context, block));
    }
    void *resized = realloc(block, octets == 0 ? 1 : octets);
    g_assert_nonnull(resized);
    g_hash_table_add(context, resized);
    return resized;
}

void tracked_memory_init(tracked_memory *memory)
{
    memory->blocks = g_hash_table_new(NULL, NULL);
    memory->allocator = (pop_allocator){ allocate, resize, release, memory->blocks };
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
