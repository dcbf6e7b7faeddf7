/* pop_message.h
 * A mail under way, and when it is whole: its octets with dot-stuffing undone, and its fragments.
 *
 * RFC 1939 section 3 (multi-line replies) and 5 (RETR); RFC 937 and RFC 918 (counted data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MESSAGE_H
#define POP_MESSAGE_H

#include "mail/pop_fragments.h"
#include "text/pop_text.h"

/* Written by the session in the first pass alone. */
typedef struct pop_message {
    uint8_t *octets;
    size_t length, capacity; /* octets kept */
    uint64_t total; /* octets received, kept or not */
    uint64_t noted; /* octets that the fragments cover */
    uint32_t stretches; /* that the latest frame brought, those with nothing but a held dot, too */
    uint32_t latest_frame; /* with a stretch of it */
    pop_fragments fragments;
    size_t limit; /* octets kept at the most */
    size_t expected; /* octets that were announced, and some more; 0: none were */
    uint32_t ended_in; /* frame of the terminator; 0: not seen so far */
    bool damaged; /* octets of it are missing */
    bool head_lost; /* nothing else is missing than, perhaps, octets of its head */
    const pop_allocator *allocator;
} pop_message;

/* A message of at most `limit` kept octets, from the allocator, which must outlive it. */
pop_message *pop_message_new(const pop_allocator *allocator, size_t limit);

/* So many octets were announced. Nothing depends on it but how memory is taken. */
void pop_message_expect(pop_message *message, uint64_t octets);

/* Adds octets at the end. Beyond the limit they are counted only. */
void pop_message_add(pop_message *message, pop_span octets);

/* Notes that the octets added since the last note came in `frame`; nothing where there are none. */
void pop_message_note_fragment(pop_message *message, uint32_t frame);

/* Notes a stretch of it on the wire. Returns its number among those of `frame`, from 1. */
uint32_t pop_message_note_stretch(pop_message *message, uint32_t frame);

/* The terminator came in `frame`: gives back what memory is not needed any more. */
void pop_message_end(pop_message *message, uint32_t frame);

/* The message broke off: it is damaged, and no more octets come. Gives back memory likewise. */
void pop_message_break_off(pop_message *message);

/* True where the message has its end, all of its octets, and all of them were kept. */
bool pop_message_is_whole(const pop_message *message);

#endif
