/* pop_irregular.c
 * Replies that have not the form that they must have: status lines that are none, replies without a
 * status line or without their end.
 *
 * RFC 1939 section 3 (replies), RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_irregular.h"

#include <glib.h>
#include <string.h>

#include "grammar/pop_listing.h"
#include "session/pop_authentication.h"
#include "session/pop_effects.h"
#include "session/pop_multi_line.h"
#include "session/pop_status.h"

/* --- Words ------------------------------------------------------------------------------------ */

/* RFC 5322 section 2.2: "Name:"; or the "From " of a mailbox file. */
static bool begins_like_mail(pop_span line)
{
    size_t length = 0;
    while (length < line.length && line.octets[length] > ' ' && line.octets[length] < 0x7F
        && line.octets[length] != ':') {
        length++;
    }
    return pop_span_starts(line, POP_SPAN("From "))
        || (length > 0 && length < line.length && line.octets[length] == ':');
}

/* Words with which servers tell of a failure: "-ERROR:", "+ERR", "ERR", "-EKA". */
static bool tells_failure(pop_span line)
{
    return line.length > 0
        && (line.octets[0] == '-' || pop_span_starts(line, POP_SPAN("+ERR"))
            || pop_span_starts(line, POP_SPAN("ERR")));
}

static bool looks_like_status(pop_span line)
{
    return tells_failure(line) || (line.length > 0 && line.octets[0] == '+');
}

/* --- Replies without their end ---------------------------------------------------------------- */

/* The oldest command was sent when its sender had all of the server's octets before `at`, and more
 * than when it sent the one whose reply is under way: there its answer must begin. */
static bool client_went_on(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    return oldest != NULL && oldest->server_at == at && at > session->reply.exchange->server_at;
}

/* Capabilities and mechanisms are named in capitals (RFC 2449 section 6, RFC 4422 section 3.1). */
static bool begins_like_name(pop_span line)
{
    pop_span word = pop_next_token(&line);
    for (size_t i = 0; i < word.length; i++) {
        if (g_ascii_islower(word.octets[i])) {
            return false;
        }
    }
    return word.length > 0 && !pop_span_is(word, POP_SPAN("OK"));
}

/* A line that the listing cannot have, or hardly. */
static bool is_foreign(pop_body body, pop_span line)
{
    pop_listing listing;
    switch (body) {
    case POP_BODY_SCAN_LISTING:
        return !pop_scan_listing_parse(line, &listing);
    case POP_BODY_UNIQUE_ID_LISTING:
        return !pop_unique_id_listing_parse(line, &listing);
    case POP_BODY_CAPABILITIES:
    case POP_BODY_MECHANISMS:
        return looks_like_status(line) || !begins_like_name(line);
    default:
        return looks_like_status(line);
    }
}

bool pop_ends_open_listing(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (oldest == NULL || pop_under_way_may_be_over(&session->reply)
        || session->reply.message != NULL || pop_is_terminator(unit->text)) {
        return false;
    }
    pop_body body = session->reply.body;
    pop_status status = session->driver->parse_reply(unit->text, false).status;
    bool is_status = status == POP_STATUS_POSITIVE || status == POP_STATUS_NEGATIVE;
    bool is_text = body == POP_BODY_TEXT || body == POP_BODY_HEADER_LISTING;
    if (is_status && !is_text && is_foreign(body, unit->text)) {
        return true; /* whatever the client had read */
    }
    return (is_status || is_foreign(body, unit->text))
        && client_went_on(session, pop_session_position(session, segment, unit));
}

bool pop_ends_open_mail(const pop_session *session, uint64_t at, uint8_t octet)
{
    const pop_framing *framing = &session->framing[POP_FROM_SERVER];
    return (octet == '+' || octet == '-') && session->reply.message != NULL
        && framing->mode == POP_FRAMING_DOTTED && framing->dot == POP_DOT_LINE_START
        && !session->habits.client_pipelines && client_went_on(session, at);
}

void pop_note_sent_within_mail(pop_session *session, pop_span octets)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    uint64_t at = session->position[POP_FROM_SERVER];
    if (oldest == NULL || session->reply.message == NULL || oldest->server_at < at
        || oldest->server_at - at >= octets.length) {
        return;
    }
    uint8_t octet = octets.octets[oldest->server_at - at];
    if (octet != '+' && octet != '-') {
        pop_session_note_overlap(session);
    }
}

void pop_leave_reply_open(pop_session *session)
{
    /* A line of a mail may look like a status line. */
    bool is_mail = session->reply.message != NULL;
    pop_reply_break_off(session);
    pop_under_way_note_open(
        &session->reply, POP_FLAW(REPLY_UNTERMINATED) | (is_mail ? POP_FLAW(UNCERTAIN) : 0));
}

/* Before the login clients wait for each reply: where the youngest command was sent by one that had
 * read all before `at`, what waited then was not answered. */
bool pop_skip_unanswered(pop_session *session, uint64_t at)
{
    const pop_exchange_queue *waiting = &session->exchanges.waiting;
    const pop_exchange *youngest = waiting->youngest;
    bool went_on = session->access.state == POP_STATE_AUTHORIZATION && youngest != NULL
        && !session->doubt.has_lost && youngest->server_at == at && waiting->oldest->server_at < at
        && youngest->command != NULL
        && (youngest->command->states & 1U << POP_STATE_AUTHORIZATION) != 0;
    while (went_on && waiting->oldest->server_at < at) {
        pop_exchanges_take(&session->exchanges);
    }
    return went_on;
}

/* --- Lines where a status line must stand ----------------------------------------------------- */

bool pop_is_irregular(const pop_session *session, const pop_reply *reply)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (oldest == NULL || oldest->name == NULL) {
        return false;
    }
    bool is_challenge = reply->status == POP_STATUS_CHALLENGE
        && (oldest->dialogue == NULL || pop_span_starts(reply->line, POP_SPAN("+ERR")));
    return reply->status == POP_STATUS_NONE || is_challenge;
}

/* The unit is the first line of the reply's body. */
static void begin_lines(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_exchange *exchange, pop_body body, pop_anomalies flaws)
{
    exchange->status = POP_STATUS_POSITIVE;
    pop_reply_begin_body(session, exchange, body, unit->bare_lf);
    pop_reply_body_line(session, segment, unit, true);
    pop_entry *told = pop_entries_latest(&session->entries);
    told->anomalies |= flaws | session->reply.open;
    pop_under_way_note_open(&session->reply, 0);
    if (exchange->command != NULL) {
        pop_take_effect(session, exchange, told);
    }
}

/* The mail, or the listing, that was asked for comes at once. */
static void begin_without_status(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    exchange->user = session->access.user;
    exchange->reply_before = session->reply.last_end;
    begin_lines(session, segment, unit, exchange, exchange->body, POP_FLAW(STATUS_MISSING));
}

/* What the reply's lines are, should any follow its malformed status line. */
static pop_body body_behind(const pop_under_way *reply)
{
    const pop_exchange *exchange = reply->odd;
    bool lists_one = reply->odd_body == POP_BODY_NONE && exchange->command != NULL
        && (exchange->command->body == POP_BODY_SCAN_LISTING
            || exchange->command->body == POP_BODY_UNIQUE_ID_LISTING);
    return lists_one ? exchange->command->body : reply->odd_body;
}

bool pop_goes_on_oddly(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->reply.odd;
    if (exchange == NULL || exchange->status == POP_STATUS_NEGATIVE
        || pop_is_terminator(unit->text)) {
        return false;
    }
    pop_body body = body_behind(&session->reply);
    if (body == POP_BODY_NONE || body == POP_BODY_UNDETERMINED || body == POP_BODY_COUNTED
        || (body != POP_BODY_MESSAGE && is_foreign(body, unit->text))) {
        return false;
    }
    exchange->guessed = true;
    pop_under_way_note_odd(&session->reply, NULL, POP_BODY_NONE);
    begin_lines(
        session, segment, unit, exchange, body, body == POP_BODY_MESSAGE ? POP_FLAW(UNCERTAIN) : 0);
    return true;
}

/* "UIDL 3" answered by "abc123", or "3 abc123", and no status before it. */
static void take_bare_listing(pop_session *session, const pop_exchange *exchange, pop_span line)
{
    if (!exchange->has_message || exchange->command == NULL) {
        return;
    }
    pop_body kind = exchange->command->body;
    if (pop_listing_is_of(kind, line, exchange->message_number)) {
        pop_effect_listing(session, kind, line);
    } else if (pop_listing_is_value(kind, line)) {
        pop_effect_bare_value(session, exchange, pop_listing_bare_value(line));
    }
}

/* The line counts as the status line; a proper one may still come, where no other command waits. */
static void answer_oddly(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *parsed)
{
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    pop_body body = exchange->body;
    pop_reply reply = { .line = parsed->line,
        .description = parsed->line,
        .status = tells_failure(parsed->line) ? POP_STATUS_NEGATIVE : POP_STATUS_NONE,
        .anomalies = POP_FLAW(STATUS_MALFORMED) };
    pop_exchange *youngest = session->exchanges.waiting.youngest;
    pop_status_answer(session, segment, unit, exchange, &reply);
    exchange->odd_line = segment->at;
    pop_login_note_words(session, exchange, parsed->line);
    if (reply.status == POP_STATUS_NONE) {
        take_bare_listing(session, exchange, parsed->line);
    }
    if (youngest != NULL && !looks_like_status(parsed->line)) {
        pop_under_way_note_guesses(&session->reply, youngest->ordinal);
    }
    pop_under_way_note_odd(&session->reply, exchange, body);
}

/* True where the line begins the lines that were asked for, and no status line comes before. */
static bool begins_body(pop_body body, pop_span line)
{
    switch (body) {
    case POP_BODY_MESSAGE:
        return begins_like_mail(line) && !looks_like_status(line);
    case POP_BODY_SCAN_LISTING:
    case POP_BODY_UNIQUE_ID_LISTING:
        return !is_foreign(body, line);
    default:
        return false;
    }
}

void pop_irregular_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    if (begins_body(session->exchanges.waiting.oldest->body, unit->text)) {
        begin_without_status(session, segment, unit);
    } else {
        answer_oddly(session, segment, unit, reply);
    }
}

pop_exchange *pop_answered_after_all(pop_session *session)
{
    pop_exchange *exchange = session->reply.odd;
    if (exchange == NULL) {
        return NULL;
    }
    exchange->body = session->reply.odd_body;
    exchange->answered_late = true;
    pop_under_way_note_odd(&session->reply, NULL, POP_BODY_NONE);
    return exchange;
}

/* No lines came: the word in the status line was the size or unique-id that was asked for. */
static void take_value(pop_session *session)
{
    pop_exchange *exchange = session->reply.exchange;
    const char *value = session->reply.value;
    if (value == NULL || session->exchanges.waiting.oldest != NULL) {
        return;
    }
    pop_effect_bare_value(session, exchange, (pop_span){ (const uint8_t *)value, strlen(value) });
    exchange->body = POP_BODY_NONE;
    pop_under_way_begin(&session->reply, NULL, POP_BODY_NONE);
}

/* Who has been let in neither leaves at once nor tries once more. */
static bool shows_refusal(const pop_request *request)
{
    return request->command != NULL
        && (request->command->effect == POP_EFFECT_QUIT
            || request->command->effect == POP_EFFECT_LOG_IN
            || request->command->effect == POP_EFFECT_NAME_USER);
}

void pop_note_client_goes_on(
    pop_session *session, const pop_segment *segment, const pop_request *request)
{
    take_value(session);
    bool has_read_all = pop_session_had(session, segment) >= session->position[POP_FROM_SERVER];
    if (session->service.odd_greeting && has_read_all) {
        pop_service_settle_greeting(&session->service);
    }
    pop_exchange *exchange = session->reply.odd;
    if (exchange == NULL) {
        return;
    }
    if (shows_refusal(request)) {
        pop_login_refuse(exchange);
    } else if (pop_login_decided_by(exchange) && exchange->status != POP_STATUS_POSITIVE) {
        pop_access_miss_verdict(&session->access, exchange);
    }
    pop_under_way_note_odd(&session->reply, NULL, POP_BODY_NONE);
}
