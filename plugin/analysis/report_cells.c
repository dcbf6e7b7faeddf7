/* report_cells.c
 * Cells that several reports have: of the session, and of a mail that somebody fetched or sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report_cells.h"

#include "mail/pop_header.h"

pop_cell pop_cell_tcp_stream(const pop_seen_session *seen)
{
    return seen->has_tcp_stream ? pop_cell_number(seen->tcp_stream)
                                : (pop_cell){ .kind = POP_CELL_NOTHING };
}

const pop_exchange *pop_reported_exchange(const pop_subject *subject)
{
    const pop_exchange *exchange = subject->exchange;
    return exchange->submission != NULL ? exchange->submission : exchange;
}

pop_cell pop_cell_begun(const pop_exchange *exchange)
{
    return pop_cell_time(
        exchange->request.frame != 0 ? &exchange->request : &exchange->status_line);
}

pop_cell pop_cell_header(wmem_allocator_t *scope, pop_span mail, pop_span name)
{
    char *text = pop_header_text(mail, name);
    pop_cell cell = pop_cell_text(scope, text);
    g_free(text);
    return cell;
}
