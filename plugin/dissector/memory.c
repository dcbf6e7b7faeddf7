/* memory.c
 * Where the protocol room's memory comes from: wmem scopes, and blocks for what is kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/memory.h"

/* A short session keeps two dozen small things. An allocation of wmem's takes 16 to 31 octets more
 * than it is asked for, and a hundred instructions. */
#define BLOCK 8192
#ifdef POP_SANITIZE
#define LARGEST_IN_BLOCK 0 /* an overrun is to meet the sanitizer, not a neighbour in the block */
#else
#define LARGEST_IN_BLOCK (BLOCK / 8)
#endif
#define ALIGNMENT 8U /* no type here asks for more */

static uint8_t *block; /* in file scope: what is left of it */
static size_t block_left;

static void *scope_allocate(void *context, size_t octets)
{
    return wmem_alloc0(context, octets);
}

static void *scope_resize(void *context, void *memory, size_t octets)
{
    return wmem_realloc(context, memory, octets);
}

static void scope_release(void *context, void *memory)
{
    wmem_free(context, memory);
}

const pop_allocator *pop_scope_allocator(wmem_allocator_t *scope)
{
    pop_allocator *allocator = wmem_new(scope, pop_allocator);
    *allocator = (pop_allocator){ scope_allocate, scope_allocate, scope_resize, scope_release,
        scope };
    return allocator;
}

void *pop_file_keep(size_t octets)
{
    size_t taken = (octets + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (taken > block_left) {
        if (octets > LARGEST_IN_BLOCK) {
            return wmem_alloc(wmem_file_scope(), octets);
        }
        block = wmem_alloc(wmem_file_scope(), BLOCK);
        block_left = BLOCK;
    }
    void *kept = block;
    block += taken;
    block_left -= taken;
    return kept;
}

static void *file_keep(void *context, size_t octets)
{
    (void)context;
    return memset(pop_file_keep(octets), 0, octets);
}

const pop_allocator *pop_file_allocator(void)
{
    static pop_allocator allocator = { scope_allocate, file_keep, scope_resize, scope_release,
        NULL };
    allocator.context = wmem_file_scope();
    return &allocator;
}

static void forget_block(void)
{
    block = NULL;
    block_left = 0;
}

void pop_memory_register(void)
{
    register_init_routine(forget_block);
    register_cleanup_routine(forget_block);
}
