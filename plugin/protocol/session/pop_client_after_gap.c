/* pop_client_after_gap.c
 * Octets of the client's are lost, and how its commands are read behind them.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_client_after_gap.h"

#include <glib.h>

#include "recovery/pop_recovery.h"
#include "session/pop_authentication.h"
#include "session/pop_client.h"
#include "session/pop_effects.h"
#include "session/pop_submission.h"

/* --- Octets are lost -------------------------------------------------------------------------- */

/* No client that waits for replies sends another command before one has begun to come. */
static void note_hurry(pop_session *session, uint64_t octets)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    if (youngest != NULL && youngest->server_at == session->position[POP_FROM_SERVER]
        && octets >= session->doubt.rest_of_line + POP_SHORTEST_LINE) {
        pop_doubt_note_hurry(&session->doubt);
    }
}

/* What a client sends that waits, while a challenge waits for its answer, is that answer. Not so
 * where "+OK" is a challenge: there the client may have sent a command instead. */
static bool loses_answer(const pop_session *session)
{
    if (!pop_login_expects_answer(session) || !pop_habits_client_waits(&session->habits)) {
        return false;
    }
    const pop_dialogue *dialogue = session->exchanges.waiting.youngest->dialogue;
    return dialogue->challenge != NULL && !dialogue->asked_by_status;
}

/* The client answers a challenge: if the AUTH that asked for it was not seen, it was the last of
 * the commands that are lost. */
static void account_for_auth(pop_session *session)
{
    if (session->exchanges.waiting.youngest->command == NULL) {
        pop_doubt_account_client(&session->doubt, false);
    }
}

static void lose_commands(pop_session *session, uint64_t octets)
{
    note_hurry(session, octets);
    pop_doubt_lose_client(&session->doubt, octets, session->position[POP_FROM_SERVER]);
    if (session->doubt.client_lost == 0) {
        return;
    }
    pop_miss_commands(session);
    if (pop_login_expects_answer(session)) { /* by such a command it may have been given up */
        pop_doubt_ask_whom(&session->doubt, true);
    }
}

void pop_lose_client(pop_session *session, uint64_t octets)
{
    pop_exchanges_forget_empty_lines(&session->exchanges);
    if (session->exchanges.submission != NULL) {
        pop_submission_damage(session);
        pop_doubt_find_step(&session->doubt, POP_FROM_CLIENT, false);
    } else if (loses_answer(session)) {
        account_for_auth(session);
        pop_login_lose_answer(session->exchanges.waiting.youngest);
        pop_doubt_lose_answer(&session->doubt, session->position[POP_FROM_SERVER]);
    } else {
        lose_commands(session, octets);
    }
}

/* --- Commands behind them --------------------------------------------------------------------- */

/* Commands that were not seen are answered all the same. */
static void send_unseen_commands(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, const pop_request *request)
{
    uint64_t server_at = pop_session_had(session, segment);
    const pop_unseen unseen = pop_recover_unseen_commands(
        session, segment, request, pop_unit_octets(unit), server_at);
    pop_doubt_account_client(&session->doubt, unseen.presumed);
    if (!unseen.sure) {
        pop_doubt_guess_count(
            &session->doubt, unseen.lasting ? UINT64_MAX : server_at, session->exchanges.count);
        pop_doubt_ask_whom(&session->doubt, true);
    }
    if (unseen.hurried || unseen.count > 0) { /* they still wait, and the client sends another */
        pop_habits_note_hurry(&session->habits);
    }
    size_t room = session->limits.queue - session->exchanges.waiting.count;
    for (size_t i = 0; i < MIN(unseen.count, room); i++) {
        pop_exchange *exchange = pop_session_exchange(session);
        exchange->body = POP_BODY_UNDETERMINED;
        exchange->server_at = server_at;
        pop_exchanges_send(&session->exchanges, exchange);
        pop_doubt_ask_whom(&session->doubt, true);
    }
}

/* A capture that begins in the course of a login may have the answer, and not the challenge: no
 * command has such a name, but base64 has (RFC 5034 section 4). */
static bool may_be_answer(const pop_session *session, pop_span line)
{
    bool is_keyword = true;
    for (size_t i = 0; i < line.length && is_keyword; i++) {
        is_keyword = g_ascii_isupper(line.octets[i]);
    }
    return session->doubt.unheard && !is_keyword && line.length % 4 == 0
        && pop_sasl_is_base64(line);
}

static void client_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_doubt *doubt = &session->doubt;
    pop_request request;
    pop_client_parse(session, unit, &request);
    bool begins = doubt->client_lost == 0 && doubt->answer_lost_at > 0
        && pop_session_had(session, segment) > doubt->answer_lost_at; /* that has its reply */
    bool is_in_doubt = doubt->out_of_step[POP_FROM_CLIENT] || may_be_answer(session, unit->text);
    if (is_in_doubt && !begins && !pop_client_is_sure_command(&request)) {
        /* The rest of a command whose beginning is lost, or no command at all. */
        pop_doubt_lose_client(doubt, doubt->client_lost > 0 ? pop_unit_octets(unit) : 0,
            session->position[POP_FROM_SERVER]);
        pop_tell_out_of_step(session, segment, unit);
        return;
    }
    pop_doubt_find_step(doubt, POP_FROM_CLIENT, true);
    if (request.keyword.length > 0 && session->exchanges.waiting.count < session->limits.queue) {
        send_unseen_commands(session, segment, unit, &request);
    }
    pop_client_command(session, segment, unit, &request);
}

void pop_after_gap_client_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    bool is_answer = unit->kind == POP_UNIT_LINE && pop_client_is_answer(session, unit);
    if (unit->kind != POP_UNIT_LINE || is_answer || pop_client_is_preamble(session, unit)) {
        pop_client_unit(session, segment, unit);
        pop_doubt_find_step(&session->doubt, POP_FROM_CLIENT,
            is_answer || !session->doubt.out_of_step[POP_FROM_CLIENT]);
        if (is_answer) {
            account_for_auth(session);
        }
    } else {
        client_line(session, segment, unit);
    }
    if (unit->kind != POP_UNIT_PIECE) {
        pop_doubt_hear_client(&session->doubt);
    }
}
