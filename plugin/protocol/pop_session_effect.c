/* pop_session_effect.c
 * What a positive reply changes in the session: who is logged in, TLS, the maildrop, what comes next.
 *
 * RFC 1939 sections 4 to 6, RFC 2595 section 4 (STLS), RFC 6856 section 2.1 (UTF8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pop_session_private.h"

/* Who logs in with this exchange, if the server says yes. */
static const char *login_name(const pop_session *session, const pop_exchange *exchange)
{
    if (exchange->dialogue != NULL) {
        return exchange->dialogue->user;
    }
    return exchange->argument != NULL ? exchange->argument : session->claimed_user;
}

void pop_session_log_in(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->body == POP_BODY_NONE) { /* AUTH without a mechanism only lists them */
        session->user = login_name(session, exchange);
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
    if (exchange->message == NULL) {
        session->submission = exchange;
        pop_body_sink sink = pop_session_begin_message(session, exchange);
        session->message = NULL;
        pop_framing_begin_dotted(&session->framing[POP_FROM_CLIENT], sink, false);
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
        if (exchange->argument != NULL) { /* XTND BBOARDS without a group only lists them */
            session->maildrop = pop_maildrop_new(session->allocator);
        }
        break;
    case POP_EFFECT_SUBMIT:
        begin_submission(session, exchange);
        break;
    case POP_EFFECT_NOTHING:
    case POP_EFFECT_DELETE:
    case POP_EFFECT_UNDELETE:
    case POP_EFFECT_QUIT:
        break;
    }
}
