/* pop_session_crossed.c
 * Replies that were captured before their commands: each direction of a capture may come by a way
 * of its own.
 *
 * RFC 9293 section 3.4: what the client acknowledges with a command, it had when it sent it. A
 * reply that begins behind that is no reply to an earlier command where none waited.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

void pop_session_note_early(pop_session *session, pop_exchange *exchange)
{
    if (session->early == NULL) {
        session->early = exchange;
    }
}

static bool was_early(
    const pop_session *session, const pop_segment *segment, const pop_exchange *sent)
{
    return session->early != NULL && session->queue.oldest == NULL && session->client_missing == 0
        && session->version == POP_VERSION_3 && segment->ahead < 0
        && sent->server_at <= session->early->server_at
        && (sent->command == NULL || sent->command->effect != POP_EFFECT_START_TLS);
}

/* The reply becomes that of the command; when that was sent is not known. */
static void become(pop_session *session, pop_exchange *early, const pop_exchange *sent)
{
    early->command = sent->command;
    early->name = sent->name;
    early->argument = sent->argument;
    early->has_message = sent->has_message;
    early->message_number = sent->message_number;
    early->has_lines = sent->has_lines;
    early->lines = sent->lines;
    if (session->current == early && session->body == POP_BODY_UNDETERMINED) {
        early->body = sent->body;
    }
}

static void next_early(pop_session *session)
{
    pop_exchange *next = session->early->following;
    bool is_early = next != NULL && next->name == NULL && next->request.frame == 0;
    session->early = is_early ? next : NULL;
    session->unsolicited -= session->unsolicited > 0 ? 1 : 0;
}

pop_exchange *pop_session_take_early(
    pop_session *session, const pop_segment *segment, const pop_exchange *sent)
{
    if (!was_early(session, segment, sent)) {
        session->early = NULL;
        return NULL;
    }
    pop_exchange *early = session->early;
    become(session, early, sent);
    next_early(session);
    return early;
}

void pop_session_settle_early(pop_session *session, const pop_segment *segment, pop_exchange *early)
{
    /* The reply's text went by; its verdict is noted on an entry that nobody reads. */
    pop_reply reply = { .status = early->status };
    pop_entry nobody_reads_it = { .kind = POP_ENTRY_OPAQUE };
    pop_session_decide_login(session, segment, early, &reply, &nobody_reads_it);
    if (early->status == POP_STATUS_POSITIVE && early->command != NULL) {
        pop_session_accept(session, early, &nobody_reads_it);
    }
}
