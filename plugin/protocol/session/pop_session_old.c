/* pop_session_old.c
 * The session in versions 1 and 2: which one it is, what the marks mean, data without a status
 * line.
 *
 * RFC 918 (POP, version 1), RFC 937 (POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_history.h"
#include "session/pop_session_private.h"

/* --- Which version ---------------------------------------------------------------------------- */

static bool knows(pop_version version, const pop_request *request)
{
    return pop_command_find(version, request->keyword, request->arguments[0]) != NULL;
}

static pop_state state_in(pop_version version, bool logged_in)
{
    switch (version) {
    case POP_VERSION_1:
        return logged_in ? POP_STATE_POP1_IDLE : POP_STATE_POP1_START;
    case POP_VERSION_2:
        return POP_STATE_POP2_AUTH;
    default:
        return logged_in ? POP_STATE_TRANSACTION : POP_STATE_AUTHORIZATION;
    }
}

static void become(pop_session *session, pop_version version)
{
    bool logged_in = session->state == POP_STATE_TRANSACTION
        || session->state == POP_STATE_POP1_IDLE;
    session->version = version;
    session->state = session->start_seen || session->greeted ? state_in(version, logged_in)
                                                             : POP_STATE_UNKNOWN;
    session->old_message = session->start_seen ? 1 : 0;
}

/* The version that an unknown command gives away: POP2's words without POP2's greeting, in a
 * capture that lacks it; POP1's RDEL, RCEV and RCVD behind "+OK"; and POP3 on the old port. */
static pop_version version_of_stranger(const pop_session *session, const pop_request *request)
{
    if (session->version == POP_VERSION_1 && knows(POP_VERSION_3, request)) {
        return POP_VERSION_3;
    }
    if (session->version == POP_VERSION_3 && session->state != POP_STATE_TRANSACTION) {
        if (!session->greeted && knows(POP_VERSION_2, request)) {
            return POP_VERSION_2;
        }
    }
    if (session->version == POP_VERSION_3 && knows(POP_VERSION_1, request)) {
        return POP_VERSION_1;
    }
    return session->version;
}

/* On the port of the old versions, in a capture that lacks the greeting. */
static bool is_undecided(const pop_session *session)
{
    return session->old_port && session->version == POP_VERSION_3 && !session->start_seen
        && !session->greeted;
}

/* Version 2 alone has it without an argument. */
static bool is_bare_retr(const pop_request *request)
{
    return request->command != NULL && request->command->id == POP_COMMAND_RETR
        && request->arguments[0].length == 0;
}

void pop_session_parse_request(pop_session *session, pop_span line, pop_request *request)
{
    pop_request_parse(request, session->version, line);
    bool is_bare = is_undecided(session) && is_bare_retr(request);
    if (is_bare || (request->command == NULL && request->keyword.length > 0)) {
        pop_version version = is_bare ? POP_VERSION_2 : version_of_stranger(session, request);
        if (version != session->version) {
            become(session, version);
            pop_request_parse(request, version, line);
        }
    }
}

/* RFC 918: "#" and a number answer RETR with the name of a mailbox, which version 3 would take for
 * a bad message number. */
static bool is_mailbox_size(const pop_session *session, pop_span line)
{
    const pop_exchange *oldest = session->queue.oldest;
    return line.length > 1 && line.octets[0] == '#' && pop_is_digit(line.octets[1])
        && oldest != NULL && oldest->command != NULL && oldest->command->id == POP_COMMAND_RETR
        && !oldest->has_message;
}

void pop_session_recognise_old(pop_session *session, pop_span line, bool greeting)
{
    if (session->version != POP_VERSION_3) {
        return;
    }
    if (greeting && pop_span_starts(line, POP_SPAN("+ POP2"))) { /* RFC 937 */
        become(session, POP_VERSION_2);
    } else if (greeting && session->old_port && pop_span_starts(line, POP_SPAN("+OK"))) {
        become(session, POP_VERSION_1);
    } else if (is_mailbox_size(session, line)) {
        pop_exchange *oldest = session->queue.oldest;
        become(session, POP_VERSION_1);
        oldest->command = pop_command_find(POP_VERSION_1, POP_SPAN("RETR"), (pop_span){ NULL, 0 });
        oldest->body = POP_BODY_NONE;
    }
}

/* --- Replies ---------------------------------------------------------------------------------- */

static pop_state state_after(const pop_exchange *exchange, pop_state state)
{
    switch (exchange->command->id) {
    case POP_COMMAND_POP2_HELO:
    case POP_COMMAND_POP2_FOLD:
        return POP_STATE_POP2_MBOX;
    case POP_COMMAND_POP2_READ:
    case POP_COMMAND_POP2_ACKS:
    case POP_COMMAND_POP2_ACKD:
    case POP_COMMAND_POP2_NACK:
        return POP_STATE_POP2_ITEM;
    case POP_COMMAND_POP2_QUIT:
        return POP_STATE_POP2_DONE;
    case POP_COMMAND_POP1_PASS:
    case POP_COMMAND_POP1_RCVD:
    case POP_COMMAND_POP1_RSET:
        return POP_STATE_POP1_IDLE;
    case POP_COMMAND_POP1_RETR:
    case POP_COMMAND_POP1_RDEL:
        return POP_STATE_POP1_SIZED;
    default:
        return state;
    }
}

/* "=n" of RFC 937 and "#n" of RFC 918 count octets of a mail; "#n" of RFC 937 counts mails. */
static bool counts_octets(const pop_session *session, const pop_reply *reply)
{
    return reply->has_count
        && (session->version == POP_VERSION_1 || reply->indicator.octets[0] == '=');
}

void pop_session_note_old_reply(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply)
{
    if (reply->status != POP_STATUS_POSITIVE) {
        return;
    }
    if (exchange->command != NULL) {
        session->state = state_after(exchange, session->state);
    }
    if (reply->has_count && !counts_octets(session, reply)) { /* RFC 937: "#n" of HELO and FOLD */
        pop_maildrop_note_stat(
            session->maildrop, (pop_maildrop_stat){ session->step, reply->count, false, 0 });
    }
    if (counts_octets(session, reply)) {
        session->has_count = true;
        session->count = reply->count;
        exchange->has_announced_size = true;
        exchange->announced_size = reply->count;
    }
}

/* --- Requests --------------------------------------------------------------------------------- */

/* The mail of which the session is, where that is known. */
static void concerns_message(const pop_session *session, pop_exchange *exchange)
{
    exchange->has_message = session->old_message != 0;
    exchange->message_number = session->old_message;
}

/* RFC 937: READ names a mail, ACKS and ACKD go on to the next one, NACK stays. */
static void note_message(pop_session *session, pop_exchange *exchange)
{
    switch (exchange->command->id) {
    case POP_COMMAND_POP2_HELO:
    case POP_COMMAND_POP2_FOLD:
        session->old_message = 1;
        break;
    case POP_COMMAND_POP2_READ:
        if (exchange->has_message) {
            session->old_message = exchange->message_number;
        }
        concerns_message(session, exchange);
        break;
    case POP_COMMAND_POP2_RETR:
    case POP_COMMAND_POP2_NACK:
        concerns_message(session, exchange);
        break;
    case POP_COMMAND_POP2_ACKS:
    case POP_COMMAND_POP2_ACKD:
        concerns_message(session, exchange);
        session->old_message += session->old_message != 0;
        break;
    default:
        break;
    }
}

void pop_session_note_old_request(pop_session *session, pop_exchange *exchange)
{
    if (exchange->command == NULL) {
        return;
    }
    note_message(session, exchange);
    session->has_count = session->has_count
        && (exchange->body == POP_BODY_COUNTED || exchange->command->id == POP_COMMAND_POP1_NOOP);
    /* The client has what it asked for, or gives it up: a mail that is still under way was cut. */
    if (session->current != NULL && session->body == POP_BODY_COUNTED) {
        pop_session_abandon_reply(session);
    }
    pop_session_expect_data(session);
}

/* --- Data ------------------------------------------------------------------------------------- */

/* From the server's next octet on: the mail, so many octets. */
static void begin_data(pop_session *session, pop_exchange *exchange, uint64_t octets)
{
    exchange->status = POP_STATUS_POSITIVE;
    exchange->body = POP_BODY_COUNTED;
    exchange->user = session->user;
    exchange->reply_before = session->last_reply_end;
    exchange->has_announced_size = session->has_count;
    exchange->announced_size = session->count;
    session->current = exchange;
    session->body = POP_BODY_COUNTED;
    if (exchange->command != NULL) {
        pop_history_note(session->maildrop, exchange);
    }
    pop_body_sink sink = pop_session_begin_message(session, exchange);
    pop_framing_begin_counted(&session->framing[POP_FROM_SERVER], sink, octets);
    session->has_count = false;
    session->state = session->version == POP_VERSION_1 ? POP_STATE_POP1_DATA : POP_STATE_POP2_NEXT;
}

void pop_session_expect_data(pop_session *session)
{
    pop_exchange *oldest = session->queue.oldest;
    if (session->current == NULL && oldest != NULL && oldest->body == POP_BODY_COUNTED
        && session->has_count && session->count > 0) {
        begin_data(session, pop_exchange_queue_take(&session->queue), session->count);
    }
}

/* --- After a gap ------------------------------------------------------------------------------ */

bool pop_session_waits_for_version(pop_session *session, pop_span line)
{
    if (!is_undecided(session) || session->client_spoke
        || pop_span_starts(line, POP_SPAN("+ POP2"))) {
        return false;
    }
    pop_reply reply = pop_reply_parse_old(POP_VERSION_2, line);
    session->has_count = reply.has_count;
    session->count = reply.count;
    return true;
}

/* Neither version sends a command before the one before has its reply: those that wait before the
 * latest had theirs, in the gap. */
static void pass_over_all_but_latest(pop_session *session, uint64_t at)
{
    const pop_exchange *youngest = session->queue.youngest;
    while (session->queue.oldest != youngest && session->queue.oldest->next->server_at <= at) {
        pop_exchange_queue_take(&session->queue);
    }
}

static bool is_mark(uint8_t octet)
{
    return octet == '+' || octet == '-' || octet == '#' || octet == '=';
}

/* A mail of which the client's command is missing: a reply begins with a mark, and no header
 * does. */
static bool is_unasked_data(const pop_session *session, uint8_t octet)
{
    return session->queue.oldest == NULL && session->has_count && session->count > 0
        && !is_mark(octet);
}

/* Its number of octets was in the gap: all that comes until the client speaks is the mail, or a
 * part of it. */
static bool has_lost_count(const pop_session *session)
{
    return session->doubt && session->queue.oldest != NULL
        && session->queue.oldest->body == POP_BODY_COUNTED && !session->has_count;
}

void pop_session_expect_old(pop_session *session, uint64_t at, uint8_t octet)
{
    const pop_framing *framing = &session->framing[POP_FROM_SERVER];
    if (session->current != NULL || framing->mode != POP_FRAMING_LINES
        || framing->unfinished != NULL) {
        return;
    }
    if (session->doubt) {
        pass_over_all_but_latest(session, at);
    }
    if (is_unasked_data(session, octet)) {
        pop_exchange *exchange = pop_session_exchange(session);
        pop_session_number(session, exchange);
        exchange->server_at = at;
        begin_data(session, exchange, session->count);
    } else if (has_lost_count(session)) {
        begin_data(session, pop_exchange_queue_take(&session->queue), UINT64_MAX);
        session->message->damaged = true;
    } else {
        session->doubt = false;
    }
}
