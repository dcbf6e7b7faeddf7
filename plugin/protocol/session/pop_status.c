/* pop_status.c
 * The server's status lines: the greeting, the answers to commands, challenges; what they say and
 * change.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 6.6 (PIPELINING), RFC 2595 section 4 (STLS),
 * RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_status.h"

#include <glib.h>

#include "grammar/pop_listing.h"
#include "session/pop_authentication.h"
#include "session/pop_checks.h"
#include "session/pop_effects.h"
#include "session/pop_links.h"
#include "session/pop_multi_line.h"
#include "session/pop_submission.h"

/* A line where a status line belongs, taken apart. */
pop_reply pop_status_parse(const pop_session *session, const pop_unit *unit)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    bool in_dialogue = oldest != NULL && oldest->dialogue != NULL;
    pop_reply reply = session->driver->parse_reply(unit->text, in_dialogue);
    if (unit->cut_off) {
        reply.description = (pop_span){ NULL, 0 }; /* its numbers may go on */
    }
    return reply;
}

/* --- The greeting ----------------------------------------------------------------------------- */

bool pop_awaits_greeting(const pop_session *session)
{
    return !session->service.greeted
        && (session->start_seen || (!session->client_spoke && session->exchanges.count == 0));
}

void pop_status_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_GREETING);
    entry->anomalies |= reply->anomalies | pop_check_status(session, unit);
    entry->ends_reply = true;
    pop_under_way_end(&session->reply, &segment->at);
    pop_service_greet(&session->service, reply, pop_unit_octets(unit), session->allocator);
    if (session->access.state == POP_STATE_UNKNOWN) {
        pop_access_enter(&session->access, POP_STATE_AUTHORIZATION);
        entry->state = POP_STATE_AUTHORIZATION;
    }
}

void pop_status_odd_greeting(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_GREETING);
    entry->anomalies |= POP_FLAW(STATUS_MALFORMED) | pop_check_status(session, unit);
    entry->ends_reply = true;
    pop_under_way_end(&session->reply, &segment->at);
    pop_service_note_odd_greeting(&session->service);
}

/* --- Single listings -------------------------------------------------------------------------- */

/* The listing of one mail that was asked for, in the text of the status line. */
static bool is_single_listing(const pop_exchange *exchange, pop_span description)
{
    pop_listing listing;
    bool parsed = exchange->command->body == POP_BODY_SCAN_LISTING
        ? pop_scan_listing_parse(description, &listing)
        : pop_unique_id_listing_parse(description, &listing);
    return parsed && exchange->has_message && listing.message == exchange->message_number;
}

/* True for the single-line forms of LIST, UIDL and EUIDL. */
static bool asks_for_one(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->body == POP_BODY_NONE
        && (exchange->command->body == POP_BODY_SCAN_LISTING
            || exchange->command->body == POP_BODY_UNIQUE_ID_LISTING);
}

/* RFC 1939 section 5: number of mails and octets of all of them; a scan listing by its form. */
static void note_stat(pop_session *session, const pop_exchange *exchange, pop_span description)
{
    pop_listing stat;
    if (exchange->command != NULL && exchange->command->id == POP_COMMAND_STAT
        && pop_scan_listing_parse(description, &stat)) {
        pop_effect_stat(
            session, (pop_maildrop_stat){ session->step, stat.message, true, stat.size });
    }
}

/* One word: the size or unique-id alone, or the beginning of a listing. */
static pop_body take_bare_value(pop_session *session, const pop_exchange *exchange, pop_span value)
{
    bool is_sure = exchange->command->body == POP_BODY_UNIQUE_ID_LISTING
        && pop_is_surely_unique_id(value);
    if (is_sure) {
        pop_effect_bare_value(session, exchange, value);
        return POP_BODY_NONE;
    }
    if (value.length > 0 && exchange->has_message) {
        pop_under_way_note_value(&session->reply, pop_span_keep(session->allocator, value));
    }
    return POP_BODY_UNDETERMINED;
}

/* The facts of a single-line listing are those of a line of the long one (RFC 1939 section 5). One
 * whose text has not what it must have ("LIST 3" without its number and size) may be the whole
 * listing, as some servers answer: the next line tells. */
static pop_body take_single_listing(
    pop_session *session, const pop_exchange *exchange, pop_span description, pop_entry *entry)
{
    if (!is_single_listing(exchange, description)) {
        return take_bare_value(session, exchange, pop_listing_bare_value(description));
    }
    pop_doubt_end_presumption(&session->doubt); /* it is the mail that was asked for */
    entry->anomalies |= pop_effect_listing(session, exchange->command->body, description);
    return POP_BODY_NONE;
}

/* --- Status lines ----------------------------------------------------------------------------- */

pop_body pop_status_take_positive(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply, pop_entry *entry)
{
    pop_body body = exchange->body;
    bool lines_only = session->driver->replies_are_lines; /* and marks for sizes */
    if (!lines_only && body != POP_BODY_NONE) {
        exchange->has_announced_size = pop_reply_announced_size(
            reply->description, &exchange->announced_size);
    }
    if (!lines_only && asks_for_one(exchange)) {
        body = take_single_listing(session, exchange, reply->description, entry);
    }
    note_stat(session, exchange, reply->description);
    if (exchange->command != NULL) {
        pop_take_effect(session, exchange, entry);
    } else if (exchange->dialogue != NULL) {
        pop_effect_log_in(session, exchange);
    }
    body = lines_only && body != POP_BODY_COUNTED ? POP_BODY_NONE : body;
    if (body == POP_BODY_NONE) {
        pop_link_one_line(session, exchange, entry);
    }
    return body;
}

pop_exchange *pop_status_unasked(pop_session *session, const pop_segment *segment, uint64_t at)
{
    if (session->exchanges.submission != NULL) {
        return pop_submission_break_off(session, segment);
    }
    pop_exchange *exchange = pop_session_exchange(session);
    pop_exchanges_add(&session->exchanges, exchange);
    exchange->body = POP_BODY_UNDETERMINED;
    exchange->server_at = at;
    return exchange;
}

static pop_effect effect_of(const pop_exchange *exchange)
{
    return exchange->command == NULL ? POP_EFFECT_NOTHING : exchange->command->effect;
}

/* What a status line changes by being there, whatever it says. */
static void follow_status(
    pop_session *session, const pop_exchange *exchange, const pop_reply *reply, pop_entry *entry)
{
    pop_effect effect = effect_of(exchange);
    if (exchange->request.frame == 0 && exchange->submission == NULL) {
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
        pop_exchanges_note_unasked(&session->exchanges, reply->description, session->allocator);
    }
    if (effect == POP_EFFECT_START_TLS) {
        pop_transport_stls_answered(&session->transport);
    } else if (effect == POP_EFFECT_CHOOSE_LANGUAGE && reply->status == POP_STATUS_POSITIVE) {
        /* RFC 6856 section 3.1: "this, and subsequent" text is in the language chosen, in UTF-8 */
        entry->anomalies &= ~POP_FLAW(EIGHT_BIT);
    } else if (effect == POP_EFFECT_QUIT && session->access.state == POP_STATE_TRANSACTION) {
        pop_access_enter(&session->access, POP_STATE_UPDATE); /* RFC 1939 section 6 */
        entry->state = POP_STATE_UPDATE;
    }
}

/* How the server words its positive replies. */
static void note_wording(pop_session *session, pop_exchange *exchange, const pop_reply *reply)
{
    if (exchange->command == NULL || reply->status != POP_STATUS_POSITIVE) {
        return;
    }
    uint32_t form = pop_habits_form(reply);
    exchange->worded_alike = pop_habits_compare(&session->habits, exchange->command, form);
    if (!exchange->unsure) {
        pop_habits_note_wording(
            &session->habits, session->allocator, exchange->command, form, exchange->reply_octets);
    }
}

/* On its own: within its callers it costs each reply more. */
G_GNUC_NO_INLINE pop_entry *pop_status_answer(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, pop_exchange *exchange, const pop_reply *reply)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_STATUS);
    entry->anomalies |= reply->anomalies | pop_check_status(session, unit);
    entry->ends_reply = true;
    entry->exchange = exchange;
    entry->anomalies |= session->reply.open;
    pop_under_way_note_open(&session->reply, 0);
    follow_status(session, exchange, reply, entry);
    exchange->reply_before = session->reply.last_end;
    exchange->user = session->access.user;
    exchange->status = reply->status;
    exchange->status_line = segment->at;
    exchange->reply_octets = pop_unit_octets(unit);
    pop_hearing_note_answer(&session->hearing, exchange->client_until);
    if (!unit->cut_off) {
        note_wording(session, exchange, reply);
    }
    if (reply->status != POP_STATUS_POSITIVE) {
        exchange->body = POP_BODY_NONE;
    }
    if (reply->status == POP_STATUS_NEGATIVE && exchange->behind_empty_line) {
        entry->anomalies |= POP_FLAW(UNCERTAIN);
    }
    pop_reply_end(session, exchange, segment);
    pop_login_decide(session, segment, exchange, reply, entry);
    return entry;
}

/* --- Challenges ------------------------------------------------------------------------------- */

/* A challenge for the AUTH command that waits. In a capture that lacks the command, the line that
 * waits is an answer, and what waits for the verdict is the dialogue. */
void pop_status_challenge(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_exchange *exchange = session->exchanges.waiting.oldest;
    /* RFC 5034 section 4: there is no AUTH behind a login. */
    if (exchange == NULL && !pop_state_is_before_login(session->access.state)) {
        pop_tell_unexpected(session, segment, unit);
        return;
    }
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_CHALLENGE);
    entry->anomalies |= reply->anomalies;
    if (reply->status != POP_STATUS_CHALLENGE) {
        entry->anomalies |= POP_FLAW(CHALLENGE_AS_STATUS);
    }
    if (exchange == NULL) {
        exchange = pop_session_exchange(session);
        pop_exchanges_send(&session->exchanges, exchange);
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
    }
    if (exchange->dialogue == NULL && exchange->command == NULL) {
        pop_login_begin_unseen(session, segment, exchange);
    }
    if (exchange->dialogue != NULL) {
        entry->exchange = exchange;
        pop_login_challenge(session, exchange, entry, reply->description);
        if (reply->status != POP_STATUS_CHALLENGE) {
            exchange->status_line = segment->at; /* until the verdict comes, if one does */
        }
    } else {
        entry->anomalies |= POP_FLAW(UNEXPECTED_DATA);
    }
}
