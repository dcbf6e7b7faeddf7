/* pop_multi_line.h
 * Reads what follows a status line: mails, listings, and the end of either.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (LIST, RETR) and 7 (TOP, UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MULTI_LINE_H
#define POP_MULTI_LINE_H

#include "session/pop_state.h"

/* From the next line on: the body of that exchange's reply. `lf_style`: as in pop_framing. */
void pop_reply_begin_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style);

/* The same; but where it is not sure that the status line was that command's, the first line will
 * tell. */
void pop_reply_await_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style);

/* The reply is whole: the next line of the server is another's. */
void pop_reply_end(pop_session *session, pop_exchange *exchange, const pop_segment *segment);

/* The reply under way broke off: what comes next is another's. */
void pop_reply_break_off(pop_session *session);

/* The final "." of a body. */
void pop_reply_end_body(pop_session *session, const pop_segment *segment, const pop_unit *unit);
bool pop_is_terminator(pop_span line);

/* A line of a listing, its final "." included. In these, `tells`: what the line says of the server
 * and the maildrop counts. */
void pop_reply_listing_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells);

/* Octets of a mail that the framing has handed to the message already. */
void pop_reply_message_octets(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A line of a mail that came as a line. */
void pop_reply_message_line(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The first line of a body that has just begun, where it came as a line. */
void pop_reply_body_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells);

/* The line behind a status line of which it was not known whether anything would follow. True where
 * it was part of the reply. */
bool pop_reply_undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, bool tells);

#endif
