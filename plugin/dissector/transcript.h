/* transcript.h
 * What each segment of a conversation brought. The first pass runs the session over the segments in
 * the order of the stream and writes this down; later passes, and every drawing, read it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TRANSCRIPT_H
#define POP_TRANSCRIPT_H

#include "dissector/stream.h"

/* What one call of the dissector brought. Nothing changes it after its frame's first pass. */
typedef struct pop_record {
    const pop_stream
        *stream; /* NULL: drawn without a session (a segment quoted in an ICMP error) */
    const pop_maildrop *maildrop;
    uint32_t step; /* of the session, to tell what was known then */
    uint8_t direction; /* pop_direction */
    uint8_t version;
    bool tls;
    bool is_first_of_frame; /* the first of the frame's calls */
    bool is_stretch; /* its one entry is all of a frame's only segment, and tells nothing else */
    uint32_t ordinal; /* among the frame's records */
    uint32_t entry_count;
    pop_entry entries[];
} pop_record;

/* The record of this call, which lives as long as the packet at least: made in the first pass,
 * found in later ones. `tcp` is what TCP hands its subdissectors, or NULL (inside TLS, in exported
 * PDUs): then octets are in order. Never NULL. */
const pop_record *pop_transcript_record(
    tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp, bool tls);

/* Octets of the server's that came when nobody knew that they are POP: the stream's session begins
 * with them, and later passes draw them in their frame. First pass only. */
void pop_transcript_begin_with(pop_stream *stream, pop_span octets, const pop_instant *at);

/* True where this call is one of ours: in the first pass by its conversation, later by its
 * record. */
bool pop_transcript_knows(packet_info *pinfo);

/* True for the last record of its stream, once the whole capture has been read. Any pass. */
bool pop_transcript_ends_with(const pop_record *record, const packet_info *pinfo);

/* When the frame was seen. Any pass. */
pop_instant pop_instant_of(const packet_info *pinfo);

/* True where the dissector was called for this frame before. Any pass. */
bool pop_transcript_was_called(const packet_info *pinfo);

/* The frame brings no more calls: when it is dissected again, they are counted anew. Any pass. */
void pop_transcript_end_frame(void);

/* Sets up what lives with a capture file. Registration only. */
void pop_transcript_register(void);

#endif
