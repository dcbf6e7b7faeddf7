/* pop_memory.h
 * The memory that the protocol room works with: whoever calls it says where memory comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MEMORY_H
#define POP_MEMORY_H

#include <stddef.h>

/* Four functions and a context of the caller's. None of them may return NULL for a size above 0:
 * running out of memory is the caller's to handle (GLib and wmem end the program). What was
 * allocated lives until it is released or until the caller frees its whole scope. */
typedef struct pop_allocator {
    void *(*allocate)(void *context, size_t octets); /* octets, all zero */
    void *(*keep)(void *context, size_t octets); /* the same, never resized nor released */
    void *(*resize)(void *context, void *memory, size_t octets); /* memory may be NULL */
    void (*release)(void *context, void *memory); /* memory may be NULL */
    void *context;
} pop_allocator;

static inline void *pop_allocate(const pop_allocator *allocator, size_t octets)
{
    return allocator->allocate(allocator->context, octets);
}

static inline void *pop_keep(const pop_allocator *allocator, size_t octets)
{
    return allocator->keep(allocator->context, octets);
}

static inline void *pop_resize(const pop_allocator *allocator, void *memory, size_t octets)
{
    return allocator->resize(allocator->context, memory, octets);
}

static inline void pop_release(const pop_allocator *allocator, void *memory)
{
    allocator->release(allocator->context, memory);
}

#endif
