/* transcript.h
 * What each segment of a connection brought. The first pass puts the octets in order, runs the
 * session over them and writes this down; later passes, and every drawing, read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TRANSCRIPT_H
#define POP_TRANSCRIPT_H

#include "dissector/ordered.h"
#include "dissector/stream.h"

/* Octets of a segment that came too early. In file scope. */
typedef struct pop_held_octets {
    uint32_t length;
    uint64_t missing; /* octets before them; 0: they wait for the other direction */
    uint32_t decoded_in; /* frame; 0: none so far */
} pop_held_octets;

/* What a segment brought, or a TLS record. Nothing changes it after its frame's first pass, but
 * `decoded_in` of what is held. */
typedef struct pop_record {
    const pop_stream
        *stream; /* NULL: drawn without a session (a segment quoted in an ICMP error) */
    const pop_maildrop *maildrop;
    const pop_ordered_octets *ordered; /* that the entries stand in; NULL: in the segment */
    pop_held_octets *held; /* nothing but this is told of a segment that is held; NULL: it is not */
    pop_anomalies anomalies; /* of the segment as such */
    uint32_t step; /* of the session, to tell what was known then */
    uint8_t direction; /* pop_direction: who speaks */
    uint8_t sender; /* pop_direction: who sent the frame */
    uint8_t version;
    bool tls;
    bool is_first_of_frame; /* the first of the frame's records */
    bool is_stretch; /* its one entry is all of a frame's only segment, and tells nothing else */
    bool is_shown; /* in every pass alike, though TCP may hand it on in one and not in another */
    uint32_t entry_count;
    pop_entry entries[];
} pop_record;

/* What is called for each record of a segment, in order. `tvb` holds the record's octets. */
typedef void (*pop_record_reader)(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record);

/* Octets of the server's that came when nobody knew that they are POP: the stream's session begins
 * with them, and later passes draw them in their frame, at that place. First pass only. */
void pop_transcript_begin_with(
    pop_stream *stream, pop_span octets, const pop_instant *at, pop_place place);

/* The record of the same session's call before this one in the frame; NULL: there was none. Any
 * pass. */
const pop_record *pop_transcript_before(const pop_record *record, const packet_info *pinfo);

/* Reads the records of octets that somebody hands us: in the first pass they are made. Those that
 * come in no TCP segment of their own (inside TLS, in exported PDUs) are in order. */
void pop_transcript_read(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool tls, pop_record_reader reader);

/* The same for a segment that TCP handed to nobody of ours. */
void pop_transcript_read_untaken(
    packet_info *pinfo, proto_tree *tree, const pop_tcp_segment *segment, pop_record_reader reader);

/* True where this call is one of ours: in the first pass by its connection, later by its
 * record. */
bool pop_transcript_knows(packet_info *pinfo);

/* True for the last record of its stream, once the whole capture has been read. Any pass. */
bool pop_transcript_ends_with(const pop_record *record, const packet_info *pinfo);

/* Nothing more will be captured: what is still held is decoded as it stands. tshark has no such
 * moment when it reads once, but that at which its reports are written. Not while a frame is
 * dissected. */
void pop_transcript_end_capture(void);

/* When the frame was seen. Any pass. */
pop_instant pop_instant_of(const packet_info *pinfo);

/* Sets up what lives with a capture file; `protocol` is POP's. Registration only. */
void pop_transcript_register(int protocol);

#endif
