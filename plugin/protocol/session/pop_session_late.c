/* pop_session_late.c
 * Octets of the server that come late: just those that were missing before what came last. The
 * replies in them are read from where the session stood before the gap.
 *
 * A server may send the replies to pipelined commands in one segment (RFC 2449 section 6.6): where
 * that is captured behind the one that follows it, many whole replies would be lost.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

struct pop_hole {
    bool open; /* its octets may still come */
    pop_session before; /* as it was; of it, what the server sends is read */
    uint64_t end; /* in the server's stream */
    pop_message message; /* under way before it, as it was */
    uint64_t reply_octets; /* of the reply under way */
};

/* --- Before the gap --------------------------------------------------------------------------- */

/* Lets the session stand, in what the server sends, where `place` did. */
static void move_to(pop_session *session, const pop_session *place)
{
    session->framing[POP_FROM_SERVER] = place->framing[POP_FROM_SERVER];
    session->position[POP_FROM_SERVER] = place->position[POP_FROM_SERVER];
    session->stepped[POP_FROM_SERVER] = place->stepped[POP_FROM_SERVER];
    session->missing[POP_FROM_SERVER] = place->missing[POP_FROM_SERVER];
    session->current = place->current;
    session->body = place->body;
    session->message = place->message;
    session->last_reply_end = place->last_reply_end;
    session->early = place->early;
    session->unsolicited = place->unsolicited;
    session->gap_end = place->gap_end;
    session->doubt = place->doubt;
    session->expects = place->expects;
    session->expected_at = place->expected_at;
    session->inside = place->inside;
    session->strayed = place->strayed;
    session->only_greeted = place->only_greeted;
}

/* What is missing then may hold whole replies, and where the session stands is sure. */
static bool is_worth_remembering(const pop_session *session)
{
    return session->version == POP_VERSION_3 && session->queue.oldest != NULL && !session->doubt
        && session->stepped[POP_FROM_SERVER] && session->body != POP_BODY_UNDETERMINED
        && session->body != POP_BODY_COUNTED && !session->kerberos && !session->layered
        && session->stls_waiting == 0 && !session->tls_started;
}

void pop_session_remember_place(pop_session *session, uint64_t octets)
{
    if (!is_worth_remembering(session)) {
        if (session->hole != NULL) {
            session->hole->open = false;
        }
        return;
    }
    if (session->hole == NULL) {
        session->hole = pop_keep(session->allocator, sizeof *session->hole);
    }
    *session->hole = (struct pop_hole){
        .open = true, .before = *session, .end = session->position[POP_FROM_SERVER] + octets
    };
    if (session->message != NULL) {
        session->hole->message = *session->message;
    }
    if (session->current != NULL) {
        session->hole->reply_octets = session->current->reply_octets;
    }
}

/* --- Whether late octets are taken ------------------------------------------------------------ */

static void ignore(void *context, pop_span octets)
{
    (void)context;
    (void)octets;
}

/* Whether the mail that was under way ends in the octets. */
static bool ends_message(const struct pop_hole *hole, pop_span octets)
{
    pop_framing framing = hole->before.framing[POP_FROM_SERVER];
    framing.sink = (pop_body_sink){ ignore, NULL };
    size_t offset = 0;
    pop_unit unit = { .kind = POP_UNIT_BODY };
    while (unit.kind == POP_UNIT_BODY && pop_framing_has_next(&framing, octets, offset)) {
        unit = pop_framing_next(&framing, octets, &offset, 0);
    }
    return unit.kind == POP_UNIT_BODY_END;
}

bool pop_session_would_take_late(const pop_session *session, pop_span octets, uint64_t at)
{
    const struct pop_hole *hole = session->hole;
    return hole != NULL && hole->open && hole->before.position[POP_FROM_SERVER] == at
        && hole->end - at == octets.length && !session->tls_started && !session->layered
        && (hole->before.message == NULL || ends_message(hole, octets));
}

/* --- Reading them ----------------------------------------------------------------------------- */

/* The command of whose reply, it seemed, what came behind the gap was the rest. */
typedef struct server_tail {
    pop_exchange *exchange; /* NULL: none */
    pop_message *message;
    pop_instant end;
} server_tail;

/* Its reply may begin in the late octets: its status line has not been seen, and if it has an end,
 * it may be another's. */
static bool may_begin(const pop_exchange *exchange)
{
    bool is_whole = exchange->message != NULL && pop_message_is_whole(exchange->message);
    return exchange->status_line.frame == 0 && !is_whole;
}

/* Puts back to the head of the queue those that were passed over. Returns the first behind them
 * that is known to be answered, NULL where none is. */
static const pop_exchange *take_back(pop_session *session, server_tail *tail_out)
{
    pop_exchange_queue passed = { NULL, NULL, 0 };
    pop_exchange *waiting = session->queue.oldest, *exchange = session->hole->before.queue.oldest;
    while (exchange != NULL && exchange != waiting && may_begin(exchange)) {
        if (exchange->message != NULL || exchange->end.frame != 0 || exchange == session->current) {
            *tail_out = (server_tail){ exchange, exchange->message, exchange->end };
        }
        pop_exchange_queue_add(&passed, exchange);
        exchange = exchange->following;
    }
    bool joined = exchange == waiting;
    if (joined) {
        pop_exchange_queue_add_all(&passed, &session->queue);
    }
    session->queue = passed;
    return joined ? NULL : exchange;
}

static void restore_reply(const struct pop_hole *hole)
{
    if (hole->before.current != NULL) {
        hole->before.current->reply_octets = hole->reply_octets;
        hole->before.current->end = (pop_instant){ 0 };
    }
    pop_message *message = hole->before.message;
    if (message != NULL) {
        message->length = hole->message.length;
        message->total = hole->message.total;
        message->noted = hole->message.noted;
        message->stretches = hole->message.stretches;
        message->latest_frame = hole->message.latest_frame;
        pop_fragments_go_back(&message->fragments, &hole->message.fragments);
        message->damaged = hole->message.damaged;
        message->head_lost = hole->message.head_lost;
        message->ended_in = 0;
    }
}

/* `answered`: the command whose reply must begin where the others that wait have theirs. */
static void read_late(
    pop_session *session, const pop_segment *segment, const pop_exchange *answered)
{
    bool stops = answered != NULL && answered->status_line.frame == 0;
    size_t offset = 0, length = segment->octets.length;
    pop_session_begin_segment(session, segment);
    pop_framing *framing = &session->framing[POP_FROM_SERVER];
    while (pop_framing_has_next(framing, segment->octets, offset)) {
        if (stops && session->current == NULL && session->queue.oldest == NULL && offset < length) {
            pop_unit rest = {
                .kind = POP_UNIT_OPAQUE, .offset = offset, .length = length - offset
            };
            pop_session_out_of_step(session, segment, &rest);
            return;
        }
        pop_unit unit = pop_framing_next(framing, segment->octets, &offset, segment->at.frame);
        pop_session_server_unit(session, segment, &unit);
    }
}

/* --- Behind them ------------------------------------------------------------------------------ */

/* What came behind the gap was taken for more of the reply before it: it is more of the reply with
 * which the late octets end. */
static void go_on_with(pop_session *session, const pop_session *late)
{
    pop_framing *framing = &session->framing[POP_FROM_SERVER];
    session->current = NULL;
    session->body = POP_BODY_NONE;
    session->message = NULL;
    session->expects = false;
    pop_framing_begin_lines(framing);
    if (late->current != NULL && late->body != POP_BODY_UNDETERMINED) {
        session->current = late->current;
        session->body = late->body;
        session->message = late->message;
        session->doubt = false;
        framing->sink = late->framing[POP_FROM_SERVER].sink;
        if (late->message != NULL) {
            late->message->damaged = true;
        }
    }
}

/* The tail is the rest of its reply indeed, of which the late octets are the beginning, or
 * nothing. */
static void keep_tail(pop_session *session, const server_tail *tail)
{
    session->doubt = session->doubt && tail->exchange->status_line.frame == 0;
    tail->exchange->message = tail->message;
    tail->exchange->end = tail->end;
    while (session->queue.oldest != NULL
        && session->queue.oldest->ordinal <= tail->exchange->ordinal) {
        pop_exchange_queue_take(&session->queue);
    }
}

/* Whether what came behind the gap goes on with the reply with which the late octets end. */
static bool goes_on_with_late(const pop_session *session, const pop_session *now,
    const pop_session *late, const server_tail *tail, bool joined)
{
    if (now->current == NULL) {
        return joined && !now->stepped[POP_FROM_SERVER] && late->current != NULL
            && tail->exchange == NULL;
    }
    return now->current == tail->exchange || now->current == session->hole->before.current;
}

/* `joined`: behind the gap, no command was known to be answered. */
static void go_on(pop_session *session, const pop_session *now, const pop_session *late,
    const server_tail *tail, bool joined)
{
    move_to(session, now);
    if (tail->exchange != NULL
        && (tail->exchange == late->current || tail->exchange->status_line.frame == 0)) {
        keep_tail(session, tail);
    } else if (goes_on_with_late(session, now, late, tail, joined)) {
        go_on_with(session, late);
    } else if (late->message != NULL && late->message != now->message) {
        pop_message_break_off(late->message);
    }
}

bool pop_session_take_late(pop_session *session, const pop_segment *segment, uint64_t at)
{
    struct pop_hole *hole = session->hole;
    if (!pop_session_would_take_late(session, segment->octets, at)) {
        return false;
    }
    hole->open = false;
    pop_session now = *session;
    server_tail tail = { NULL, NULL, { 0 } };
    const pop_exchange *answered = take_back(session, &tail);
    restore_reply(hole);
    move_to(session, &hole->before);
    read_late(session, segment, answered);
    pop_session late = *session;
    if (answered != NULL) {
        session->queue = now.queue;
    }
    go_on(session, &now, &late, &tail, answered == NULL);
    return true;
}
