/* pop_session_effect.c
 * What a positive reply changes in the session: who is logged in, TLS, the maildrop, what comes
 * next.
 *
 * RFC 1939 sections 4 to 6, RFC 2595 section 4 (STLS), RFC 6856 section 2.1 (UTF8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_history.h"
#include "session/pop_session_private.h"

void pop_session_log_in(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->body == POP_BODY_NONE) { /* AUTH without a mechanism only lists them */
        session->user = exchange->login == NULL ? session->claimed_user : exchange->login->user;
        session->state = POP_STATE_TRANSACTION;
    }
}

/* RFC 2595 section 4: after TLS has begun, what was sent in clear does not count. */
static void start_tls(pop_session *session)
{
    session->tls_started = true;
    session->stls_waiting = 0;
    while (pop_exchange_queue_take(&session->queue) != NULL) {
        continue;
    }
}

static void begin_submission(pop_session *session, pop_exchange *exchange)
{
    if (exchange->message != NULL) {
        return;
    }
    session->submission = exchange;
    pop_body_sink sink = pop_session_begin_message(session, exchange);
    session->message = NULL;
    pop_framing *framing = &session->framing[POP_FROM_CLIENT];
    const pop_line *begun = framing->unfinished;
    pop_framing_begin_dotted(framing, sink, false);
    if (begun != NULL) { /* of a client that does not wait for the reply: the mail's first octets */
        pop_framing_reread(framing, (pop_span){ begun->octets, begun->length });
        exchange->message->damaged = begun->total > begun->length;
    }
}

/* RFC 1939 section 5: DELE marks a mail, and the UPDATE state removes it. */
static void mark_deleted(pop_session *session, const pop_exchange *exchange)
{
    if (!exchange->has_message) {
        return;
    }
    if (session->deletions == NULL) {
        session->deletions = pop_keep(session->allocator, sizeof *session->deletions);
    }
    pop_deletions *deletions = session->deletions;
    if (deletions->count == deletions->capacity) {
        deletions->capacity = deletions->capacity == 0 ? 16 : deletions->capacity * 2;
        deletions->numbers = pop_resize(session->allocator, deletions->numbers,
            deletions->capacity * sizeof *deletions->numbers);
    }
    deletions->numbers[deletions->count++] = exchange->message_number;
}

static void change_maildrop(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->argument != NULL) { /* XTND BBOARDS without a group only lists them */
        pop_maildrop *maildrop = pop_maildrop_new(session->allocator, session->limits.maildrop);
        maildrop->name = exchange->argument;
        maildrop->former = session->maildrop;
        session->maildrop = maildrop;
    }
}

void pop_session_take_effect(pop_session *session, pop_exchange *exchange)
{
    switch (exchange->command->effect) {
    case POP_EFFECT_NAME_USER:
        session->claimed_user = exchange->argument;
        break;
    case POP_EFFECT_LOG_IN:
        pop_session_log_in(session, exchange);
        break;
    case POP_EFFECT_START_TLS:
        start_tls(session);
        break;
    case POP_EFFECT_ENABLE_UTF8:
        session->utf8 = true;
        break;
    case POP_EFFECT_CHANGE_MAILDROP:
        change_maildrop(session, exchange);
        break;
    case POP_EFFECT_SUBMIT:
        begin_submission(session, exchange);
        break;
    case POP_EFFECT_DELETE:
        mark_deleted(session, exchange);
        break;
    case POP_EFFECT_UNDELETE:
        session->deletions = NULL;
        pop_history_note_reset(session->maildrop, exchange);
        break;
    case POP_EFFECT_QUIT:
        exchange->deletions = session->deletions;
        session->deletions = NULL;
        exchange->maildrop = session->maildrop;
        pop_history_note_quit(session->maildrop, exchange);
        break;
    case POP_EFFECT_CHOOSE_LANGUAGE:
        session->language_chosen = exchange->body == POP_BODY_NONE;
        break;
    case POP_EFFECT_NOTHING:
        break;
    }
}
