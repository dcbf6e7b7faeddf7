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

#endif
