/* pop_entries.h
 * What is told of the segment fed last: its octets, stretch by stretch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ENTRIES_H
#define POP_ENTRIES_H

#include "session/pop_exchange.h"
#include "session/pop_framing.h"
#include "session/pop_segment.h"

typedef enum pop_entry_kind {
    POP_ENTRY_GREETING,
    POP_ENTRY_REQUEST, /* a command line */
    POP_ENTRY_ANSWER, /* a client's line in an AUTH dialogue */
    POP_ENTRY_STATUS, /* a status line */
    POP_ENTRY_CHALLENGE,
    POP_ENTRY_LISTING, /* one or more whole lines of a multi-line reply that is no mail */
    POP_ENTRY_BODY, /* octets of a mail, from the server or, submitted, from the client */
    POP_ENTRY_BODY_END, /* the final ".", or what of it stands here */
    POP_ENTRY_PIECE, /* beginning or middle of a line that ends in a later segment, or never */
    POP_ENTRY_UNEXPECTED, /* a whole line that has no place in the session, or empty ones */
    POP_ENTRY_PREAMBLE, /* a header of the PROXY protocol, before the session */
    POP_ENTRY_OPAQUE, /* octets that are not decoded */
    POP_ENTRY_PROTECTED, /* octets behind a SASL security layer */
} pop_entry_kind;

/* A stretch of one segment. Entries of a segment stand in order and do not overlap. */
typedef struct pop_entry {
    uint32_t offset, length; /* in the segment, octets */
    uint8_t kind; /* pop_entry_kind */
    uint8_t state; /* pop_state in which the line was sent */
    bool ends_reply; /* the reply's last line */
    bool ends_line_here; /* PIECE excepted: the line, begun earlier, is whole in `line` */
    uint32_t stretch; /* BODY: which one of the mail's in this frame, from 1 */
    pop_anomalies anomalies;
    pop_exchange *exchange; /* NULL: the line belongs to no command */
    const char *user; /* who is logged in; NULL: nobody */
    pop_line *line; /* the record of a line that stands in several segments, else NULL */
    const pop_auth_step *auth; /* of a line that is part of a login, else NULL */
    uint64_t position; /* BODY: octets of the mail received with this entry's; LISTING: lines of the
                          reply likewise; UNEXPECTED: how many empty lines it is, 0: a line with
                          text */
} pop_entry;

/* True for the entry, in this frame, with the last octets of a mail that has no end; known in later
 * passes. */
static inline bool pop_entry_is_last_of_unfinished(
    const pop_entry *entry, uint32_t frame, const pop_message *message)
{
    return message->ended_in == 0 && frame == message->latest_frame
        && entry->stretch == message->stretches;
}

/* The entries of one segment. Written by the functions below; whoever adds an entry fills in what
 * the defaults leave open, before the next one is added. */
typedef struct pop_entries {
    const pop_allocator *allocator;
    size_t limit; /* of one segment */
    pop_entry *list;
    size_t count, capacity;
    bool gap_before[2]; /* per direction: octets are lost before the next entry */
} pop_entries;

/* What all entries of a unit have in common. */
typedef struct pop_stamp {
    uint8_t state;
    const char *user;
    pop_direction direction;
    pop_anomalies anomalies;
} pop_stamp;

void pop_entries_init(pop_entries *entries, const pop_allocator *allocator, size_t limit);

/* Another segment begins: its entries begin anew. */
void pop_entries_begin(pop_entries *entries);

/* Octets of that direction are lost before its next entry; or that is not worth telling. */
void pop_entries_note_gap(pop_entries *entries, pop_direction direction);
void pop_entries_forget_gaps(pop_entries *entries);

/* A new entry for a unit. Valid until the next one. */
pop_entry *pop_entries_add(
    pop_entries *entries, const pop_unit *unit, pop_entry_kind kind, const pop_stamp *stamp);

/* The same, or the entry before it grown, where that one is of the same kind and exchange, adjoins
 * the unit and has nothing wrong with it. */
pop_entry *pop_entries_add_merged(pop_entries *entries, const pop_unit *unit, pop_entry_kind kind,
    pop_exchange *exchange, const pop_stamp *stamp);

/* A new entry for a line that has no place in the session. An empty line that follows others like
 * it is counted in their entry: nothing can be said of one that is not true of all. */
void pop_entries_add_unexpected(pop_entries *entries, const pop_unit *unit, const pop_stamp *stamp);

/* The segment's latest entry; NULL: none so far. */
pop_entry *pop_entries_latest(pop_entries *entries);

#endif
