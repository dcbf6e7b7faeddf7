/* connection_ends.c
 * How the connections of a capture ended: a bare FIN or RST never reaches the dissector, but TCP's
 * tap.
 *
 * RFC 9293 sections 3.5.2 (reset) and 3.6 (closing).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/connection_ends.h"

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>
#include <epan/to_str.h>

struct pop_connection_ends {
    wmem_allocator_t *scope; /* of one reading of the capture */
    wmem_map_t *map; /* tcp.stream -> pop_connection_end */
    pop_connection_end_visitor visit;
    void *data;
};

static void begin(pop_connection_ends *ends)
{
    ends->map = wmem_map_new(ends->scope, g_direct_hash, g_direct_equal);
}

void pop_connection_ends_forget(pop_connection_ends *ends)
{
    if (ends != NULL) {
        wmem_free_all(ends->scope);
        begin(ends);
    }
}

static void reset(void *data)
{
    pop_connection_ends_forget(data);
}

static pop_connection_end *note(
    pop_connection_ends *ends, const packet_info *pinfo, const struct tcpheader *tcp)
{
    pop_connection_end *end = wmem_new0(ends->scope, pop_connection_end);
    end->tcp_stream = tcp->th_stream;
    end->is_reset = (tcp->th_flags & TH_RST) != 0;
    end->at = (pop_instant){ pinfo->num, pinfo->abs_ts.nsecs, pinfo->abs_ts.secs };
    end->port = tcp->th_sport;
    end->address = address_to_str(ends->scope, &tcp->ip_src);
    wmem_map_insert(ends->map, GUINT_TO_POINTER(tcp->th_stream), end);
    return end;
}

static tap_packet_status take(void *data, packet_info *pinfo, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    pop_connection_ends *ends = data;
    const struct tcpheader *tcp = told;
    if ((tcp->th_flags & (TH_FIN | TH_RST)) == 0
        || wmem_map_contains(ends->map, GUINT_TO_POINTER(tcp->th_stream))) {
        return TAP_PACKET_DONT_REDRAW;
    }
    const pop_connection_end *end = note(ends, pinfo, tcp);
    if (ends->visit != NULL) {
        ends->visit(end, ends->data);
    }
    return TAP_PACKET_DONT_REDRAW;
}

/* The listener is removed, by us or, when the program ends, by the host. */
static void finish(void *data)
{
    pop_connection_ends *ends = data;
    wmem_destroy_allocator(ends->scope);
    g_free(ends);
}

pop_connection_ends *pop_connection_ends_new(
    bool dissects, pop_connection_end_visitor visit, void *data)
{
    pop_connection_ends *ends = g_new0(pop_connection_ends, 1);
    ends->scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    ends->visit = visit;
    ends->data = data;
    begin(ends);
    GString *error = register_tap_listener("tcp", ends, NULL,
        dissects ? TL_REQUIRES_NOTHING : TL_IS_DISSECTOR_HELPER, reset, take, NULL, finish);
    if (error != NULL) {
        g_string_free(error, TRUE);
        finish(ends);
        return NULL;
    }
    return ends;
}

void pop_connection_ends_remove(pop_connection_ends *ends)
{
    if (ends != NULL) {
        remove_tap_listener(ends); /* calls finish() */
    }
}

const pop_connection_end *pop_connection_end_of(
    const pop_connection_ends *ends, uint32_t tcp_stream)
{
    return ends == NULL ? NULL : wmem_map_lookup(ends->map, GUINT_TO_POINTER(tcp_stream));
}
