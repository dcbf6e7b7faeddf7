/* pop_session_client.c
 * The session reads the client: commands, answers of an AUTH dialogue, a submitted mail.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

/* What the session keeps of the argument: a name that a positive reply makes true. */
static pop_span effective_argument(const pop_request *request)
{
    if (request->command == NULL) {
        return (pop_span){ NULL, 0 };
    }
    switch (request->command->id) {
    case POP_COMMAND_USER:
    case POP_COMMAND_APOP:
    case POP_COMMAND_RPOP:
    case POP_COMMAND_POP1_USER:
    case POP_COMMAND_POP2_HELO:
    case POP_COMMAND_POP2_FOLD:
        return request->arguments[0];
    case POP_COMMAND_XTND_BBOARDS:
    case POP_COMMAND_XTND_ARCHIVE:
    case POP_COMMAND_MBOX:
        return pop_request_argument(request, POP_ARGUMENT_NAME);
    default:
        return (pop_span){ NULL, 0 };
    }
}

/* What may be a password, whoever gets to read it: that of a login, and what no command defines, as
 * when its keyword is mistyped. */
static pop_span secret_of(const pop_request *request)
{
    if (request->command == NULL) {
        return pop_request_undefined(request);
    }
    switch (request->command->id) {
    case POP_COMMAND_PASS:
    case POP_COMMAND_POP1_PASS:
        return request->parameter;
    case POP_COMMAND_POP2_HELO:
    case POP_COMMAND_AUTH:
        return request->argument_count < 2 ? (pop_span){ NULL, 0 } : request->arguments[1];
    default:
        return pop_request_undefined(request);
    }
}

static const char *kept_secret(pop_session *session, const pop_request *request)
{
    pop_span secret = { NULL, 0 };
    if (pop_state_is_before_login(session->state)) {
        secret = pop_span_head(secret_of(request), POP_EXCHANGE_SECRET_LIMIT);
    }
    return secret.length == 0 ? NULL : pop_span_keep(session->allocator, secret);
}

static const char *command_name(pop_session *session, const pop_request *request)
{
    if (request->command != NULL) {
        return request->command->keyword;
    }
    return pop_span_keep_upper(
        session->allocator, pop_span_head(request->keyword, POP_EXCHANGE_NAME_LIMIT));
}

pop_exchange *pop_session_exchange_for(
    pop_session *session, const pop_segment *segment, const pop_request *request)
{
    pop_exchange *exchange = pop_session_exchange(session);
    exchange->command = request->command;
    exchange->name = command_name(session, request);
    exchange->has_message = request->has_message;
    exchange->message_number = request->message;
    exchange->has_lines = request->has_lines;
    exchange->lines = request->lines;
    exchange->request = segment->at;
    exchange->secret = kept_secret(session, request);
    pop_session_note_sent(session, segment, exchange);
    pop_span argument = effective_argument(request);
    if (argument.length > 0) {
        exchange->argument = pop_span_keep(session->allocator, argument);
    }
    exchange->body = pop_command_body(request->command, request->arguments[0]);
    if (session->queue.count == 0
        && (session->current == NULL || session->body == POP_BODY_UNDETERMINED)) {
        exchange->idle_since = session->last_reply_end;
    }
    return exchange;
}

static void client_command(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    const pop_request *request)
{
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_REQUEST);
    entry->anomalies |= request->anomalies;
    entry->anomalies |= pop_session_check_command(session, request, unit, segment->tls);
    if (request->keyword.length == 0) {
        return; /* an empty line asks for nothing */
    }
    if (session->queue.count >= session->limits.queue) {
        entry->anomalies |= POP_FLAW(QUEUE_FULL);
        return;
    }
    pop_exchange *exchange = pop_session_exchange_for(session, segment, request);
    pop_exchange *early = pop_session_take_early(session, segment, exchange);
    if (early != NULL) {
        entry->exchange = early;
        pop_session_begin_login(session, segment, entry, request);
        pop_session_settle_early(session, segment, early);
        return;
    }
    pop_session_note_missing_commands(session, segment, unit, exchange);
    if (session->stls_waiting > 0 && !segment->tls) {
        entry->anomalies |= POP_FLAW(CLEARTEXT_AFTER_STLS);
    }
    if (request->command != NULL && request->command->effect == POP_EFFECT_START_TLS
        && !segment->tls) {
        session->stls_waiting++;
    }
    pop_session_enqueue(session, exchange);
    entry->exchange = exchange;
    pop_session_begin_login(session, segment, entry, request);
    if (session->version != POP_VERSION_3) {
        pop_session_note_old_request(session, exchange);
    }
}

/* After a gap, the first line that is a command of the table with the right arguments is the
 * step. */
static bool finds_step(const pop_request *request)
{
    return request->command != NULL
        && (request->anomalies & (POP_FLAW(ARGUMENT_COUNT) | POP_FLAW(ARGUMENT_NOT_NUMBER))) == 0;
}

/* In a capture without the server, no verdict ends an AUTH dialogue: the next command does. */
static bool ends_unseen_dialogue(const pop_session *session, pop_span line)
{
    if (session->octets[POP_FROM_SERVER] > 0) {
        return false;
    }
    pop_request request;
    pop_request_parse(&request, session->version, line);
    return finds_step(&request);
}

static void client_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_session_expects_answer(session) && !ends_unseen_dialogue(session, unit->text)) {
        session->stepped[POP_FROM_CLIENT] = true;
        pop_session_answer(session, segment, unit);
        return;
    }
    pop_request request;
    pop_session_parse_request(session, unit->text, &request);
    if (unit->cut_off) {
        pop_request_cut_off(&request);
    }
    if (!session->stepped[POP_FROM_CLIENT]) {
        if (!finds_step(&request)) {
            /* The rest of a command whose beginning is missing. */
            session->client_missing += session->client_missing > 0 ? pop_session_octets_of(unit)
                                                                   : 0;
            pop_session_out_of_step(session, segment, unit);
            return;
        }
        session->stepped[POP_FROM_CLIENT] = true;
    }
    client_command(session, segment, unit, &request);
}

static void client_body(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->submission;
    pop_entry *entry = pop_session_entry_merged(session, segment, unit, POP_ENTRY_BODY, exchange);
    pop_session_note_octets(entry, exchange->message, segment->at.frame);
}

/* The exchange of a submitted mail's end, which one more status line answers. */
static pop_exchange *end_submission(pop_session *session, const pop_segment *segment)
{
    pop_exchange *exchange = session->submission;
    pop_exchange *submitted = pop_session_exchange(session);
    submitted->command = exchange->command;
    submitted->name = exchange->name;
    submitted->message = exchange->message;
    submitted->submission = exchange;
    submitted->request = segment->at;
    pop_session_number(session, submitted);
    session->submission = NULL;
    return submitted;
}

pop_exchange *pop_session_break_submission(pop_session *session, const pop_segment *segment)
{
    session->submission->message->damaged = true;
    session->stepped[POP_FROM_CLIENT] = false;
    pop_framing_begin_lines(&session->framing[POP_FROM_CLIENT]);
    pop_exchange *submitted = end_submission(session, segment);
    submitted->request.frame = 0; /* its end was not seen */
    session->unsolicited++;
    return submitted;
}

/* The submitted mail has its end. */
static void client_body_end(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->submission;
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_BODY_END);
    entry->exchange = exchange;
    pop_message_note_fragment(exchange->message, segment->at.frame); /* held back until now */
    pop_message_end(exchange->message, segment->at.frame);
    entry->anomalies |= pop_session_message_flaws(exchange->message);
    pop_exchange *submitted = end_submission(session, segment);
    pop_session_note_sent(session, segment, submitted);
    pop_exchange_queue_add_first(&session->queue, submitted);
}

void pop_session_client_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    bool first = !session->client_spoke;
    session->client_spoke = true;
    if (first && unit->kind == POP_UNIT_LINE && pop_span_starts(unit->text, POP_SPAN("PROXY "))) {
        pop_session_entry(session, segment, unit, POP_ENTRY_PREAMBLE);
        return;
    }
    switch (unit->kind) {
    case POP_UNIT_PREAMBLE:
        pop_session_entry(session, segment, unit, POP_ENTRY_PREAMBLE);
        break;
    case POP_UNIT_LINE:
        client_line(session, segment, unit);
        break;
    case POP_UNIT_BODY:
        client_body(session, segment, unit);
        break;
    case POP_UNIT_BODY_END:
        client_body_end(session, segment, unit);
        break;
    case POP_UNIT_PIECE: {
        session->client_spoke = !first; /* its line is still to come */
        pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_PIECE);
        entry->exchange = pop_session_expects_answer(session) ? session->queue.youngest : NULL;
        break;
    }
    case POP_UNIT_OPAQUE:
        pop_session_entry(
            session, segment, unit, session->layered ? POP_ENTRY_PROTECTED : POP_ENTRY_OPAQUE);
        break;
    }
}
