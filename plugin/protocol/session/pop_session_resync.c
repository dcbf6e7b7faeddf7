/* pop_session_resync.c
 * After a gap: which replies ended in it, and which command the next one answers.
 *
 * What tells: how much of the server's stream a client had when it sent a command (RFC 9293 section
 * 3.4, acknowledgments); sizes that were announced (RFC 1939 sections 5 and 11); how the server
 * words its replies; whether lines follow a status line (RFC 1939 section 3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "session/pop_session_private.h"

/* Waiting commands that are looked through for the one that is answered. */
#define REACH 256

/* The same, for each line of a damaged mail that looks like a status line. */
#define NEAR 8

/* Octets by which a mail's end may be misjudged from its announced size: stuffing, added
 * headers. */
#define SLACK 64

#define SHORTEST_COMMAND 6 /* "STAT", with its line end */

/* --- The client's way ------------------------------------------------------------------------- */

void pop_session_note_sent(pop_session *session, const pop_segment *segment, pop_exchange *exchange)
{
    uint64_t at = session->position[POP_FROM_SERVER];
    uint64_t short_of = segment->ahead < 0 ? (uint64_t)-segment->ahead : 0;
    exchange->server_at = segment->ahead >= 0 ? at + (uint64_t)segment->ahead
                                              : at - MIN(at, short_of);
    const pop_exchange *before = session->queue.youngest;
    if (before == NULL && session->body != POP_BODY_UNDETERMINED) {
        before = session->current;
    }
    bool certain = session->stepped[POP_FROM_SERVER] && !session->doubt && segment->ahead <= 0;
    if (before != NULL && certain && exchange->server_at > before->server_at) {
        session->slides = true;
    }
}

/* The replies to commands that were not seen are expected all the same. How many there are, the
 * octets tell; those that have been answered already are not among them. */
void pop_session_note_missing_commands(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, const pop_exchange *next)
{
    uint64_t octets = MAX(pop_session_octets_of(unit), SHORTEST_COMMAND);
    uint64_t count = (session->client_missing + octets / 2) / octets;
    uint64_t answered = session->unsolicited;
    bool missing = session->client_missing > 0;
    bool all_answered = !session->slides && answered > 0 && session->queue.oldest == NULL;
    session->client_missing = 0;
    session->unsolicited = 0;
    if (!missing || all_answered || session->version != POP_VERSION_3 || segment->ahead > 0
        || (session->queue.youngest != NULL && !session->slides
            && session->queue.youngest->server_at != next->server_at)) {
        return;
    }
    count = MIN(MAX(count, 1), REACH);
    for (; count > answered && session->queue.count < session->limits.queue; count--) {
        pop_exchange *unseen = pop_session_exchange(session);
        unseen->body = POP_BODY_UNDETERMINED;
        unseen->server_at = next->server_at;
        pop_session_enqueue(session, unseen);
        session->doubt = true;
    }
}

/* --- Replies that were not seen --------------------------------------------------------------- */

/* Where the mail under way ends, by its announced size, is where the next reply is expected. */
static void expect_after_current(pop_session *session, uint64_t octets_lost)
{
    const pop_exchange *current = session->current;
    uint64_t size = current->announced_size;
    session->expects = !session->sizes_wrong && session->message != NULL
        && !session->message->head_lost
        && (pop_session_listed_size(session, current, &size) || current->has_announced_size)
        && size >= session->message->total;
    if (session->expects) {
        session->expected_at = session->position[POP_FROM_SERVER] - octets_lost
            + (size - session->message->total) + POP_TERMINATOR_OCTETS;
    }
}

/* A reply that is missing may have changed the session. */
static void pass_over(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_LOG_IN
        && exchange->body == POP_BODY_NONE && session->state == POP_STATE_AUTHORIZATION) {
        session->state = POP_STATE_UNKNOWN;
        session->unseen_login = exchange;
    }
}

static void pass_over_until(pop_session *session, const pop_exchange *first)
{
    while (session->queue.oldest != first) {
        pass_over(session, pop_exchange_queue_take(&session->queue));
    }
}

/* The youngest command which the client sent with more of the server's octets in hand than the one
 * before, all of them before `at`. A client that sends when all its commands are answered, and not
 * sooner, had by then the whole replies to those before. */
static pop_exchange *first_unanswered(pop_session *session, uint64_t at)
{
    pop_exchange *found = NULL;
    const pop_exchange *before = session->current;
    pop_exchange *exchange = session->queue.oldest;
    for (size_t i = 0; i < REACH && exchange != NULL && exchange->server_at <= at; i++) {
        if (before != NULL && exchange->server_at > before->server_at) {
            found = exchange;
        }
        before = exchange;
        exchange = exchange->next;
    }
    session->settled_for = session->queue.youngest;
    session->settled_until = exchange != NULL && exchange->server_at > at ? exchange->server_at
                                                                          : UINT64_MAX;
    return found;
}

void pop_session_settle(pop_session *session, uint64_t at)
{
    if (!session->doubt || session->slides || session->version != POP_VERSION_3) {
        return;
    }
    if (session->settled_for == session->queue.youngest && at < session->settled_until) {
        return;
    }
    const pop_exchange *first = first_unanswered(session, at);
    if (first == NULL) {
        return;
    }
    if (session->current != NULL) {
        pop_session_abandon_reply(session);
    }
    pass_over_until(session, first);
    session->expects = true;
    session->expected_at = first->server_at;
    session->stepped[POP_FROM_SERVER] = first->server_at == at;
}

/* By their sizes, the replies that ended before `at`. */
static void pass_over_by_size(pop_session *session, uint64_t at)
{
    uint64_t octets = 0;
    if (session->current != NULL) {
        if (!session->expects || session->expected_at > at || session->queue.oldest == NULL) {
            return;
        }
        pop_session_abandon_reply(session);
    }
    while (session->expects && session->queue.oldest != NULL
        && pop_session_predicted_octets(session, session->queue.oldest, &octets)
        && session->expected_at + octets <= at) {
        pass_over(session, pop_exchange_queue_take(&session->queue));
        session->expected_at += octets;
    }
}

void pop_session_server_gap(pop_session *session, uint64_t octets)
{
    uint64_t at = session->position[POP_FROM_SERVER];
    session->gap_end = at;
    session->inside = false;
    session->only_greeted = false;
    session->doubt = true;
    session->has_count = false;
    if (session->current != NULL) {
        expect_after_current(session, octets);
    }
    if (session->message != NULL) {
        session->message->damaged = true;
        session->message->head_lost = false;
        /* The terminator may be among what is missing: from here on the mail is read by lines. */
        if (session->body != POP_BODY_COUNTED) {
            session->framing[POP_FROM_SERVER].mode = POP_FRAMING_LINES;
        }
    } else if (session->body == POP_BODY_UNDETERMINED) {
        pop_session_abandon_reply(session);
    }
    if (session->version == POP_VERSION_3) {
        pop_session_settle(session, at);
        pass_over_by_size(session, at);
    }
}

/* --- Which command a status line answers ------------------------------------------------------ */

typedef struct pop_candidate {
    const pop_exchange *exchange;
    int fit;
    uint64_t distance; /* from where its reply was expected, octets */
} pop_candidate;

static bool is_better(const pop_candidate *one, const pop_candidate *other)
{
    return other->exchange == NULL || one->fit > other->fit
        || (one->fit == other->fit && one->distance < other->distance);
}

static pop_candidate best_candidate(
    const pop_session *session, const pop_reply *reply, uint64_t at, size_t *count_out)
{
    pop_candidate best = { NULL, 0, 0 };
    uint64_t expected = session->expected_at, octets = 0;
    bool expects = session->expects;
    const pop_exchange *exchange = session->queue.oldest;
    uint32_t form = pop_session_form(reply);
    size_t count = 0;
    while (count < REACH && exchange != NULL && exchange->server_at <= at) {
        uint64_t distance = expected > at ? expected - at : at - expected;
        pop_candidate one = { exchange, pop_session_fit(session, exchange, reply, form),
            expects ? distance : UINT64_MAX };
        best = is_better(&one, &best) ? one : best;
        expects = expects && pop_session_predicted_octets(session, exchange, &octets);
        expected += octets;
        exchange = exchange->next;
        count++;
    }
    *count_out = count;
    return best;
}

void pop_session_choose(pop_session *session, const pop_reply *reply, uint64_t at)
{
    if (!session->doubt || session->version != POP_VERSION_3) {
        return;
    }
    size_t count = 0;
    pop_candidate best = best_candidate(session, reply, at, &count);
    if (best.exchange != NULL) {
        pass_over_until(session, best.exchange);
    }
    bool where_expected = best.exchange != NULL && session->expects && best.fit == 1
        && best.distance == 0 && best.exchange->name != NULL;
    if (count <= 1 || best.fit == 2 || where_expected) {
        session->doubt = false;
    }
}

/* --- Lines that tell -------------------------------------------------------------------------- */

/* True where the command that is answered next is sure, though not the place in its reply. */
static bool only_one_waits(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = session->queue.oldest;
    return oldest != NULL && oldest->server_at <= at
        && (oldest->next == NULL || oldest->next->server_at > at);
}

static bool has_body(const pop_exchange *exchange)
{
    return exchange->body != POP_BODY_NONE && exchange->body != POP_BODY_COUNTED
        && exchange->body != POP_BODY_UNDETERMINED;
}

/* The command in whose reply `at` must be: by the sizes, else the first that has lines in its
 * reply. */
static pop_exchange *reply_under_way(pop_session *session, uint64_t at)
{
    pop_exchange *first = NULL, *exchange = session->queue.oldest;
    uint64_t octets = 0, expected = session->expected_at;
    bool expects = session->expects;
    for (size_t i = 0; i < REACH && exchange != NULL && exchange->server_at <= at; i++) {
        if (has_body(exchange)) {
            first = first == NULL ? exchange : first;
            if (!expects) {
                break;
            }
        }
        expects = expects && pop_session_predicted_octets(session, exchange, &octets);
        if (expects && has_body(exchange) && at < expected + octets) {
            return exchange;
        }
        expected += octets;
        exchange = exchange->next;
    }
    return first;
}

bool pop_session_enters_body(pop_session *session, uint64_t at)
{
    if (!session->doubt || session->version != POP_VERSION_3) {
        return false;
    }
    if (at == session->gap_end && !only_one_waits(session, at)) {
        return false; /* perhaps the rest of a status line */
    }
    pop_exchange *exchange = reply_under_way(session, at);
    if (exchange == NULL) {
        return false;
    }
    pass_over_until(session, exchange);
    uint64_t octets = 0;
    session->expects = session->expects && pop_session_predicted_octets(session, exchange, &octets);
    session->expected_at += octets;
    pop_exchange_queue_take(&session->queue);
    exchange->status = POP_STATUS_POSITIVE;
    pop_session_begin_body(session, exchange, exchange->body, false);
    if (session->message != NULL) {
        session->message->damaged = true;
        session->message->head_lost = true;
        session->framing[POP_FROM_SERVER].mode = POP_FRAMING_LINES;
    }
    return true;
}

/* A line of a mail may well begin like a status line: whether it is worded as the server words its
 * replies to what waits. */
static bool is_worded_like_reply(const pop_session *session, const pop_reply *reply, uint64_t at)
{
    const pop_exchange *exchange = session->queue.oldest;
    uint32_t form = pop_session_form(reply);
    for (size_t i = 0; i < NEAR && exchange != NULL && exchange->server_at <= at; i++) {
        bool known = exchange->command != NULL
            && pop_session_wording(session, exchange->command).form != 0;
        if (reply->status == POP_STATUS_NEGATIVE
                ? !known
                : pop_session_fit(session, exchange, reply, form) >= 0) {
            return true;
        }
        exchange = exchange->next;
    }
    return false;
}

bool pop_session_breaks_message(const pop_session *session, pop_span line, uint64_t at)
{
    pop_reply reply = pop_reply_parse(line, false);
    if (session->inside) {
        return false;
    }
    if (reply.status != POP_STATUS_POSITIVE && reply.status != POP_STATUS_NEGATIVE) {
        return false;
    }
    if (session->expects) { /* where the mail ends */
        return at + SLACK >= session->expected_at
            && (session->queue.oldest != NULL || !session->client_spoke);
    }
    return session->queue.oldest == NULL ? !session->client_spoke
                                         : is_worded_like_reply(session, &reply, at);
}

void pop_session_check_whole(pop_session *session, pop_exchange *exchange)
{
    pop_message *message = exchange->message;
    uint64_t listed = 0;
    bool known = pop_session_listed_size(session, exchange, &listed);
    pop_session_check_start(session, exchange);
    if (message->head_lost && known && listed == message->total) {
        message->damaged = false; /* nothing of it but its status line */
    } else if (!message->damaged) {
        session->sizes_wrong |= known && listed != message->total;
        session->announces_wrong |= exchange->has_announced_size
            && exchange->announced_size != message->total;
    }
}

bool pop_session_answers_single(pop_session *session)
{
    pop_exchange *exchange = session->queue.oldest;
    for (size_t i = 0; i < REACH && exchange != NULL; i++) {
        if (exchange->body == POP_BODY_NONE) {
            pass_over_until(session, exchange->next);
            return true;
        }
        exchange = exchange->next;
    }
    return false;
}

/* --- The start -------------------------------------------------------------------------------- */

/* A greeting is one line. Where more follows, and a command with a multi-line reply waits, the
 * capture lacks the greeting, and what was taken for it was that command's status line. */
static pop_exchange *answered_by_greeting(pop_session *session)
{
    pop_exchange *oldest = session->queue.oldest;
    if (!session->only_greeted) {
        return NULL;
    }
    if (oldest == NULL && !session->start_seen) {
        pop_exchange *unseen = pop_session_exchange(session);
        pop_session_number(session, unseen);
        unseen->body = POP_BODY_UNDETERMINED;
        return unseen;
    }
    bool fits = oldest != NULL && oldest->body != POP_BODY_NONE && oldest->body != POP_BODY_COUNTED;
    return fits ? pop_exchange_queue_take(&session->queue) : NULL;
}

bool pop_session_adopts_greeting(pop_session *session)
{
    pop_exchange *exchange = answered_by_greeting(session);
    if (exchange == NULL) {
        return false;
    }
    exchange->status = POP_STATUS_POSITIVE;
    exchange->unsure = !session->start_seen;
    exchange->status_line = session->last_reply_end;
    exchange->reply_octets = session->greeting_octets;
    pop_entry *last = session->entry_count > 0 ? &session->entries[session->entry_count - 1] : NULL;
    if (last != NULL && last->kind == POP_ENTRY_GREETING) {
        last->kind = POP_ENTRY_STATUS;
        last->exchange = exchange;
        last->ends_reply = false;
    }
    session->only_greeted = false;
    session->current = exchange;
    session->body = POP_BODY_UNDETERMINED;
    return true;
}
