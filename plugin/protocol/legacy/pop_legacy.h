/* pop_legacy.h
 * Versions 1 and 2 of the protocol: which one a session is of, what the marks mean, data without a
 * status line. Drivers beside that of version 3.
 *
 * RFC 918 (POP, version 1), RFC 937 (POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LEGACY_H
#define POP_LEGACY_H

#include "session/pop_state.h"

/* The server's port is that of versions 1 and 2: "+OK" greets a client of version 1. Before the
 * first segment. */
void pop_legacy_expect(pop_session *session);

/* For the driver of version 3: a command line that has something wrong, or a line of the server,
 * may show that the session is of another version. */
void pop_legacy_recognise_command(pop_session *session, pop_request *request);
bool pop_legacy_recognise_line(pop_session *session, const pop_segment *segment, pop_unit *unit);

#endif
