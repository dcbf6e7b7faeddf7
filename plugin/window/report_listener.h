/* report_listener.h
 * Collects the rows of a report for as long as somebody looks at them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_REPORT_LISTENER_H
#define POP_WINDOW_REPORT_LISTENER_H

#include "analysis/reports.h"

typedef struct pop_report_listener pop_report_listener;

/* Listens from now on, in each reading of whatever capture. `dissects`: the listener makes a
 * program dissect that would not. `changed(data)` (or NULL) is called when the host draws and
 * something has come, as it does every few seconds of a live capture. */
pop_report_listener *pop_report_listen(
    const pop_report *report, bool dissects, void (*changed)(void *data), void *data);

/* The rows so far; of a reading that has ended, until another tells something, all of them. Good
 * until the next call, and as long as the listener. Any time. */
const pop_rows *pop_report_rows_of(pop_report_listener *listener);

/* Listens no more; while no frames are read. */
void pop_report_listen_no_more(pop_report_listener *listener);

#endif
