/* pop_client_after_gap.h
 * Octets of the client's are lost, and how its commands are read behind them.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CLIENT_AFTER_GAP_H
#define POP_CLIENT_AFTER_GAP_H

#include "session/pop_state.h"

/* So many octets of the client's are lost, the session's position behind them. */
void pop_lose_client(pop_session *session, uint64_t octets);

/* One unit, while there is doubt of the client (pop_doubt_of_client()): what can be told is read as
 * ever, and commands that were not seen are expected to be answered. */
void pop_after_gap_client_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

#endif
