/* pop_message.c
 * A mail under way, and when it is whole: its octets with dot-stuffing undone, and its fragments.
 *
 * RFC 1939 section 3 (multi-line replies) and 5 (RETR); RFC 937 and RFC 918 (counted data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_message.h"

#include <string.h>

#define LEAST_CAPACITY 4096 /* octets */
#define TRUSTED_TIMES 8 /* an announced size, as a multiple of the octets that have come */

pop_message *pop_message_new(const pop_allocator *allocator, size_t limit)
{
    pop_message *message = pop_keep(allocator, sizeof *message);
    message->allocator = allocator;
    message->limit = limit;
    return message;
}

/* Half as much again each time: few copies, and little memory that is never used. */
static size_t grown(size_t capacity, size_t least)
{
    if (capacity < LEAST_CAPACITY) {
        capacity = LEAST_CAPACITY;
    }
    while (capacity < least) {
        capacity += capacity / 2;
    }
    return capacity;
}

void pop_message_expect(pop_message *message, uint64_t octets)
{
    /* Some servers count a line end as one octet: a sixteenth more covers lines of 16 and above. */
    uint64_t expected = octets < message->limit ? octets + octets / 16 : message->limit;
    message->expected = expected < message->limit ? (size_t)expected : message->limit;
}

/* Where it is known how many octets will come, so many: then what is there need not be copied when
 * it is much. But the network says it: never more than a few times of what has come. The steps are
 * fractions of what is expected, so that the last one has it all, and those before are small. */
static size_t new_capacity(const pop_message *message, size_t least)
{
    if (message->expected < least) {
        return grown(message->capacity, least);
    }
    size_t capacity = message->expected;
    while (capacity > LEAST_CAPACITY && capacity / TRUSTED_TIMES >= least) {
        capacity = capacity / TRUSTED_TIMES + 1;
    }
    return capacity;
}

void pop_message_add(pop_message *message, pop_span octets)
{
    message->total += octets.length;
    size_t room = message->limit - message->length;
    size_t length = octets.length < room ? octets.length : room;
    if (length == 0) {
        return;
    }
    if (message->length + length > message->capacity) {
        message->capacity = new_capacity(message, message->length + length);
        message->octets = pop_resize(message->allocator, message->octets, message->capacity);
    }
    memcpy(message->octets + message->length, octets.octets, length);
    message->length += length;
}

void pop_message_note_fragment(pop_message *message, uint32_t frame)
{
    uint32_t length = (uint32_t)(message->total - message->noted);
    if (length > 0) {
        pop_fragments_note(&message->fragments, message->allocator, frame, length);
        message->noted = message->total;
    }
}

uint32_t pop_message_note_stretch(pop_message *message, uint32_t frame)
{
    if (message->latest_frame != frame) {
        message->latest_frame = frame;
        message->stretches = 0;
    }
    return ++message->stretches;
}

static void give_back(pop_message *message)
{
    if (message->capacity > message->length) {
        message->octets = pop_resize(message->allocator, message->octets, message->length);
        message->capacity = message->length;
    }
    pop_fragments_give_back(&message->fragments, message->allocator);
}

void pop_message_end(pop_message *message, uint32_t frame)
{
    message->ended_in = frame;
    give_back(message);
}

void pop_message_break_off(pop_message *message)
{
    message->damaged = true;
    give_back(message);
}

bool pop_message_is_whole(const pop_message *message)
{
    return message->ended_in != 0 && !message->damaged && message->total == message->length;
}
