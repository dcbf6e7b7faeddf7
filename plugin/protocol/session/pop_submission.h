/* pop_submission.h
 * A mail that the client sends: from the reply that asks for it to its end.
 *
 * XTND XMIT of Qpopper; RFC 1939 section 3 (the form of multi-line data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SUBMISSION_H
#define POP_SUBMISSION_H

#include "session/pop_state.h"

/* The server waits for the mail of that exchange: the client's next octets are its. */
void pop_submission_begin(pop_session *session, pop_exchange *exchange);

/* Octets of it; and its end, which one more status line answers. */
void pop_submission_octets(pop_session *session, const pop_segment *segment, const pop_unit *unit);
void pop_submission_end(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Octets of it are lost; or all that is left of it. */
void pop_submission_damage(pop_session *session);
void pop_submission_abandon(pop_session *session);

/* The server answers it before its end: it is over. The exchange that is answered, in no queue. */
pop_exchange *pop_submission_break_off(pop_session *session, const pop_segment *segment);

#endif
