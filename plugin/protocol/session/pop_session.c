/* pop_session.c
 * Both directions of a connection together: the walk over a segment, entries, gaps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

/* Entries for which memory is kept from one segment to the next. */
#define ENTRIES_KEPT 256

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

pop_session *pop_session_new(const pop_allocator *allocator, pop_limits limits, bool start_seen)
{
    pop_session *session = pop_keep(allocator, sizeof *session);
    session->allocator = allocator;
    session->limits = with_defaults(limits);
    session->start_seen = start_seen;
    session->doubt = !start_seen;
    session->version = POP_VERSION_3;
    session->state = start_seen ? POP_STATE_AUTHORIZATION : POP_STATE_UNKNOWN;
    session->maildrop = pop_maildrop_new(allocator, session->limits.maildrop);
    for (int direction = 0; direction < 2; direction++) {
        pop_framing_init(&session->framing[direction], session->limits.line, allocator);
    }
    /* In mid-session the client's first octets are a command's nearly always; the server's may well
     * stand in the middle of a mail. */
    session->stepped[POP_FROM_CLIENT] = true;
    session->stepped[POP_FROM_SERVER] = start_seen;
    if (start_seen) {
        pop_framing_begin_preamble(&session->framing[POP_FROM_CLIENT]);
    }
    return session;
}

void pop_session_expect_old_version(pop_session *session)
{
    session->old_port = true;
}

void pop_session_expect_kerberos(pop_session *session)
{
    session->kerberos = true;
    session->kerberos_port = true;
    session->stepped[POP_FROM_SERVER] = false;
    session->framing[POP_FROM_CLIENT].mode = POP_FRAMING_OPAQUE;
}

static pop_entry *add_entry(pop_session *session)
{
    if (session->entry_count == session->entry_capacity) {
        session->entry_capacity = session->entry_capacity == 0 ? 1 : session->entry_capacity * 2;
        session->entries = pop_resize(session->allocator, session->entries,
            session->entry_capacity * sizeof *session->entries);
    }
    return &session->entries[session->entry_count++];
}

/* The last entry that a segment may have, for this unit and all behind it: octets that are not told
 * apart. The session goes on; what it would write into entries is lost. */
static pop_entry *entry_beyond_limit(pop_session *session, const pop_unit *unit)
{
    if (session->entry_count < session->limits.entries) {
        *add_entry(session) = (pop_entry){ .offset = (uint32_t)unit->offset,
            .kind = POP_ENTRY_OPAQUE,
            .state = (uint8_t)session->state,
            .anomalies = POP_FLAW(TOO_MANY_LINES) };
    }
    pop_entry *last = &session->entries[session->entry_count - 1];
    last->length = (uint32_t)(unit->offset + unit->length) - last->offset;
    pop_entry *nobody_reads_it = add_entry(session); /* behind those that count */
    *nobody_reads_it = (pop_entry){ .kind = POP_ENTRY_OPAQUE };
    session->entry_count--;
    return nobody_reads_it;
}

static pop_anomalies flaws_of(const pop_unit *unit)
{
    pop_anomalies flaws = 0;
    if (unit->bare_lf) {
        flaws |= unit->kind == POP_UNIT_BODY_END ? POP_FLAW(BARE_LF_TERMINATOR) : POP_FLAW(BARE_LF);
    }
    flaws |= unit->too_long ? POP_FLAW(LINE_TOO_LONG) : 0;
    flaws |= unit->unstuffed_dot ? POP_FLAW(UNSTUFFED_DOT) : 0;
    flaws |= unit->cut_off ? POP_FLAW(LINE_INCOMPLETE) : 0;
    return flaws;
}

pop_entry *pop_session_entry(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, pop_entry_kind kind)
{
    if (session->entry_count + 1 >= session->limits.entries) {
        return entry_beyond_limit(session, unit);
    }
    pop_entry *entry = add_entry(session);
    *entry = (pop_entry){
        .offset = (uint32_t)unit->offset,
        .length = (uint32_t)unit->length,
        .kind = (uint8_t)kind,
        .state = (uint8_t)session->state,
        .ends_line_here = (unit->kind == POP_UNIT_LINE || unit->kind == POP_UNIT_PREAMBLE)
            && unit->line != NULL,
        .user = session->user,
        .line = unit->line,
        .anomalies = flaws_of(unit),
    };
    if (session->tls_started && !segment->tls && unit->kind != POP_UNIT_OPAQUE) {
        entry->anomalies |= POP_FLAW(CLEARTEXT_AFTER_STLS);
    }
    if (session->missing[segment->direction]) {
        entry->anomalies |= POP_FLAW(GAP);
        session->missing[segment->direction] = false;
    }
    return entry;
}

pop_entry *pop_session_entry_merged(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, pop_entry_kind kind, pop_exchange *exchange)
{
    /* Of a mail, and of what is not decoded, the stretch counts, not the line. */
    bool stretch = kind == POP_ENTRY_OPAQUE || kind == POP_ENTRY_BODY;
    bool plain = !unit->bare_lf && !unit->too_long && !unit->unstuffed_dot;
    if (session->entry_count > 0 && unit->line == NULL && (plain || stretch)) {
        pop_entry *last = &session->entries[session->entry_count - 1];
        if (last->kind == kind && last->exchange == exchange && (last->anomalies == 0 || stretch)
            && last->line == NULL && last->offset + last->length == unit->offset) {
            last->length += (uint32_t)unit->length;
            last->anomalies |= unit->unstuffed_dot ? POP_FLAW(UNSTUFFED_DOT) : 0;
            return last;
        }
    }
    pop_entry *entry = pop_session_entry(session, segment, unit, kind);
    entry->exchange = exchange;
    if (stretch) { /* how its lines end would not be told of those that are merged */
        entry->anomalies &= ~(
            POP_FLAW(BARE_LF) | POP_FLAW(LINE_TOO_LONG) | POP_FLAW(LINE_INCOMPLETE));
    }
    return entry;
}

void pop_session_out_of_step(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_session_entry_merged(session, segment, unit, POP_ENTRY_OPAQUE, NULL)->anomalies |= POP_FLAW(
        OUT_OF_STEP);
}

pop_exchange *pop_session_exchange(pop_session *session)
{
    pop_exchange *exchange = pop_keep(session->allocator, sizeof *exchange);
    exchange->maildrop = session->maildrop;
    return exchange;
}

void pop_session_number(pop_session *session, pop_exchange *exchange)
{
    exchange->ordinal = ++session->exchange_count;
    if (session->last_exchange == NULL) {
        session->first_exchange = exchange;
    } else {
        session->last_exchange->following = exchange;
    }
    session->last_exchange = exchange;
}

void pop_session_enqueue(pop_session *session, pop_exchange *exchange)
{
    pop_session_number(session, exchange);
    pop_exchange_queue_add(&session->queue, exchange);
}

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
    session->message = exchange->message;
    return (pop_body_sink){ take_body, exchange->message };
}

/* Inside TLS both streams begin anew; a mail or a reply under way broke off. */
static void follow_tls(pop_session *session, const pop_segment *segment)
{
    if (!segment->tls || session->in_tls) {
        return;
    }
    session->in_tls = true;
    pop_session_abandon_reply(session);
    if (session->submission != NULL) {
        session->submission->message->damaged = true;
        session->submission = NULL;
    }
    for (int direction = 0; direction < 2; direction++) {
        pop_framing_init(&session->framing[direction], session->limits.line, session->allocator);
        session->missing[direction] = false;
    }
    session->inside = false;
}

/* Whether octets that are no lines begin with this one: a SASL security layer (RFC 4422 section
 * 3.7: each buffer begins with its length in four octets, and no line of the protocol begins with
 * NUL); or, where the host does not take TLS off us, its records, of content types 20 to 23 (RFC
 * 8446 section 5.1). Asked before each unit, so that cuts change nothing. */
static void follow_layers(pop_session *session, const pop_segment *segment, uint8_t octet)
{
    pop_framing *framing = &session->framing[segment->direction];
    if (session->protected[segment->direction]) {
        session->protected[segment->direction] = false;
        if (octet == 0) {
            pop_framing_begin_opaque(framing);
            session->layered = true;
        }
    } else if (session->tls_started && !segment->tls && framing->mode == POP_FRAMING_LINES
        && framing->unfinished == NULL && octet >= 20 && octet <= 23) {
        pop_framing_begin_opaque(framing);
    }
}

/* A segment of very many lines leaves no memory behind. */
static void forget_entries(pop_session *session)
{
    session->entry_count = 0;
    if (session->entry_capacity > ENTRIES_KEPT) {
        pop_release(session->allocator, session->entries);
        session->entries = NULL;
        session->entry_capacity = 0;
    }
}

void pop_session_begin_segment(pop_session *session, const pop_segment *segment)
{
    forget_entries(session);
    session->step++;
    session->began = session->began.frame == 0 ? segment->at : session->began;
    session->last = segment->at;
    session->octets[segment->direction] += segment->octets.length;
}

static void expect_of_server(pop_session *session, const pop_segment *segment, size_t offset)
{
    if (segment->direction == POP_FROM_SERVER && session->version != POP_VERSION_3) {
        uint64_t at = session->position[POP_FROM_SERVER] + offset;
        pop_session_expect_old(session, at, segment->octets.octets[offset]);
    }
}

void pop_session_feed(pop_session *session, const pop_segment *segment)
{
    pop_framing *framing = &session->framing[segment->direction];
    size_t offset = 0;
    pop_session_begin_segment(session, segment);
    follow_tls(session, segment);
    while (pop_framing_has_next(framing, segment->octets, offset)) {
        if (offset < segment->octets.length) {
            follow_layers(session, segment, segment->octets.octets[offset]);
            expect_of_server(session, segment, offset);
        }
        pop_unit unit = pop_framing_next(framing, segment->octets, &offset, segment->at.frame);
        if (unit.kind == POP_UNIT_PIECE && segment->cut_off) {
            unit = pop_session_cut_line(session, segment, &unit);
        }
        if (segment->direction == POP_FROM_CLIENT) {
            pop_session_client_unit(session, segment, &unit);
        } else {
            pop_session_server_unit(session, segment, &unit);
        }
    }
    session->position[segment->direction] += segment->octets.length;
}

void pop_session_gap(pop_session *session, pop_direction direction, uint64_t octets)
{
    pop_framing_gap(&session->framing[direction], octets);
    session->position[direction] += octets;
    session->missing[direction] = true;
    session->stepped[direction] = false;
    if (direction == POP_FROM_SERVER) {
        if (!session->greeted) {
            session->start_seen = false; /* the greeting may be what is missing */
        }
        pop_session_server_gap(session, octets);
        return;
    }
    if (session->submission != NULL) {
        session->submission->message->damaged = true;
    } else {
        session->client_missing += octets > session->rest_of_line ? octets - session->rest_of_line
                                                                  : 0;
        session->rest_of_line = 0;
        session->old_message = 0;
        if (session->version != POP_VERSION_3) {
            session->state = POP_STATE_UNKNOWN;
        }
    }
}
