/* pop_authentication.h
 * Follows a login, from its first line to its verdict: USER and PASS, APOP, RPOP, and the dialogue
 * of AUTH; and keeps a record of each attempt.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 5034 section 4 (AUTH), RFC 4422 sections 2
 * (identities) and 3 (SASL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_AUTHENTICATION_H
#define POP_AUTHENTICATION_H

#include "session/pop_state.h"

/* A command line that is part of a login, or another one: notes on its entry what it says. */
void pop_login_begin(
    pop_session *session, const pop_segment *segment, pop_entry *entry, const pop_request *request);

/* True where the client's next line is an answer in an AUTH dialogue; and such a line. */
bool pop_login_expects_answer(const pop_session *session);
void pop_login_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Octets of the server's are lost: if a challenge of the exchange's dialogue is among them, the
 * client's next line answers it; if it is the verdict, that is a command. */
void pop_login_lose_lines(pop_exchange *exchange);

/* Octets of the client's are lost: the answer that the exchange's dialogue waits for. */
void pop_login_lose_answer(pop_exchange *exchange);

/* A dialogue of AUTH of which the command was not seen: the exchange has it now. */
void pop_login_begin_unseen(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange);

/* A challenge in the dialogue of that exchange. */
void pop_login_challenge(
    pop_session *session, pop_exchange *exchange, pop_entry *entry, pop_span text);

/* True where a positive status line can be no verdict: the client has sent nothing of its login. */
bool pop_login_is_asked(const pop_exchange *exchange, const pop_reply *reply);

/* The client has given up a dialogue of which it has sent nothing but the command: no login. */
bool pop_login_is_given_up(const pop_session *session, pop_span line);
void pop_login_give_up(pop_session *session);

/* A line in base64 behind a refused AUTH: an answer that came too late, though the server reads
 * it as a command. */
bool pop_login_is_late_answer(const pop_session *session, const pop_request *request);
void pop_login_late_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The status line that decides a login, or another one: its verdict. */
void pop_login_decide(pop_session *session, const pop_segment *segment, pop_exchange *exchange,
    const pop_reply *reply, pop_entry *entry);

/* True where the reply to the exchange is a login's verdict. */
bool pop_login_decided_by(const pop_exchange *exchange);

/* The client goes on after a reply that was no verdict: the login was not accepted. */
void pop_login_refuse(const pop_exchange *exchange);

/* What stood where the verdict must stand, and is none. */
void pop_login_note_words(pop_session *session, const pop_exchange *exchange, pop_span line);

/* A second status line comes at once behind a login's verdict. True where it says the opposite:
 * then nobody counts as let in until a command shows it. */
bool pop_login_contradict(pop_session *session, const pop_segment *segment, const pop_reply *reply);

/* True where a login waits for its verdict. Any pass. */
bool pop_session_login_waits(const pop_session *session);

#endif
