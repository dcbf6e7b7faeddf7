/* report_row.h
 * Where a row of a report leads: its frame, its filter; and the report as a text with that row in
 * front.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_REPORT_ROW_H
#define POP_WINDOW_REPORT_ROW_H

#include "analysis/reports.h"

/* Rows of the table that are told around the one in front. */
#define POP_REPORT_ROWS_MOST 1000

/* Any time: rows hold nothing of the capture. `row`: from 0, one that there is. */

/* The frame in which the row's thing came to its end, else one that it has; 0: it has none. */
uint32_t pop_report_row_frame(const pop_report *report, const pop_rows *rows, size_t row);

/* The display filter that shows the row's thing, and its session. The caller frees both with
 * g_free(). */
char *pop_report_row_filter(const pop_report *report, const pop_rows *rows, size_t row);
char *pop_report_row_session_filter(const pop_rows *rows, size_t row);

/* What all columns hold of the row, a line each, its frame and filter; behind that the table, in
 * which it has a mark. Of `row` beyond the last one, that there is none. Valid UTF-8, in the
 * scope. */
const char *pop_report_row_text(
    wmem_allocator_t *scope, const pop_report *report, const pop_rows *rows, size_t row);

#endif
