/* pop_fragments.h
 * Which segment brought which octets of a mail, packed: a mail in short segments has very many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FRAGMENTS_H
#define POP_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/pop_memory.h"

/* What one segment brought of a mail. */
typedef struct pop_fragment {
    uint32_t frame;
    uint32_t length; /* octets of the mail, dot-stuffing undone */
    uint64_t position; /* of its first octet in the mail */
} pop_fragment;

/* A place among the packed fragments. */
typedef struct pop_fragment_place {
    size_t offset; /* octets before it */
    uint64_t position; /* of the next fragment */
    uint32_t frame; /* of the fragment before */
} pop_fragment_place;

/* Fragments in the order in which they came. All zero: none. Written by the functions below. */
typedef struct pop_fragments {
    size_t count;
    pop_fragment last; /* apart from the packed ones: its frame may bring more */
    pop_fragment_place end; /* of the packed ones */
    uint8_t *octets; /* of each the frames since the one before, and the length, as varints */
    size_t capacity;
    pop_fragment_place *marks; /* one for many fragments, so that a frame is found */
    size_t mark_capacity;
} pop_fragments;

/* A walk from the first fragment on. */
typedef struct pop_fragments_walk {
    const pop_fragments *fragments;
    size_t index;
    pop_fragment_place place;
} pop_fragments_walk;

/* Notes that `frame` brought so many octets, more than 0, behind those before. Takes memory from
 * the allocator, which must be the same one each time. First pass only. */
void pop_fragments_note(
    pop_fragments *fragments, const pop_allocator *allocator, uint32_t frame, uint32_t octets);

/* Gives back the memory that is not used. First pass only. */
void pop_fragments_give_back(pop_fragments *fragments, const pop_allocator *allocator);

/* The walk's next fragment; false where there is none. Any pass. */
pop_fragments_walk pop_fragments_begin(const pop_fragments *fragments);
bool pop_fragments_next(pop_fragments_walk *walk, pop_fragment *fragment);

/* How many octets had come with the frame and those before it. Any pass. */
uint64_t pop_fragments_received(const pop_fragments *fragments, uint32_t frame);

#endif
