/* pop_side.h
 * One direction of a connection: where it begins, how far it has come, and what of it is held.
 *
 * Positions count the octets of its stream, and do not wrap as sequence numbers do.
 *
 * RFC 9293 section 3.4 (sequence and acknowledgment numbers), 3.8.4 (keep-alives).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SIDE_H
#define POP_SIDE_H

#include "order/pop_order_segment.h"
#include "order/pop_piece.h"
#include "order/pop_waiting.h"

/* How far beyond what was seen a number is believed at once. A window says little about that: it
 * is scaled by a number that only the SYN tells (RFC 7323 section 2.2). */
#define POP_SIDE_BELIEVED_AHEAD (UINT64_C(256) * 1024)

/* Numbers that differ by more are another connection's. */
#define POP_SIDE_OTHER_CONNECTION (INT64_C(16) * 1024 * 1024)

/* Gaps that are remembered in case their octets come late. */
#define POP_SIDE_GAPS 4

typedef struct pop_gap {
    uint64_t from, until; /* positions; equal: there is none */
} pop_gap;

/* All zero at its beginning; written by the functions below, and `waiting` by those of its own. */
typedef struct pop_side {
    bool seen; /* it has sent something */
    bool placed; /* `next` is known */
    bool start_seen; /* ... from the SYN */
    bool delivered; /* octets of it have gone out */
    bool finished; /* its FIN was seen, at `fin_at` ... */
    bool fin_acknowledged; /* ... and is acknowledged */
    uint32_t start, next; /* sequence numbers of the first octet and of the next in line */
    uint64_t position; /* of the next in line */
    uint64_t highest; /* behind the last octet that it was believed to send ... */
    uint64_t highest_when_heard; /* ... when the other side last sent something */
    uint64_t acknowledged; /* what the other side said to have; 0: nothing yet */
    uint64_t doubtful; /* an acknowledgment that is not believed yet; 0: none */
    uint64_t fin_at;
    pop_gap gaps[POP_SIDE_GAPS]; /* the latest that were told to be lost, in turns */
    uint32_t latest_gap;
    pop_waiting waiting; /* for octets of it */
    GTree *held; /* pop_piece by position; NULL: never was one */
} pop_side;

/* The position of a sequence number, which wraps: the difference to the next one counts, as a
 * signed number. */
static inline uint64_t pop_side_position(const pop_side *side, uint32_t sequence)
{
    return side->position + (uint64_t)(int64_t)(int32_t)(sequence - side->next);
}

/* So many octets have gone out, or are passed over. */
static inline void pop_side_move_on(pop_side *side, uint64_t octets)
{
    side->position += octets;
    side->next += (uint32_t)octets;
    side->highest = MAX(side->highest, side->position);
    side->delivered = true;
    pop_waiting_over(&side->waiting);
}

/* It has sent something; the other side has. */
static inline void pop_side_note_seen(pop_side *side)
{
    side->seen = true;
}

static inline void pop_side_note_heard(pop_side *side)
{
    side->highest_when_heard = side->highest;
}

/* It has sent all before that position. */
static inline void pop_side_note_sent(pop_side *side, uint64_t position)
{
    side->highest = MAX(side->highest, position);
}

/* It begins with that sequence number, as far as is known. */
void pop_side_start(pop_side *side, uint32_t sequence);

/* A segment of its own tells where it begins, or another begin than the one that was thought. */
void pop_side_place(pop_side *side, const pop_order_segment *segment);

/* The position that an acknowledgment has; that of a FIN, which takes a number of its own, is where
 * it stands. Of a side that is placed. */
uint64_t pop_side_position_acknowledged(const pop_side *side, uint32_t acknowledgment);

/* The other side has all before that number, if it is believed; a side that is not placed begins
 * there. */
void pop_side_acknowledge(pop_side *side, uint32_t acknowledgment);

/* The same of a position, where all before it was seen. */
static inline void pop_side_acknowledge_seen(pop_side *side, uint64_t position)
{
    side->acknowledged = MAX(side->acknowledged, position);
}

/* The segment has its FIN; one far beyond what was seen is not believed. */
void pop_side_take_fin(pop_side *side, const pop_order_segment *segment);

/* The next octets in line are lost. */
void pop_side_lose(pop_side *side, uint64_t octets);

/* True where some of the octets between the positions are among those told to be lost. */
bool pop_side_has_lost(const pop_side *side, uint64_t from, uint64_t until);

/* The piece, which stays its caller's, is held; is held no more. */
void pop_side_hold(pop_side *side, pop_piece *piece);
void pop_side_release(pop_side *side, pop_piece *piece);

/* Gives back what the side keeps; of held pieces there must be none. */
void pop_side_free(pop_side *side, const pop_allocator *allocator);

/* True where the number is so far from the next one that it is another connection's. */
bool pop_side_is_far(const pop_side *side, uint32_t sequence);

#endif
