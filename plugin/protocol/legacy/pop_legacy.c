/* pop_legacy.c
 * Versions 1 and 2 of the protocol: which one a session is of, what the marks mean, data without a
 * status line.
 *
 * RFC 918 (POP, version 1), RFC 937 (POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "legacy/pop_legacy.h"

#include "session/pop_history.h"
#include "session/pop_multi_line.h"
#include "session/pop_status.h"

/* What is known of a session that may be of version 1 or 2, or is. */
struct pop_legacy {
    bool old_port; /* the server's port is theirs */
    bool has_count; /* octets of the mail that is asked for next */
    uint32_t count;
    uint32_t message; /* version 2: number of the mail that is asked for next; 0: not known */
};

static const pop_driver version_1, version_2;

static struct pop_legacy *legacy_of(pop_session *session)
{
    if (session->legacy == NULL) {
        session->legacy = pop_keep(session->allocator, sizeof *session->legacy);
    }
    return session->legacy;
}

void pop_legacy_expect(pop_session *session)
{
    legacy_of(session)->old_port = true;
}

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

static const pop_driver *driver_of(const pop_session *session, pop_version version)
{
    return version == POP_VERSION_1 ? &version_1
        : version == POP_VERSION_2  ? &version_2
                                    : session->standard;
}

static void become(pop_session *session, pop_version version)
{
    bool logged_in = session->access.state == POP_STATE_TRANSACTION
        || session->access.state == POP_STATE_POP1_IDLE;
    bool known = session->start_seen || session->service.greeted;
    pop_session_speak(session, driver_of(session, version));
    pop_access_enter(&session->access, known ? state_in(version, logged_in) : POP_STATE_UNKNOWN);
    legacy_of(session)->message = session->start_seen ? 1 : 0;
}

/* The version that an unknown command gives away: POP2's words without POP2's greeting, in a
 * capture that lacks it; POP1's RDEL, RCEV and RCVD behind "+OK"; and POP3 on the old port. */
static pop_version version_of_stranger(const pop_session *session, const pop_request *request)
{
    if (session->version == POP_VERSION_1 && knows(POP_VERSION_3, request)) {
        return POP_VERSION_3;
    }
    if (session->version == POP_VERSION_3 && session->access.state != POP_STATE_TRANSACTION) {
        if (!session->service.greeted && knows(POP_VERSION_2, request)) {
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
    return session->legacy != NULL && session->legacy->old_port && session->version == POP_VERSION_3
        && !session->start_seen && !session->service.greeted;
}

/* Version 2 alone has it without an argument. */
static bool is_bare_retr(const pop_request *request)
{
    return request->command != NULL && request->command->id == POP_COMMAND_RETR
        && request->arguments[0].length == 0;
}

void pop_legacy_recognise_command(pop_session *session, pop_request *request)
{
    bool is_bare = is_undecided(session) && is_bare_retr(request);
    if (is_bare || (request->command == NULL && request->keyword.length > 0)) {
        pop_version version = is_bare ? POP_VERSION_2 : version_of_stranger(session, request);
        if (version != session->version) {
            become(session, version);
            pop_request_parse(request, version, request->line);
        }
    }
}

/* RFC 918: "#" and a number answer RETR with the name of a mailbox, which version 3 would take for
 * a bad message number. */
static bool is_mailbox_size(const pop_session *session, pop_span line)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    return line.length > 1 && line.octets[0] == '#' && pop_is_digit(line.octets[1])
        && oldest != NULL && oldest->command != NULL && oldest->command->id == POP_COMMAND_RETR
        && !oldest->has_message;
}

static void recognise_greeting(pop_session *session, pop_span line)
{
    bool old_port = session->legacy != NULL && session->legacy->old_port;
    if (pop_span_starts(line, POP_SPAN("+ POP2"))) { /* RFC 937 */
        become(session, POP_VERSION_2);
    } else if (old_port && pop_span_starts(line, POP_SPAN("+OK"))) {
        become(session, POP_VERSION_1);
    }
}

/* A line of the server, in a capture without the greeting on the port of versions 1 and 2, before a
 * command has told the version: true, it may be a line of a mail. The size of a mail that it tells
 * is remembered, in case the client asks for that next. */
static bool waits_for_version(pop_session *session, pop_span line)
{
    if (!is_undecided(session) || session->client_spoke
        || pop_span_starts(line, POP_SPAN("+ POP2"))) {
        return false;
    }
    pop_reply reply = pop_reply_parse_old(POP_VERSION_2, line);
    session->legacy->has_count = reply.has_count;
    session->legacy->count = reply.count;
    return true;
}

bool pop_legacy_recognise_line(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    if (!session->service.greeted) {
        if (waits_for_version(session, unit->text)) {
            pop_tell_out_of_step(session, segment, unit);
            return true;
        }
        if (pop_awaits_greeting(session) && pop_under_way_may_be_over(&session->reply)) {
            recognise_greeting(session, unit->text);
        }
    }
    if (unit->text.length > 1 && unit->text.octets[0] == '#' && session->version == POP_VERSION_3
        && pop_under_way_may_be_over(&session->reply) && is_mailbox_size(session, unit->text)) {
        pop_exchange *oldest = session->exchanges.waiting.oldest;
        become(session, POP_VERSION_1);
        oldest->command = pop_command_find(POP_VERSION_1, POP_SPAN("RETR"), (pop_span){ NULL, 0 });
        oldest->body = POP_BODY_NONE;
    }
    return false;
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

static void note_reply(pop_session *session, pop_exchange *exchange, const pop_reply *reply)
{
    if (reply->status != POP_STATUS_POSITIVE) {
        return;
    }
    if (exchange->command != NULL) {
        pop_access_enter(&session->access, state_after(exchange, session->access.state));
    }
    if (reply->has_count && !counts_octets(session, reply)) { /* RFC 937: "#n" of HELO and FOLD */
        pop_maildrop_note_stat(
            session->maildrop, (pop_maildrop_stat){ session->step, reply->count, false, 0 });
    }
    if (counts_octets(session, reply)) {
        session->legacy->has_count = true;
        session->legacy->count = reply->count;
        exchange->has_announced_size = true;
        exchange->announced_size = reply->count;
    }
}

/* --- Requests --------------------------------------------------------------------------------- */

/* The mail of which the session is, where that is known. */
static void concerns_message(const pop_session *session, pop_exchange *exchange)
{
    exchange->has_message = session->legacy->message != 0;
    exchange->message_number = session->legacy->message;
}

/* RFC 937: READ names a mail, ACKS and ACKD go on to the next one, NACK stays. */
static void note_message(pop_session *session, pop_exchange *exchange)
{
    switch (exchange->command->id) {
    case POP_COMMAND_POP2_HELO:
    case POP_COMMAND_POP2_FOLD:
        session->legacy->message = 1;
        break;
    case POP_COMMAND_POP2_READ:
        if (exchange->has_message) {
            session->legacy->message = exchange->message_number;
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
        session->legacy->message += session->legacy->message != 0;
        break;
    default:
        break;
    }
}

static void note_request(pop_session *session, pop_exchange *exchange)
{
    if (exchange->command == NULL) {
        return;
    }
    note_message(session, exchange);
    session->legacy->has_count = session->legacy->has_count
        && (exchange->body == POP_BODY_COUNTED || exchange->command->id == POP_COMMAND_POP1_NOOP);
    /* The client has what it asked for, or gives it up: a mail that is still under way was cut. */
    if (session->reply.exchange != NULL && session->reply.body == POP_BODY_COUNTED) {
        pop_reply_break_off(session);
    }
}

/* --- Data ------------------------------------------------------------------------------------- */

/* From the server's next octet on: the mail, so many octets. */
static void begin_data(pop_session *session, pop_exchange *exchange, uint64_t octets)
{
    exchange->status = POP_STATUS_POSITIVE;
    exchange->body = POP_BODY_COUNTED;
    exchange->user = session->access.user;
    exchange->reply_before = session->reply.last_end;
    exchange->has_announced_size = session->legacy->has_count;
    exchange->announced_size = session->legacy->count;
    pop_under_way_begin(&session->reply, exchange, POP_BODY_COUNTED);
    if (exchange->command != NULL) {
        pop_history_note(session->maildrop, exchange);
    }
    pop_body_sink sink = pop_session_begin_message(session, exchange);
    pop_under_way_fill(&session->reply, exchange->message);
    pop_framing_begin_counted(&session->framing[POP_FROM_SERVER], sink, octets);
    exchange->reply_octets += exchange->message->total; /* given back by the reply before */
    session->legacy->has_count = false;
    pop_access_enter(&session->access,
        session->version == POP_VERSION_1 ? POP_STATE_POP1_DATA : POP_STATE_POP2_NEXT);
}

static void expect_data(pop_session *session)
{
    pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (session->reply.exchange == NULL && oldest != NULL && oldest->body == POP_BODY_COUNTED
        && session->legacy->has_count && session->legacy->count > 0) {
        begin_data(session, pop_exchanges_take(&session->exchanges), session->legacy->count);
    }
}

/* --- After a gap ------------------------------------------------------------------------------ */

/* Neither version sends a command before the one before has its reply: those that wait before the
 * latest had theirs, in the gap. */
static void pass_over_all_but_latest(pop_session *session, uint64_t at)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    while (session->exchanges.waiting.oldest != youngest
        && session->exchanges.waiting.oldest->next->server_at <= at) {
        pop_exchanges_take(&session->exchanges);
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
    return session->exchanges.waiting.oldest == NULL && session->legacy->has_count
        && session->legacy->count > 0 && !is_mark(octet);
}

/* Its number of octets was in the gap: all that comes until the client speaks is the mail, or a
 * part of it. */
static bool has_lost_count(const pop_session *session)
{
    return session->doubt.whom && session->exchanges.waiting.oldest != NULL
        && session->exchanges.waiting.oldest->body == POP_BODY_COUNTED
        && !session->legacy->has_count;
}

static void before_line(pop_session *session, uint64_t at, uint8_t octet)
{
    if (session->reply.exchange != NULL) {
        return;
    }
    if (session->doubt.whom) {
        pass_over_all_but_latest(session, at);
    }
    if (is_unasked_data(session, octet)) {
        pop_exchange *exchange = pop_session_exchange(session);
        pop_exchanges_add(&session->exchanges, exchange);
        exchange->server_at = at;
        begin_data(session, exchange, session->legacy->count);
    } else if (has_lost_count(session)) {
        begin_data(session, pop_exchanges_take(&session->exchanges), UINT64_MAX);
        session->reply.message->damaged = true;
    } else {
        pop_doubt_ask_whom(&session->doubt, false);
    }
}

/* --- The drivers ------------------------------------------------------------------------------ */

static void note_sent(pop_session *session, pop_exchange *exchange)
{
    note_request(session, exchange);
    expect_data(session);
}

/* Behind a gap a line without a mark may be anything. */
static bool take_line(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    bool out_of_step = session->doubt.out_of_step[POP_FROM_SERVER];
    if (out_of_step && session->driver->parse_reply(unit->text, false).status == POP_STATUS_NONE) {
        pop_tell_out_of_step(session, segment, unit);
        return true;
    }
    pop_doubt_find_step(&session->doubt, POP_FROM_SERVER, true);
    return false;
}

static void note_answered(pop_session *session, pop_exchange *exchange, const pop_reply *reply)
{
    if (reply != NULL) {
        note_reply(session, exchange, reply);
    } else { /* a mail has its end */
        pop_doubt_find_step(&session->doubt, POP_FROM_SERVER, true);
    }
    expect_data(session);
}

static void note_lost(pop_session *session, pop_direction direction)
{
    if (direction == POP_FROM_SERVER) {
        session->legacy->has_count = false;
    } else if (session->exchanges.submission == NULL) {
        session->legacy->message = 0;
        pop_access_enter(&session->access, POP_STATE_UNKNOWN);
    }
}

static pop_reply parse_reply_of_1(pop_span line, bool in_dialogue)
{
    (void)in_dialogue;
    return pop_reply_parse_old(POP_VERSION_1, line);
}

static pop_reply parse_reply_of_2(pop_span line, bool in_dialogue)
{
    (void)in_dialogue;
    return pop_reply_parse_old(POP_VERSION_2, line);
}

static const pop_driver version_1 = {
    .version = POP_VERSION_1,
    .replies_are_lines = true,
    .parse_reply = parse_reply_of_1,
    .odd_command = pop_legacy_recognise_command,
    .sent = note_sent,
    .before_line = before_line,
    .take_line = take_line,
    .answered = note_answered,
    .lost = note_lost,
};

static const pop_driver version_2 = {
    .version = POP_VERSION_2,
    .replies_are_lines = true,
    .parse_reply = parse_reply_of_2,
    .odd_command = pop_legacy_recognise_command,
    .sent = note_sent,
    .before_line = before_line,
    .take_line = take_line,
    .answered = note_answered,
    .lost = note_lost,
};
