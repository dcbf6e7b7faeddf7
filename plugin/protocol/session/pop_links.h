/* pop_links.h
 * Which command a status line answers while nothing is in doubt, and what it means that one does
 * not fit: where octets are lost, or were before the capture, other links may be wrong, too.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LINKS_H
#define POP_LINKS_H

#include "session/pop_state.h"

/* Takes the oldest command that waits, if it had reached the server, for a status line. Else NULL:
 * what a server says of itself, as that a session has been idle for too long, may cross a command.
 * A positive reply does not: where no octets are lost, acknowledgments are not believed any more;
 * where some are, a command is answered that was not seen, and for whose reply the client did not
 * wait, and that is noted. First pass only. */
pop_exchange *pop_link_oldest(pop_session *session, pop_status status);

/* A status line, which has that exchange, answers no command that was seen. First pass only. */
void pop_link_none(pop_session *session, const pop_exchange *exchange, pop_status status);

/* A status line, told as that entry, is taken for the whole reply to the exchange. Where no octets
 * are lost that is sure, and not noted. First pass only. */
void pop_link_one_line(pop_session *session, pop_exchange *exchange, const pop_entry *entry);

/* A reply is not that to the oldest command that waits. In a capture that begins in mid-session all
 * replies so far may be to others than they were taken for: they are guesses from now on, in later
 * passes from the beginning. First pass only. */
void pop_links_doubt(pop_session *session);

/* The same where octets are lost, or were before the capture: and it is not known which commands
 * wait. First pass only. */
void pop_links_contradict(pop_session *session);

/* A line has no place. Where octets are lost, and it is one of a mail, that shows that the reply
 * before was to another command. First pass only. */
void pop_links_note_misfit(pop_session *session, pop_span line);

#endif
