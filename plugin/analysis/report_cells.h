/* report_cells.h
 * Cells that several reports have: of the session, and of a mail that somebody fetched or sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORT_CELLS_H
#define POP_REPORT_CELLS_H

#include "analysis/reports.h"
#include "text/pop_text.h"

/* All of these: when a report is made. */

/* Where the session runs over TCP; else empty. */
pop_cell pop_cell_tcp_stream(const pop_seen_session *seen);

/* The exchange that a mail's row shows: of one that was submitted, the command that began it. */
const pop_exchange *pop_reported_exchange(const pop_subject *subject);

/* When it began: by its command, else, where that was not seen, by its status line. */
pop_cell pop_cell_begun(const pop_exchange *exchange);

/* The first field of that name ("Subject:") in the mail's header, decoded; empty where there is
 * none. */
pop_cell pop_cell_header(wmem_allocator_t *scope, pop_span mail, pop_span name);

#endif
