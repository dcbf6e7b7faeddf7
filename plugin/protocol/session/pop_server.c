/* pop_server.c
 * Reads the server: the greeting, status lines, challenges, multi-line replies.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 6.6 (PIPELINING), RFC 2595 section 4 (STLS),
 * RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_server.h"

#include <glib.h>

#include "session/pop_authentication.h"
#include "session/pop_irregular.h"
#include "session/pop_links.h"
#include "session/pop_mail_of_unseen.h"
#include "session/pop_multi_line.h"
#include "session/pop_status.h"

/* A status line where no command waits: it refuses an empty line, or is a second one. */
static pop_exchange *unasked(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    bool contradicts = pop_login_contradict(session, segment, reply);
    pop_exchange *exchange = pop_status_unasked(
        session, segment, pop_session_position(session, segment, unit));
    exchange->guessed |= contradicts;
    if (reply->status == POP_STATUS_NEGATIVE
        && pop_exchanges_take_empty_line(&session->exchanges, &exchange->request)) {
        exchange->body = POP_BODY_NONE;
    } else {
        pop_link_none(session, exchange, reply->status);
    }
    return exchange;
}

/* The oldest command that waits is answered (RFC 2449 section 6.6). */
static void status_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply)
{
    pop_exchange *exchange = pop_link_oldest(session, reply->status);
    if (exchange == NULL) {
        exchange = pop_answered_after_all(session);
    } else {
        pop_under_way_note_odd(&session->reply, NULL, POP_BODY_NONE);
    }
    if (exchange == NULL) {
        exchange = unasked(session, segment, unit, reply);
    }
    bool in_doubt = exchange->ordinal <= session->reply.guessed_until
        || pop_doubt_guesses_all_to_come(&session->doubt);
    exchange->guessed |= in_doubt;
    exchange->verdict_in_doubt = in_doubt;
    pop_entry *entry = pop_status_answer(session, segment, unit, exchange, reply);
    entry->anomalies |= exchange->guessed ? POP_FLAW(UNCERTAIN) : 0;
    if (reply->status == POP_STATUS_POSITIVE) {
        pop_body body = pop_status_take_positive(session, exchange, reply, entry);
        if (body != POP_BODY_NONE) {
            entry->ends_reply = false;
            pop_reply_await_body(session, exchange, body, unit->bare_lf);
        }
    }
    if (session->driver->answered != NULL) {
        session->driver->answered(session, exchange, reply);
    }
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* A proxy may put its header before the greeting, too (HAProxy's PROXY protocol, section 2.1). */
static bool is_preamble(const pop_session *session, const pop_unit *unit)
{
    return !session->service.greeted && session->start_seen
        && pop_span_starts(unit->text, POP_SPAN("PROXY "));
}

/* A line that is no status line, where a reply must begin. */
G_GNUC_NO_INLINE static void unexpected_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (!pop_read_mail_of_unseen(session, segment, unit)) {
        pop_tell_unexpected(session, segment, unit);
        pop_links_note_misfit(session, unit->text);
    }
}

/* A line where a reply begins. */
static void reply_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (is_preamble(session, unit)) {
        pop_tell(session, segment, unit, POP_ENTRY_PREAMBLE);
        return;
    }
    bool skipped = pop_skip_unanswered(session, pop_session_position(session, segment, unit));
    pop_reply reply = pop_status_parse(session, unit);
    reply.anomalies |= skipped ? POP_FLAW(UNCERTAIN) : 0;
    if (pop_is_irregular(session, &reply)) {
        pop_irregular_line(session, segment, unit, &reply);
        return;
    }
    if (reply.status == POP_STATUS_NONE && pop_awaits_greeting(session)
        && !session->service.odd_greeting) {
        pop_status_odd_greeting(session, segment, unit);
    } else if (reply.status == POP_STATUS_NONE && session->exchanges.waiting.oldest == NULL
        && pop_goes_on_oddly(session, segment, unit)) {
        return;
    } else if (reply.status == POP_STATUS_NONE) {
        unexpected_line(session, segment, unit);
    } else if (reply.status == POP_STATUS_CHALLENGE
        || pop_login_is_asked(session->exchanges.waiting.oldest, &reply)) {
        pop_status_challenge(session, segment, unit, &reply);
    } else if (pop_awaits_greeting(session)) {
        pop_status_greeting(session, segment, unit, &reply);
    } else {
        status_line(session, segment, unit, &reply);
    }
}

static void server_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_ends_open_listing(session, segment, unit)) {
        pop_leave_reply_open(session);
        reply_line(session, segment, unit);
        return;
    }
    switch (session->reply.body) {
    case POP_BODY_NONE:
        reply_line(session, segment, unit);
        break;
    case POP_BODY_UNDETERMINED:
        if (!pop_reply_undetermined_line(session, segment, unit, true)) {
            reply_line(session, segment, unit);
        }
        break;
    default:
        pop_reply_listing_line(session, segment, unit, true);
        break;
    }
}

static void server_piece(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_PIECE);
    if (session->reply.exchange != NULL) {
        entry->exchange = session->reply.exchange;
    } else if (!pop_awaits_greeting(session)) {
        entry->exchange = session->exchanges.waiting.oldest;
    }
}

void pop_server_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    switch (unit->kind) {
    case POP_UNIT_LINE:
        server_line(session, segment, unit);
        break;
    case POP_UNIT_PIECE:
        server_piece(session, segment, unit);
        break;
    case POP_UNIT_BODY:
        pop_reply_message_octets(session, segment, unit);
        break;
    case POP_UNIT_BODY_END:
        pop_reply_end_body(session, segment, unit);
        if (session->driver->answered != NULL) {
            session->driver->answered(session, NULL, NULL);
        }
        break;
    case POP_UNIT_PREAMBLE:
        pop_tell(session, segment, unit, POP_ENTRY_PREAMBLE);
        break;
    case POP_UNIT_OPAQUE:
        pop_tell_opaque(session, segment, unit);
        break;
    }
}
