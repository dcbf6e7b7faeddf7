/* pop_session_body.c
 * The session reads what follows a status line: mails, listings, and the end of either.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (LIST, RETR) and 7 (TOP, UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_capability.h"
#include "grammar/pop_listing.h"
#include "session/pop_session_private.h"

/* --- The end of a reply ----------------------------------------------------------------------- */

void pop_session_end_reply(pop_session *session, pop_exchange *exchange, const pop_segment *segment)
{
    exchange->end = segment->at;
    session->last_reply_end = segment->at;
    session->current = NULL;
    session->body = POP_BODY_NONE;
    session->message = NULL;
}

/* The reply under way broke off: what comes next is another's. */
void pop_session_abandon_reply(pop_session *session)
{
    if (session->message != NULL) {
        pop_message_break_off(session->message);
    }
    session->current = NULL;
    session->body = POP_BODY_NONE;
    session->message = NULL;
    pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
}

/* --- Bodies ----------------------------------------------------------------------------------- */

void pop_session_begin_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style)
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
uint64_t pop_session_octets_of(const pop_unit *unit)
{
    return unit->kind == POP_UNIT_LINE && unit->line != NULL ? unit->line->total : unit->length;
}

void pop_session_end_body(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->current;
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_BODY_END);
    entry->exchange = exchange;
    entry->ends_reply = true;
    if (unit->bare_lf) {
        entry->anomalies &= ~POP_FLAW(BARE_LF);
        entry->anomalies |= POP_FLAW(BARE_LF_TERMINATOR);
    }
    exchange->reply_octets += pop_session_octets_of(unit);
    exchange->reply_octets -= unit->returned;
    if (session->message != NULL) {
        pop_message_note_fragment(session->message, segment->at.frame); /* held back until now */
        pop_message_end(session->message, segment->at.frame);
        pop_session_check_whole(session, exchange);
        entry->anomalies |= pop_session_message_flaws(session->message);
        entry->anomalies |= pop_session_check_size(session, exchange);
    }
    if (unit->kind
        == POP_UNIT_LINE) { /* the framing, which may expect a mail, has not seen its end */
        pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
    }
    /* Behind a gap, "." may be the rest of a longer line. */
    session->stepped[POP_FROM_SERVER] |= unit->kind != POP_UNIT_LINE
        || pop_session_position(session, segment, unit) != session->gap_end;
    session->doubt = session->doubt && session->queue.oldest != NULL;
    pop_session_end_reply(session, exchange, segment);
}

pop_anomalies pop_session_note_listing(pop_session *session, pop_body body, pop_span line)
{
    pop_listing listing;
    bool overflowed = session->maildrop->overflowed;
    if (body == POP_BODY_SCAN_LISTING && pop_scan_listing_parse(line, &listing)) {
        pop_maildrop_note_size(session->maildrop, listing.message, listing.size, session->step);
        if (session->current != NULL) { /* else it is the listing of one mail */
            session->current->listed_octets += listing.size;
        }
    } else if (body == POP_BODY_UNIQUE_ID_LISTING && pop_unique_id_listing_parse(line, &listing)) {
        pop_maildrop_note_unique_id(
            session->maildrop, listing.message, listing.value_text, session->step);
    }
    return !overflowed && session->maildrop->overflowed ? POP_FLAW(MAILDROP_FULL) : 0;
}

bool pop_session_is_terminator(pop_span line)
{
    return line.length == 1 && line.octets[0] == '.';
}

/* What CAPA tells of the server that the session has to remember. */
static void note_capability(pop_session *session, pop_span line, bool tls)
{
    pop_capability capability = pop_capability_parse(line);
    session->offers_tls |= capability.id == POP_CAPABILITY_STLS;
    session->capabilities_in_tls |= tls;
    if (capability.id == POP_CAPABILITY_IMPLEMENTATION && capability.rest.length > 0) {
        session->software = pop_span_keep(session->allocator, capability.rest);
    }
}

void pop_session_listing_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_session_is_terminator(unit->text)) {
        pop_session_end_body(session, segment, unit);
        return;
    }
    /* After a gap, the beginning of the line may be missing. */
    bool certain = !session->doubt
        || pop_session_position(session, segment, unit) != session->gap_end;
    pop_anomalies flaws = certain ? pop_session_note_listing(session, session->body, unit->text)
                                  : 0;
    pop_entry *entry;
    if (flaws == 0) {
        entry = pop_session_entry_merged(
            session, segment, unit, POP_ENTRY_LISTING, session->current);
    } else { /* it is told of this line alone */
        entry = pop_session_entry(session, segment, unit, POP_ENTRY_LISTING);
        entry->exchange = session->current;
        entry->anomalies |= flaws;
    }
    entry->position = ++session->current->listed;
    session->current->reply_octets += pop_session_octets_of(unit);
    if (session->body == POP_BODY_CAPABILITIES) {
        note_capability(session, unit->text, segment->tls);
    }
}

void pop_session_note_octets(pop_entry *entry, pop_message *message, uint32_t frame)
{
    entry->position = message->total;
    if (entry->stretch == 0) {
        entry->stretch = pop_message_note_stretch(message, frame);
    }
    pop_message_note_fragment(message, frame);
}

/* Octets of a mail that the framing has handed to the message already. */
void pop_session_message_octets(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_session_entry_merged(
        session, segment, unit, POP_ENTRY_BODY, session->current);
    session->current->reply_octets += pop_session_octets_of(unit);
    pop_session_note_octets(entry, session->message, segment->at.frame);
}

/* A line of a mail that came as a line: it was not known that a mail had begun, or there was a
 * gap. */
void pop_session_message_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
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
    pop_session_message_octets(session, segment, unit);
}

void pop_session_body_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_session_is_terminator(unit->text)) {
        pop_session_end_body(session, segment, unit);
    } else if (session->body == POP_BODY_MESSAGE) {
        pop_session_message_line(session, segment, unit);
    } else {
        pop_session_listing_line(session, segment, unit);
    }
}

/* The line behind a status line of which it was not known whether anything would follow. True where
 * it was part of the reply. */
bool pop_session_undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->current;
    if (pop_session_is_terminator(unit->text)) {
        pop_session_end_body(session, segment, unit);
        return true;
    }
    pop_body body = pop_body_from_line(unit->text);
    if (body == POP_BODY_NONE) {
        if (exchange->body != POP_BODY_UNDETERMINED) { /* after a gap it was another's */
            pop_session_answers_single(session);
        }
        exchange->body = POP_BODY_NONE;
        session->current = NULL;
        session->body = POP_BODY_NONE;
        return false;
    }
    if (exchange->body != POP_BODY_UNDETERMINED && exchange->body != POP_BODY_NONE) {
        body = exchange->body;
    } else if (body == POP_BODY_TEXT && exchange->has_announced_size) {
        body = POP_BODY_MESSAGE; /* only a mail's size is announced */
    }
    pop_session_begin_body(session, exchange, body, unit->bare_lf);
    pop_session_body_line(session, segment, unit);
    return true;
}
