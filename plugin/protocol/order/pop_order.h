/* pop_order.h
 * Puts the octets of a TCP connection back into the order in which they can have been sent:
 * segments of both directions go in as they were captured, octets come out in line, and a stretch
 * that will not come any more is told as lost, once.
 *
 * RFC 9293 section 3.4 (sequence and acknowledgment numbers), 3.10.7.4 (what a receiver trims).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ORDER_H
#define POP_ORDER_H

#include "order/pop_order_segment.h"

/* Octets that one connection, and all connections of a capture, hold at the most. */
#define POP_ORDER_HOLD_LIMIT ((size_t)16 << 20)
#define POP_ORDER_CAPTURE_LIMIT ((size_t)256 << 20)

typedef struct pop_order_delivery {
    pop_direction direction;
    bool lost; /* `length` octets will not come; else `octets` are next */
    uint64_t length; /* octets */
    pop_span octets; /* valid until the next call of a function of this file */
    uint32_t offset; /* octets of their segment before them */
    bool is_own; /* of the segment that was taken last; else they were held */
    bool
        cut_off; /* their segment went on: what follows was not captured; it is told as lost next */
    int64_t ahead; /* octets of the other direction that their sender had beyond those delivered or,
                      negative, short of them; 0 where that is not known */
    pop_instant at; /* when they were captured */
} pop_order_delivery;

/* What became of the segment that was taken last. */
typedef struct pop_order_outcome {
    uint32_t repeated; /* octets at its beginning that had come before */
    uint32_t held; /* octets of it that wait */
    uint64_t
        missing; /* octets that have not come, next in line; 0: what is held waits for octets of
                         the other direction, which their sender had */
    bool out_of_window; /* far beyond what its receiver could have taken */
    bool given_up; /* it has octets that had been told to be lost */
    bool differs; /* it repeats octets that are still held, and has others in their place */
} pop_order_outcome;

/* What the connections of one capture have in common. All zero at its beginning, but for the limit;
 * the caller's, and written here. */
typedef struct pop_order_capture {
    size_t limit; /* octets held by all connections */
    size_t held;
    bool has_two_clocks; /* an acknowledgment was captured before the octets that it acknowledges,
                            or the end of a connection before some of its octets */
} pop_order_capture;

typedef struct pop_order pop_order;

/* A connection of which nothing has been seen. All that it keeps comes from the allocator, but for
 * what is held and its index, which pop_order_free() gives back; `capture` must outlive it. */
pop_order *pop_order_new(const pop_allocator *allocator, pop_order_capture *capture);
void pop_order_free(pop_order *order);

/* True where the segment is of another connection between the same ends, whose beginning was not
 * captured: its numbers are far from all that was seen, and so were those of a segment before,
 * which is in `first_out` then, its octets valid until the next call. The caller begins a new order
 * with both. To be asked before pop_order_take(). First pass only. */
bool pop_order_begins_anew(
    pop_order *order, const pop_order_segment *segment, pop_order_segment *first_out);

/* Takes a segment; of those without octets, too. Its octets must stay where they are until
 * pop_order_finish(). First pass only. */
void pop_order_take(pop_order *order, const pop_order_segment *segment);

/* The next thing that the session may read; false where nothing is due. First pass only. */
bool pop_order_next(pop_order *order, pop_order_delivery *delivery_out);

/* To be called when there is nothing next: what is left of the segment is held. First pass only. */
pop_order_outcome pop_order_finish(pop_order *order);

/* The capture has ended: from now on until the next segment is taken, pop_order_next() gives all
 * that is held, and tells what is missing between as lost. */
void pop_order_end(pop_order *order);

/* Octets of the direction that somebody else reads: they count as delivered. First pass only. */
void pop_order_pass_over(pop_order *order, const pop_order_segment *segment);

/* True where something is held. Any pass. */
bool pop_order_holds(const pop_order *order);

/* True where a segment of that direction was seen. Any pass. */
bool pop_order_saw(const pop_order *order, pop_direction direction);

/* True where that direction was captured from its beginning. Any pass. */
bool pop_order_saw_start(const pop_order *order, pop_direction direction);

#endif
