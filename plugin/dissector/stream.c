/* stream.c
 * A connection that POP is spoken on: which side is the server, in which order its octets come, and
 * the session.
 *
 * RFC 9293 section 3.4 (sequence numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/stream.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "dissector/compat.h"
#include "dissector/flow.h"
#include "dissector/host_private.h"
#include "dissector/memory.h"
#include "dissector/ports.h"
#include "dissector/settings.h"

#define ANY_SYN_SEEN (POP_HOST_TCP_COMPLETENESS_SYNSENT | POP_HOST_TCP_COMPLETENESS_SYNACK)

/* One side has sent a SYN, or one that acknowledges the other's. */
#define ANY_SYN_SENT                                                                               \
    ((POP_HOST_TCP_S_SAW_SYN | POP_HOST_TCP_S_SAW_SYNACK) & ~POP_HOST_TCP_S_BASE_SEQ_SET)

static wmem_map_t *streams; /* conversation_t -> pop_stream */
static pop_stream *latest_stream;
static uint32_t session_count;
static int proto_tcp;
static pop_order_capture order_capture;

/* --- Who is who ------------------------------------------------------------------------------- */

bool pop_starts_like_server(tvbuff_t *tvb)
{
    return tvb_strncaseeql(tvb, 0, "+", 1) == 0 || tvb_strncaseeql(tvb, 0, "-ERR", 4) == 0;
}

/* Only a server says so. */
static bool starts_with_status(tvbuff_t *tvb)
{
    return tvb_strncaseeql(tvb, 0, "+OK", 3) == 0 || tvb_strncaseeql(tvb, 0, "-ERR", 4) == 0;
}

static conversation_t *conversation_of(packet_info *pinfo, const pop_tcp_segment *segment)
{
    return segment == NULL ? find_conversation_pinfo(pinfo, 0)
                           : find_conversation(pinfo->num, &pinfo->src, &pinfo->dst,
                               CONVERSATION_TCP, segment->source, segment->destination, 0);
}

/* It is kept with TCP's own conversation; that of `pinfo` is another one where a dissector of the
 * PROXY protocol, or of a tunnel, stands between. */
static struct tcp_analysis *tcp_analysis_of(packet_info *pinfo, const pop_tcp_segment *segment)
{
    conversation_t *conversation = segment != NULL
        ? conversation_of(pinfo, segment)
        : find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport,
            pinfo->destport, 0);
    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, proto_tcp);
}

/* Which side is the server: the one that says what only a server does (in a tunnel the ports may be
 * anything), the port by which we were called or that is ours, the side that took the connection,
 * or the side that greets. */
static bool source_is_server(
    tvbuff_t *tvb, const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    if (starts_with_status(tvb)) {
        return true;
    }
    if (pinfo->srcport != pinfo->destport) {
        if (pinfo->match_uint == pinfo->srcport || pinfo->match_uint == pinfo->destport) {
            return pinfo->match_uint == pinfo->srcport;
        }
        bool source = pop_segment_is_own_port(pinfo->srcport);
        if (source != pop_segment_is_own_port(pinfo->destport)) {
            return source;
        }
        if (tcp != NULL && tcp->server_port != 0) {
            return tcp->server_port == pinfo->srcport;
        }
    }
    return pop_starts_like_server(tvb);
}

static uint32_t source_port(const packet_info *pinfo, const pop_tcp_segment *segment)
{
    return segment != NULL ? segment->source : pinfo->srcport;
}

static uint32_t destination_port(const packet_info *pinfo, const pop_tcp_segment *segment)
{
    return segment != NULL ? segment->destination : pinfo->destport;
}

/* copy_address_wmem() takes 32 octets for the four of an address. Exported PDUs have none. */
static void keep_address(address *kept, const address *from)
{
    void *octets = NULL;
    if (from->len > 0) {
        octets = memcpy(pop_file_keep((size_t)from->len), from->data, (size_t)from->len);
    }
    set_address(kept, from->type, from->len, octets);
}

static void set_server(
    pop_stream *stream, const packet_info *pinfo, const pop_tcp_segment *segment, bool source)
{
    keep_address(&stream->server, source ? &pinfo->src : &pinfo->dst);
    stream->server_port = source ? source_port(pinfo, segment) : destination_port(pinfo, segment);
}

pop_direction pop_stream_direction(
    const pop_stream *stream, const packet_info *pinfo, const pop_tcp_segment *segment)
{
    bool from_server = source_port(pinfo, segment) == stream->server_port
        && (destination_port(pinfo, segment) != stream->server_port
            || addresses_equal(&pinfo->src, &stream->server));
    return from_server ? POP_FROM_SERVER : POP_FROM_CLIENT;
}

/* --- The stream ------------------------------------------------------------------------------- */

static pop_stream *new_stream(conversation_t *conversation, packet_info *pinfo,
    const pop_tcp_segment *segment, bool source_serves)
{
    pop_stream *stream = pop_file_keep(sizeof *stream);
    *stream = (pop_stream){ .before = latest_stream };
    latest_stream = stream;
    set_server(stream, pinfo, segment, source_serves);
    if (segment != NULL) {
        stream->order = pop_order_new(pop_file_allocator(), &order_capture);
        pop_segment_watch(segment->source, segment->destination);
    }
    wmem_map_insert(streams, conversation, stream);
    return stream;
}

/* Of a SYN that nothing was captured to answer, TCP remembers its sender's part only. */
static bool has_syn(const struct tcp_analysis *tcp)
{
    uint8_t sent = tcp->fwd->static_flags | tcp->rev->static_flags;
    return (tcp->conversation_completeness & ANY_SYN_SEEN) != 0 || (sent & ANY_SYN_SENT) != 0;
}

static void note_tcp(pop_stream *stream, const struct tcp_analysis *tcp)
{
    if (tcp != NULL) {
        stream->opened = tcp->ts_first;
        stream->has_tcp_stream = true;
        stream->tcp_stream = tcp->stream;
    }
}

static bool order_saw_start(const pop_stream *stream)
{
    return stream->order != NULL
        && (pop_order_saw_start(stream->order, POP_FROM_CLIENT)
            || pop_order_saw_start(stream->order, POP_FROM_SERVER));
}

static void begin_session(pop_stream *stream, const struct tcp_analysis *tcp, bool late)
{
    note_tcp(stream, tcp);
    stream->syn_seen = !late && (order_saw_start(stream) || (tcp != NULL && has_syn(tcp)));
    stream->number = session_count++;
    stream->session = pop_session_new(
        pop_file_allocator(), pop_settings_limits(), stream->syn_seen);
    if (stream->server_port == POP_OLD_PORT) {
        pop_session_expect_old_version(stream->session);
    } else if (pop_ports_is_kerberos(stream->server_port)) {
        pop_session_expect_kerberos(stream->session);
    }
}

/* The first octets: they may show that the client was taken for the server. */
static pop_stream *with_session(pop_stream *stream, conversation_t *conversation, tvbuff_t *tvb,
    packet_info *pinfo, const pop_tcp_segment *segment)
{
    const struct tcp_analysis *tcp = conversation_get_proto_data(conversation, proto_tcp);
    tcp = tcp != NULL ? tcp : tcp_analysis_of(pinfo, segment);
    bool source = source_is_server(tvb, pinfo, tcp);
    if (stream == NULL) {
        stream = new_stream(conversation, pinfo, segment, source);
    } else if (source != (pop_stream_direction(stream, pinfo, segment) == POP_FROM_SERVER)) {
        set_server(stream, pinfo, segment, source);
        stream->order_is_crossed = true;
    }
    begin_session(stream, tcp, false);
    return stream;
}

static conversation_t *made_conversation(packet_info *pinfo, const pop_tcp_segment *segment)
{
    conversation_t *conversation = conversation_of(pinfo, segment);
    return conversation != NULL ? conversation : find_or_create_conversation(pinfo);
}

pop_stream *pop_stream_of(tvbuff_t *tvb, packet_info *pinfo, const pop_tcp_segment *segment)
{
    pop_stream *stream = segment == NULL ? NULL : pop_flow_latest(pinfo, segment);
    if (stream != NULL && stream->session != NULL) {
        return stream;
    }
    conversation_t *conversation = stream != NULL ? pop_flow_conversation()
                                                  : made_conversation(pinfo, segment);
    stream = stream != NULL ? stream : wmem_map_lookup(streams, conversation);
    if (stream == NULL || stream->session == NULL) {
        stream = with_session(stream, conversation, tvb, pinfo, segment);
    }
    if (segment != NULL) {
        pop_flow_note(pinfo, segment, conversation, stream);
    }
    return stream;
}

/* The SYN of a connection to one of our ports: its order begins. */
static pop_stream *stream_of_syn(
    conversation_t *conversation, packet_info *pinfo, const pop_tcp_segment *segment)
{
    bool is_answer = (segment->flags & POP_ORDER_ACK) != 0;
    pop_stream *stream = new_stream(conversation, pinfo, segment, is_answer);
    note_tcp(stream, conversation_get_proto_data(conversation, proto_tcp));
    pop_flow_note(pinfo, segment, conversation, stream);
    return stream;
}

/* Octets that are no record of TLS (RFC 8446 section 5.1): that is left to the host. */
static bool begins_session(const pop_tcp_segment *segment)
{
    if (segment->length == 0 || tvb_captured_length(segment->tvb) == 0
        || (segment->flags & (POP_ORDER_SYN | POP_ORDER_RST)) != 0) {
        return false;
    }
    uint8_t first = pop_tvb_octet(segment->tvb, 0);
    return first < 20 || first > 23;
}

pop_stream *pop_stream_of_untaken(packet_info *pinfo, const pop_tcp_segment *segment)
{
    pop_stream *stream = pop_flow_latest(pinfo, segment);
    if (stream != NULL && stream->session != NULL) {
        return stream;
    }
    if (stream == NULL) {
        conversation_t *conversation = conversation_of(pinfo, segment);
        stream = conversation == NULL ? NULL : wmem_map_lookup(streams, conversation);
        bool is_ours = pop_segment_is_own_port(segment->source)
            || pop_segment_is_own_port(segment->destination);
        if (conversation == NULL || (stream == NULL && !is_ours)) {
            return NULL;
        }
        if (stream == NULL && (segment->flags & POP_ORDER_SYN) != 0) {
            return stream_of_syn(conversation, pinfo, segment);
        }
    }
    return begins_session(segment) ? pop_stream_of(segment->tvb, pinfo, segment) : stream;
}

pop_stream *pop_stream_replace(
    pop_stream *stream, packet_info *pinfo, const pop_tcp_segment *segment)
{
    conversation_t *conversation = made_conversation(pinfo, segment);
    bool from_server = pop_stream_direction(stream, pinfo, segment) == POP_FROM_SERVER;
    pop_stream *other = new_stream(conversation, pinfo, segment, from_server);
    begin_session(other, tcp_analysis_of(pinfo, segment), true);
    pop_flow_note(pinfo, segment, conversation, other);
    return other;
}

pop_stream *pop_stream_begin_late(tvbuff_t *tvb, packet_info *pinfo)
{
    pop_tcp_segment segment;
    const pop_tcp_segment *known = pop_segment_of(pinfo, &segment) ? &segment : NULL;
    conversation_t *conversation = made_conversation(pinfo, known);
    pop_stream *stream = wmem_map_lookup(streams, conversation);
    if (stream != NULL && stream->session != NULL) {
        return NULL;
    }
    return with_session(stream, conversation, tvb, pinfo, known);
}

const pop_stream *pop_stream_find(packet_info *pinfo)
{
    pop_tcp_segment segment;
    conversation_t *conversation = conversation_of(
        pinfo, pop_segment_of(pinfo, &segment) ? &segment : NULL);
    const pop_stream *stream = conversation == NULL ? NULL : wmem_map_lookup(streams, conversation);
    return stream != NULL && stream->session != NULL ? stream : NULL;
}

pop_stream *pop_stream_latest(void)
{
    return latest_stream;
}

uint32_t pop_stream_count(void)
{
    return session_count;
}

bool pop_stream_exists(packet_info *pinfo)
{
    return latest_stream != NULL && pop_stream_find(pinfo) != NULL;
}

bool pop_stream_tls_started(packet_info *pinfo)
{
    const pop_stream *stream = pop_stream_find(pinfo);
    return stream != NULL && stream->session->transport.tls_started;
}

bool pop_stream_has_tls(const pop_stream *stream)
{
    return stream->session->transport.tls_started || stream->session->transport.in_tls;
}

/* --- Registration ----------------------------------------------------------------------------- */

static void forget_streams(void)
{
    for (pop_stream *stream = latest_stream; stream != NULL; stream = stream->before) {
        if (stream->order != NULL) {
            pop_order_free(stream->order);
        }
    }
    latest_stream = NULL;
    pop_flow_forget();
    session_count = 0;
    order_capture = (pop_order_capture){ .limit = pop_settings_hold_limit() };
}

void pop_stream_register(void)
{
    pop_memory_register();
    proto_tcp = proto_get_id_by_filter_name("tcp");
    streams = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    register_init_routine(forget_streams);
    register_cleanup_routine(forget_streams);
}
