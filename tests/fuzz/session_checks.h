/* session_checks.h
 * What must hold of a session, whatever it was fed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_SESSION_CHECKS_H
#define POP_TESTS_SESSION_CHECKS_H

#include "session/pop_session.h"

/* Entries stand in order, do not overlap, and cover the segment just fed; their exchanges, lines
 * and mails hold together. Ends the program else. */
void check_session_entries(const pop_session *session, const pop_segment *segment);

/* The queue, the reply under way and the framing hold together. Ends the program else. */
void check_session_state(const pop_session *session);

#endif
