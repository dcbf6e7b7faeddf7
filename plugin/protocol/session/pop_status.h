/* pop_status.h
 * The server's status lines: the greeting, the answers to commands, challenges; what they say and
 * change.
 *
 * RFC 1939 sections 3 to 6, RFC 2595 section 4 (STLS), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STATUS_H
#define POP_STATUS_H

#include "session/pop_state.h"

/* A line where a status line belongs, taken apart. */
pop_reply pop_status_parse(const pop_session *session, const pop_unit *unit);

/* True where the greeting comes next. */
bool pop_awaits_greeting(const pop_session *session);

/* Status lines that are not answers to a command: the greeting, a challenge. */
void pop_status_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply);
void pop_status_challenge(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply);

/* A line that is no status line stands where the greeting must stand. */
void pop_status_odd_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A status line that answers the exchange, which waits no longer. The entry is the line's. */
pop_entry *pop_status_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_exchange *exchange, const pop_reply *reply);

/* The exchange that a status line at `at` of the server's stream answers where no command waits:
 * one without a command, so that its reply is followed all the same. */
pop_exchange *pop_status_unasked(pop_session *session, const pop_segment *segment, uint64_t at);

/* What a positive status line says and changes. Returns what follows it. */
pop_body pop_status_take_positive(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply, pop_entry *entry);

#endif
