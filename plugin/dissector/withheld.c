/* withheld.c
 * Octets that TCP hands to nobody, though they are new.
 *
 * By default TCP calls no dissector for a segment that begins with octets sent before, nor for one
 * that was acknowledged before it was captured: to it they are retransmissions, or out of order.
 * But a segment may begin with old octets and go on with new ones; its receiver trims it and takes
 * the rest (RFC 9293 section 3.10.7.4). So is done here: the segment is taken from the frame.
 *
 * RFC 791 section 3.1, RFC 8200 section 3 and 4, RFC 4302 section 2, RFC 9293 section 3.1
 * (headers), RFC 6946 (fragments that are whole).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/withheld.h"

#include <string.h>

#include <epan/ipproto.h>

#include "dissector/octets.h"
#include "dissector/stream.h"
#include "dissector/transcript.h"

/* Of tcp_acked.flags, which packet-tcp.c keeps to itself: the same in 4.0, 4.4 and 4.6. */
#define RETRANSMISSION 0x0001
#define OUT_OF_ORDER 0x0200
#define SPURIOUS_RETRANSMISSION 0x4000
#define WITHHELD (RETRANSMISSION | OUT_OF_ORDER | SPURIOUS_RETRANSMISSION)

/* Octets of a frame in which the IP header is looked for: behind all usual kinds of link. */
#define REACH 256

#define ADDRESS_LIMIT 16
#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER 20
#define NOT_WHOLE 0x3FFF /* of IPv4's flags and fragment offset: a fragment */
#define FRAGMENT_HEADER 8
#define NOT_WHOLE_IPV6 0xFFF9 /* of the fragment header's offset and flags */
#define SYN_OR_RST 0x06

/* Where a TCP segment stands in its frame. */
typedef struct segment_place {
    uint32_t header, octets, end; /* offsets in the frame */
} segment_place;

static uint16_t number16(pop_span octets, uint32_t offset)
{
    return (uint16_t)(octets.octets[offset] << 8 | octets.octets[offset + 1]);
}

static uint32_t number32(pop_span octets, uint32_t offset)
{
    return (uint32_t)number16(octets, offset) << 16 | number16(octets, offset + 2);
}

/* --- The headers ------------------------------------------------------------------------------ */

/* Octets of the header of kind `kind` at `at`; 0: none that may stand between IP's and TCP's. */
static uint32_t extension_length(pop_span frame, uint32_t at, uint8_t kind)
{
    switch (kind) {
    case IP_PROTO_HOPOPTS:
    case IP_PROTO_ROUTING:
    case IP_PROTO_DSTOPTS:
        return (frame.octets[at + 1] + 1U) * 8;
    case IP_PROTO_AH:
        return (frame.octets[at + 1] + 2U) * 4;
    case IP_PROTO_FRAGMENT:
        return (number16(frame, at + 2) & NOT_WHOLE_IPV6) == 0 ? FRAGMENT_HEADER : 0;
    default:
        return 0;
    }
}

/* Behind an IP header that announces `kind`: goes on to the TCP header. False where there is
 * none. */
static bool skip_extensions(pop_span frame, uint8_t kind, uint32_t *at)
{
    while (kind != IP_PROTO_TCP) {
        uint32_t length = *at + 4 <= frame.length ? extension_length(frame, *at, kind) : 0;
        if (length == 0) {
            return false;
        }
        kind = frame.octets[*at];
        *at += length;
    }
    return true;
}

/* The IP header at `at`, whose addresses have been compared: where its TCP header begins and
 * ends. */
static bool place_in_ipv4(pop_span frame, uint32_t at, segment_place *place)
{
    uint32_t header = (frame.octets[at] & 0x0FU) * 4;
    if (frame.octets[at] >> 4 != 4 || header < IPV4_HEADER
        || (number16(frame, at + 6) & NOT_WHOLE) != 0) {
        return false;
    }
    *place = (segment_place){ .header = at + header, .end = at + number16(frame, at + 2) };
    return skip_extensions(frame, frame.octets[at + 9], &place->header);
}

static bool place_in_ipv6(pop_span frame, uint32_t at, segment_place *place)
{
    if (frame.octets[at] >> 4 != 6) {
        return false;
    }
    uint32_t header = at + IPV6_HEADER;
    *place = (segment_place){ .header = header, .end = header + number16(frame, at + 4) };
    return skip_extensions(frame, frame.octets[at + 6], &place->header);
}

/* True where the TCP header has the packet's ports. */
static bool completes(const packet_info *pinfo, pop_span frame, segment_place *place)
{
    if (place->header + TCP_HEADER > frame.length) {
        return false;
    }
    uint32_t header = (uint32_t)(frame.octets[place->header + 12] >> 4) * 4;
    place->octets = place->header + header;
    return number16(frame, place->header) == pinfo->srcport
        && number16(frame, place->header + 2) == pinfo->destport && header >= TCP_HEADER;
}

/* What is looked for: an IP header with the packet's addresses. */
typedef struct address_search {
    const packet_info *pinfo;
    pop_span frame;
    bool is_ipv4;
    uint32_t length; /* of an address */
    uint32_t before; /* octets of the header before the addresses */
} address_search;

/* True where an IP header with the packet's addresses, and then a TCP header with its ports, stands
 * at `at`. */
static bool is_header(const address_search *search, uint32_t at, segment_place *place)
{
    if (at + search->before + 2 * search->length > search->frame.length) {
        return false;
    }
    const uint8_t *addresses = search->frame.octets + at + search->before;
    return memcmp(addresses, search->pinfo->src.data, search->length) == 0
        && memcmp(addresses + search->length, search->pinfo->dst.data, search->length) == 0
        && (search->is_ipv4 ? place_in_ipv4(search->frame, at, place)
                            : place_in_ipv6(search->frame, at, place))
        && completes(search->pinfo, search->frame, place);
}

/* The host's address mostly points to where it read it: into the frame. UINT32_MAX: elsewhere. */
static uint32_t likely_header(const address_search *search)
{
    uintptr_t frame = (uintptr_t)search->frame.octets, data = (uintptr_t)search->pinfo->src.data;
    return data >= frame + search->before && data < frame + search->before + REACH
        ? (uint32_t)(data - frame) - search->before
        : UINT32_MAX;
}

/* The place of the segment whose addresses and ports are the packet's. */
static bool find_segment(const packet_info *pinfo, pop_span frame, segment_place *place)
{
    uint32_t length = (uint32_t)pinfo->src.len;
    bool is_ipv4 = pinfo->src.type == AT_IPv4 && length == 4;
    bool is_ipv6 = pinfo->src.type == AT_IPv6 && length == ADDRESS_LIMIT;
    if (frame.octets == NULL || pinfo->dst.type != pinfo->src.type || !(is_ipv4 || is_ipv6)) {
        return false;
    }
    address_search search = { pinfo, frame, is_ipv4, length, is_ipv4 ? 12 : 8 };
    uint32_t likely = likely_header(&search);
    if (likely != UINT32_MAX && is_header(&search, likely, place)) {
        return true;
    }
    for (uint32_t at = 0; at < REACH; at++) {
        if (is_header(&search, at, place)) {
            return true;
        }
    }
    return false;
}

/* --- The segment ------------------------------------------------------------------------------ */

static bool has_octets(pop_span frame, const segment_place *place)
{
    return (frame.octets[place->header + 13] & SYN_OR_RST) == 0 && place->octets < place->end
        && place->octets < frame.length;
}

static bool begins_like_tls(pop_span frame, const segment_place *place)
{
    uint8_t octet = frame.octets[place->octets];
    return octet >= 20 && octet <= 23;
}

/* First pass: what TCP knows of a segment of a session's that it kept, else NULL. */
static const struct tcp_analysis *analysis_of_withheld(packet_info *pinfo)
{
    const struct tcp_analysis *analysis = pop_stream_exists(pinfo) ? pop_stream_tcp_analysis(pinfo)
                                                                   : NULL;
    bool withheld = analysis != NULL && analysis->ta != NULL
        && (analysis->ta->flags & WITHHELD) != 0;
    return withheld ? analysis : NULL;
}

/* First pass: whether the session needs the segment, and TCP kept it. */
static bool is_needed(
    packet_info *pinfo, pop_span frame, const segment_place *place, struct tcpinfo *tcp)
{
    if (begins_like_tls(frame, place)) {
        return false;
    }
    const struct tcp_analysis *analysis = analysis_of_withheld(pinfo);
    if (analysis == NULL) {
        return false;
    }
    tcp->seq = number32(frame, place->header + 4);
    tcp->lastackseq = number32(frame, place->header + 8);
    if (pop_stream_sequence_is_relative()) {
        tcp->seq -= analysis->fwd->base_seq;
        tcp->lastackseq -= analysis->rev->base_seq;
    }
    tcp->nxtseq = tcp->seq + (place->end - place->octets);
    return pop_stream_lacks(pinfo, tcp);
}

tvbuff_t *pop_withheld_segment(tvbuff_t *frame, packet_info *pinfo, struct tcpinfo *tcp)
{
    if (pinfo->ptype != PT_TCP || pop_stream_count() == 0) {
        return NULL;
    }
    bool visited = PINFO_FD_VISITED(pinfo);
    if (visited ? !pop_transcript_knows(pinfo) : pop_stream_goes_on_in_tls(pinfo)) {
        return NULL;
    }
    /* Most of these frames are acknowledgments without octets: seen sooner than their conversation
     * is found. */
    pop_span octets = pop_octets(frame, 0, tvb_captured_length(frame));
    segment_place place;
    if (!find_segment(pinfo, octets, &place) || !has_octets(octets, &place)
        || (!visited && !is_needed(pinfo, octets, &place, tcp))) {
        return NULL;
    }
    uint32_t captured = MIN(place.end, (uint32_t)octets.length) - place.octets;
    return tvb_new_subset_length_caplen(
        frame, (int)place.octets, (int)captured, (int)(place.end - place.octets));
}
