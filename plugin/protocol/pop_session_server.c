/* pop_session_server.c
 * The session reads the server: the greeting, status lines, challenges, multi-line replies.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 6.6 (PIPELINING), RFC 2595 section 4 (STLS),
 * RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pop_session_private.h"

#include "pop_listing.h"

/* --- The end of a reply ----------------------------------------------------------------------- */

static void end_reply(pop_session *session, pop_exchange *exchange, const pop_segment *segment)
{
    exchange->end = segment->at;
    session->last_reply_end = segment->at;
    session->current = NULL;
    session->body = POP_BODY_NONE;
    session->message = NULL;
}

/* The reply under way broke off: what comes next is another's. */
static void abandon_reply(pop_session *session)
{
    if (session->message != NULL) {
        session->message->damaged = true;
    }
    session->current = NULL;
    session->body = POP_BODY_NONE;
    session->message = NULL;
    session->framing[POP_FROM_SERVER].mode = POP_FRAMING_LINES;
}

/* --- Bodies ----------------------------------------------------------------------------------- */

static void begin_body(pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style)
{
    session->current = exchange;
    session->body = body;
    exchange->body = body;
    if (body == POP_BODY_MESSAGE) {
        pop_body_sink sink = pop_session_begin_message(session, exchange);
        pop_framing_begin_dotted(&session->framing[POP_FROM_SERVER], sink, lf_style);
    }
}

/* Octets on the wire, those in earlier segments included. */
static uint64_t octets_of(const pop_unit *unit)
{
    return unit->kind == POP_UNIT_LINE && unit->line != NULL ? unit->line->total : unit->length;
}

static void end_body(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->current;
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_BODY_END);
    entry->exchange = exchange;
    entry->ends_reply = true;
    if (unit->bare_lf) {
        entry->anomalies &= ~POP_FLAW(BARE_LF);
        entry->anomalies |= POP_FLAW(BARE_LF_TERMINATOR);
    }
    exchange->reply_octets += octets_of(unit);
    exchange->reply_octets -= unit->returned;
    if (session->message != NULL) {
        pop_message_note_fragment(session->message, segment->at.frame); /* held back until now */
        pop_message_end(session->message, segment->at.frame);
        entry->anomalies |= pop_session_message_flaws(session->message);
    }
    session->stepped[POP_FROM_SERVER] = true;
    end_reply(session, exchange, segment);
}

/* What a listing tells of the maildrop. */
static void note_listing(pop_session *session, pop_body body, pop_span line)
{
    pop_listing listing;
    if (body == POP_BODY_SCAN_LISTING && pop_scan_listing_parse(line, &listing)) {
        pop_maildrop_note_size(session->maildrop, listing.message, listing.size, session->step);
    } else if (body == POP_BODY_UNIQUE_ID_LISTING && pop_unique_id_listing_parse(line, &listing)) {
        pop_maildrop_note_unique_id(
            session->maildrop, listing.message, listing.value_text, session->step);
    }
}

static bool is_terminator(pop_span line)
{
    return line.length == 1 && line.octets[0] == '.';
}

static void listing_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (is_terminator(unit->text)) {
        end_body(session, segment, unit);
        return;
    }
    pop_session_entry_merged(session, segment, unit, POP_ENTRY_LISTING, session->current);
    session->current->reply_octets += octets_of(unit);
    note_listing(session, session->body, unit->text);
}

/* Octets of a mail that the framing has handed to the message already. */
static void message_octets(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_session_entry_merged(
        session, segment, unit, POP_ENTRY_BODY, session->current);
    session->current->reply_octets += octets_of(unit);
    entry->position = session->message->total;
    pop_message_note_fragment(session->message, segment->at.frame);
}

/* A line of a mail that came as a line: it was not known that a mail had begun, or there was a gap. */
static void message_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_span whole = pop_span_part(segment->octets, unit->offset, unit->length);
    /* Of an overlong line as much as is kept where it comes in pieces. */
    whole = pop_span_part(whole, 0, session->limits.line);
    if (unit->line != NULL) {
        whole = (pop_span){ unit->line->octets, unit->line->length };
    }
    pop_framing_reread(&session->framing[POP_FROM_SERVER], whole);
    if (unit->too_long) {
        session->message->damaged = true;
    }
    message_octets(session, segment, unit);
}

/* The line behind a status line of which it was not known whether anything would follow. True where
 * it was part of the reply. */
static bool undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->current;
    if (is_terminator(unit->text)) {
        end_body(session, segment, unit);
        return true;
    }
    pop_body body = pop_body_from_line(unit->text);
    if (body == POP_BODY_NONE) {
        exchange->body = POP_BODY_NONE;
        session->current = NULL;
        session->body = POP_BODY_NONE;
        return false;
    }
    begin_body(session, exchange, body, unit->bare_lf);
    if (body == POP_BODY_MESSAGE) {
        message_line(session, segment, unit);
    } else {
        listing_line(session, segment, unit);
    }
    return true;
}

/* --- Status lines ----------------------------------------------------------------------------- */

/* Who logs in with this exchange, if the server says yes. */
static const char *login_name(const pop_session *session, const pop_exchange *exchange)
{
    if (exchange->dialogue != NULL) {
        return exchange->dialogue->user;
    }
    return exchange->command->id == POP_COMMAND_PASS ? session->claimed_user : exchange->argument;
}

static void log_in(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->body == POP_BODY_NONE) { /* AUTH without a mechanism only lists them */
        session->user = login_name(session, exchange);
        session->state = POP_STATE_TRANSACTION;
    }
}

/* RFC 2595 section 4: after TLS has begun, what was sent in clear does not count. */
static void start_tls(pop_session *session)
{
    session->tls_started = true;
    session->stls_waiting = 0;
    while (pop_exchange_queue_take(&session->queue) != NULL) {
        continue;
    }
}

static void begin_submission(pop_session *session, pop_exchange *exchange)
{
    if (exchange->message == NULL) {
        session->submission = exchange;
        pop_body_sink sink = pop_session_begin_message(session, exchange);
        session->message = NULL;
        pop_framing_begin_dotted(&session->framing[POP_FROM_CLIENT], sink, false);
    }
}

static void take_effect(pop_session *session, pop_exchange *exchange)
{
    switch (exchange->command->effect) {
    case POP_EFFECT_NAME_USER:
        session->claimed_user = exchange->argument;
        break;
    case POP_EFFECT_LOG_IN:
        log_in(session, exchange);
        break;
    case POP_EFFECT_START_TLS:
        start_tls(session);
        break;
    case POP_EFFECT_ENABLE_UTF8:
        session->utf8 = true;
        break;
    case POP_EFFECT_CHANGE_MAILDROP:
        if (exchange->argument != NULL) { /* XTND BBOARDS without a group only lists them */
            session->maildrop = pop_maildrop_new(session->allocator);
        }
        break;
    case POP_EFFECT_SUBMIT:
        begin_submission(session, exchange);
        break;
    case POP_EFFECT_NOTHING:
    case POP_EFFECT_DELETE:
    case POP_EFFECT_UNDELETE:
    case POP_EFFECT_QUIT:
        break;
    }
}

/* In a capture without its beginning, a command that is legal in one state alone and was accepted
 * tells the state. */
static void learn_state(pop_session *session, const pop_exchange *exchange)
{
    if (session->state != POP_STATE_UNKNOWN) {
        return;
    }
    if (exchange->command->states == 1U << POP_STATE_TRANSACTION) {
        session->state = POP_STATE_TRANSACTION;
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
static pop_body body_of_reply(const pop_exchange *exchange, pop_span description)
{
    return asks_for_one(exchange) && !is_single_listing(exchange, description)
        ? POP_BODY_UNDETERMINED
        : exchange->body;
}

/* The facts of a single-line listing are those of a line of the long one (RFC 1939 section 5). */
static void note_single_listing(
    pop_session *session, const pop_exchange *exchange, pop_span description)
{
    if (asks_for_one(exchange) && is_single_listing(exchange, description)) {
        note_listing(session, exchange->command->body, description);
    }
}

static void positive_reply(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply, pop_entry *entry, bool lf)
{
    exchange->has_announced_size = pop_reply_announced_size(
        reply->description, &exchange->announced_size);
    note_single_listing(session, exchange, reply->description);
    pop_body body = body_of_reply(exchange, reply->description);
    if (exchange->command != NULL) {
        learn_state(session, exchange);
        if (entry->state == POP_STATE_UNKNOWN) {
            entry->state = (uint8_t)session->state;
        }
        take_effect(session, exchange);
    } else if (exchange->dialogue != NULL) {
        log_in(session, exchange);
    }
    if (body == POP_BODY_NONE) {
        return;
    }
    entry->ends_reply = false;
    begin_body(session, exchange, body, lf);
}

/* The exchange that a status line answers: the oldest that waits. Where none does, one without a
 * command, so that its reply is followed all the same. */
static pop_exchange *answered(pop_session *session, pop_entry *entry)
{
    pop_exchange *exchange = pop_exchange_queue_take(&session->queue);
    if (exchange == NULL) {
        exchange = pop_session_exchange(session);
        exchange->body = POP_BODY_UNDETERMINED;
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
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

static void status_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_STATUS);
    entry->anomalies |= reply->anomalies;
    entry->ends_reply = true;
    pop_exchange *exchange = answered(session, entry);
    entry->exchange = exchange;
    note_stls_answered(session, exchange);
    if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_QUIT
        && session->state == POP_STATE_TRANSACTION) {
        session->state = POP_STATE_UPDATE; /* RFC 1939 section 6 */
        entry->state = POP_STATE_UPDATE;
    }
    exchange->reply_before = session->last_reply_end;
    exchange->status = reply->status;
    exchange->status_line = segment->at;
    exchange->reply_octets = octets_of(unit);
    end_reply(session, exchange, segment);
    if (reply->status == POP_STATUS_POSITIVE) {
        positive_reply(session, exchange, reply, entry, unit->bare_lf);
    } else {
        exchange->body = POP_BODY_NONE;
    }
}

static void greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_GREETING);
    entry->anomalies |= reply->anomalies;
    entry->ends_reply = true;
    session->last_reply_end = segment->at;
    session->greeted = true;
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
        pop_exchange_queue_add(&session->queue, exchange);
        entry->anomalies |= POP_FLAW(UNSOLICITED_REPLY);
    }
    if (exchange->dialogue == NULL && exchange->command == NULL) {
        exchange->body = POP_BODY_NONE;
        exchange->dialogue = pop_allocate(session->allocator, sizeof *exchange->dialogue);
    }
    if (exchange->dialogue != NULL) {
        exchange->dialogue->challenges++;
        entry->exchange = exchange;
    } else {
        entry->anomalies |= POP_FLAW(UNEXPECTED_DATA);
    }
}

static void unexpected_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (session->stepped[POP_FROM_SERVER]) {
        pop_session_entry(session, segment, unit, POP_ENTRY_UNEXPECTED)->anomalies |= POP_FLAW(
            UNEXPECTED_DATA);
    } else {
        pop_session_out_of_step(session, segment, unit);
    }
}

/* A line where a status line belongs. */
static void reply_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    const pop_exchange *oldest = session->queue.oldest;
    bool in_dialogue = oldest != NULL && oldest->dialogue != NULL;
    pop_reply reply = pop_reply_parse(unit->text, in_dialogue);
    if (reply.status == POP_STATUS_NONE
        || (reply.status == POP_STATUS_CHALLENGE && !in_dialogue
            && !session->stepped[POP_FROM_SERVER])) {
        unexpected_line(session, segment, unit);
        return;
    }
    session->stepped[POP_FROM_SERVER] = true;
    if (is_greeting(session) && reply.status != POP_STATUS_CHALLENGE) {
        greeting(session, segment, unit, &reply);
    } else if (reply.status == POP_STATUS_CHALLENGE) {
        challenge(session, segment, unit, &reply);
    } else {
        status_line(session, segment, unit, &reply);
    }
}

/* --- Units ------------------------------------------------------------------------------------ */

/* A line of a mail in which octets are missing: the mail's end may be among them. A status line, when
 * a command waits for one, shows that it was. */
static void damaged_message_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (is_terminator(unit->text)) {
        end_body(session, segment, unit);
        return;
    }
    pop_reply reply = pop_reply_parse(unit->text, false);
    if (session->queue.oldest != NULL
        && (reply.status == POP_STATUS_POSITIVE || reply.status == POP_STATUS_NEGATIVE)) {
        abandon_reply(session);
        reply_line(session, segment, unit);
        return;
    }
    message_line(session, segment, unit);
}

/* After a gap a status line in a listing shows that the listing's end was lost. */
static bool breaks_listing(const pop_session *session, pop_span line)
{
    return !session->stepped[POP_FROM_SERVER]
        && pop_reply_parse(line, false).status != POP_STATUS_NONE;
}

static void server_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    switch (session->body) {
    case POP_BODY_NONE:
        reply_line(session, segment, unit);
        break;
    case POP_BODY_UNDETERMINED:
        if (!undetermined_line(session, segment, unit)) {
            reply_line(session, segment, unit);
        }
        break;
    case POP_BODY_MESSAGE:
        damaged_message_line(session, segment, unit);
        break;
    default:
        if (breaks_listing(session, unit->text)) {
            abandon_reply(session);
            reply_line(session, segment, unit);
        } else {
            listing_line(session, segment, unit);
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

void pop_session_server_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    switch (unit->kind) {
    case POP_UNIT_LINE:
        server_line(session, segment, unit);
        break;
    case POP_UNIT_PIECE:
        server_piece(session, segment, unit);
        break;
    case POP_UNIT_BODY:
        message_octets(session, segment, unit);
        break;
    case POP_UNIT_BODY_END:
        end_body(session, segment, unit);
        break;
    case POP_UNIT_OPAQUE:
        pop_session_entry(session, segment, unit, POP_ENTRY_OPAQUE);
        break;
    case POP_UNIT_NONE:
        break;
    }
}

void pop_session_server_gap(pop_session *session)
{
    if (session->message != NULL) {
        session->message->damaged = true;
        /* The terminator may be among what is missing: from here on the mail is read by lines. */
        session->framing[POP_FROM_SERVER].mode = POP_FRAMING_LINES;
    } else if (session->body == POP_BODY_UNDETERMINED) {
        abandon_reply(session);
    }
}
