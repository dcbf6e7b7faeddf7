/* segment.c
 * The TCP segment that is being dissected: the door through which TCP is called.
 *
 * RFC 9293 section 3.1 (the header).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/segment.h"

#include <epan/ipproto.h>

#include "dissector/compat.h"
#include "dissector/host.h"
#include "dissector/octets.h"

#define TCP_HEADER 20

/* One bit for each number of a port, or of two ports put together. */
#define BITS 65536
typedef uint8_t bit_set[BITS / 8];

/* The segment whose dissection is under way. Its numbers are read when somebody asks. */
typedef struct open_segment {
    const packet_info *pinfo;
    tvbuff_t *tvb; /* from the TCP header on; NULL: none is under way */
    uint32_t frame;
    bool taken;
} open_segment;

static open_segment current;
static bit_set own_ports; /* of our dissector */
static bool ports_known;
static bit_set watched; /* pairs of ports, by pair_of() */
static pop_frame_mark latest;
static pop_untaken_segment call_untaken;
static dissector_handle_t own_handle, tcp_handle, door_handle;

static bool has_bit(const bit_set set, uint32_t number)
{
    return (set[number / 8] >> (number % 8) & 1) != 0;
}

static void set_bit(bit_set set, uint32_t number)
{
    set[number / 8] |= (uint8_t)(1U << (number % 8));
}

/* The same for both directions. */
static uint32_t pair_of(uint32_t port, uint32_t other_port)
{
    return (port * 2654435761U + other_port * 2654435761U) >> 16;
}

/* --- The segment ------------------------------------------------------------------------------ */

static uint32_t number_at(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8
        | octets[3];
}

static bool read_segment(tvbuff_t *tvb, pop_tcp_segment *segment)
{
    if (tvb_captured_length(tvb) < TCP_HEADER) {
        return false;
    }
    const uint8_t *octets = pop_octets(tvb, 0, TCP_HEADER).octets;
    uint32_t reported = tvb_reported_length(tvb);
    uint32_t header = (uint32_t)(octets[12] >> 4) * 4;
    if (header < TCP_HEADER || header > reported || header > tvb_captured_length(tvb)) {
        return false;
    }
    uint32_t ports = number_at(octets);
    *segment = (pop_tcp_segment){
        .place = { (uint32_t)tvb_raw_offset(tvb), number_at(octets + 4) },
        .source = (uint16_t)(ports >> 16),
        .destination = (uint16_t)ports,
        .flags = octets[13],
        .sequence = number_at(octets + 4),
        .acknowledgment = number_at(octets + 8),
        .length = reported - header,
        .header = header,
        .whole = tvb,
    };
    return true;
}

bool pop_segment_of(const packet_info *pinfo, pop_tcp_segment *segment_out)
{
    return current.tvb != NULL && current.pinfo == pinfo && current.frame == pinfo->num
        && read_segment(current.tvb, segment_out);
}

void pop_segment_take_octets(pop_tcp_segment *segment)
{
    segment->tvb = segment->length == 0
        ? segment->whole
        : tvb_new_subset_remaining(segment->whole, (int)segment->header);
}

/* What TCP has put together from several segments stands elsewhere, and begins with this one's. */
void pop_segment_take_handed(pop_tcp_segment *segment, tvbuff_t *handed)
{
    bool stands_here = segment->length > 0
        && tvb_get_ds_tvb(handed) == tvb_get_ds_tvb(segment->whole);
    int64_t before = stands_here
        ? (int64_t)tvb_raw_offset(handed) - segment->place.offset - segment->header
        : 0;
    if (stands_here && before == 0 && tvb_reported_length(handed) == segment->length) {
        segment->tvb = handed;
        return;
    }
    pop_segment_take_octets(segment);
    if (before > 0 && before <= (int64_t)tvb_captured_length(segment->tvb)) {
        segment->sequence += (uint32_t)before;
        segment->length -= (uint32_t)before;
        segment->tvb = tvb_new_subset_remaining(segment->tvb, (int)before);
    }
}

void pop_segment_was_taken(void)
{
    current.taken = true;
}

bool pop_segment_is_taken(void)
{
    return current.taken;
}

void pop_segment_watch(uint32_t port, uint32_t other_port)
{
    set_bit(watched, pair_of(port, other_port));
}

pop_frame_mark pop_segment_latest_frame(void)
{
    return latest;
}

/* --- The door --------------------------------------------------------------------------------- */

/* Not put in line, where it would cost every frame. */
G_GNUC_NO_INLINE static void look_at_untaken(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    pop_tcp_segment segment;
    if (read_segment(tvb, &segment)) {
        pop_segment_take_octets(&segment);
        call_untaken(pinfo, tree, &segment);
    }
}

static void note_port(
    const char *table_name _U_, ftenum_t type _U_, void *key, void *value, void *data _U_)
{
    if (dtbl_entry_get_handle(value) == own_handle) {
        set_bit(own_ports, GPOINTER_TO_UINT(key) % BITS);
    }
}

/* When the first segment of a pass is looked at, the user's ports are settled. */
static void know_ports(void)
{
    if (!ports_known) {
        ports_known = true;
        dissector_table_foreach("tcp.port", note_port, NULL);
    }
}

bool pop_segment_is_own_port(uint32_t port)
{
    know_ports();
    return has_bit(own_ports, port % BITS);
}

static bool may_be_ours(tvbuff_t *tvb)
{
    if (tvb_captured_length(tvb) < TCP_HEADER) {
        return false;
    }
    know_ports();
    const uint8_t *ports = pop_octets(tvb, 0, 4)
                               .octets; /* one call for both: every frame pays it */
    uint32_t source = (uint32_t)ports[0] << 8 | ports[1];
    uint32_t destination = (uint32_t)ports[2] << 8 | ports[3];
    return has_bit(own_ports, source) || has_bit(own_ports, destination)
        || has_bit(watched, pair_of(source, destination));
}

/* A segment may carry others, in a tunnel. Where TCP throws, what was under way stays noted, and is
 * told by its packet and frame to be over. */
static int dissect_door(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    open_segment outer = current;
    current = (open_segment){ .pinfo = pinfo, .tvb = tvb, .frame = pinfo->num };
    int length = call_dissector_only(tcp_handle, tvb, pinfo, tree, data); /* 0: it is disabled */
    if (!current.taken && length > 0 && !pinfo->flags.in_error_pkt && may_be_ours(tvb)) {
        look_at_untaken(tvb, pinfo, tree);
    }
    current = outer;
    if (!PINFO_FD_VISITED(pinfo)) {
        latest.number = pinfo->num;
        latest.frame = pinfo->fd;
    }
    return length;
}

/* By the door a segment comes to us without the host's asking whether POP is enabled. */
static bool is_wanted(void)
{
    int protocol = dissector_handle_get_protocol_index(own_handle);
    return !pop_host_is_chosen() && proto_is_protocol_enabled(find_protocol_by_id(protocol));
}

/* Where the user gave IP's protocol number to another dissector, it stays so. With
 * dissector_change_uint() the Decode As dialog would show a row that the user never made. */
static void set_door(void)
{
    dissector_table_t table = find_dissector_table("ip.proto");
    dissector_handle_t there = dissector_get_uint_handle(table, IP_PROTO_TCP);
    dissector_handle_t wanted = is_wanted() ? door_handle : tcp_handle;
    if (there != wanted && (there == tcp_handle || there == door_handle)) {
        dissector_add_uint("ip.proto", IP_PROTO_TCP, wanted);
    }
}

/* Before every first pass. */
static void begin(void)
{
    memset(own_ports, 0, sizeof own_ports);
    memset(watched, 0, sizeof watched);
    ports_known = false;
    current = (open_segment){ .tvb = NULL };
    latest = (pop_frame_mark){ 0 };
    set_door();
}

void pop_segment_register(dissector_handle_t handle, pop_untaken_segment untaken)
{
    own_handle = handle;
    call_untaken = untaken;
    tcp_handle = find_dissector("tcp");
    door_handle = create_dissector_handle_with_name_and_description(
        dissect_door, -1, "pop-tcp-door", "TCP, its octets put in order for POP");
    register_init_routine(begin);
}
