/* ordered.h
 * Octets of several segments that go on one behind the other: puts them together, with what the
 * session made of them, and keeps them for later passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ORDERED_H
#define POP_ORDERED_H

#include <epan/packet.h>

#include "order/pop_order.h"
#include "session/pop_session.h"

/* One of the frames that octets were put together from. */
typedef struct pop_origin {
    uint32_t frame;
    uint32_t length; /* octets */
    bool held; /* they came too early */
} pop_origin;

/* Octets that were put in order: some of them were held, or all. In file scope. */
typedef struct pop_ordered_octets {
    const pop_message *message; /* has the first ones, which are not kept twice; NULL: none */
    size_t message_offset; /* octets of the message before them */
    uint32_t message_length; /* as many of them; ... */
    const uint8_t *rest; /* ... and the others */
    uint32_t length; /* of all */
    uint32_t origin_count; /* ... of which this frame may be one */
    pop_origin origins[];
} pop_ordered_octets;

/* Such a run, and what the session made of it: entries that stand in its octets. */
typedef struct pop_ordered_run {
    pop_direction direction;
    const pop_entry *entries; /* valid until another run begins */
    uint32_t entry_count;
    const pop_ordered_octets *octets;
} pop_ordered_run;

/* True where a run is under way; where one of that direction is. First pass only. */
bool pop_ordered_is_open(void);
bool pop_ordered_goes_on(pop_direction direction);

/* Adds octets that the session has just read, and its entries, to the run; where none is under way,
 * one begins. First pass only. */
void pop_ordered_add(const pop_session *session, const pop_order_delivery *delivery);

/* Ends the run, which is under way. First pass only. */
void pop_ordered_end(pop_ordered_run *run_out);

/* The octets as a source of their own of the frame that is being dissected. Any pass. */
tvbuff_t *pop_ordered_tvb(tvbuff_t *tvb, packet_info *pinfo, const pop_ordered_octets *ordered);

#endif
