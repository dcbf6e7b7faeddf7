/* pop_session.c
 * Both directions of a connection together: the walk over a segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session.h"

#include "legacy/pop_kpop.h"
#include "legacy/pop_legacy.h"
#include "session/pop_after_gap.h"
#include "session/pop_client.h"
#include "session/pop_client_after_gap.h"
#include "session/pop_effects.h"
#include "session/pop_history.h"
#include "session/pop_irregular.h"
#include "session/pop_multi_line.h"
#include "session/pop_server.h"
#include "session/pop_submission.h"

/* --- The beginning ---------------------------------------------------------------------------- */

static const pop_driver version_3 = {
    .version = POP_VERSION_3,
    .parse_reply = pop_reply_parse,
    .odd_command = pop_legacy_recognise_command,
    .take_line = pop_legacy_recognise_line,
};

static size_t limit_or(size_t limit, size_t otherwise)
{
    return limit == 0 ? otherwise : limit;
}

static pop_limits with_defaults(pop_limits limits)
{
    return (pop_limits){
        .line = limit_or(limits.line, POP_LINE_LIMIT),
        .message = limit_or(limits.message, POP_MESSAGE_LIMIT),
        .queue = limit_or(limits.queue, POP_QUEUE_LIMIT),
        .maildrop = limit_or(limits.maildrop, POP_MAILDROP_LIMIT),
        .entries = limit_or(limits.entries, POP_ENTRIES_LIMIT),
    };
}

/* A proxy's preamble stands before all else. */
static void begin_streams(pop_session *session)
{
    bool may_have_preamble = session->start_seen && !session->service.greeted
        && !session->client_spoke;
    for (int direction = 0; direction < 2; direction++) {
        pop_framing_init(&session->framing[direction], session->limits.line, session->allocator);
        if (may_have_preamble) {
            pop_framing_begin_preamble(&session->framing[direction]);
        }
    }
}

pop_session *pop_session_new(const pop_allocator *allocator, pop_limits limits, bool start_seen)
{
    pop_session *session = pop_keep(allocator, sizeof *session);
    session->allocator = allocator;
    session->limits = with_defaults(limits);
    session->standard = &version_3;
    pop_session_speak(session, &version_3);
    pop_session_see_start(session, start_seen);
    pop_access_enter(&session->access, start_seen ? POP_STATE_AUTHORIZATION : POP_STATE_UNKNOWN);
    pop_effects_init(session);
    pop_entries_init(&session->entries, allocator, session->limits.entries);
    begin_streams(session);
    if (!start_seen) {
        pop_doubt_begin(&session->doubt);
    }
    return session;
}

void pop_session_expect_old_version(pop_session *session)
{
    pop_legacy_expect(session);
}

void pop_session_expect_kerberos(pop_session *session)
{
    pop_kpop_expect(session);
}

/* --- The walk --------------------------------------------------------------------------------- */

/* Inside TLS both streams begin anew; a mail or a reply under way broke off. */
static void follow_tls(pop_session *session, const pop_segment *segment)
{
    if (!segment->tls || session->transport.in_tls) {
        return;
    }
    pop_transport_enter_tls(&session->transport);
    pop_doubt_end_presumption(&session->doubt); /* nothing waits when TLS begins (RFC 2595) */
    pop_reply_break_off(session);
    pop_doubt_watch_reply(&session->doubt, false);
    pop_doubt_note_inside(&session->doubt, false);
    if (session->exchanges.submission != NULL) {
        pop_submission_abandon(session);
    }
    begin_streams(session);
    pop_entries_forget_gaps(&session->entries);
}

/* What is asked before each unit, so that cuts change nothing. */
static void before_unit(pop_session *session, const pop_segment *segment, size_t offset)
{
    pop_framing *framing = &session->framing[segment->direction];
    uint8_t octet = segment->octets.octets[offset];
    bool between_lines = framing->mode == POP_FRAMING_LINES && framing->unfinished == NULL;
    if (pop_transport_turns_opaque(&session->transport, segment, octet, between_lines)) {
        pop_framing_begin_opaque(framing);
    } else if (segment->direction == POP_FROM_SERVER
        && pop_ends_open_mail(session, session->position[POP_FROM_SERVER] + offset, octet)) {
        pop_leave_reply_open(session);
    } else if (segment->direction == POP_FROM_SERVER && between_lines
        && session->driver->before_line != NULL) {
        session->driver->before_line(session, session->position[POP_FROM_SERVER] + offset, octet);
    }
}

/* The same for a line that has begun in an earlier segment: its octets were held back, until they
 * showed that a body had ended before them. */
static void before_returned_line(pop_session *session, const pop_unit *unit)
{
    const pop_line *line = session->framing[POP_FROM_SERVER].unfinished;
    if (unit->returned > 0 && line != NULL && session->driver->before_line != NULL) {
        session->driver->before_line(session,
            session->position[POP_FROM_SERVER] + unit->offset + unit->length - unit->returned,
            line->octets[0]);
    }
}

static void client_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    bool is_empty = unit->kind == POP_UNIT_LINE && unit->text.length == 0;
    bool speaks = unit->kind != POP_UNIT_PIECE /* whose line is still to come */
        && !is_empty && !pop_client_is_preamble(session, unit);
    if (pop_doubt_of_client(&session->doubt)) {
        pop_after_gap_client_unit(session, segment, unit);
    } else {
        pop_client_unit(session, segment, unit);
    }
    session->client_spoke |= speaks;
}

static void server_unit(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    const pop_driver *driver = session->driver;
    if (unit->kind == POP_UNIT_LINE && driver->take_line != NULL
        && driver->take_line(session, segment, unit)) {
        return;
    }
    if (pop_doubt_of_server(&session->doubt) && session->version == POP_VERSION_3) {
        pop_after_gap_server_unit(session, segment, unit);
    } else {
        pop_server_unit(session, segment, unit);
    }
    if (unit->kind == POP_UNIT_BODY_END) {
        before_returned_line(session, unit);
    }
}

static void begin_segment(pop_session *session, const pop_segment *segment)
{
    pop_entries_begin(&session->entries);
    session->step++;
    session->began = session->began.frame == 0 ? segment->at : session->began;
    session->last = segment->at;
    session->octets[segment->direction] += segment->octets.length;
    follow_tls(session, segment);
    if (segment->direction == POP_FROM_SERVER) {
        pop_hearing_begin_segment(&session->hearing, session->position[POP_FROM_SERVER],
            pop_session_had(session, segment));
        pop_note_sent_within_mail(session, segment->octets);
    }
}

void pop_session_feed(pop_session *session, const pop_segment *segment)
{
    pop_framing *framing = &session->framing[segment->direction];
    size_t offset = 0;
    begin_segment(session, segment);
    while (pop_framing_has_next(framing, segment->octets, offset)) {
        if (offset < segment->octets.length) {
            before_unit(session, segment, offset);
        }
        pop_unit unit = pop_framing_next(framing, segment->octets, &offset, segment->at.frame);
        if (unit.kind == POP_UNIT_PIECE && segment->cut_off) {
            unit = pop_read_cut_line(session, segment, &unit);
        }
        if (segment->direction == POP_FROM_CLIENT) {
            client_unit(session, segment, &unit);
        } else {
            server_unit(session, segment, &unit);
            size_t end = unit.offset + unit.length;
            offset = end > offset ? end : offset; /* lines may have been read with it */
        }
    }
    session->position[segment->direction] += segment->octets.length;
}

/* What waits now may have its reply among what is lost. */
static void expect_waiting(pop_session *session)
{
    for (const pop_exchange *exchange = session->exchanges.waiting.oldest; exchange != NULL;
         exchange = exchange->next) {
        pop_history_expect(session->maildrop, exchange);
    }
}

void pop_session_gap(pop_session *session, pop_direction direction, uint64_t octets)
{
    if (direction == POP_FROM_SERVER) {
        pop_begin_awaited_body(session);
    }
    const pop_line *unfinished = session->framing[direction].unfinished;
    uint64_t begun = unfinished == NULL ? 0 : unfinished->total;
    pop_framing_gap(&session->framing[direction], octets);
    pop_entries_note_gap(&session->entries, direction);
    session->position[direction] += octets;
    if (!session->doubt.has_lost) {
        expect_waiting(session);
    }
    if (direction == POP_FROM_SERVER) {
        pop_lose_server(session, octets, begun);
    } else {
        pop_lose_client(session, octets);
    }
    if (session->driver->lost != NULL) {
        session->driver->lost(session, direction);
    }
}

void pop_session_miss_start(pop_session *session)
{
    pop_session_see_start(session, false);
    pop_access_enter(&session->access, POP_STATE_UNKNOWN);
    pop_doubt_begin(&session->doubt);
}
