/* stream.c
 * A conversation of POP: which side is the server, and where a segment stands in its stream.
 *
 * RFC 9293 section 3.4 (sequence numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/stream.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/prefs-int.h>

#include "dissector/flow.h"
#include "dissector/host.h"
#include "dissector/memory.h"
#include "dissector/settings.h"

/* Of tcp_analysis.conversation_completeness, which the host keeps to its own file. */
#define SYN_SEEN 0x01
#define SYN_ACK_SEEN 0x02

/* Of tcp_flow_t.static_flags, likewise: it has sent a SYN, or one that acknowledges the other's. */
#define SYN_SENT 0x02
#define SYN_ACK_SENT 0x04

/* Octets that may be missing before the first segment of a direction. */
#define NEAR_OCTETS (1U << 20)

static wmem_map_t *streams; /* conversation_t -> pop_stream */
static uint32_t stream_count;
static int proto_tcp;
static pref_t *relative_sequence, *analyzed_sequence, *reordering; /* preferences of TCP */

/* --- The conversation ------------------------------------------------------------------------- */

bool pop_starts_like_server(tvbuff_t *tvb)
{
    return tvb_strncaseeql(tvb, 0, "+", 1) == 0 || tvb_strncaseeql(tvb, 0, "-ERR", 4) == 0;
}

/* Only a server says so. */
static bool starts_with_status(tvbuff_t *tvb)
{
    return tvb_strncaseeql(tvb, 0, "+OK", 3) == 0 || tvb_strncaseeql(tvb, 0, "-ERR", 4) == 0;
}

/* It is kept with TCP's own conversation; that of `pinfo` is another one where a dissector of the
 * PROXY protocol stands between. */
const struct tcp_analysis *pop_stream_tcp_analysis(const packet_info *pinfo)
{
    conversation_t *conversation = find_conversation(
        pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport, pinfo->destport, 0);
    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, proto_tcp);
}

/* Which side is the server: the one that says what only a server does (in a tunnel the ports may be
 * anything), the port by which we were called, the side that took the connection, or the side that
 * greets. */
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
        if (tcp != NULL && tcp->server_port != 0) {
            return tcp->server_port == pinfo->srcport;
        }
    }
    return pop_starts_like_server(tvb);
}

/* Whether the capture has the beginning of the connection, in one direction at least: of a SYN that
 * nothing was captured to answer, TCP remembers its sender's part only. */
static bool has_syn(const struct tcp_analysis *tcp)
{
    uint8_t sent = tcp->fwd->static_flags | tcp->rev->static_flags;
    return (tcp->conversation_completeness & (SYN_SEEN | SYN_ACK_SEEN)) != 0
        || (sent & (SYN_SENT | SYN_ACK_SENT)) != 0;
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

static pop_stream *new_stream(tvbuff_t *tvb, packet_info *pinfo, conversation_t *conversation)
{
    const struct tcp_analysis *tcp = conversation_get_proto_data(conversation, proto_tcp);
    if (tcp == NULL) {
        tcp = pop_stream_tcp_analysis(pinfo);
    }
    pop_stream *stream = pop_file_keep(sizeof *stream);
    *stream = (pop_stream){ .number = stream_count++ };
    bool from_server = source_is_server(tvb, pinfo, tcp);
    keep_address(&stream->server, from_server ? &pinfo->src : &pinfo->dst);
    stream->server_port = from_server ? pinfo->srcport : pinfo->destport;
    if (tcp != NULL) {
        stream->syn_seen = has_syn(tcp);
        stream->opened = tcp->ts_first;
        stream->has_tcp_stream = true;
        stream->tcp_stream = tcp->stream;
    }
    stream->session = pop_session_new(
        pop_file_allocator(), pop_settings_limits(), stream->syn_seen);
    if (stream->server_port == POP_OLD_PORT) {
        pop_session_expect_old_version(stream->session);
    } else if (stream->server_port == POP_KERBEROS_PORT) {
        pop_session_expect_kerberos(stream->session);
    }
    wmem_map_insert(streams, conversation, stream);
    return stream;
}

pop_stream *pop_stream_of(tvbuff_t *tvb, packet_info *pinfo)
{
    pop_stream *stream = pop_flow_latest(pinfo);
    if (stream != NULL) {
        return stream;
    }
    conversation_t *conversation = find_or_create_conversation(pinfo);
    stream = wmem_map_lookup(streams, conversation);
    if (stream == NULL) {
        stream = new_stream(tvb, pinfo, conversation);
    }
    pop_flow_note(pinfo, stream);
    return stream;
}

pop_stream *pop_stream_begin_late(tvbuff_t *tvb, packet_info *pinfo, uint32_t next)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    if (wmem_map_lookup(streams, conversation) != NULL) {
        return NULL;
    }
    pop_stream *stream = new_stream(tvb, pinfo, conversation);
    stream->placed[POP_FROM_SERVER] = true;
    stream->next[POP_FROM_SERVER] = next;
    return stream;
}

const pop_stream *pop_stream_find(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation == NULL ? NULL : wmem_map_lookup(streams, conversation);
}

uint32_t pop_stream_count(void)
{
    return stream_count;
}

bool pop_stream_exists(packet_info *pinfo)
{
    return pop_stream_find(pinfo) != NULL;
}

bool pop_stream_tls_started(packet_info *pinfo)
{
    const pop_stream *stream = pop_stream_find(pinfo);
    return stream != NULL && stream->session->transport.tls_started;
}

pop_direction pop_stream_direction(const pop_stream *stream, const packet_info *pinfo)
{
    bool from_server = pinfo->srcport == stream->server_port
        && (pinfo->destport != stream->server_port
            || addresses_equal(&pinfo->src, &stream->server));
    return from_server ? POP_FROM_SERVER : POP_FROM_CLIENT;
}

/* --- The place in the stream ------------------------------------------------------------------ */

static bool is_on(pref_t *preference)
{
    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

bool pop_stream_sequence_is_relative(void)
{
    return is_on(relative_sequence) && is_on(analyzed_sequence);
}

/* The sequence number of the connection's first octet in this direction, where the SYN tells it. */
static bool first_sequence(packet_info *pinfo, uint32_t *first_out)
{
    if (!is_on(analyzed_sequence)) {
        return false;
    }
    /* Sequence numbers are relative to the SYN's unless a preference says otherwise. */
    if (is_on(relative_sequence)) {
        *first_out = 1;
        return true;
    }
    const struct tcp_analysis *analysis = pop_stream_tcp_analysis(pinfo);
    *first_out = analysis == NULL ? 0 : analysis->fwd->base_seq + 1;
    return analysis != NULL;
}

static pop_direction other_side(pop_direction direction)
{
    return direction == POP_FROM_CLIENT ? POP_FROM_SERVER : POP_FROM_CLIENT;
}

/* How far its sender has the other direction, measured at what we have of it. A capture may hold
 * acknowledgments that somebody made up: those that never fit are not believed. */
static int32_t acknowledged_ahead(
    pop_stream *stream, pop_direction direction, const struct tcpinfo *tcp)
{
    pop_direction other = other_side(direction);
    if (!stream->placed[other]) {
        if (stream->acknowledged[other] == 0) {
            stream->acknowledged[other] = tcp->lastackseq;
        }
        return (int32_t)(tcp->lastackseq - stream->acknowledged[other]);
    }
    int32_t ahead = (int32_t)(tcp->lastackseq - stream->next[other]);
    stream->acknowledges[direction] |= ahead == 0 || tcp->lastackseq == stream->begun[other];
    return stream->acknowledges[direction] ? ahead : 0;
}

/* In a capture that begins in mid-session, what the other side had of this one tells whether the
 * first segment seen is the next one. */
static bool is_just_before(uint32_t acknowledged, uint32_t sequence)
{
    return acknowledged != 0 && sequence - acknowledged < NEAR_OCTETS;
}

/* A keep-alive has the octet before those to come (RFC 9293 section 3.8.4), or none. */
static bool is_keep_alive(uint32_t acknowledged, uint32_t sequence, uint32_t octets)
{
    return octets <= 1 && acknowledged != 0 && sequence + octets == acknowledged;
}

/* The sequence number at which what is new begins, in a direction of which nothing was placed. */
static uint32_t first_expected(const pop_stream *stream, pop_direction direction,
    packet_info *pinfo, const struct tcpinfo *tcp, uint32_t octets)
{
    uint32_t first = 0, acknowledged = stream->acknowledged[direction];
    if (stream->syn_seen && first_sequence(pinfo, &first)) {
        return first;
    }
    bool just_before = is_just_before(acknowledged, tcp->seq);
    return just_before || is_keep_alive(acknowledged, tcp->seq, octets) ? acknowledged : tcp->seq;
}

pop_fresh_part pop_stream_place(pop_stream *stream, pop_direction direction, tvbuff_t *tvb,
    packet_info *pinfo, const struct tcpinfo *tcp)
{
    uint32_t reported = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    pop_fresh_part part = { .length = captured, .missing_behind = reported - captured };
    if (tcp == NULL) {
        return part;
    }
    part.ahead = acknowledged_ahead(stream, direction, tcp);
    stream->begun[direction] = tcp->seq;
    if (!stream->placed[direction]) {
        stream->placed[direction] = true;
        stream->next[direction] = first_expected(stream, direction, pinfo, tcp, reported);
        stream->acknowledges[other_side(direction)] |= tcp->seq != 0
            && stream->acknowledged[direction] == tcp->seq;
    }
    /* Sequence numbers wrap: the difference counts, as a signed number. */
    int32_t ahead = (int32_t)(tcp->seq - stream->next[direction]);
    if (ahead >= 0) {
        part.missing_before = (uint32_t)ahead;
        stream->next[direction] = tcp->seq + reported;
        return part;
    }
    uint32_t seen = MIN(0U - (uint32_t)ahead, reported);
    part.offset = MIN(seen, captured);
    part.length = captured - part.offset;
    part.missing_behind = seen < reported ? part.missing_behind : 0;
    stream->next[direction] += reported - seen;
    return part;
}

static bool has_tls(const pop_stream *stream)
{
    return stream->session->transport.tls_started || stream->session->transport.in_tls;
}

bool pop_stream_goes_on_in_tls(const packet_info *pinfo)
{
    const pop_stream *stream = pop_flow_latest(pinfo);
    return stream != NULL && has_tls(stream);
}

/* Where TCP reassembles out-of-order segments, it brings their octets when their turn has come. */
bool pop_stream_lacks(packet_info *pinfo, const struct tcpinfo *tcp)
{
    const pop_stream *stream = pop_stream_find(pinfo);
    if (stream == NULL || has_tls(stream) || is_on(reordering)) {
        return false;
    }
    pop_direction direction = pop_stream_direction(stream, pinfo);
    if (!stream->placed[direction]) {
        return !is_keep_alive(stream->acknowledged[direction], tcp->seq, tcp->nxtseq - tcp->seq);
    }
    return (int32_t)(tcp->nxtseq - stream->next[direction]) > 0;
}

/* --- Registration ----------------------------------------------------------------------------- */

static void forget_streams(void)
{
    pop_flow_forget();
    stream_count = 0;
}

void pop_stream_register(void)
{
    pop_memory_register();
    proto_tcp = proto_get_id_by_filter_name("tcp");
    module_t *tcp = prefs_find_module("tcp");
    relative_sequence = prefs_find_preference(tcp, "relative_sequence_numbers");
    analyzed_sequence = prefs_find_preference(tcp, "analyze_sequence_numbers");
    reordering = prefs_find_preference(tcp, "reassemble_out_of_order");
    streams = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    register_init_routine(forget_streams);
    register_cleanup_routine(forget_streams);
}
