/* pop_order.c
 * Puts the octets of a TCP connection back into the order in which they can have been sent, and
 * decides when what is missing will not come any more.
 *
 * RFC 9293 section 3.4 (sequence and acknowledgment numbers), 3.10.7.4 (what a receiver trims).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_order.h"

#include <string.h>

#include "order/pop_side.h"
#include "order/pop_stranger.h"

/* --- When waiting ends ------------------------------------------------------------------------ */

/* The receiver has the octets, but they do not come: the capture lacks them when as many later
 * segments of their direction have come, in no less than that time ... */
#define LATER_SEGMENTS 3
#define LATER_TIME (50 * MILLISECOND)

/* ... or, whatever comes, after this time: clocks of a capture may be a second apart. */
#define CLOCKS_APART (1500 * MILLISECOND)

/* The receiver may not have them, and yet they do not come again. */
#define LONGEST_RETRANSMISSION (120000 * MILLISECOND)

/* A direction of which nothing was seen. */
#define ONE_SIDED_SEGMENTS 64
#define ONE_SIDED_TIME (1000 * MILLISECOND)

#define MILLISECOND INT64_C(1000000)

/* What a held piece costs beside its octets. */
#define PIECE_OVERHEAD 160

/* --- What is kept ----------------------------------------------------------------------------- */

struct pop_order {
    const pop_allocator *allocator;
    pop_order_capture *capture;
    pop_side sides[2];
    pop_instant now;
    pop_direction taken, latest; /* whose segment was taken, whose octets went out last */
    bool reset; /* a RST was seen */
    bool ended; /* the capture has */
    bool pending; /* `direct` goes out next: it needs no index */
    uint32_t segments; /* with octets, while one side was never seen */
    pop_instant first_segment; /* of those */
    size_t held_octets, held_pieces;
    pop_order_delivery direct;
    pop_piece *own; /* of the segment that is being taken */
    pop_piece *given; /* whose octets the latest delivery has */
    uint32_t cut_off; /* octets behind the latest delivery that were not captured */
    pop_order_outcome outcome;
    pop_stranger stranger;
};

static pop_side *other_side(pop_order *order, pop_direction direction)
{
    return &order->sides[pop_other_direction(direction)];
}

/* From `since` until now; a clock that goes back counts as one that stands. */
static int64_t elapsed(const pop_order *order, pop_instant since)
{
    return pop_instant_elapsed(&since, &order->now);
}

/* --- The pieces ------------------------------------------------------------------------------- */

static void count_held(pop_order *order, const pop_piece *piece, bool more)
{
    size_t cost = piece->octets.length + PIECE_OVERHEAD;
    order->held_octets += more ? cost : 0 - cost;
    order->capture->held += more ? cost : 0 - cost;
    order->held_pieces += more ? 1 : (size_t)0 - 1;
}

static void add_piece(pop_order *order, pop_side *side, const pop_piece *model)
{
    pop_piece *piece = g_memdup2(model, sizeof *model);
    piece->next_own = order->own;
    order->own = piece;
    pop_side_hold(side, piece);
    count_held(order, piece, true);
}

/* Puts the piece among those that are held, as far as they leave room for it: the first copy of an
 * octet counts. */
static void insert(pop_order *order, pop_side *side, pop_piece rest)
{
    GTreeNode *node = pop_piece_near(side->held, &rest);
    while (rest.length > 0) {
        const pop_piece *there = pop_piece_of(node);
        if (there == NULL || there->position >= pop_piece_end(&rest)) {
            add_piece(order, side, &rest);
            return;
        }
        order->outcome.differs |= pop_piece_differs(&rest, there);
        if (there->position > rest.position) {
            pop_piece before = rest;
            before.length = (uint32_t)(there->position - rest.position);
            before.octets = pop_span_part(rest.octets, 0, before.length);
            add_piece(order, side, &before);
        }
        if (pop_piece_end(there) >= pop_piece_end(&rest)) {
            return;
        }
        if (pop_piece_end(there) > rest.position) {
            pop_piece_cut_front(&rest, pop_piece_end(there));
        }
        node = g_tree_upper_bound(side->held, there);
    }
}

static void forget_piece(pop_piece *piece)
{
    g_free(piece->copy);
    g_free(piece);
}

/* What the latest delivery had is the caller's no more. */
static void forget_given(pop_order *order)
{
    if (order->given != NULL) {
        forget_piece(order->given);
        order->given = NULL;
    }
}

static void take_out(pop_order *order, pop_side *side, pop_piece *piece)
{
    pop_side_release(side, piece);
    count_held(order, piece, false);
    for (pop_piece **link = &order->own; piece->copy == NULL && *link != NULL;
         link = &(*link)->next_own) {
        if (*link == piece) {
            *link = piece->next_own;
            return;
        }
    }
}

/* --- Acknowledgments -------------------------------------------------------------------------- */

static void note_acknowledgment(pop_order *order, const pop_order_segment *segment)
{
    pop_side *side = other_side(order, segment->direction);
    if ((segment->flags & POP_ORDER_ACK) == 0) {
        return;
    }
    uint64_t before = side->acknowledged;
    bool was_placed = side->placed;
    pop_side_acknowledge(side, segment->acknowledgment);
    if (was_placed && side->acknowledged > before && order->held_pieces > 0) {
        pop_waiting_hear(&side->waiting, order->allocator, side->acknowledged, &segment->at);
    }
}

/* How much its sender had of the other direction: 0 where the segment does not tell, or where that
 * is not believed. */
static uint64_t cause_of(pop_order *order, const pop_order_segment *segment)
{
    const pop_side *side = other_side(order, segment->direction);
    if ((segment->flags & POP_ORDER_ACK) == 0 || !side->placed) {
        return 0;
    }
    uint64_t position = pop_side_position_acknowledged(side, segment->acknowledgment);
    return position <= MAX(side->acknowledged, side->position) ? position : 0;
}

/* --- Whose turn it is ------------------------------------------------------------------------- */

/* Octets that come behind others which were sent later were sent again, and their acknowledgment is
 * that of the second time: they were sent with no more than those others. */
static uint64_t cause_of_first(const pop_side *side, const pop_piece *piece)
{
    const pop_piece *later = pop_piece_second(side->held);
    return later != NULL && later->at.frame < piece->at.frame && later->cause < piece->cause
        ? later->cause
        : piece->cause;
}

static bool waits_for_unseen(const pop_order *order, pop_direction direction)
{
    const pop_side *side = &order->sides[direction];
    const pop_side *other = &order->sides[pop_other_direction(direction)];
    return side->start_seen && !other->seen && !side->finished && !order->reset && !order->ended
        && (order->segments < ONE_SIDED_SEGMENTS
            || elapsed(order, order->first_segment) < ONE_SIDED_TIME);
}

static bool is_in_line(const pop_side *side, const pop_piece *piece)
{
    return piece != NULL && piece->position <= side->position;
}

/* In line, and its sender had nothing of the other direction that has not come. */
static bool is_ready(pop_order *order, pop_direction direction, const pop_piece *piece)
{
    const pop_side *side = &order->sides[direction], *other = other_side(order, direction);
    if (!is_in_line(side, piece) || waits_for_unseen(order, direction)) {
        return false;
    }
    return !other->seen || piece->cause <= other->position
        || cause_of_first(side, piece) <= other->position;
}

/* Each waits for the other, which cannot be: one was sent again with the acknowledgment of the
 * second time, and that is the one that was captured later. */
static pop_direction break_circle(const pop_piece *const first[2])
{
    return first[POP_FROM_CLIENT]->at.frame > first[POP_FROM_SERVER]->at.frame ? POP_FROM_CLIENT
                                                                               : POP_FROM_SERVER;
}

/* True where a piece may go out: of which direction. Of two the one that was captured first. */
static bool choose(pop_order *order, pop_direction *direction_out)
{
    const pop_piece *const first[2] = { pop_piece_first(order->sides[POP_FROM_CLIENT].held),
        pop_piece_first(order->sides[POP_FROM_SERVER].held) };
    bool client = is_ready(order, POP_FROM_CLIENT, first[POP_FROM_CLIENT]);
    bool server = is_ready(order, POP_FROM_SERVER, first[POP_FROM_SERVER]);
    if (client && server) {
        client = first[POP_FROM_CLIENT]->at.frame <= first[POP_FROM_SERVER]->at.frame;
    }
    *direction_out = client ? POP_FROM_CLIENT : POP_FROM_SERVER;
    if (client || server) {
        return true;
    }
    if (!is_in_line(&order->sides[POP_FROM_CLIENT], first[POP_FROM_CLIENT])
        || !is_in_line(&order->sides[POP_FROM_SERVER], first[POP_FROM_SERVER])
        || waits_for_unseen(order, POP_FROM_CLIENT) || waits_for_unseen(order, POP_FROM_SERVER)) {
        return false;
    }
    *direction_out = break_circle(first);
    return true;
}

static int64_t ahead_of(const pop_side *other, uint64_t cause)
{
    return cause == 0 ? 0 : (int64_t)(cause - other->position);
}

static void give_piece(pop_order *order, pop_direction direction, pop_order_delivery *delivery_out)
{
    pop_side *side = &order->sides[direction];
    const pop_side *other = other_side(order, direction);
    pop_piece *piece = pop_piece_first(side->held);
    uint64_t cause = cause_of_first(side, piece);
    take_out(order, side, piece);
    if (piece->position < side->position) {
        pop_piece_cut_front(piece, MIN(side->position, pop_piece_end(piece)));
    }
    *delivery_out = (pop_order_delivery){ .direction = direction,
        .length = piece->octets.length,
        .octets = piece->octets,
        .offset = piece->offset,
        .is_own = piece->copy == NULL,
        .cut_off = piece->octets.length < piece->length,
        .ahead = ahead_of(other, cause),
        .at = piece->at };
    pop_side_move_on(side, piece->octets.length);
    order->given = piece;
    order->cut_off = piece->length - (uint32_t)piece->octets.length;
}

/* --- What is lost ----------------------------------------------------------------------------- */

/* Octets that nobody acknowledged, far beyond the window, are no reason to take for lost what is
 * between. */
static bool is_believed(const pop_order *order, pop_direction direction, uint64_t until)
{
    const pop_side *side = &order->sides[direction];
    return !order->sides[pop_other_direction(direction)].seen || until <= side->highest;
}

/* The position up to which the direction keeps something waiting; its own where nothing waits. What
 * the other direction sends between shows which of the octets had come by then. */
static uint64_t wanted(pop_order *order, pop_direction direction)
{
    const pop_side *side = &order->sides[direction], *other = other_side(order, direction);
    const pop_piece *own = pop_piece_first(side->held), *effect = pop_piece_first(other->held);
    bool waits = own != NULL && !is_in_line(side, own);
    uint64_t cause = (waits || own == NULL) && is_in_line(other, effect)
        ? cause_of_first(other, effect)
        : 0;
    bool is_cause = cause > side->position;
    if (waits && is_believed(order, direction, own->position)) {
        return is_cause ? MIN(cause, own->position) : own->position;
    }
    if (is_cause) {
        return cause;
    }
    return waits ? own->position : side->position;
}

static void note_waiting(pop_order *order, pop_side *side)
{
    pop_waiting_lack(&side->waiting, &order->now);
    if (side->waiting.is_waited_for || side->acknowledged <= side->position) {
        return;
    }
    if (side->finished) {
        pop_waiting_begin_now(&side->waiting, &order->now);
    } else {
        pop_waiting_begin(&side->waiting, side->position, pop_piece_first(side->held), &order->now);
    }
}

static bool is_full(const pop_order *order)
{
    return order->held_octets > POP_ORDER_HOLD_LIMIT
        || order->capture->held > order->capture->limit;
}

/* Each end has told that it has all of the other's. */
static bool has_ended(const pop_order *order)
{
    return order->sides[POP_FROM_CLIENT].fin_acknowledged
        && order->sides[POP_FROM_SERVER].fin_acknowledged;
}

/* The receiver has what is missing, as it said. */
static bool is_given_up(const pop_order *order, const pop_side *side)
{
    int64_t time = elapsed(order, side->waiting.waited_since);
    if (order->capture->has_two_clocks) {
        return time >= CLOCKS_APART;
    }
    return time >= CLOCKS_APART || (side->waiting.later >= LATER_SEGMENTS && time >= LATER_TIME)
        || has_ended(order) || order->reset;
}

/* It may not have it. */
static bool is_hopeless(const pop_order *order, pop_direction direction)
{
    const pop_side *side = &order->sides[direction];
    const pop_side *other = &order->sides[pop_other_direction(direction)];
    bool starts = !side->start_seen && !side->delivered;
    int64_t time = elapsed(order, side->waiting.lacks_since);
    bool others_came = side->waiting.later >= LATER_SEGMENTS && time >= LATER_TIME;
    if (!other->seen) { /* behind its FIN a direction may still repeat what was lost */
        return (side->finished && others_came) || order->reset
            || (!side->finished && order->segments >= ONE_SIDED_SEGMENTS
                && elapsed(order, order->first_segment) >= ONE_SIDED_TIME);
    }
    return (order->reset && (!order->capture->has_two_clocks || time >= CLOCKS_APART))
        || side->highest - MAX(side->position, side->highest_when_heard) > POP_SIDE_BELIEVED_AHEAD
        || time >= LONGEST_RETRANSMISSION || (starts && others_came);
}

static pop_order_delivery lost_octets(
    const pop_order *order, pop_direction direction, uint64_t octets)
{
    return (pop_order_delivery){
        .direction = direction, .lost = true, .length = octets, .at = order->now
    };
}

static void tell_lost(
    pop_order *order, pop_direction direction, uint64_t octets, pop_order_delivery *delivery_out)
{
    *delivery_out = lost_octets(order, direction, octets);
    pop_side_lose(&order->sides[direction], octets);
}

/* Octets of which the capture has the segment, but not them: no other segment will bring them. */
static void tell_cut_off(pop_order *order, pop_order_delivery *delivery_out)
{
    *delivery_out = lost_octets(order, order->latest, order->cut_off);
    pop_side_move_on(&order->sides[order->latest], order->cut_off);
    order->cut_off = 0;
}

/* Such octets go where room is needed. */
static void make_room(pop_order *order, pop_side *side)
{
    pop_piece *piece;
    while (is_full(order) && (piece = pop_piece_first(side->held)) != NULL
        && piece->position > side->highest) {
        take_out(order, side, piece);
        forget_piece(piece);
    }
}

/* What waits behind the client's missing octets was sent when it had some of the server's that are
 * missing, too: where those are waited for, they are told first. */
static bool follows_lost_reply(pop_order *order, pop_direction direction)
{
    const pop_side *side = &order->sides[direction], *other = other_side(order, direction);
    const pop_piece *own = pop_piece_first(side->held), *reply = pop_piece_first(other->held);
    return direction == POP_FROM_CLIENT && own != NULL && reply != NULL && !is_in_line(other, reply)
        && is_believed(order, POP_FROM_SERVER, reply->position)
        && cause_of_first(side, own) > other->position;
}

static bool lose(pop_order *order, pop_direction direction, pop_order_delivery *delivery_out)
{
    pop_side *side = &order->sides[direction];
    uint64_t until = wanted(order, direction);
    if (until == side->position) {
        pop_waiting_over(&side->waiting);
        return false;
    }
    note_waiting(order, side);
    if (!is_believed(order, direction, until)) {
        make_room(order, side);
        return false;
    }
    bool all = is_full(order) || order->ended || is_hopeless(order, direction);
    bool by_itself = side->waiting.is_waited_for && is_given_up(order, side);
    if (!all && (!by_itself || follows_lost_reply(order, direction))) {
        return false;
    }
    until = all ? until : MIN(until, side->acknowledged);
    tell_lost(order, direction, until - side->position, delivery_out);
    return true;
}

/* --- Segments in, octets out ------------------------------------------------------------------ */

pop_order *pop_order_new(const pop_allocator *allocator, pop_order_capture *capture)
{
    pop_order *order = pop_keep(allocator, sizeof *order);
    order->allocator = allocator;
    order->capture = capture;
    return order;
}

void pop_order_free(pop_order *order)
{
    forget_given(order);
    for (size_t i = 0; i < G_N_ELEMENTS(order->sides); i++) {
        pop_piece *piece;
        while ((piece = pop_piece_first(order->sides[i].held)) != NULL) {
            take_out(order, &order->sides[i], piece);
            forget_piece(piece);
        }
        pop_side_free(&order->sides[i], order->allocator);
    }
}

bool pop_order_begins_anew(
    pop_order *order, const pop_order_segment *segment, pop_order_segment *first_out)
{
    const uint8_t flags = POP_ORDER_ACK | POP_ORDER_SYN
        | POP_ORDER_RST; /* a reset begins nothing */
    bool is_strange = (segment->flags & flags) == POP_ORDER_ACK
        && pop_side_is_far(&order->sides[segment->direction], segment->sequence)
        && pop_side_is_far(other_side(order, segment->direction), segment->acknowledgment);
    if (!is_strange) {
        return false;
    }
    if (pop_stranger_is_confirmed(&order->stranger, segment)) {
        *first_out = order->stranger.segment;
        return true;
    }
    pop_stranger_keep(&order->stranger, order->allocator, segment);
    return false;
}

/* Nearly every segment: the next in line of its direction, while nothing waits. */
static bool take_directly(pop_order *order, const pop_order_segment *segment)
{
    pop_side *side = &order->sides[segment->direction];
    pop_side *other = other_side(order, segment->direction);
    int32_t ahead = (int32_t)(segment->acknowledgment - other->next);
    if (order->held_pieces > 0 || segment->sequence != side->next || !side->placed || !other->placed
        || !other->seen || ahead > 0 || segment->octets.length != segment->length
        || (segment->flags & (POP_ORDER_SYN | POP_ORDER_FIN | POP_ORDER_RST | POP_ORDER_ACK))
            != POP_ORDER_ACK) {
        return false;
    }
    uint64_t has = other->position + (uint64_t)(int64_t)ahead;
    pop_side_acknowledge_seen(other, has);
    pop_side_note_seen(side);
    order->pending = segment->length > 0;
    order->direct = (pop_order_delivery){ .direction = segment->direction,
        .length = segment->length,
        .octets = segment->octets,
        .is_own = true,
        .ahead = ahead,
        .at = segment->at };
    pop_side_move_on(side, segment->length);
    return true;
}

/* Octets that had come before, or were given up. */
static void cut_repetition(pop_order *order, const pop_side *side, pop_piece *piece)
{
    if (piece->position < side->position) {
        uint64_t until = MIN(side->position, pop_piece_end(piece));
        order->outcome.repeated = (uint32_t)(until - piece->position);
        order->outcome.given_up = pop_side_has_lost(side, piece->position, until);
        pop_piece_cut_front(piece, until);
    }
}

/* Nobody can have had octets before they were captured, and nobody sends any again when the other
 * side has all: unless by another clock. */
static void note_clocks(pop_order *order, const pop_side *side, const pop_piece *piece)
{
    order->capture->has_two_clocks |= (order->outcome.given_up && has_ended(order))
        || (piece->length > 0 && pop_piece_end(piece) <= side->acknowledged);
}

/* What of the segment's octets is new. */
static void take_octets(pop_order *order, const pop_order_segment *segment, uint64_t cause)
{
    pop_side *side = &order->sides[segment->direction];
    uint64_t begin = pop_side_position(
        side, segment->sequence + ((segment->flags & POP_ORDER_SYN) != 0));
    pop_piece piece = { .position = begin,
        .cause = cause,
        .length = segment->length,
        .octets = segment->octets,
        .at = segment->at };
    bool seen_both = other_side(order, segment->direction)->seen;
    if (pop_piece_end(&piece) > side->highest + POP_SIDE_BELIEVED_AHEAD && seen_both) {
        order->outcome.out_of_window = true;
    } else {
        pop_side_note_sent(side, pop_piece_end(&piece));
    }
    cut_repetition(order, side, &piece);
    note_clocks(order, side, &piece);
    if (piece.length > 0) { /* a repetition does not tell what else is repeated */
        piece.ordinal = pop_waiting_count(&side->waiting);
    }
    insert(order, side, piece);
    order->first_segment = order->segments++ == 0 ? segment->at : order->first_segment;
}

/* A reset is believed where its number may be the next one (RFC 9293 section 3.10.7.4). */
static void take_reset(pop_order *order, const pop_order_segment *segment)
{
    const pop_side *side = &order->sides[segment->direction];
    uint64_t at = side->placed ? pop_side_position(side, segment->sequence) : 0;
    order->reset |= side->placed && at + POP_SIDE_BELIEVED_AHEAD >= side->position
        && at <= side->highest + POP_SIDE_BELIEVED_AHEAD;
}

void pop_order_take(pop_order *order, const pop_order_segment *segment)
{
    pop_side *side = &order->sides[segment->direction];
    order->now = segment->at;
    order->taken = segment->direction;
    order->ended = false;
    order->outcome = (pop_order_outcome){ 0 };
    if (take_directly(order, segment)) {
        return;
    }
    if ((segment->flags & POP_ORDER_RST) != 0) { /* what it carries is not of the stream */
        take_reset(order, segment);
        return;
    }
    pop_side_place(side, segment);
    note_acknowledgment(order, segment);
    pop_side_note_seen(side);
    pop_side_note_heard(other_side(order, segment->direction));
    if (segment->length > 0) {
        take_octets(order, segment, cause_of(order, segment));
    }
    if ((segment->flags & POP_ORDER_FIN) != 0) {
        pop_side_take_fin(side, segment);
    }
}

bool pop_order_next(pop_order *order, pop_order_delivery *delivery_out)
{
    pop_direction direction;
    forget_given(order);
    if (order->pending) {
        order->pending = false;
        *delivery_out = order->direct;
        return true;
    }
    if (order->cut_off > 0) {
        tell_cut_off(order, delivery_out);
        return true;
    }
    if (order->held_pieces == 0) {
        return false;
    }
    if (choose(order, &direction)) {
        order->latest = direction;
        give_piece(order, direction, delivery_out);
        return true;
    }
    return lose(order, POP_FROM_SERVER, delivery_out) || lose(order, POP_FROM_CLIENT, delivery_out);
}

/* What is left of the segment waits: from now on in memory of our own, of malloc()'s, since a
 * capture that reorders takes and gives back such pieces all the time. */
static void keep(pop_order *order, pop_piece *piece)
{
    if (piece->octets.length > 0) {
        piece->copy = g_memdup2(piece->octets.octets, piece->octets.length);
        piece->octets.octets = piece->copy;
    }
    order->outcome.held += piece->length;
}

pop_order_outcome pop_order_finish(pop_order *order)
{
    const pop_side *side = &order->sides[order->taken];
    forget_given(order);
    while (order->own != NULL) {
        pop_piece *piece = order->own;
        order->own = piece->next_own;
        piece->next_own = NULL;
        keep(order, piece);
    }
    const pop_piece *first = pop_piece_first(side->held);
    if (first != NULL && first->position > side->position) {
        order->outcome.missing = first->position - side->position;
    }
    return order->outcome;
}

void pop_order_end(pop_order *order)
{
    order->ended = true;
}

void pop_order_pass_over(pop_order *order, const pop_order_segment *segment)
{
    pop_side *side = &order->sides[segment->direction];
    if (!side->placed) {
        pop_side_start(side, segment->sequence);
    }
    uint64_t end = pop_side_position(side, segment->sequence + segment->length);
    if (end > side->position && end - side->position <= (uint64_t)POP_SIDE_OTHER_CONNECTION) {
        pop_side_move_on(side, end - side->position);
    }
}

bool pop_order_holds(const pop_order *order)
{
    return order->held_pieces > 0;
}

bool pop_order_saw(const pop_order *order, pop_direction direction)
{
    return order->sides[direction].seen;
}

bool pop_order_saw_start(const pop_order *order, pop_direction direction)
{
    return order->sides[direction].start_seen;
}
