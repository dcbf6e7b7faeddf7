/* reports.h
 * The reports: what each is about, and how its rows come about from what was collected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORTS_H
#define POP_REPORTS_H

#include "analysis/collector.h"

/* What a row is about. */
typedef struct pop_subject {
    const pop_collector *collector;
    const pop_seen_session *seen;
    const pop_exchange *exchange; /* NULL in a report whose rows are sessions */
    uint32_t part; /* which row of its thing's, from 0 */
} pop_subject;

typedef struct pop_report {
    const char *name; /* in "-z pop,NAME" */
    const char *title;
    const pop_column *columns;
    size_t column_count;
    size_t time_column; /* by which rows are ordered */
    /* What the exchange has to do with, if that deserves a row: the same thing for all exchanges
     * that have to do with it, so that it gets one. NULL: nothing. Where the member is NULL, rows
     * are sessions. */
    const void *(*thing_of)(const pop_subject *subject);
    /* How many rows a thing gets; NULL: one. */
    uint32_t (*count_of)(const pop_subject *subject);
    void (*fill)(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row);
    void (*finish)(pop_rows *rows); /* when all rows are there, of all readings; or NULL */
    size_t late_column; /* that `finish` fills */
} pop_report;

extern const pop_report pop_report_sessions, pop_report_logins, pop_report_mails,
    pop_report_attachments;

/* All of them, closed by NULL. */
#define POP_REPORTS 4
extern const pop_report *const pop_reports[POP_REPORTS + 1];

/* How many rows the subject's thing gets. */
static inline uint32_t pop_report_count(const pop_report *report, const pop_subject *subject)
{
    return report->count_of == NULL ? 1 : report->count_of(subject);
}

/* Adds the rows of the report about all that was collected. Nothing in them points to what was
 * collected. */
void pop_report_add(const pop_report *report, const pop_collector *collector, pop_rows *rows);

/* Orders the rows of one reading or several, and fills what is known only when all are there. May
 * be called again when more have come. */
void pop_report_finish(const pop_report *report, pop_rows *rows);

#endif
