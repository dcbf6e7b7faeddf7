/* tls.c
 * Where the stream goes on in TLS: after STLS, and in captures that begin after it.
 *
 * The switch is made by the first octets of TLS, not by the reply to STLS: a handshake that never
 * comes, or clear text injected before it, stays ours to decode.
 *
 * RFC 2595 section 4 (STLS), RFC 8446 section 5.1 (records), RFC 5246 appendix E.2 (the ClientHello
 * in the form of SSL 2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/tls.h"

#include <epan/dissectors/packet-tls-utils.h>

#include "dissector/compat.h"
#include "dissector/transcript.h"

#define HANDSHAKE_RECORD 22
#define FIRST_RECORD_TYPE 20
#define LAST_RECORD_TYPE 23
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define RECORD_HEADER_LENGTH 5
#define OLD_HELLO 0x80 /* of the first octet */
#define OLD_HELLO_LEAST 9 /* octets behind the two of the length */
#define RECORD_LENGTH_LIMIT (16384 + 2048)

static dissector_handle_t tls_handle;
static pop_host_bool tls_in_mid_session = TRUE;

static void add_preferences(module_t *preferences)
{
    prefs_register_bool_preference(preferences, "tls_in_mid_session", "Find TLS in mid-session",
        "Whether a TLS handshake is recognised where no STLS command was captured before it.",
        &tls_in_mid_session);
}

static void find_dissectors(int protocol)
{
    tls_handle = find_dissector_add_dependency("tls", protocol);
}

const pop_module pop_tls_module = { .preferences = add_preferences, .handoff = find_dissectors };

static bool is_enabled(dissector_handle_t handle)
{
    int protocol = handle == NULL ? -1 : dissector_handle_get_protocol_index(handle);
    return protocol != -1 && proto_is_protocol_enabled(find_protocol_by_id(protocol));
}

/* After a positive reply to STLS one octet is enough: no command and no status line begins with
 * 22. */
static bool begins_handshake(tvbuff_t *tvb)
{
    return tvb_captured_length(tvb) > 0 && pop_tvb_octet(tvb, 0) == HANDSHAKE_RECORD
        && (tvb_captured_length(tvb) < 2 || pop_tvb_octet(tvb, 1) == 3);
}

/* Of a client that knew SSL 2: an octet of the length with the highest bit set, its other octet,
 * the kind of the message. Commands and status lines begin with letters and signs of ASCII. */
static bool begins_old_hello(tvbuff_t *tvb)
{
    uint32_t captured = tvb_captured_length(tvb);
    if (captured == 0 || (pop_tvb_octet(tvb, 0) & OLD_HELLO) == 0) {
        return false;
    }
    return captured < 3
        || ((tvb_get_ntohs(tvb, 0) & ~(OLD_HELLO << 8)) >= OLD_HELLO_LEAST
            && pop_tvb_octet(tvb, 2) == CLIENT_HELLO);
}

/* A capture may begin behind the handshake: any record, as the first octets of a conversation. */
static bool is_record(tvbuff_t *tvb)
{
    if (tvb_captured_length(tvb) <= RECORD_HEADER_LENGTH) {
        return false;
    }
    uint8_t type = pop_tvb_octet(tvb, 0);
    guint16 length = tvb_get_ntohs(tvb, 3);
    return type >= FIRST_RECORD_TYPE && type <= LAST_RECORD_TYPE && pop_tvb_octet(tvb, 1) == 3
        && pop_tvb_octet(tvb, 2) <= 4 && length > 0 && length <= RECORD_LENGTH_LIMIT;
}

/* Without STLS before it, a whole record header and the hello behind it. */
static bool is_hello(tvbuff_t *tvb)
{
    if (!begins_handshake(tvb) || tvb_captured_length(tvb) <= RECORD_HEADER_LENGTH) {
        return false;
    }
    uint8_t type = pop_tvb_octet(tvb, RECORD_HEADER_LENGTH);
    return tvb_get_ntohs(tvb, 3) <= RECORD_LENGTH_LIMIT
        && (type == CLIENT_HELLO || type == SERVER_HELLO);
}

/* The host's TLS dissector puts records together over segments, which needs TCP's leave; calling
 * one dissector from another takes one level of it. */
static void call_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct tcpinfo *tcp)
{
    pinfo->can_desegment = pinfo->saved_can_desegment;
    call_dissector_with_data(tls_handle, tvb, pinfo, tree, tcp);
}

/* Of nearly all segments the first octet tells that they are no record: before any search for their
 * conversation. */
static bool may_be_record(tvbuff_t *tvb)
{
    uint8_t type = tvb_captured_length(tvb) > 0 ? pop_tvb_octet(tvb, 0) : 0;
    return (type >= FIRST_RECORD_TYPE && type <= LAST_RECORD_TYPE) || (type & OLD_HELLO) != 0;
}

static bool begins_tls(tvbuff_t *tvb, packet_info *pinfo)
{
    if (pop_stream_tls_started(pinfo)) {
        return begins_handshake(tvb) || begins_old_hello(tvb);
    }
    return tls_in_mid_session && (is_hello(tvb) || (!pop_stream_exists(pinfo) && is_record(tvb)));
}

bool pop_tls_takes_over(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct tcpinfo *tcp,
    dissector_handle_t application)
{
    if (PINFO_FD_VISITED(pinfo) || pinfo->flags.in_error_pkt || !may_be_record(tvb)
        || !is_enabled(tls_handle) || !begins_tls(tvb, pinfo)) {
        return false;
    }
    ssl_starttls_post_ack(tls_handle, pinfo, application);
    call_tls(tvb, pinfo, tree, tcp);
    return true;
}
