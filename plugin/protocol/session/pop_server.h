/* pop_server.h
 * Reads the server: the greeting, status lines, challenges, multi-line replies.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 6.6 (PIPELINING), RFC 2595 section 4 (STLS),
 * RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SERVER_H
#define POP_SERVER_H

#include "session/pop_state.h"

/* One unit of the server. */
void pop_server_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A line where a status line belongs, taken apart. */
pop_reply pop_server_parse(const pop_session *session, const pop_unit *unit);

/* True where the greeting comes next. */
bool pop_server_awaits_greeting(const pop_session *session);

/* Status lines that are not answers to a command: the greeting, a challenge. */
void pop_server_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply);
void pop_server_challenge(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply);

/* A status line that answers the exchange, which waits no longer. The entry is the line's. */
pop_entry *pop_server_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_exchange *exchange, const pop_reply *reply);

/* The exchange that a status line at `at` of the server's stream answers where no command waits:
 * one without a command, so that its reply is followed all the same. */
pop_exchange *pop_server_unasked(pop_session *session, const pop_segment *segment, uint64_t at);

/* What a positive status line says and changes. Returns what follows it. */
pop_body pop_server_take_positive(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply, pop_entry *entry);

#endif
