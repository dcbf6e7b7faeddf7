/* pop_irregular.c
 * Replies that have not the form that they must have: status lines that are none, replies without a
 * status line or without their end.
 *
 * RFC 1939 section 3 (replies), RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_irregular.h"

#include <string.h>

#include "session/pop_authentication.h"
#include "session/pop_effects.h"
#include "session/pop_multi_line.h"
#include "session/pop_status.h"

/* --- Replies without their end ---------------------------------------------------------------- */

/* The oldest command was sent when its sender had all of the server's octets before `at`, and more
 * than when it sent the one whose reply is under way: there its answer must begin. */
static bool client_went_on(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    return oldest != NULL && oldest->server_at == at && at > session->reply.exchange->server_at;
}

bool pop_ends_open_listing(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (session->exchanges.waiting.oldest == NULL || pop_under_way_may_be_over(&session->reply)
        || session->reply.message != NULL) {
        return false;
    }
    pop_status status = session->driver->parse_reply(unit->text, false).status;
    return (status == POP_STATUS_POSITIVE || status == POP_STATUS_NEGATIVE)
        && client_went_on(session, pop_session_position(session, segment, unit));
}

bool pop_ends_open_mail(const pop_session *session, uint64_t at, uint8_t octet)
{
    const pop_framing *framing = &session->framing[POP_FROM_SERVER];
    return (octet == '+' || octet == '-') && session->reply.message != NULL
        && framing->mode == POP_FRAMING_DOTTED && framing->dot == POP_DOT_LINE_START
        && !session->habits.client_pipelines && client_went_on(session, at);
}

void pop_leave_reply_open(pop_session *session)
{
    /* A line of a mail may look like a status line. */
    bool is_mail = session->reply.message != NULL;
    pop_reply_break_off(session);
    pop_under_way_note_open(
        &session->reply, POP_FLAW(REPLY_UNTERMINATED) | (is_mail ? POP_FLAW(UNCERTAIN) : 0));
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

/* The mail that was asked for comes at once. */
static void begin_mail(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    exchange->status = POP_STATUS_POSITIVE;
    exchange->user = session->access.user;
    exchange->reply_before = session->reply.last_end;
    pop_reply_begin_body(session, exchange, exchange->body, unit->bare_lf);
    pop_reply_body_line(session, segment, unit, true);
    pop_entry *told = pop_entries_latest(&session->entries);
    told->anomalies |= POP_FLAW(STATUS_MISSING);
    pop_take_effect(session, exchange, told);
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
    pop_status_answer(session, segment, unit, exchange, &reply);
    pop_under_way_note_odd(&session->reply, exchange, body);
}

bool pop_irregular_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (oldest->body == POP_BODY_MESSAGE && begins_like_mail(unit->text)
        && !looks_like_status(unit->text)) {
        begin_mail(session, segment, unit);
        return true;
    }
    if (oldest->next != NULL && !looks_like_status(unit->text)) {
        return false; /* which of them it answers, if any, nobody knows */
    }
    answer_oddly(session, segment, unit, reply);
    return true;
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
    pop_exchange *exchange = session->reply.odd;
    if (exchange == NULL) {
        return;
    }
    if (shows_refusal(request)) {
        pop_login_refuse(session, segment, exchange);
    } else if (pop_login_decided_by(exchange) && exchange->status != POP_STATUS_POSITIVE) {
        pop_access_miss_verdict(&session->access, exchange);
    }
    pop_under_way_note_odd(&session->reply, NULL, POP_BODY_NONE);
}
