/* pop_state.c
 * What all that read for a session need: exchanges and messages, entries with its stamp.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_state.h"

void pop_session_speak(pop_session *session, const pop_driver *driver)
{
    session->driver = driver;
    session->version = driver->version;
}

void pop_session_see_start(pop_session *session, bool seen)
{
    session->start_seen = seen;
}

pop_exchange *pop_session_exchange(pop_session *session)
{
    pop_exchange *exchange = pop_keep(session->allocator, sizeof *exchange);
    exchange->maildrop = session->maildrop;
    return exchange;
}

/* --- Commands --------------------------------------------------------------------------------- */

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

static const char *command_name(pop_session *session, const pop_request *request)
{
    if (request->command != NULL) {
        return request->command->keyword;
    }
    return pop_span_keep_upper(
        session->allocator, pop_span_head(request->keyword, POP_EXCHANGE_NAME_LIMIT));
}

/* Of commands that were lost before this showed, it was said that they had been answered. */
void pop_session_note_overlap(pop_session *session)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    bool is_new = !session->habits.client_overlaps;
    pop_habits_note_pipelining(&session->habits, true);
    if (is_new && session->doubt.presumed_answered) {
        pop_doubt_guess_unseen(&session->doubt, youngest == NULL ? 0 : youngest->server_at);
        pop_doubt_ask_whom(&session->doubt, true);
    }
}

/* Whether the client sends before it has the replies to what it sent before. In doubt, those may be
 * among what is lost. */
static void note_pipelining(
    pop_session *session, const pop_segment *segment, const pop_exchange *exchange)
{
    const pop_exchange *before = session->exchanges.waiting.youngest;
    pop_habits_note_command(&session->habits, exchange->server_at, session->doubt.client_missed);
    if (session->doubt.unproven && session->habits.client_hurries) {
        pop_doubt_guess_unseen(&session->doubt, exchange->server_at);
    }
    if (segment->ahead > 0 || pop_doubt_of_server(&session->doubt)) {
        return;
    }
    if (before != NULL && exchange->server_at > before->server_at) {
        pop_session_note_overlap(session);
    } else if (before != NULL) {
        pop_habits_note_pipelining(&session->habits, false);
    } else if (session->reply.exchange == NULL && !session->doubt.client_missed) {
        pop_habits_note_waiting(&session->habits);
    }
}

uint64_t pop_session_had(const pop_session *session, const pop_segment *segment)
{
    uint64_t at = session->position[pop_other_direction(segment->direction)];
    if (segment->ahead >= 0) {
        return at + (uint64_t)segment->ahead;
    }
    uint64_t short_of = (uint64_t)-segment->ahead;
    return at - (at < short_of ? at : short_of);
}

void pop_session_note_sent(pop_session *session, const pop_segment *segment, pop_exchange *exchange)
{
    exchange->server_at = pop_session_had(session, segment);
    note_pipelining(session, segment, exchange);
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
    if (pop_state_is_before_login(session->access.state)) {
        secret = pop_span_head(secret_of(request), POP_EXCHANGE_SECRET_LIMIT);
    }
    return secret.length == 0 ? NULL : pop_span_keep(session->allocator, secret);
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
    exchange->secret_step = session->step;
    pop_session_note_sent(session, segment, exchange);
    pop_span argument = effective_argument(request);
    if (argument.length > 0) {
        exchange->argument = pop_span_keep(session->allocator, argument);
    }
    exchange->body = pop_command_body(request->command, request->arguments[0]);
    if (session->exchanges.waiting.count == 0 && pop_under_way_may_be_over(&session->reply)) {
        exchange->idle_since = session->reply.last_end;
    }
    return exchange;
}

/* --- Mails ------------------------------------------------------------------------------------ */

static void take_body(void *context, pop_span octets)
{
    pop_message_add(context, octets);
}

pop_body_sink pop_session_begin_message(pop_session *session, pop_exchange *exchange)
{
    exchange->message = pop_message_new(session->allocator, session->limits.message);
    uint64_t expected = exchange->announced_size;
    if (exchange->has_announced_size
        || pop_maildrop_size(
            session->maildrop, exchange->message_number, session->step, &expected)) {
        pop_message_expect(exchange->message, expected);
    }
    return (pop_body_sink){ take_body, exchange->message };
}

/* --- Entries ---------------------------------------------------------------------------------- */

static pop_stamp stamp_of(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    bool injected = session->transport.tls_started && !segment->tls
        && unit->kind != POP_UNIT_OPAQUE;
    return (pop_stamp){
        .state = (uint8_t)session->access.state,
        .user = session->access.user,
        .direction = segment->direction,
        .anomalies = injected ? POP_FLAW(CLEARTEXT_AFTER_STLS) : 0,
    };
}

pop_entry *pop_tell(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, pop_entry_kind kind)
{
    pop_stamp stamp = stamp_of(session, segment, unit);
    return pop_entries_add(&session->entries, unit, kind, &stamp);
}

pop_entry *pop_tell_merged(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_entry_kind kind, pop_exchange *exchange)
{
    pop_stamp stamp = stamp_of(session, segment, unit);
    bool guess = exchange != NULL && exchange->guessed && pop_doubt_of_server(&session->doubt);
    stamp.anomalies |= guess ? POP_FLAW(UNCERTAIN) : 0;
    return pop_entries_add_merged(&session->entries, unit, kind, exchange, &stamp);
}

void pop_tell_unexpected(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_stamp stamp = stamp_of(session, segment, unit);
    stamp.anomalies |= POP_FLAW(UNEXPECTED_DATA);
    pop_entries_add_unexpected(&session->entries, unit, &stamp);
}

void pop_tell_out_of_step(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_tell_merged(session, segment, unit, POP_ENTRY_OPAQUE, NULL)->anomalies |= POP_FLAW(
        OUT_OF_STEP);
}

void pop_tell_opaque(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_tell(session, segment, unit,
        session->transport.layered ? POP_ENTRY_PROTECTED : POP_ENTRY_OPAQUE);
}

void pop_tell_octets(pop_entry *entry, pop_message *message, uint32_t frame)
{
    entry->position = message->total;
    if (entry->stretch == 0) {
        entry->stretch = pop_message_note_stretch(message, frame);
    }
    pop_message_note_fragment(message, frame);
}
