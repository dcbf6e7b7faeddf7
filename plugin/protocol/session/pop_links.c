/* pop_links.c
 * Which command a status line answers while nothing is in doubt, and what it means that one does
 * not fit: where octets are lost, or were before the capture, other links may be wrong, too.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_links.h"

#include <glib.h>

#include "session/pop_effects.h"

/* Replies come in the order of their commands: if one is to a command from before the capture, so
 * were all that came before it. Once in a session. */
G_GNUC_NO_INLINE void pop_links_doubt(pop_session *session)
{
    if (!session->doubt.presumes_waiting || !session->doubt.has_answered) {
        return;
    }
    for (pop_exchange *exchange = session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        bool is_answered = exchange->status != POP_STATUS_NONE || exchange->odd_line.frame != 0;
        if (is_answered && exchange->request.frame != 0 && !exchange->guessed) {
            exchange->guessed = exchange->doubted_later = true;
        }
    }
    pop_doubt_effects(session);
    pop_habits_forget_sizes(&session->habits);
    pop_doubt_contradict(&session->doubt);
    pop_doubt_end_presumption(&session->doubt);
}

void pop_links_contradict(pop_session *session)
{
    pop_doubt_contradict(&session->doubt);
    pop_links_doubt(session);
}

void pop_link_none(pop_session *session, const pop_exchange *exchange, pop_status status)
{
    bool is_of_submission = exchange->submission != NULL;
    bool may_be_asked = session->doubt.may_be_asked && pop_habits_client_waits(&session->habits);
    if (is_of_submission || may_be_asked) {
        return;
    }
    if (status == POP_STATUS_POSITIVE) {
        pop_links_doubt(session);
    } else {
        pop_doubt_note_refusal(&session->doubt, session->doubt.presumes_waiting);
    }
}

/* The oldest command had not reached the server when it sent the status line. True where it is
 * taken all the same. */
G_GNUC_NO_INLINE static bool takes_unheard(pop_session *session, pop_status status)
{
    if (session->doubt.has_lost) {
        pop_habits_note_hurry(&session->habits);
        if (status == POP_STATUS_NEGATIVE) { /* perhaps the server speaks of itself */
            pop_doubt_contradict(&session->doubt);
        } else {
            pop_links_contradict(session);
        }
        return false;
    }
    if (status == POP_STATUS_NEGATIVE) {
        return false;
    }
    pop_hearing_distrust(&session->hearing);
    return true;
}

pop_exchange *pop_link_oldest(pop_session *session, pop_status status)
{
    if (session->doubt.refused_unasked) { /* the server goes on behind it */
        pop_doubt_note_refusal(&session->doubt, false);
        pop_links_doubt(session);
    }
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (oldest == NULL
        || (!pop_hearing_has(&session->hearing, oldest) && !takes_unheard(session, status))) {
        return NULL;
    }
    pop_doubt_note_answer(&session->doubt, oldest);
    return pop_exchanges_take(&session->exchanges);
}

void pop_links_note_misfit(pop_session *session, pop_span line)
{
    if (session->doubt.has_lost && pop_body_from_line(line) == POP_BODY_MESSAGE) {
        pop_links_contradict(session);
    }
}

void pop_link_one_line(pop_session *session, pop_exchange *exchange, const pop_entry *entry)
{
    if (session->doubt.has_lost) {
        pop_doubt_note_one_line(&session->doubt, exchange,
            session->position[POP_FROM_SERVER] + entry->offset + entry->length);
    }
}
