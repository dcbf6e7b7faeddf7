/* stream.h
 * A conversation of POP: which side is the server, and where a segment stands in its stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STREAM_H
#define POP_STREAM_H

#include <epan/packet.h>

#include "session/pop_session.h"

struct tcpinfo;
struct pop_record;

/* A conversation, in file scope. */
typedef struct pop_stream {
    pop_session *session;
    uint32_t number; /* in the capture, from 0 */
    address server;
    uint32_t server_port;
    nstime_t opened; /* when the SYN was seen ... */
    bool syn_seen; /* ... if it was */
    bool has_tcp_stream;
    uint32_t tcp_stream; /* tcp.stream */
    bool placed[2]; /* per direction: `next` is known */
    bool acknowledges[2]; /* per sender: its acknowledgments follow the other direction */
    uint32_t
        acknowledged[2]; /* per direction: TCP sequence number of the octet after the last one that
                                 the other side has; 0: not known */
    uint32_t next[2]; /* per direction: TCP sequence number of the octet after the last one */
    uint32_t begun[2]; /* per direction: TCP sequence number of the latest segment's first octet */
    uint32_t last_frame, last_ordinal; /* of its last record */
    uint32_t last_octets; /* ... and how many were new to the session */
    uint32_t last_record; /* its number; many may share one */
} pop_stream;

/* The part of a segment that the session has not seen. */
typedef struct pop_fresh_part {
    uint32_t offset; /* octets before it that came earlier */
    uint32_t length; /* octets that were captured of it */
    uint32_t missing_before, missing_behind; /* octets of the stream around it */
    int32_t ahead; /* as in pop_segment */
} pop_fresh_part;

/* True where the octets begin as a server's do. */
bool pop_starts_like_server(tvbuff_t *tvb);

/* The stream of the packet's conversation; made where there is none. Never NULL. First pass
 * only. */
pop_stream *pop_stream_of(tvbuff_t *tvb, packet_info *pinfo);

/* Begins a session of whose server the first octets have gone by, up to the TCP sequence number
 * `next`. NULL where the conversation has a stream. First pass only. */
pop_stream *pop_stream_begin_late(tvbuff_t *tvb, packet_info *pinfo, uint32_t next);

/* The stream of the packet's conversation, NULL where it has none. Any pass. */
const pop_stream *pop_stream_find(packet_info *pinfo);

/* How many streams there are so far. Any pass. */
uint32_t pop_stream_count(void);

/* True where the conversation has a stream; and where that had a positive reply to STLS. */
bool pop_stream_exists(packet_info *pinfo);
bool pop_stream_tls_started(packet_info *pinfo);

/* Who sent the packet. Any pass. */
pop_direction pop_stream_direction(const pop_stream *stream, const packet_info *pinfo);

/* Which part of the segment is new, and what is missing around it; the stream's place moves behind
 * it. `tcp` NULL: octets are in order. First pass only. */
pop_fresh_part pop_stream_place(pop_stream *stream, pop_direction direction, tvbuff_t *tvb,
    packet_info *pinfo, const struct tcpinfo *tcp);

/* What TCP knows of the packet's connection, NULL where nothing. Any pass. */
const struct tcp_analysis *pop_stream_tcp_analysis(const packet_info *pinfo);

/* True where TCP tells sequence numbers from the SYN on. */
bool pop_stream_sequence_is_relative(void);

/* True where the packet belongs to the stream of the segment before, and that has come to TLS: told
 * without a search. First pass only. */
bool pop_stream_goes_on_in_tls(const packet_info *pinfo);

/* True where the segment that TCP has kept has octets beyond those that came, and TCP will not
 * bring them by itself. First pass only. */
bool pop_stream_lacks(packet_info *pinfo, const struct tcpinfo *tcp);

/* Registration only. */
void pop_stream_register(void);

#endif
