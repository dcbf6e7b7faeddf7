/* pop_client.c
 * Reads the client: commands, answers of an AUTH dialogue, a submitted mail.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_client.h"

#include "sasl/pop_sasl_base64.h"
#include "session/pop_authentication.h"
#include "session/pop_checks.h"
#include "session/pop_history.h"
#include "session/pop_irregular.h"
#include "session/pop_submission.h"

/* --- Commands --------------------------------------------------------------------------------- */

static bool starts_tls(const pop_request *request)
{
    return request->command != NULL && request->command->effect == POP_EFFECT_START_TLS;
}

/* RFC 2595 section 4: behind STLS nothing may be sent before TLS has begun. */
static pop_anomalies follow_stls(
    pop_session *session, const pop_segment *segment, const pop_request *request)
{
    bool waits = session->transport.stls_waiting > 0;
    if (starts_tls(request) && !segment->tls) {
        pop_transport_stls_sent(&session->transport);
    }
    return waits && !segment->tls ? POP_FLAW(CLEARTEXT_AFTER_STLS) : 0;
}

void pop_client_command(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    const pop_request *request)
{
    if (request->keyword.length > 0) {
        pop_note_client_goes_on(session, segment, request);
    }
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_REQUEST);
    entry->anomalies |= request->anomalies;
    entry->anomalies |= pop_check_command(session, request, unit, segment->tls);
    if (request->keyword.length == 0) {
        if (session->exchanges.waiting.oldest == NULL) {
            pop_exchanges_note_empty_line(&session->exchanges, &segment->at);
        }
        return; /* an empty line asks for nothing */
    }
    if (session->exchanges.waiting.count >= session->limits.queue) {
        entry->anomalies |= POP_FLAW(QUEUE_FULL);
        return;
    }
    entry->anomalies |= follow_stls(session, segment, request);
    entry->exchange = pop_session_exchange_for(session, segment, request);
    entry->exchange->client_at = pop_session_position(session, segment, unit);
    entry->exchange->client_until = session->position[POP_FROM_CLIENT] + unit->offset
        + unit->length;
    pop_exchanges_send(&session->exchanges, entry->exchange);
    if (session->doubt.has_lost) {
        pop_history_expect(session->maildrop, entry->exchange);
    }
    /* What speaks of a mail stands behind a login, whether or not that was seen. */
    if (!pop_state_is_before_login(session->access.state) || request->has_message) {
        pop_habits_note_transaction(&session->habits, entry->exchange, pop_unit_octets(unit));
    }
    pop_login_begin(session, segment, entry, request);
    if (session->driver->sent != NULL) {
        session->driver->sent(session, entry->exchange);
    }
}

bool pop_client_is_sure_command(const pop_request *request)
{
    return request->command != NULL
        && (request->anomalies & (POP_FLAW(ARGUMENT_COUNT) | POP_FLAW(ARGUMENT_NOT_NUMBER))) == 0;
}

/* Where the verdict may not have been seen, the next command ends an AUTH dialogue, though it may
 * be base64 as well ("STAT"). */
static bool ends_unseen_dialogue(const pop_session *session, pop_span line)
{
    const pop_dialogue *dialogue = session->exchanges.waiting.youngest->dialogue;
    bool may_be_over = dialogue->lacks_lines && dialogue->challenge == NULL;
    if (session->octets[POP_FROM_SERVER] > 0 && !may_be_over) {
        return false;
    }
    pop_request request;
    pop_request_parse(&request, session->version, line);
    bool is_base64 = line.length == 0 || pop_sasl_is_base64(line);
    return pop_client_is_sure_command(&request)
        || (may_be_over && !is_base64 && !pop_span_is(line, POP_SPAN("*")));
}

bool pop_client_is_answer(const pop_session *session, const pop_unit *unit)
{
    return pop_login_expects_answer(session) && !ends_unseen_dialogue(session, unit->text);
}

void pop_client_parse(pop_session *session, const pop_unit *unit, pop_request *request)
{
    pop_request_parse(request, session->version, unit->text);
    if (request->anomalies != 0 && session->driver->odd_command != NULL) {
        session->driver->odd_command(session, request);
    }
    if (unit->cut_off) {
        pop_request_cut_off(request);
    }
}

static void client_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_login_is_given_up(session, unit->text)) {
        pop_login_give_up(session);
    } else if (pop_client_is_answer(session, unit)) {
        pop_login_answer(session, segment, unit);
        return;
    }
    pop_request request;
    pop_client_parse(session, unit, &request);
    if (pop_login_is_late_answer(session, &request)) {
        pop_login_late_answer(session, segment, unit);
        return;
    }
    pop_client_command(session, segment, unit, &request);
}

/* --- Units ------------------------------------------------------------------------------------ */

/* What proxies put before a client's first command, and nobody answers: the PROXY protocol's header
 * (HAProxy, section 2.1), SSLproxy's line, and XCLIENT before the greeting. */
static bool begins_preamble(const pop_session *session, pop_span line)
{
    bool early = session->start_seen && !session->service.greeted;
    return pop_span_starts(line, POP_SPAN("PROXY "))
        || pop_span_starts(line, POP_SPAN("SSLproxy: "))
        || (early && pop_span_starts(line, POP_SPAN("XCLIENT ")));
}

bool pop_client_is_preamble(const pop_session *session, const pop_unit *unit)
{
    return unit->kind == POP_UNIT_PREAMBLE
        || (!session->client_spoke && unit->kind == POP_UNIT_LINE
            && begins_preamble(session, unit->text));
}

/* Line ends alone, which may yet be the beginning of a PROXY header. */
static bool holds_empty_lines(const pop_framing *framing)
{
    const pop_line *held = framing->unfinished;
    if (framing->mode != POP_FRAMING_PREAMBLE || held == NULL || held->length % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < held->length; i++) {
        if (held->octets[i] != (i % 2 == 0 ? '\r' : '\n')) {
            return false;
        }
    }
    return true;
}

/* Line ends held back for a PROXY header: a server may refuse them as empty lines before it is
 * known what they are. */
static void note_held_lines(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    for (size_t i = 0; i < unit->length; i++) {
        if (segment->octets.octets[unit->offset + i] == '\n') {
            pop_exchanges_note_empty_line(&session->exchanges, &segment->at);
        }
    }
}

static void client_piece(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_PIECE);
    const pop_framing *framing = &session->framing[POP_FROM_CLIENT];
    entry->ends_line_here = holds_empty_lines(framing);
    if (framing->mode == POP_FRAMING_PREAMBLE) {
        note_held_lines(session, segment, unit);
    }
    if (pop_login_expects_answer(session)) {
        entry->exchange = session->exchanges.waiting.youngest;
    }
}

void pop_client_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    if (pop_client_is_preamble(session, unit)) {
        pop_exchanges_forget_empty_lines(&session->exchanges);
        pop_tell(session, segment, unit, POP_ENTRY_PREAMBLE);
        pop_framing_begin_preamble(&session->framing[POP_FROM_CLIENT]); /* of the next proxy */
        return;
    }
    switch (unit->kind) {
    case POP_UNIT_LINE:
        client_line(session, segment, unit);
        break;
    case POP_UNIT_PIECE:
        client_piece(session, segment, unit);
        break;
    case POP_UNIT_BODY:
        pop_submission_octets(session, segment, unit);
        break;
    case POP_UNIT_BODY_END:
        pop_submission_end(session, segment, unit);
        break;
    case POP_UNIT_OPAQUE:
    case POP_UNIT_PREAMBLE:
        pop_tell_opaque(session, segment, unit);
        break;
    }
}
