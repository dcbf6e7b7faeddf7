/* event_log.h
 * Writes what a session found as text. Where segments were cut leaves no trace in it: pieces are
 * joined, runs of lines are parted, and a mail is one event.
 * The form of the text is told in tests/dialogues/README.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_EVENT_LOG_H
#define POP_TESTS_EVENT_LOG_H

#include <glib.h>

#include "session/pop_session.h"

typedef struct event_log event_log;

event_log *event_log_new(void);

/* Writes down the entries that the segment, just fed, has brought. */
void event_log_segment(event_log *log, const pop_session *session, const pop_segment *segment);

/* The other side speaks next, or octets are missing. */
void event_log_end_of_run(event_log *log);

/* Nothing comes any more: writes down what was left open, and gives back the text. The log is
 * gone. */
char *event_log_end(event_log *log, const pop_session *session);

#endif
