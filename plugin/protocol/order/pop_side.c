/* pop_side.c
 * One direction of a connection: where it begins, how far it has come, and what of it is held.
 *
 * RFC 9293 section 3.4 (sequence and acknowledgment numbers), 3.8.4 (keep-alives).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_side.h"

/* Octets that may be missing before the first segment of a direction. */
#define NEAR (INT64_C(1024) * 1024)

/* Positions in a stream begin here, so that a segment from before the first one has one, too. */
#define FIRST_POSITION (UINT64_C(1) << 32)

/* --- Where it begins -------------------------------------------------------------------------- */

void pop_side_start(pop_side *side, uint32_t sequence)
{
    side->placed = true;
    side->start = side->next = sequence;
    side->position = side->highest = FIRST_POSITION;
}

/* It begins elsewhere than it was thought to: what was waited for there is waited for no more. */
static void begin_at(pop_side *side, uint32_t sequence)
{
    side->position = pop_side_position(side, sequence);
    side->start = side->next = sequence;
    pop_waiting_over(&side->waiting);
}

static void note_syn(pop_side *side, uint32_t first)
{
    const pop_piece *held = pop_piece_first(side->held);
    bool may_move = side->placed && !side->delivered && !side->start_seen
        && pop_side_position(side, first) <= side->position + (uint64_t)NEAR
        && (held == NULL || pop_side_position(side, first) <= held->position);
    if (!side->placed) {
        pop_side_start(side, first);
    } else if (may_move) {
        begin_at(side, first);
    }
    side->start_seen |= side->start == first;
}

/* A keep-alive has the octet before those to come, or none (RFC 9293 section 3.8.4). */
static bool is_keep_alive(const pop_side *side, const pop_order_segment *segment)
{
    return segment->length <= 1 && segment->sequence + 1 == side->next;
}

/* Where the direction was placed by what the other side had, its own first segment knows better: it
 * may be one from before. */
void pop_side_place(pop_side *side, const pop_order_segment *segment)
{
    if ((segment->flags & POP_ORDER_SYN) != 0) {
        note_syn(side, segment->sequence + 1);
        return;
    }
    if (!side->placed) {
        pop_side_start(side, segment->sequence);
        return;
    }
    int32_t ahead = (int32_t)(segment->sequence - side->next);
    bool is_free = !side->start_seen && !side->delivered && segment->length > 0
        && !is_keep_alive(side, segment);
    if (is_free && ((ahead < 0 && ahead > -NEAR) || (!side->seen && ahead > NEAR))) {
        begin_at(side, segment->sequence);
        pop_side_note_sent(side, side->position);
    }
}

bool pop_side_is_far(const pop_side *side, uint32_t sequence)
{
    int32_t ahead = (int32_t)(sequence - side->next);
    return side->placed
        && (ahead > POP_SIDE_OTHER_CONNECTION || ahead < -POP_SIDE_OTHER_CONNECTION);
}

/* --- What the other side has ------------------------------------------------------------------ */

uint64_t pop_side_position_acknowledged(const pop_side *side, uint32_t acknowledgment)
{
    uint64_t position = pop_side_position(side, acknowledgment);
    return side->finished && position == side->fin_at + 1 ? side->fin_at : position;
}

/* Acknowledgments beyond what was seen are believed when a second one confirms them: a forged one
 * stands alone. */
static void believe(pop_side *side, uint64_t position)
{
    if (position <= MAX(side->acknowledged, FIRST_POSITION)) {
        return;
    }
    if (position > side->highest + POP_SIDE_BELIEVED_AHEAD
        && !(side->doubtful != 0 && position > side->doubtful
            && position - side->doubtful <= POP_SIDE_BELIEVED_AHEAD)) {
        side->doubtful = position;
        return;
    }
    side->doubtful = 0;
    side->acknowledged = position;
    pop_side_note_sent(side, position);
}

void pop_side_acknowledge(pop_side *side, uint32_t acknowledgment)
{
    if (side->placed) {
        side->fin_acknowledged |= side->finished
            && pop_side_position(side, acknowledgment) == side->fin_at + 1;
        believe(side, pop_side_position_acknowledged(side, acknowledgment));
    } else if (acknowledgment != 0) {
        pop_side_start(side, acknowledgment);
        side->acknowledged = FIRST_POSITION;
    }
}

/* --- Its end, and what never comes ------------------------------------------------------------ */

void pop_side_take_fin(pop_side *side, const pop_order_segment *segment)
{
    uint64_t at = pop_side_position(side, segment->sequence + segment->length);
    if (at <= side->highest + POP_SIDE_BELIEVED_AHEAD && !side->finished) {
        pop_waiting_end(&side->waiting, &segment->at);
        side->finished = true;
        side->fin_acknowledged = side->acknowledged > at;
        side->fin_at = at;
    }
}

void pop_side_lose(pop_side *side, uint64_t octets)
{
    if (side->gaps[side->latest_gap].until != side->position) { /* another gap than the latest */
        side->latest_gap = (side->latest_gap + 1) % POP_SIDE_GAPS;
        side->gaps[side->latest_gap].from = side->position;
    }
    pop_side_move_on(side, octets);
    side->gaps[side->latest_gap].until = side->position;
}

bool pop_side_has_lost(const pop_side *side, uint64_t from, uint64_t until)
{
    for (size_t i = 0; i < POP_SIDE_GAPS; i++) {
        if (from < side->gaps[i].until && until > side->gaps[i].from) {
            return true;
        }
    }
    return false;
}

/* --- What is held ----------------------------------------------------------------------------- */

void pop_side_hold(pop_side *side, pop_piece *piece)
{
    if (side->held == NULL) {
        side->held = pop_pieces_new();
    }
    g_tree_insert(side->held, piece, piece);
}

void pop_side_release(pop_side *side, pop_piece *piece)
{
    g_tree_remove(side->held, piece);
}

void pop_side_free(pop_side *side, const pop_allocator *allocator)
{
    if (side->held != NULL) {
        g_tree_unref(side->held);
        side->held = NULL;
    }
    pop_waiting_free(&side->waiting, allocator);
}
