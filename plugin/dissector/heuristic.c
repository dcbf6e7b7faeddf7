/* heuristic.c
 * Finds POP on ports of other names, and leaves alone what only looks like it: "+OK" is also what
 * Redis and NATS say, and "USER", "QUIT" and "NOOP" are words of FTP, SMTP and NNTP.
 *
 * A session is taken for POP by a greeting that no other protocol has (it names POP, or offers APOP
 * by a timestamp), or by a bare "+OK" as the connection's first octets and a command of POP after
 * it.
 *
 * RFC 1939 sections 3, 4 and 7; RFC 937 (the greeting of POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/heuristic.h"
#include "dissector/octets.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>

#include "dissector/compat.h"
#include "dissector/host.h"
#include "dissector/settings.h"
#include "dissector/transcript.h"

/* Octets of a segment that are looked at: a greeting is a status line (RFC 1939 section 3). */
#define OCTETS_LOOKED_AT 512

static dissector_handle_t handle;
/* What began a connection, and may be a greeting: in file scope. */
typedef struct greeting {
    pop_instant at;
    pop_place place; /* of its segment */
    pop_span octets;
} greeting;

static wmem_map_t *greeted; /* conversation_t -> greeting; first pass only */

/* The first line of the segment without its line end; empty where none ends in it. */
static pop_span first_line(tvbuff_t *tvb)
{
    int length = (int)MIN(tvb_captured_length(tvb), OCTETS_LOOKED_AT);
    int end = pop_tvb_find(tvb, 0, length, '\n');
    if (end < 0) {
        return (pop_span){ NULL, 0 };
    }
    return pop_line_text(pop_octets(tvb, 0, (uint32_t)end + 1));
}

static bool is_unmistakable_greeting(pop_span line)
{
    if (pop_span_starts(line, POP_SPAN("+ POP2 "))) {
        return true;
    }
    return pop_span_starts(line, POP_SPAN("+OK "))
        && (pop_span_holds(line, POP_SPAN("POP3")) || pop_reply_timestamp(line).length > 0);
}

/* The server speaks first, in the first octets that go either way. */
static bool opens_connection(const struct tcpinfo *tcp)
{
    return tcp != NULL && tcp->seq == 1 && tcp->lastackseq == 1;
}

static bool is_bare_greeting(pop_span line)
{
    pop_reply reply = pop_reply_parse(line, false);
    return reply.status == POP_STATUS_POSITIVE && reply.anomalies == 0;
}

/* A command that opens a session of POP, with the arguments that it must have. */
static bool is_opening_command(pop_span line)
{
    pop_request request;
    pop_request_parse(&request, POP_VERSION_3, line);
    if (request.command == NULL || request.anomalies != 0) {
        return false;
    }
    switch (request.command->id) {
    case POP_COMMAND_CAPA:
    case POP_COMMAND_USER:
    case POP_COMMAND_APOP:
    case POP_COMMAND_AUTH:
    case POP_COMMAND_STLS:
    case POP_COMMAND_XCLIENT:
        return true;
    default:
        return false;
    }
}

static void keep_greeting(tvbuff_t *tvb, packet_info *pinfo)
{
    uint32_t length = tvb_captured_length(tvb);
    pop_tcp_segment segment;
    if (!pop_segment_of(pinfo, &segment)) {
        return;
    }
    greeting *kept = wmem_new(wmem_file_scope(), greeting);
    *kept = (greeting){ .at = pop_instant_of(pinfo),
        .place = segment.place,
        .octets = { tvb_memdup(wmem_file_scope(), tvb, 0, length), length } };
    wmem_map_insert(greeted, find_or_create_conversation(pinfo), kept);
}

static bool is_greeted(packet_info *pinfo)
{
    return wmem_map_size(greeted) > 0
        && wmem_map_lookup(greeted, find_or_create_conversation(pinfo)) != NULL;
}

/* A greeting begins so, perhaps behind the rest of a line end; commands count only behind one. */
static bool may_be_pop(tvbuff_t *tvb)
{
    if (tvb_captured_length(tvb) == 0) {
        return false;
    }
    uint8_t first = pop_tvb_octet(tvb, 0);
    return first == '+' || first == '\r' || first == '\0' || wmem_map_size(greeted) > 0;
}

/* Every segment of every protocol comes by here: the host is asked for the conversation last. */
static bool is_pop(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp)
{
    if (!may_be_pop(tvb)) {
        return false;
    }
    pop_span line = first_line(tvb);
    if (line.length < 3) {
        return false;
    }
    if (is_unmistakable_greeting(line)) {
        return true;
    }
    if (pop_settings_strict_heuristic()) {
        return false;
    }
    if (opens_connection(tcp) && is_bare_greeting(line)) {
        keep_greeting(tvb, pinfo);
        return false;
    }
    return is_greeted(pinfo) && is_opening_command(line);
}

/* Recognised at its first command: the session begins with the greeting all the same. Returns from
 * which frame on the conversation is one of POP. */
static uint32_t begin_with_greeting(
    tvbuff_t *tvb, packet_info *pinfo, const conversation_t *conversation)
{
    const greeting *kept = wmem_map_lookup(greeted, conversation);
    pop_stream *stream = kept == NULL ? NULL : pop_stream_begin_late(tvb, pinfo);
    if (stream == NULL) {
        return pinfo->num;
    }
    pop_transcript_begin_with(stream, kept->octets, &kept->at, kept->place);
    return kept->at.frame;
}

static pop_host_bool dissect_heuristic(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt || pop_host_is_chosen()) {
        return false;
    }
    if (!pop_transcript_knows(pinfo)) {
        if (PINFO_FD_VISITED(pinfo) || !is_pop(tvb, pinfo, data)) {
            return false;
        }
        conversation_t *conversation = find_or_create_conversation(pinfo);
        uint32_t first = begin_with_greeting(tvb, pinfo, conversation);
        conversation_set_dissector_from_frame_number(conversation, first, handle);
    }
    call_dissector_with_data(handle, tvb, pinfo, tree, data);
    return true;
}

void pop_heuristic_register(int protocol, dissector_handle_t tcp_handle)
{
    handle = tcp_handle;
    greeted = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    heur_dissector_add(
        "tcp", dissect_heuristic, "POP over TCP", "pop_tcp", protocol, HEURISTIC_ENABLE);
}
