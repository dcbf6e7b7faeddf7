/* stream.h
 * A connection that POP is spoken on: which side is the server, in which order its octets come, and
 * the session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STREAM_H
#define POP_STREAM_H

#include <epan/packet.h>

#include "dissector/segment.h"
#include "order/pop_order.h"
#include "session/pop_session.h"

/* In file scope. Of a connection to one of our ports of which no octets have come there is the
 * order alone, and no session. */
typedef struct pop_stream {
    pop_session *session; /* NULL: no octets yet */
    pop_order *order; /* NULL: none is needed, since its octets do not come in TCP segments */
    uint32_t number; /* in the capture, from 0 */
    address server;
    uint32_t server_port;
    bool order_is_crossed; /* the order was begun while the client was taken for the server */
    bool syn_seen; /* one side's at least */
    nstime_t opened; /* when the SYN was seen, if it was */
    bool has_tcp_stream;
    uint32_t tcp_stream; /* tcp.stream */
    uint32_t last_frame; /* with octets of it, held or not; 0: none */
    pop_place last_place;
    pop_direction last_sender; /* of that frame */
    uint32_t last_octets; /* of the last record of a stretch, that were new */
    uint32_t last_record; /* of decoded octets: its number; many frames may share one */
    uint32_t last_record_frame; /* the latest that has it; 0: there is none */
    pop_place last_record_place;
    struct pop_stream *before; /* the stream that was begun before this one; NULL: none */
} pop_stream;

/* True where the octets begin as a server's do. */
bool pop_starts_like_server(tvbuff_t *tvb);

/* The stream of the packet's connection with a session; made where there is none, for octets in
 * `tvb`. `segment` NULL: the packet is no TCP segment. Never NULL. First pass only. */
pop_stream *pop_stream_of(tvbuff_t *tvb, packet_info *pinfo, const pop_tcp_segment *segment);

/* The same for a segment that TCP has handed to nobody of ours, its octets taken: NULL where it is
 * of no connection of ours. One without octets makes no session. First pass only. */
pop_stream *pop_stream_of_untaken(packet_info *pinfo, const pop_tcp_segment *segment);

/* A stream in the place of this one, for another connection between the same ends. First pass
 * only. */
pop_stream *pop_stream_replace(
    pop_stream *stream, packet_info *pinfo, const pop_tcp_segment *segment);

/* Begins a session of whose server the first octets have gone by. NULL where the connection has
 * one. First pass only. */
pop_stream *pop_stream_begin_late(tvbuff_t *tvb, packet_info *pinfo);

/* The stream of the packet's connection, NULL where that has no session. Any pass. */
const pop_stream *pop_stream_find(packet_info *pinfo);

/* The stream that was begun last, and through `before` all others. NULL: there is none. */
pop_stream *pop_stream_latest(void);

/* How many sessions there are so far. Any pass. */
uint32_t pop_stream_count(void);

/* True where the connection has a session; and where that had a positive reply to STLS. */
bool pop_stream_exists(packet_info *pinfo);
bool pop_stream_tls_started(packet_info *pinfo);

/* True where the stream's octets come through TLS, or will soon. First pass only. */
bool pop_stream_has_tls(const pop_stream *stream);

/* Who sent the packet. Any pass. */
pop_direction pop_stream_direction(
    const pop_stream *stream, const packet_info *pinfo, const pop_tcp_segment *segment);

/* Registration only. */
void pop_stream_register(void);

#endif
