/* pop_irregular.h
 * Replies that have not the form that they must have: status lines that are none, replies without a
 * status line or without their end.
 *
 * What tells is that the client goes on: when it sends the next command, it has read the reply to
 * the one before (RFC 9293 section 3.4: its acknowledgment says how far).
 *
 * RFC 1939 section 3 (replies).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_IRREGULAR_H
#define POP_IRREGULAR_H

#include "session/pop_state.h"

/* True where the unit is the status line of another reply than the listing under way: the client
 * went on, and there the answer must begin. */
bool pop_ends_open_listing(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The same of a mail, at the octet at `at` of the server's stream, with which a line begins. It may
 * be a line of the mail all the same. */
bool pop_ends_open_mail(const pop_session *session, uint64_t at, uint8_t octet);

/* These octets of the server's come next, in the midst of a mail: a client that sent a command when
 * it had a part of the mail does not wait for replies. Before they are read. */
void pop_note_sent_within_mail(pop_session *session, pop_span octets);

/* The reply under way is over without its end: the next status line is told with that. */
void pop_leave_reply_open(pop_session *session);

/* True where the line, taken apart, is no status line, and a command waits for one. */
bool pop_is_irregular(const pop_session *session, const pop_reply *reply);

/* Such a line is told of: as the beginning of the reply to the oldest command, or as its status
 * line. */
void pop_irregular_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, const pop_reply *reply);

/* A line behind a malformed status line, where no command waits: true where it has been told of as
 * a line of the reply. */
bool pop_goes_on_oddly(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Takes commands that can have no reply any more, before the line at `at` of the server's stream.
 * True where there were such. */
bool pop_skip_unanswered(pop_session *session, uint64_t at);

/* A status line where no command waits: the exchange that it answers where the line before seemed
 * to, and was no status line; else NULL. */
pop_exchange *pop_answered_after_all(pop_session *session);

/* The client sends that command: what the one before was answered with was the answer. */
void pop_note_client_goes_on(
    pop_session *session, const pop_segment *segment, const pop_request *request);

#endif
