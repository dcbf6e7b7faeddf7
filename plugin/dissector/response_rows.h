/* response_rows.h
 * The rows of the table of response times, by which their frames are found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_RESPONSE_ROWS_H
#define POP_RESPONSE_ROWS_H

#include "session/pop_session.h"

/* Two rows for each command of the table, in its order; behind them what the table does not know,
 * and the greeting. */
enum { POP_TO_STATUS_LINE, POP_TO_LAST_OCTET, POP_RESPONSE_WAYS };
enum {
    POP_ROW_GREETING = (POP_COMMAND_COUNT + 1) * POP_RESPONSE_WAYS,
    POP_RESPONSE_ROWS,
};

static inline int pop_response_row(const pop_exchange *exchange, int way)
{
    int command = exchange->command == NULL ? POP_COMMAND_COUNT : (int)exchange->command->id;
    return command * POP_RESPONSE_WAYS + way;
}

#endif
