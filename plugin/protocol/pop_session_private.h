/* pop_session_private.h
 * What the files of the session share among themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SESSION_PRIVATE_H
#define POP_SESSION_PRIVATE_H

#include "pop_session.h"

/* A new entry for a unit; the caller fills in what the defaults leave open. Valid until the next. */
pop_entry *pop_session_entry(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, pop_entry_kind kind);

/* The same, or the entry before it grown, where that one is of the same kind and exchange, adjoins
 * the unit and has nothing wrong with it. */
pop_entry *pop_session_entry_merged(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, pop_entry_kind kind, pop_exchange *exchange);

/* A line of which nothing is known: it stands behind a gap. */
void pop_session_out_of_step(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A new exchange, in no queue. */
pop_exchange *pop_session_exchange(pop_session *session);

/* Lets the octets of a body go to a new message of that exchange. */
pop_body_sink pop_session_begin_message(pop_session *session, pop_exchange *exchange);

/* What is wrong with a mail that has its end. */
static inline pop_anomalies pop_session_message_flaws(const pop_message *message)
{
    if (pop_message_is_whole(message)) {
        return 0;
    }
    return message->damaged ? POP_FLAW(MESSAGE_INCOMPLETE) : POP_FLAW(MESSAGE_TOO_LARGE);
}

/* One unit of the direction. */
void pop_session_client_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);
void pop_session_server_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Octets are missing in what the server sent. */
void pop_session_server_gap(pop_session *session);

#endif
