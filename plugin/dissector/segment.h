/* segment.h
 * The TCP segment that is being dissected, as it stands in its frame: TCP calls no dissector for
 * octets that it takes for repeated, or that came out of order, and then it depends on preferences
 * and releases. So TCP is called through a door of ours, which knows each segment, handed on or
 * not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_SEGMENT_H
#define POP_DISSECTOR_SEGMENT_H

#include <epan/packet.h>

#include "text/pop_direction.h"

/* Where a segment stands in its frame: tells it from the frame's others, in every pass alike. */
typedef struct pop_place {
    uint32_t offset; /* of the TCP header, in what it stands in */
    uint32_t sequence; /* its number; of what is no TCP segment, a number of the caller's */
} pop_place;

/* A segment, as long as its dissection runs. */
typedef struct pop_tcp_segment {
    pop_place place;
    uint16_t source, destination; /* ports; those of the packet may be a tunnel's */
    uint8_t flags;
    uint32_t sequence, acknowledgment;
    uint32_t length; /* octets on the wire, of which tvb may hold fewer */
    uint32_t header; /* octets before them */
    tvbuff_t *whole; /* from the header on */
    tvbuff_t *tvb; /* the octets alone; of none, the header; NULL so far: nobody has asked */
} pop_tcp_segment;

/* The segment that is being dissected, its octets not yet; false where the packet did not come
 * through TCP's door: an exported PDU, say. Any pass. */
bool pop_segment_of(const packet_info *pinfo, pop_tcp_segment *segment_out);

/* Takes the octets behind the header. Any pass. */
void pop_segment_take_octets(pop_tcp_segment *segment);

/* The same where somebody hands them: all of them, or, behind what a tunnel took off, the rest. Any
 * pass. */
void pop_segment_take_handed(pop_tcp_segment *segment, tvbuff_t *handed);

/* Somebody of ours has dealt with that segment. Any pass. */
void pop_segment_was_taken(void);
bool pop_segment_is_taken(void);

/* The ends of that kind belong to a session of ours: segments between such are looked at when TCP
 * has handed them to nobody of ours. First pass only. */
void pop_segment_watch(uint32_t port, uint32_t other_port);

/* True for a port of our dissector's, by the preferences and Decode As. Any pass. */
bool pop_segment_is_own_port(uint32_t port);

/* The number of the frame with the latest TCP segment of the first pass, and what tells that frame
 * from that of another capture. Any pass. */
typedef struct pop_frame_mark {
    uint32_t number; /* 0: none */
    const void *frame;
} pop_frame_mark;

pop_frame_mark pop_segment_latest_frame(void);

/* What is called for a segment that was not taken, where it may be of a session; any pass. */
typedef void (*pop_untaken_segment)(
    packet_info *pinfo, proto_tree *tree, const pop_tcp_segment *segment);

/* Registration only. `handle` is our dissector for TCP: what its ports carry is looked at from the
 * first segment on. */
void pop_segment_register(dissector_handle_t handle, pop_untaken_segment untaken);

#endif
