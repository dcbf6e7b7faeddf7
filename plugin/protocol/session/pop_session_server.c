/* pop_session_server.c
 * The session reads the server: the greeting, status lines, challenges, multi-line replies.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 6.6 (PIPELINING), RFC 2595 section 4 (STLS),
 * RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

#include <string.h>

#include "session/pop_history.h"
#include "grammar/pop_listing.h"
#include "grammar/pop_software.h"

/* --- Status lines ----------------------------------------------------------------------------- */

/* In a capture without its beginning, a command that is legal in one state alone and was accepted
 * tells the state. */
static void learn_state(pop_session *session, const pop_exchange *exchange)
{
    if (session->state != POP_STATE_UNKNOWN) {
        return;
    }
    if (exchange->command->states == 1U << POP_STATE_TRANSACTION) {
        session->state = POP_STATE_TRANSACTION;
        if (session->unseen_login != NULL) {
            pop_session_log_in(session, session->unseen_login);
        }
    } else if (exchange->command->states == 1U << POP_STATE_AUTHORIZATION) {
        session->state = POP_STATE_AUTHORIZATION;
    }
}

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

/* A single-line form whose text has not what it must have ("LIST 3" without its number and size):
 * some servers answer with the whole listing. The next line tells. */
static pop_body body_of_reply(
    const pop_session *session, const pop_exchange *exchange, pop_span description)
{
    if (session->version != POP_VERSION_3 && exchange->body != POP_BODY_COUNTED) {
        return POP_BODY_NONE; /* RFC 918, RFC 937: a reply is one line, or counted data */
    }
    return asks_for_one(exchange) && !is_single_listing(exchange, description)
        ? POP_BODY_UNDETERMINED
        : exchange->body;
}

/* The facts of a single-line listing are those of a line of the long one (RFC 1939 section 5). */
static pop_anomalies note_single_listing(
    pop_session *session, const pop_exchange *exchange, pop_span description)
{
    return asks_for_one(exchange) && is_single_listing(exchange, description)
        ? pop_session_note_listing(session, exchange->command->body, description)
        : 0;
}

/* RFC 1939 section 5: number of mails and octets of all of them; a scan listing by its form. */
static void note_stat(pop_session *session, const pop_exchange *exchange, pop_span description)
{
    pop_listing stat;
    if (exchange->command != NULL && exchange->command->id == POP_COMMAND_STAT
        && pop_scan_listing_parse(description, &stat)) {
        pop_maildrop_note_stat(
            session->maildrop, (pop_maildrop_stat){ session->step, stat.message, true, stat.size });
    }
}

void pop_session_accept(pop_session *session, pop_exchange *exchange, pop_entry *entry)
{
    learn_state(session, exchange);
    if (entry->state == POP_STATE_UNKNOWN) {
        entry->state = (uint8_t)session->state;
        entry->user = session->user;
    }
    pop_session_take_effect(session, exchange);
    pop_history_note(session->maildrop, exchange);
}

static void positive_reply(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply, pop_entry *entry, bool lf)
{
    /* The old versions have marks for it. */
    if (session->version == POP_VERSION_3 && exchange->body != POP_BODY_NONE) {
        exchange->has_announced_size = pop_reply_announced_size(
            reply->description, &exchange->announced_size);
    }
    entry->anomalies |= note_single_listing(session, exchange, reply->description);
    note_stat(session, exchange, reply->description);
    pop_body body = body_of_reply(session, exchange, reply->description);
    if (exchange->command != NULL) {
        pop_session_accept(session, exchange, entry);
    } else if (exchange->dialogue != NULL) {
        pop_session_log_in(session, exchange);
    }
    if (body == POP_BODY_NONE) {
        return;
    }
    entry->ends_reply = false;
    if (session->doubt && body != POP_BODY_UNDETERMINED) {
        /* Whether it is this command's reply, the next line will tell. */
        session->current = exchange;
        session->body = POP_BODY_UNDETERMINED;
        return;
    }
    pop_session_begin_body(session, exchange, body, lf);
}

/* The exchange that a status line answers: the oldest that waits. Where none does, one without a
 * command, so that its reply is followed all the same. */
static pop_exchange *answered(pop_session *session, const pop_segment *segment, pop_entry *entry,
    const pop_reply *reply, uint64_t at)
{
    pop_session_choose(session, reply, at);
    pop_exchange *exchange = pop_exchange_queue_take(&session->queue);
    if (exchange == NULL && session->submission != NULL) {
        return pop_session_break_submission(session, segment);
    }
    if (exchange == NULL) {
        exchange = pop_session_exchange(session);
        pop_session_number(session, exchange);
        exchange->body = POP_BODY_UNDETERMINED;
        exchange->server_at = at;
        session->unsolicited++;
    }
    if (exchange->request.frame == 0) {
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
        pop_release(session->allocator, session->unasked);
        session->unasked = pop_span_copy(session->allocator, reply->description);
    }
    return exchange;
}

static void note_stls_answered(pop_session *session, const pop_exchange *exchange)
{
    if (session->stls_waiting > 0 && exchange->command != NULL
        && exchange->command->effect == POP_EFFECT_START_TLS) {
        session->stls_waiting--;
    }
}

static void status_line(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    const pop_reply *reply, bool surely)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_STATUS);
    entry->anomalies |= reply->anomalies | pop_session_check_status(session, unit);
    entry->ends_reply = true;
    uint64_t at = pop_session_position(session, segment, unit);
    pop_exchange *exchange = answered(session, segment, entry, reply, at);
    entry->exchange = exchange;
    note_stls_answered(session, exchange);
    if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_CHOOSE_LANGUAGE
        && reply->status == POP_STATUS_POSITIVE) {
        /* RFC 6856 section 3.1: "this, and subsequent" text is in the language chosen, in UTF-8 */
        entry->anomalies &= ~POP_FLAW(EIGHT_BIT);
    }
    if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_QUIT
        && session->state == POP_STATE_TRANSACTION) {
        session->state = POP_STATE_UPDATE; /* RFC 1939 section 6 */
        entry->state = POP_STATE_UPDATE;
    }
    exchange->reply_before = session->last_reply_end;
    exchange->user = session->user;
    exchange->status = reply->status;
    exchange->status_line = segment->at;
    exchange->reply_octets = pop_session_octets_of(unit);
    exchange->unsure = !surely;
    if (!unit->cut_off) {
        pop_session_compare_wording(session, exchange, reply);
    }
    pop_session_end_reply(session, exchange, segment);
    pop_session_decide_login(session, segment, exchange, reply, entry);
    if (reply->status == POP_STATUS_POSITIVE) {
        positive_reply(session, exchange, reply, entry, unit->bare_lf);
    } else {
        exchange->body = POP_BODY_NONE;
    }
    if (session->version != POP_VERSION_3) {
        pop_session_note_old_reply(session, exchange, reply);
        pop_session_expect_data(session);
    }
}

static void greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_GREETING);
    entry->anomalies |= reply->anomalies | pop_session_check_status(session, unit);
    entry->ends_reply = true;
    session->last_reply_end = segment->at;
    session->greeted = true;
    session->greeting_octets = pop_session_octets_of(unit);
    session->only_greeted = reply->status == POP_STATUS_POSITIVE;
    pop_span timestamp = pop_reply_timestamp(reply->description);
    if (timestamp.length > 0) {
        session->timestamp = pop_span_keep(session->allocator, timestamp);
    }
    session->software = pop_software_of_greeting(reply->description);
    if (session->state == POP_STATE_UNKNOWN) {
        session->state = POP_STATE_AUTHORIZATION;
        entry->state = POP_STATE_AUTHORIZATION;
    }
}

static bool is_greeting(const pop_session *session)
{
    return !session->greeted
        && (session->start_seen || (!session->client_spoke && session->exchange_count == 0));
}

/* A challenge for the AUTH command that waits. In a capture that lacks the command, the line that
 * waits is an answer, and what waits for the verdict is the dialogue. */
static void challenge(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_CHALLENGE);
    entry->anomalies |= reply->anomalies;
    pop_exchange *exchange = session->queue.oldest;
    if (exchange == NULL) {
        exchange = pop_session_exchange(session);
        pop_session_enqueue(session, exchange);
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
    }
    if (exchange->dialogue == NULL && exchange->command == NULL) {
        exchange->body = POP_BODY_NONE;
        exchange->dialogue = pop_keep(session->allocator, sizeof *exchange->dialogue);
        pop_session_new_login(session, segment, exchange);
    }
    if (exchange->dialogue != NULL) {
        entry->exchange = exchange;
        pop_session_note_challenge(session, exchange, entry, reply->description);
    } else {
        entry->anomalies |= POP_FLAW(UNEXPECTED_DATA);
    }
}

static void unexpected_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    if (pop_session_enters_body(session, at)) {
        pop_session_body_line(session, segment, unit);
        return;
    }
    if (session->stepped[POP_FROM_SERVER]) {
        pop_session_entry(session, segment, unit, POP_ENTRY_UNEXPECTED)->anomalies |= POP_FLAW(
            UNEXPECTED_DATA);
    } else {
        pop_session_out_of_step(session, segment, unit);
        /* The end of a reply of which nothing else is known; or, behind a gap, of a longer line. */
        session->stepped[POP_FROM_SERVER] = pop_session_is_terminator(unit->text)
            && at != session->gap_end;
    }
}

/* A line where a status line belongs. */
static void reply_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    const pop_exchange *oldest = session->queue.oldest;
    bool in_dialogue = oldest != NULL && oldest->dialogue != NULL;
    pop_session_recognise_old(session, unit->text, is_greeting(session));
    pop_reply reply = session->version == POP_VERSION_3
        ? pop_reply_parse(unit->text, in_dialogue)
        : pop_reply_parse_old(session->version, unit->text);
    if (reply.status == POP_STATUS_NONE && pop_session_adopts_greeting(session)) {
        pop_session_undetermined_line(session, segment, unit);
        return;
    }
    session->only_greeted = false;
    /* Where a capture begins in the middle of a mail, a line of it may look like a challenge. */
    bool nobody_asked = !session->start_seen && !session->client_spoke && oldest == NULL
        && session->exchange_count > 0;
    bool lost = session->strayed || nobody_asked || !session->stepped[POP_FROM_SERVER];
    bool surely = pop_session_begins_surely(session, pop_session_position(session, segment, unit));
    session->strayed = reply.status == POP_STATUS_NONE || (session->inside && !surely)
        || (reply.status == POP_STATUS_CHALLENGE && !in_dialogue && lost);
    if (session->strayed) {
        unexpected_line(session, segment, unit);
        return;
    }
    session->stepped[POP_FROM_SERVER] = true;
    if (is_greeting(session) && reply.status != POP_STATUS_CHALLENGE) {
        greeting(session, segment, unit, &reply);
    } else if (reply.status == POP_STATUS_CHALLENGE) {
        challenge(session, segment, unit, &reply);
    } else {
        if (unit->cut_off) {
            reply.description = (pop_span){ NULL, 0 }; /* its numbers may go on */
        }
        status_line(session, segment, unit, &reply, surely);
    }
}

/* --- Units ------------------------------------------------------------------------------------ */

/* A line of a mail in which octets are missing: the mail's end may be among them. A status line,
 * when a command waits for one, shows that it was. */
static void damaged_message_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_session_is_terminator(unit->text)) {
        pop_session_end_body(session, segment, unit);
        return;
    }
    uint64_t at = pop_session_position(session, segment, unit);
    if (pop_session_breaks_message(session, unit->text, at)) {
        pop_session_abandon_reply(session);
        reply_line(session, segment, unit);
        return;
    }
    pop_session_message_line(session, segment, unit);
}

/* After a gap a status line in a listing shows that the listing's end was lost. */
static bool breaks_listing(const pop_session *session, pop_span line)
{
    return !session->stepped[POP_FROM_SERVER] && !session->inside
        && pop_reply_parse(line, false).status != POP_STATUS_NONE;
}

static void server_line(pop_session *session, const pop_segment *segment, const pop_unit *line)
{
    pop_unit whole = session->kerberos ? pop_session_kerberos_greeting(session, segment, line)
                                       : *line;
    const pop_unit *unit = &whole;
    if (pop_session_waits_for_version(session, unit->text)) {
        pop_session_out_of_step(session, segment, unit);
        return;
    }
    uint64_t at = pop_session_position(session, segment, unit);
    pop_session_settle(session, at);
    pop_session_note_line(session, unit->text, at);
    switch (session->body) {
    case POP_BODY_NONE:
        reply_line(session, segment, unit);
        break;
    case POP_BODY_UNDETERMINED:
        if (!pop_session_undetermined_line(session, segment, unit)) {
            reply_line(session, segment, unit);
        }
        break;
    case POP_BODY_MESSAGE:
        damaged_message_line(session, segment, unit);
        break;
    default:
        if (breaks_listing(session, unit->text)) {
            pop_session_abandon_reply(session);
            reply_line(session, segment, unit);
        } else {
            pop_session_listing_line(session, segment, unit);
        }
        break;
    }
}

static void server_piece(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_PIECE);
    if (session->current != NULL) {
        entry->exchange = session->current;
    } else if (!is_greeting(session)) {
        entry->exchange = session->queue.oldest;
    }
}

static void read_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    switch (unit->kind) {
    case POP_UNIT_LINE:
        server_line(session, segment, unit);
        break;
    case POP_UNIT_PIECE:
        server_piece(session, segment, unit);
        break;
    case POP_UNIT_BODY:
        pop_session_message_octets(session, segment, unit);
        break;
    case POP_UNIT_BODY_END:
        pop_session_end_body(session, segment, unit);
        pop_session_expect_data(session);
        break;
    case POP_UNIT_OPAQUE:
        pop_session_entry(
            session, segment, unit, session->layered ? POP_ENTRY_PROTECTED : POP_ENTRY_OPAQUE);
        break;
    case POP_UNIT_PREAMBLE:
        break;
    }
}

void pop_session_server_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    read_unit(session, segment, unit);
    bool between = session->current == NULL || session->body == POP_BODY_UNDETERMINED;
    if (between && session->stepped[POP_FROM_SERVER] && unit->kind != POP_UNIT_PIECE) {
        session->expects = true; /* behind the line; octets taken ahead are the next one's */
        session->expected_at = session->position[POP_FROM_SERVER] + unit->offset + unit->length
            - unit->returned;
    }
}
