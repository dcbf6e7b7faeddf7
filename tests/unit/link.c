/* link.c
 * A link between two ends of TCP, on a small scale.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "link.h"

enum {
    LARGEST = 1460,
    MICROSECONDS = 1000000,
    DELAY = 4000, /* microseconds from an end to the capture point, and on to the other end */
    OVERTAKEN = 12000, /* microseconds by which a packet is late, at the most */
    SPACING = 20, /* microseconds between packets */
    TIMEOUT = 250000, /* microseconds until a retransmission */
    THINKING = 1000, /* microseconds at the most, before a side writes */
    CALM_WRITES = 2, /* where the handshake is unseen: what tells where both streams are */
    LATER_COPY = 9, /* microseconds until the second of everything captured twice */
};

#define LOST (-1)

typedef struct link_packet {
    pop_order_segment segment;
    gint64 time; /* microseconds, of its capture */
    guint ordinal;
} link_packet;

typedef struct link_simulation {
    const link_impairment *impairment;
    GRand *chance;
    GArray *packets;
    gint64 now; /* microseconds */
    guint32 first[2]; /* sequence numbers of the first octets */
    guint32 written[2]; /* octets that the other side has */
    gboolean speaks[2];
    gboolean calm; /* nothing happens to packets for now */
} link_simulation;

gboolean link_is_lossless(const link_impairment *impairment)
{
    return impairment->dropped == 0;
}

static gboolean happens(link_simulation *simulation, guint per_mille)
{
    return g_rand_int_range(simulation->chance, 0, 1000) < (gint32)per_mille && !simulation->calm;
}

static void show(link_simulation *simulation, const pop_order_segment *segment, gint64 time)
{
    const link_impairment *impairment = simulation->impairment;
    if ((segment->length > 0 && segment->octets.length == 0)
        || ((segment->flags & POP_ORDER_SYN) == 0 && happens(simulation, impairment->dropped))
        || (impairment->silent_sides && !simulation->speaks[segment->direction])) {
        return;
    }
    link_packet packet = { *segment, time, simulation->packets->len };
    if (segment->direction == POP_FROM_SERVER) {
        packet.time += (gint64)impairment->skew * (MICROSECONDS / 1000);
    }
    g_array_append_val(simulation->packets, packet);
    if (impairment->twice) {
        packet.time += LATER_COPY;
        packet.ordinal++;
        g_array_append_val(simulation->packets, packet);
    }
}

/* Sends a packet; gives when it arrives, or LOST. */
static gint64 cross(link_simulation *simulation, const pop_order_segment *segment, gint64 sent)
{
    const link_impairment *impairment = simulation->impairment;
    if (happens(simulation, impairment->lost_before)) {
        return LOST;
    }
    gint64 time = sent + DELAY;
    if (happens(simulation, impairment->reorder)) {
        time += g_rand_int_range(simulation->chance, 1, OVERTAKEN);
    }
    show(simulation, segment, time);
    if (happens(simulation, impairment->repeat)) {
        show(simulation, segment, time + g_rand_int_range(simulation->chance, 1, OVERTAKEN));
    }
    return happens(simulation, impairment->lost_behind) ? LOST : time + DELAY;
}

/* The part of what is written that begins at `offset`. */
static pop_order_segment segment_of(
    const link_simulation *simulation, const link_write *write, gsize offset, gsize length)
{
    pop_direction direction = write->direction, other = pop_other_direction(direction);
    return (pop_order_segment){ .direction = direction,
        .flags = POP_ORDER_ACK,
        .sequence = simulation->first[direction] + simulation->written[direction] + (guint32)offset,
        .acknowledgment = simulation->first[other] + simulation->written[other] - write->unheard,
        .length = (guint32)length,
        .octets = pop_span_part(write->octets, MIN(offset, write->octets.length), length) };
}

/* Until it arrives. */
static gint64 send_until_it_arrives(
    link_simulation *simulation, const link_write *write, gsize offset, gsize length, gint64 sent)
{
    pop_order_segment segment = segment_of(simulation, write, offset, length);
    gint64 arrival = cross(simulation, &segment, sent);
    for (gint64 timeout = TIMEOUT; arrival == LOST; timeout *= 2) {
        sent += timeout;
        if (simulation->impairment->cut_anew && write->uncaptured == 0) {
            gsize more = (gsize)g_rand_int_range(simulation->chance, 0, LARGEST);
            gsize rest = write->octets.length - offset;
            segment = segment_of(simulation, write, offset, MIN(rest, length + more));
        }
        arrival = cross(simulation, &segment, sent);
    }
    return arrival;
}

typedef struct link_arrival {
    gint64 time;
    gsize offset, end;
} link_arrival;

static gint compare_arrivals(gconstpointer one, gconstpointer other)
{
    gint64 first = ((const link_arrival *)one)->time, second = ((const link_arrival *)other)->time;
    return first < second ? -1 : first > second;
}

/* What the receiver has without a hole, when the first `count` have arrived. */
static gsize has(const GArray *arrivals, guint count)
{
    gsize end = 0;
    for (gboolean grows = TRUE; grows;) {
        grows = FALSE;
        for (guint i = 0; i < count; i++) {
            const link_arrival *arrival = &g_array_index(arrivals, link_arrival, i);
            if (arrival->offset <= end && arrival->end > end) {
                end = arrival->end;
                grows = TRUE;
            }
        }
    }
    return end;
}

/* The receiver acknowledges what it has: every second segment (RFC 9293 section 3.8.6.3). */
static void acknowledge(link_simulation *simulation, const link_write *write, GArray *arrivals)
{
    pop_direction receiver = pop_other_direction(write->direction);
    g_array_sort(arrivals, compare_arrivals);
    for (guint count = 1; count <= arrivals->len; count += 2) {
        gint64 time = g_array_index(arrivals, link_arrival, count - 1).time;
        pop_order_segment segment = { .direction = receiver,
            .flags = POP_ORDER_ACK,
            .sequence = simulation->first[receiver] + simulation->written[receiver],
            .acknowledgment = simulation->first[write->direction]
                + simulation->written[write->direction] + (guint32)has(arrivals, count) };
        cross(simulation, &segment, time);
    }
}

static void send_write(link_simulation *simulation, const link_write *write)
{
    gsize total = write->octets.length + write->uncaptured;
    gsize largest = simulation->impairment->largest == 0 ? LARGEST
                                                         : simulation->impairment->largest;
    GArray *arrivals = g_array_new(FALSE, FALSE, sizeof(link_arrival));
    gint64 sent = simulation->now, last = sent;
    bool is_cut_off = write->octets.length > 0 && write->uncaptured > 0;
    for (gsize offset = 0, length; offset < total; offset += length, sent += SPACING) {
        length = (gsize)g_rand_int_range(simulation->chance, 1, (gint32)largest + 1);
        length = is_cut_off ? total : MIN(length, total - offset);
        gint64 time = send_until_it_arrives(simulation, write, offset, length, sent);
        g_array_append_val(arrivals, ((link_arrival){ time, offset, offset + length }));
        last = MAX(last, time);
    }
    acknowledge(simulation, write, arrivals);
    g_array_free(arrivals, TRUE);
    simulation->written[write->direction] += (guint32)total;
    simulation->now = last + g_rand_int_range(simulation->chance, 1, THINKING);
}

/* A packet that is neither overtaken nor lost. */
static void send_flags(link_simulation *simulation, pop_direction direction, guint8 flags)
{
    pop_direction other = pop_other_direction(direction);
    gboolean is_syn = (flags & POP_ORDER_SYN) != 0;
    pop_order_segment segment = { .direction = direction,
        .flags = flags,
        .sequence = simulation->first[direction] + simulation->written[direction] - is_syn,
        .acknowledgment = (flags & POP_ORDER_ACK) == 0
            ? 0
            : simulation->first[other] + simulation->written[other] };
    show(simulation, &segment, simulation->now + DELAY);
    simulation->now += DELAY + DELAY;
}

static void open_connection(link_simulation *simulation)
{
    if (!simulation->impairment->unseen_start) {
        send_flags(simulation, POP_FROM_CLIENT, POP_ORDER_SYN);
        send_flags(simulation, POP_FROM_SERVER, POP_ORDER_SYN | POP_ORDER_ACK);
        send_flags(simulation, POP_FROM_CLIENT, POP_ORDER_ACK);
    }
}

static void close_connection(link_simulation *simulation)
{
    send_flags(simulation, POP_FROM_SERVER, POP_ORDER_FIN | POP_ORDER_ACK);
    simulation->written[POP_FROM_SERVER]++;
    send_flags(simulation, POP_FROM_CLIENT, POP_ORDER_FIN | POP_ORDER_ACK);
    simulation->written[POP_FROM_CLIENT]++;
    send_flags(simulation, POP_FROM_SERVER, POP_ORDER_ACK);
}

static gint compare_packets(gconstpointer one, gconstpointer other)
{
    const link_packet *first = one, *second = other;
    if (first->time != second->time) {
        return first->time < second->time ? -1 : 1;
    }
    return first->ordinal < second->ordinal ? -1 : first->ordinal > second->ordinal;
}

/* By their times, from 1 on; clocks begin with the earlier one. */
static GArray *in_order_of_capture(GArray *packets, gint skew)
{
    GArray *segments = g_array_new(FALSE, FALSE, sizeof(pop_order_segment));
    gint64 before = MIN(skew, 0) * (gint64)(MICROSECONDS / 1000);
    g_array_sort(packets, compare_packets);
    for (guint i = 0; i < packets->len; i++) {
        link_packet *packet = &g_array_index(packets, link_packet, i);
        gint64 time = packet->time - before;
        packet->segment.at = (pop_instant){ i + 1, (gint32)(time % MICROSECONDS) * 1000,
            time / MICROSECONDS };
        g_array_append_val(segments, packet->segment);
    }
    g_array_free(packets, TRUE);
    return segments;
}

static GArray *capture_of(
    const link_write *writes, gsize count, const link_impairment *impairment, guint32 seed)
{
    link_simulation simulation = { .impairment = impairment,
        .chance = g_rand_new_with_seed(seed),
        .packets = g_array_new(FALSE, FALSE, sizeof(link_packet)) };
    gsize total = 1;
    for (gsize i = 0; i < count; i++) {
        simulation.speaks[writes[i].direction] = TRUE;
        total += writes[i].octets.length + writes[i].uncaptured;
    }
    for (int side = 0; side < 2; side++) {
        guint32 number = g_rand_int(simulation.chance) >> 1;
        gint32 before = g_rand_int_range(simulation.chance, 0, (gint32)total);
        simulation.first[side] = impairment->wraps ? 0 - (guint32)before : number;
    }
    open_connection(&simulation);
    for (gsize i = 0; i < count; i++) {
        simulation.calm = impairment->unseen_start && i < CALM_WRITES;
        send_write(&simulation, &writes[i]);
    }
    close_connection(&simulation);
    g_rand_free(simulation.chance);
    return in_order_of_capture(simulation.packets, impairment->skew);
}

/* A side of which nothing was seen when the other ends is taken for one that was not captured. */
static gboolean each_is_seen_in_time(const GArray *segments)
{
    gboolean seen[2] = { FALSE, FALSE };
    for (guint i = 0; i < segments->len; i++) {
        const pop_order_segment *segment = &g_array_index(segments, pop_order_segment, i);
        seen[segment->direction] = TRUE;
        if ((segment->flags & (POP_ORDER_FIN | POP_ORDER_RST)) != 0) {
            return seen[pop_other_direction(segment->direction)];
        }
    }
    return TRUE;
}

GArray *link_capture(
    const link_write *writes, gsize count, const link_impairment *impairment, guint32 seed)
{
    link_impairment adapted = *impairment;
    GArray *segments = capture_of(writes, count, &adapted, seed);
    while (adapted.skew != 0 && !each_is_seen_in_time(segments)) {
        g_array_free(segments, TRUE);
        adapted.skew /= 2;
        segments = capture_of(writes, count, &adapted, seed);
    }
    return segments;
}
