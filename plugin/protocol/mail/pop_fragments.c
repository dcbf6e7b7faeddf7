/* pop_fragments.c
 * Which segment brought which octets of a mail, packed: a mail in short segments has very many.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_fragments.h"

/* Fragments between two marks: as many are read at the most to find one. */
#define MARK_DISTANCE 64

#define FIRST_CAPACITY 16 /* octets: enough for nearly every mail */
#define FIRST_MARKS 8

#define FRAGMENT_LIMIT 10 /* octets that it takes at the most: two varints of 32 bits */

static size_t grown(size_t capacity, size_t first)
{
    return capacity < first ? first : capacity + capacity / 2;
}

static size_t put_varint(uint8_t *octets, uint32_t value)
{
    size_t length = 0;
    while (value >= 0x80) {
        octets[length++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    octets[length++] = (uint8_t)value;
    return length;
}

static uint32_t take_varint(const uint8_t *octets, size_t *offset)
{
    uint32_t value = 0;
    unsigned shift = 0;
    while ((octets[*offset] & 0x80) != 0) {
        value |= (uint32_t)(octets[(*offset)++] & 0x7f) << shift;
        shift += 7;
    }
    return value | (uint32_t)octets[(*offset)++] << shift;
}

/* The packed fragment at the place, which moves behind it. */
static pop_fragment take_packed(const pop_fragments *fragments, pop_fragment_place *place)
{
    place->frame += take_varint(fragments->octets, &place->offset);
    uint32_t length = take_varint(fragments->octets, &place->offset);
    pop_fragment fragment = { place->frame, length, place->position };
    place->position += length;
    return fragment;
}

static size_t packed_count(const pop_fragments *fragments)
{
    return fragments->count == 0 ? 0 : fragments->count - 1;
}

/* Mark number m, from 1, stands before the packed fragment m * MARK_DISTANCE, and there is one. */
static size_t mark_count(const pop_fragments *fragments)
{
    size_t packed = packed_count(fragments);
    return packed == 0 ? 0 : (packed - 1) / MARK_DISTANCE;
}

static void mark_end(pop_fragments *fragments, const pop_allocator *allocator)
{
    size_t mark = packed_count(fragments) / MARK_DISTANCE - 1;
    if (mark == fragments->mark_capacity) {
        fragments->mark_capacity = grown(fragments->mark_capacity, FIRST_MARKS);
        fragments->marks = pop_resize(
            allocator, fragments->marks, fragments->mark_capacity * sizeof *fragments->marks);
    }
    fragments->marks[mark] = fragments->end;
}

/* The last fragment is not the last any more; it still counts as such. */
static void pack_last(pop_fragments *fragments, const pop_allocator *allocator)
{
    pop_fragment_place *end = &fragments->end;
    size_t packed = packed_count(fragments);
    if (packed > 0 && packed % MARK_DISTANCE == 0) {
        mark_end(fragments, allocator);
    }
    while (fragments->capacity - end->offset < FRAGMENT_LIMIT) {
        fragments->capacity = grown(fragments->capacity, FIRST_CAPACITY);
        fragments->octets = pop_resize(allocator, fragments->octets, fragments->capacity);
    }
    /* Modulo 2^32: frames need not come in order. */
    uint32_t frames = fragments->last.frame - end->frame;
    end->offset += put_varint(fragments->octets + end->offset, frames);
    end->offset += put_varint(fragments->octets + end->offset, fragments->last.length);
    end->frame = fragments->last.frame;
    end->position += fragments->last.length;
}

void pop_fragments_note(
    pop_fragments *fragments, const pop_allocator *allocator, uint32_t frame, uint32_t octets)
{
    if (fragments->count > 0 && fragments->last.frame == frame) {
        fragments->last.length += octets;
        return;
    }
    if (fragments->count > 0) {
        pack_last(fragments, allocator);
    }
    fragments->last = (pop_fragment){ frame, octets, fragments->end.position };
    fragments->count++;
}

void pop_fragments_give_back(pop_fragments *fragments, const pop_allocator *allocator)
{
    if (fragments->capacity > fragments->end.offset) {
        fragments->capacity = fragments->end.offset;
        fragments->octets = pop_resize(allocator, fragments->octets, fragments->capacity);
    }
    size_t marks = mark_count(fragments);
    if (fragments->mark_capacity > marks) {
        fragments->mark_capacity = marks;
        fragments->marks = pop_resize(
            allocator, fragments->marks, marks * sizeof *fragments->marks);
    }
}

pop_fragments_walk pop_fragments_begin(const pop_fragments *fragments)
{
    return (pop_fragments_walk){ .fragments = fragments };
}

bool pop_fragments_next(pop_fragments_walk *walk, pop_fragment *fragment)
{
    const pop_fragments *fragments = walk->fragments;
    if (walk->index == fragments->count) {
        return false;
    }
    bool is_last = ++walk->index == fragments->count;
    *fragment = is_last ? fragments->last : take_packed(fragments, &walk->place);
    return true;
}

/* How many marks have no frame beyond this one before them. */
static size_t marks_until(const pop_fragments *fragments, size_t marks, uint32_t frame)
{
    size_t from = 0, until = marks;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (fragments->marks[middle].frame <= frame) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

uint64_t pop_fragments_received(const pop_fragments *fragments, uint32_t frame)
{
    if (fragments->count > 0 && fragments->last.frame <= frame) { /* while it grows: always */
        return fragments->last.position + fragments->last.length;
    }
    pop_fragments_walk walk = pop_fragments_begin(fragments);
    size_t marks = marks_until(fragments, mark_count(fragments), frame);
    if (marks > 0) {
        walk.place = fragments->marks[marks - 1];
        walk.index = marks * MARK_DISTANCE;
    }
    uint64_t received = walk.place.position;
    pop_fragment fragment;
    while (pop_fragments_next(&walk, &fragment) && fragment.frame <= frame) {
        received = fragment.position + fragment.length;
    }
    return received;
}
