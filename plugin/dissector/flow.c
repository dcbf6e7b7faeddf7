/* flow.c
 * Compares a segment's addresses and ports with those of the segment before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/flow.h"

#include <string.h>

#include <epan/dissectors/packet-tcp.h>

#include "dissector/compat.h"

#define ADDRESS_LIMIT 16 /* octets; IPv6 has as many */
#define IPV4_LENGTH 4

typedef struct pop_end {
    uint8_t octets[ADDRESS_LIMIT];
    uint32_t port;
} pop_end;

static struct {
    pop_stream *stream; /* NULL: none */
    conversation_t *conversation;
    int address_type, address_length;
    pop_end ends[2];
    uint32_t connections; /* that TCP had seen */
} latest;

static bool has_ends(const packet_info *pinfo)
{
    return pinfo->src.type == pinfo->dst.type && pinfo->src.len == pinfo->dst.len
        && pinfo->src.len > 0 && pinfo->src.len <= ADDRESS_LIMIT;
}

static bool is_end(const pop_end *end, const address *host, uint32_t port)
{
    if (end->port != port) {
        return false;
    }
    return host->len == IPV4_LENGTH /* known to the compiler: no call */
        ? memcmp(end->octets, host->data, IPV4_LENGTH) == 0
        : memcmp(end->octets, host->data, (size_t)host->len) == 0;
}

static bool has_same_ends(const packet_info *pinfo, const pop_tcp_segment *segment)
{
    for (size_t i = 0; i < 2; i++) {
        if (is_end(&latest.ends[i], &pinfo->src, segment->source)
            && is_end(&latest.ends[1 - i], &pinfo->dst, segment->destination)) {
            return true;
        }
    }
    return false;
}

/* As long as TCP sees no new connection, none can have taken the place of one with the same
 * ends. */
pop_stream *pop_flow_latest(const packet_info *pinfo, const pop_tcp_segment *segment)
{
    bool same = latest.stream != NULL && latest.connections == get_tcp_stream_count()
        && has_ends(pinfo) && pinfo->src.type == latest.address_type
        && pinfo->src.len == latest.address_length && has_same_ends(pinfo, segment)
        && pop_may_be_connection(pinfo, latest.stream->tcp_stream);
    return same ? latest.stream : NULL;
}

conversation_t *pop_flow_conversation(void)
{
    return latest.conversation;
}

static void note_end(pop_end *end, const address *host, uint32_t port)
{
    memcpy(end->octets, host->data, (size_t)host->len);
    end->port = port;
}

void pop_flow_note(const packet_info *pinfo, const pop_tcp_segment *segment,
    conversation_t *conversation, pop_stream *stream)
{
    latest.stream = NULL;
    if (!stream->has_tcp_stream || !has_ends(pinfo)) {
        return;
    }
    latest.stream = stream;
    latest.conversation = conversation;
    latest.address_type = pinfo->src.type;
    latest.address_length = pinfo->src.len;
    latest.connections = get_tcp_stream_count();
    note_end(&latest.ends[0], &pinfo->src, segment->source);
    note_end(&latest.ends[1], &pinfo->dst, segment->destination);
}

void pop_flow_forget(void)
{
    latest.stream = NULL;
    latest.conversation = NULL;
}
