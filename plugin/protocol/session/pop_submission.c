/* pop_submission.c
 * A mail that the client sends: from the reply that asks for it to its end.
 *
 * XTND XMIT of Qpopper; RFC 1939 section 3 (the form of multi-line data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_submission.h"

#include "session/pop_checks.h"

void pop_submission_begin(pop_session *session, pop_exchange *exchange)
{
    if (exchange->message != NULL) {
        return;
    }
    pop_exchanges_submit(&session->exchanges, exchange);
    pop_body_sink sink = pop_session_begin_message(session, exchange);
    pop_framing *framing = &session->framing[POP_FROM_CLIENT];
    const pop_line *begun = framing->unfinished;
    pop_framing_begin_dotted(framing, sink, false);
    if (begun != NULL) { /* of a client that does not wait for the reply: the mail's first octets */
        pop_framing_reread(framing, (pop_span){ begun->octets, begun->length });
        exchange->message->damaged = begun->total > begun->length;
    }
}

void pop_submission_octets(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->exchanges.submission;
    pop_entry *entry = pop_tell_merged(session, segment, unit, POP_ENTRY_BODY, exchange);
    pop_tell_octets(entry, exchange->message, segment->at.frame);
}

/* The exchange of the mail's end, which one more status line answers. */
static pop_exchange *submitted(pop_session *session, const pop_segment *segment)
{
    pop_exchange *exchange = session->exchanges.submission;
    pop_exchange *answered = pop_session_exchange(session);
    answered->command = exchange->command;
    answered->name = exchange->name;
    answered->message = exchange->message;
    answered->submission = exchange;
    answered->request = segment->at;
    pop_exchanges_add(&session->exchanges, answered);
    pop_exchanges_submit(&session->exchanges, NULL);
    return answered;
}

void pop_submission_end(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->exchanges.submission;
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_BODY_END);
    entry->exchange = exchange;
    pop_message_note_fragment(exchange->message, segment->at.frame); /* held back until now */
    pop_message_end(exchange->message, segment->at.frame);
    entry->anomalies |= pop_check_message(exchange->message);
    pop_exchange *answered = submitted(session, segment);
    pop_session_note_sent(session, segment, answered);
    pop_exchanges_send_first(&session->exchanges, answered);
}

void pop_submission_damage(pop_session *session)
{
    session->exchanges.submission->message->damaged = true;
}

void pop_submission_abandon(pop_session *session)
{
    pop_submission_damage(session);
    pop_exchanges_submit(&session->exchanges, NULL);
}

pop_exchange *pop_submission_break_off(pop_session *session, const pop_segment *segment)
{
    pop_submission_damage(session);
    pop_framing_begin_lines(&session->framing[POP_FROM_CLIENT]);
    pop_exchange *answered = submitted(session, segment);
    answered->request.frame = 0; /* its end was not seen */
    return answered;
}
