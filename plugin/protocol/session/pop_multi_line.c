/* pop_multi_line.c
 * Reads what follows a status line: mails, listings, and the end of either.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (LIST, RETR) and 7 (TOP, UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_multi_line.h"

#include <glib.h>

#include "session/pop_checks.h"
#include "session/pop_effects.h"
#include "session/pop_links.h"

/* --- Beginning and end ------------------------------------------------------------------------ */

void pop_reply_begin_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style)
{
    pop_under_way_begin(&session->reply, exchange, body);
    exchange->body = body;
    if (body == POP_BODY_MESSAGE) {
        pop_body_sink sink = pop_session_begin_message(session, exchange);
        pop_under_way_fill(&session->reply, exchange->message);
        pop_framing_begin_dotted(&session->framing[POP_FROM_SERVER], sink, lf_style);
    }
}

void pop_reply_await_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style)
{
    const pop_doubt *doubt = &session->doubt;
    bool is_sure = !doubt->presumes_waiting && !pop_doubt_guesses_all_to_come(doubt);
    if (!is_sure && body != POP_BODY_COUNTED) {
        pop_under_way_await(&session->reply, exchange, !lf_style);
    } else {
        pop_reply_begin_body(session, exchange, body, lf_style);
    }
}

void pop_reply_end(pop_session *session, pop_exchange *exchange, const pop_segment *segment)
{
    exchange->end = segment->at;
    pop_under_way_end(&session->reply, &segment->at);
}

void pop_reply_break_off(pop_session *session)
{
    pop_under_way_break_off(&session->reply);
    pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
}

/* Whether the octets that were told of a mail are those that came. */
static void note_sizes(pop_session *session, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    uint64_t listed = message->total;
    if (!message->damaged) {
        bool is_listed = pop_exchange_listed_size(exchange, session->step, &listed);
        if (is_listed && listed == message->total && !session->habits.client_previews) {
            pop_doubt_end_presumption(&session->doubt); /* it is that mail: links are right */
        }
        pop_habits_note_sizes(&session->habits, listed != message->total,
            exchange->has_announced_size && exchange->announced_size != message->total);
    }
}

static void end_message(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange, pop_entry *entry)
{
    pop_message *message = session->reply.message;
    pop_message_note_fragment(message, segment->at.frame); /* held back until now */
    pop_message_end(message, segment->at.frame);
    note_sizes(session, exchange);
    entry->anomalies |= pop_check_message(message) | pop_check_size(session, exchange);
}

/* A command that was sent when a part of the reply had come, and not all. */
static void note_overlap(pop_session *session, const pop_exchange *exchange)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (oldest != NULL && oldest->server_at > exchange->server_at
        && !pop_doubt_of_server(&session->doubt)) {
        pop_session_note_overlap(session);
    }
}

void pop_reply_end_body(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->reply.exchange;
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_BODY_END);
    entry->exchange = exchange;
    entry->ends_reply = true;
    if (unit->bare_lf) {
        entry->anomalies &= ~POP_FLAW(BARE_LF);
        entry->anomalies |= POP_FLAW(BARE_LF_TERMINATOR);
    }
    exchange->reply_octets += pop_unit_octets(unit);
    exchange->reply_octets -= unit->returned;
    if (session->reply.message != NULL) {
        end_message(session, segment, exchange, entry);
    }
    note_overlap(session, exchange);
    if (unit->kind == POP_UNIT_LINE) { /* the framing, which may expect a mail, has not seen it */
        pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
    }
    pop_reply_end(session, exchange, segment);
}

bool pop_is_terminator(pop_span line)
{
    return line.length == 1 && line.octets[0] == '.';
}

/* --- Lines ------------------------------------------------------------------------------------ */

void pop_reply_listing_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells)
{
    if (pop_is_terminator(unit->text)) {
        pop_reply_end_body(session, segment, unit);
        return;
    }
    pop_body body = session->reply.body;
    pop_exchange *exchange = session->reply.exchange;
    /* Where the command was not seen, sizes and numeric unique-ids look alike. */
    pop_anomalies flaws = tells && exchange->command != NULL
        ? pop_effect_listing(session, body, unit->text)
        : 0;
    pop_entry *entry;
    if (flaws == 0) {
        entry = pop_tell_merged(session, segment, unit, POP_ENTRY_LISTING, exchange);
    } else { /* it is told of this line alone */
        entry = pop_tell(session, segment, unit, POP_ENTRY_LISTING);
        entry->exchange = exchange;
        entry->anomalies |= flaws;
    }
    entry->position = ++exchange->listed;
    exchange->reply_octets += pop_unit_octets(unit);
    if (body == POP_BODY_CAPABILITIES && tells) {
        pop_service_note_capability(
            &session->service, unit->text, segment->tls, session->allocator);
    }
}

void pop_reply_message_octets(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->reply.exchange;
    pop_entry *entry = pop_tell_merged(session, segment, unit, POP_ENTRY_BODY, exchange);
    exchange->reply_octets += pop_unit_octets(unit);
    pop_tell_octets(entry, session->reply.message, segment->at.frame);
}

/* A line that came in pieces is read piece by piece, so that each has its octets. */
static void reread_pieces(pop_session *session, const pop_segment *segment, const pop_line *line)
{
    pop_framing *framing = &session->framing[POP_FROM_SERVER];
    pop_span rest = { line->octets, line->length };
    for (uint32_t i = 0; i < MIN(line->piece_count, POP_LINE_PIECES); i++) {
        const pop_line_piece *piece = &line->pieces[i];
        if (piece->frame == segment->at.frame) {
            break;
        }
        pop_framing_reread(framing, pop_span_part(rest, 0, piece->length));
        pop_message_note_fragment(session->reply.message, piece->frame);
        rest = pop_span_part(rest, MIN(piece->length, rest.length), rest.length);
    }
    pop_framing_reread(framing, rest);
}

void pop_reply_message_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_span whole = pop_span_part(segment->octets, unit->offset, unit->length);
    if (unit->line != NULL) {
        reread_pieces(session, segment, unit->line);
    } else { /* of one too long as much as is kept where it comes in pieces */
        pop_framing_reread(&session->framing[POP_FROM_SERVER],
            unit->too_long ? pop_span_part(whole, 0, session->limits.line) : whole);
    }
    if (unit->too_long) {
        session->reply.message->damaged = true;
    }
    pop_reply_message_octets(session, segment, unit);
}

void pop_reply_body_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells)
{
    if (pop_is_terminator(unit->text)) {
        pop_reply_end_body(session, segment, unit);
    } else if (session->reply.body == POP_BODY_MESSAGE) {
        pop_reply_message_line(session, segment, unit);
    } else {
        pop_reply_listing_line(session, segment, unit, tells);
    }
}

/* A mail or a listing of no lines. */
static void end_at_once(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->reply.exchange;
    if (pop_exchange_has_lines(exchange)) {
        pop_reply_begin_body(session, exchange, exchange->body, false);
        pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
    }
    pop_reply_end_body(session, segment, unit);
}

/* What comes next is a reply of its own. */
static void leave_without_lines(pop_session *session)
{
    pop_exchange *exchange = session->reply.exchange;
    if (pop_exchange_has_lines(exchange)) {
        pop_links_doubt(session);
    }
    exchange->body = POP_BODY_NONE;
    pop_under_way_begin(&session->reply, NULL, POP_BODY_NONE);
}

bool pop_reply_undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells)
{
    pop_exchange *exchange = session->reply.exchange;
    if (pop_is_terminator(unit->text)) {
        end_at_once(session, segment, unit);
        return true;
    }
    pop_body body = pop_body_from_line(unit->text);
    if (body == POP_BODY_NONE) {
        leave_without_lines(session);
        return false;
    }
    if (pop_exchange_has_lines(exchange)) {
        body = exchange->body;
    } else if (body == POP_BODY_TEXT && exchange->has_announced_size) {
        body = POP_BODY_MESSAGE; /* only a mail's size is announced */
    }
    bool lf_style = unit->bare_lf && !session->reply.has_crlf;
    pop_reply_begin_body(session, exchange, body, lf_style);
    pop_reply_body_line(session, segment, unit, tells);
    return true;
}
