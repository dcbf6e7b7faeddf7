/* session_facts.c
 * What can be said of a session as a whole: counts, waits, and how it ended.
 *
 * RFC 1939 sections 3 (autologout) and 6 (the UPDATE state).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/session_facts.h"

#include "session/pop_history.h"

/* --- Counts ----------------------------------------------------------------------------------- */

static bool is_preview(const pop_exchange *exchange)
{
    return pop_history_action(exchange) == POP_ACTION_PREVIEW;
}

static bool has_effect(const pop_exchange *exchange, pop_effect effect)
{
    return exchange->command != NULL && exchange->command->effect == effect;
}

static void count_mail(pop_session_facts *facts, const pop_exchange *exchange)
{
    if (exchange->message == NULL || exchange->submission != NULL) {
        return;
    }
    bool whole = pop_message_is_whole(exchange->message);
    if (has_effect(exchange, POP_EFFECT_SUBMIT)) {
        facts->submissions++;
    } else if (is_preview(exchange)) {
        facts->previews++;
    } else {
        facts->mails += whole;
        facts->broken += !whole;
        facts->mail_octets += exchange->message->total;
    }
}

static void count_deletions(pop_session_facts *facts, const pop_session *session)
{
    for (const pop_maildrop *maildrop = session->maildrop; maildrop != NULL;
         maildrop = maildrop->former) {
        pop_maildrop_sums sums = pop_history_sums(maildrop, UINT32_MAX);
        facts->deleted += sums.deleted;
        facts->lost += sums.marked;
        facts->restored += sums.restored;
    }
}

/* --- Waits ------------------------------------------------------------------------------------ */

static nstime_t time_of(const pop_instant *instant)
{
    nstime_t time = { .secs = (time_t)instant->seconds, .nsecs = instant->nanoseconds };
    return time;
}

static void note_wait(
    pop_wait *wait, const pop_instant *from, const pop_instant *to, uint32_t frame)
{
    if (from->frame == 0 || to->frame == 0) {
        return;
    }
    nstime_t start = time_of(from), end = time_of(to), elapsed;
    nstime_delta(&elapsed, &end, &start);
    if (nstime_cmp(&start, &end) <= 0
        && (!wait->is_known || nstime_cmp(&elapsed, &wait->time) > 0)) {
        *wait = (pop_wait){ true, elapsed, frame };
    }
}

static void note_waits(pop_session_facts *facts, const pop_exchange *exchange)
{
    if (exchange->request.frame == 0) {
        return;
    }
    note_wait(&facts->server, pop_exchange_ready(exchange), &exchange->status_line,
        exchange->request.frame);
    note_wait(&facts->client, &exchange->idle_since, &exchange->request, exchange->request.frame);
}

/* --- The end ---------------------------------------------------------------------------------- */

/* The client's turn: no command waits and no mail is under way. */
static bool is_clients_turn(const pop_session *session)
{
    return session->exchanges.waiting.oldest == NULL && session->exchanges.submission == NULL
        && (session->reply.exchange == NULL || session->reply.body == POP_BODY_UNDETERMINED);
}

/* What servers write into the line with which they hang up on a silent client. */
static bool speaks_of_idleness(const char *text)
{
    static const char *const words[] = { "idle", "inactiv", "timeout", "timed out", "time out",
        "autologout" };
    pop_span span = { (const uint8_t *)text, strlen(text) };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (pop_span_holds(span, (pop_span){ (const uint8_t *)words[i], strlen(words[i]) })) {
            return true;
        }
    }
    return false;
}

static bool is_idle_end(const pop_session *session, const pop_connection_end *end)
{
    if (!is_clients_turn(session)) {
        return false;
    }
    if (session->exchanges.unasked != NULL) { /* the server's last word: it says why */
        return speaks_of_idleness(session->exchanges.unasked);
    }
    pop_wait silence = { 0 };
    note_wait(&silence, &session->reply.last_end, &end->at, 0);
    return silence.is_known && silence.time.secs >= POP_IDLE_SECONDS;
}

/* Who waited for whom when the connection ended, and how long. */
static void note_last_wait(
    pop_session_facts *facts, const pop_session *session, const pop_connection_end *end)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (facts->ending == POP_ENDED_QUIT) {
        return;
    }
    if (is_clients_turn(session)) {
        note_wait(&facts->client, &session->reply.last_end, &end->at, end->at.frame);
    } else if (oldest != NULL && session->reply.exchange == NULL && oldest->dialogue == NULL) {
        note_wait(&facts->server, &oldest->request, &end->at, oldest->request.frame);
    }
}

static void note_end(
    pop_session_facts *facts, const pop_seen_session *seen, const pop_connection_end *end)
{
    bool by_client = end->port == seen->client_port && strcmp(end->address, seen->client) == 0;
    if (pop_instant_is_later(&end->at, &facts->end)) { /* the other side may talk on behind a FIN */
        facts->end = end->at;
    }
    if (facts->ending != POP_ENDED_QUIT) {
        facts->ended_by = by_client ? "client" : "server";
        facts->ending = end->is_reset ? POP_ENDED_RESET : POP_ENDED_FIN;
        if (!by_client && is_idle_end(seen->session, end)) {
            facts->ending = POP_ENDED_IDLE;
        }
    }
    note_last_wait(facts, seen->session, end);
}

pop_session_facts pop_session_facts_of(const pop_collector *collector, const pop_seen_session *seen)
{
    const pop_session *session = seen->session;
    pop_session_facts facts = { .end = session->last };
    for (const pop_exchange *exchange = session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        facts.commands += exchange->request.frame != 0 && exchange->name != NULL
            && exchange->submission == NULL;
        facts.errors += exchange->status == POP_STATUS_NEGATIVE;
        count_mail(&facts, exchange);
        note_waits(&facts, exchange);
        if (has_effect(exchange, POP_EFFECT_QUIT) && exchange->status == POP_STATUS_POSITIVE) {
            facts.ending = POP_ENDED_QUIT;
            facts.ended_by = "client";
        }
    }
    facts.login = pop_access_accepted_login(&session->access);
    count_deletions(&facts, session);
    const pop_connection_end *end = pop_collector_end_of(collector, seen);
    if (end != NULL) {
        note_end(&facts, seen, end);
    }
    return facts;
}

const char *pop_session_ending_name(pop_session_ending ending)
{
    static const char *const names[] = {
        [POP_ENDED_CAPTURE] = "capture end",
        [POP_ENDED_QUIT] = "QUIT",
        [POP_ENDED_FIN] = "FIN",
        [POP_ENDED_RESET] = "RST",
        [POP_ENDED_IDLE] = "idle",
    };
    return names[ending];
}
