/* follow.c
 * Follow > POP: a session as one dialogue, clear and, from STLS on, decrypted; and the conversation
 * filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/follow.h"

#include <epan/packet.h>
#include <epan/addr_resolv.h>
#include <epan/to_str.h>
#include <epan/conversation_filter.h>
#include <epan/follow.h>

#include "dissector/compat.h"
#include "dissector/tap.h"

/* --- Filters ---------------------------------------------------------------------------------- */

static char *filter_of(guint stream)
{
    return ws_strdup_printf("pop.stream == %u", stream);
}

static gchar *filter_of_stream(guint stream, guint sub_stream _U_)
{
    return filter_of(stream);
}

/* Also for a bare ACK of the connection: the user means its session. */
static gchar *filter_of_packet(epan_dissect_t *dissection _U_, packet_info *pinfo,
    guint *stream_out, guint *sub_stream_out _U_)
{
    uint32_t stream = 0;
    if (!pop_tap_stream_of(pinfo, &stream)) {
        return NULL;
    }
    *stream_out = stream;
    return filter_of(stream);
}

static gchar *filter_of_addresses(
    address *source, address *destination, int source_port, int destination_port)
{
    const char *protocol = source->type == AT_IPv6 ? "ipv6" : "ip";
    char *from = address_to_str(NULL, source);
    char *to = address_to_str(NULL, destination);
    char *filter = ws_strdup_printf("pop && ((%s.src == %s && tcp.srcport == %d && %s.dst == %s && "
                                    "tcp.dstport == %d) || (%s.src == %s && tcp.srcport == %d && "
                                    "%s.dst == %s && tcp.dstport == %d))",
        protocol, from, source_port, protocol, to, destination_port, protocol, to, destination_port,
        protocol, from, source_port);
    wmem_free(NULL, from);
    wmem_free(NULL, to);
    return filter;
}

static gchar *port_name(wmem_allocator_t *scope, guint port)
{
    return tcp_port_to_display(scope, port);
}

/* --- Octets ----------------------------------------------------------------------------------- */

static void note_ends(follow_info_t *info, const pop_tap_record *record)
{
    if (info->client_port == 0) {
        info->client_port = record->client_port;
        info->server_port = record->server_port;
        copy_address(&info->client_ip, record->client);
        copy_address(&info->server_ip, record->server);
    }
}

static tap_packet_status take(void *data, packet_info *pinfo, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    follow_info_t *info = data;
    const pop_tap_record *record = told;
    if (record->octets.length == 0) {
        return TAP_PACKET_DONT_REDRAW;
    }
    note_ends(info, record);
    follow_record_t *piece = g_new0(follow_record_t, 1);
    piece->is_server = record->direction == POP_FROM_SERVER;
    piece->packet_num = pinfo->num;
    piece->abs_ts = pinfo->abs_ts;
    piece->data = g_byte_array_append(
        g_byte_array_new(), record->octets.octets, (guint)record->octets.length);
    info->bytes_written[piece->is_server] += piece->data->len;
    info->payload = g_list_prepend(info->payload, piece);
    return TAP_PACKET_DONT_REDRAW;
}

/* --- The conversation filter ------------------------------------------------------------------ */

static int proto_pop;

/* Only where the filter finds the packet itself. */
static pop_host_bool has_session(packet_info *pinfo POP_FILTER_DATA)
{
    uint32_t stream = 0;
    return proto_is_frame_protocol(pinfo->layers, proto_get_protocol_filter_name(proto_pop))
        && pop_tap_stream_of(pinfo, &stream);
}

static gchar *filter_of_session(packet_info *pinfo POP_FILTER_DATA)
{
    uint32_t stream = 0;
    return pop_tap_stream_of(pinfo, &stream) ? filter_of(stream) : NULL;
}

static void register_filters(int protocol)
{
    proto_pop = protocol;
    register_follow_stream(protocol, POP_TAP_NAME, filter_of_packet, filter_of_stream,
        filter_of_addresses, port_name, take POP_FOLLOW_STREAMS(pop_tap_stream_count));
    register_conversation_filter(proto_get_protocol_filter_name(protocol), "POP session",
        has_session, filter_of_session POP_NO_FILTER_DATA);
}

const pop_analysis_module pop_follow_module = { .register_with_protocol = register_filters };
