/* pop_after_gap.h
 * Reads the server on after octets of its were lost for good, or where a capture begins in
 * mid-session: asks recovery what can be told, and does it.
 *
 * RFC 1939 section 3, RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_AFTER_GAP_H
#define POP_AFTER_GAP_H

#include "session/pop_state.h"

/* Octets of the server's are lost behind a status line that is sure, and whose reply was to be told
 * by its first line: that will not come whole, and what came of it is the reply's. True where it is
 * a mail, which has those octets now. Before the framing hears of the loss. */
bool pop_begin_awaited_body(pop_session *session);

/* So many octets of the server's are lost, the session's position behind them; before them stood
 * `unfinished` octets of a line. */
void pop_lose_server(pop_session *session, uint64_t octets, uint64_t unfinished);

/* One unit of the server's, while there is doubt of it (pop_doubt_of_server()). Lines that can be
 * told are read as ever. The unit is made longer where lines of a mail behind it were read with
 * it. */
void pop_after_gap_server_unit(pop_session *session, const pop_segment *segment, pop_unit *unit);

/* The piece of a line with which a segment ends that was cut off: as a line, where it is sure that
 * it is a command or a status line; as the first octets of a mail; else the piece. Such a line's
 * last word may go on. */
pop_unit pop_read_cut_line(pop_session *session, const pop_segment *segment, const pop_unit *piece);

#endif
