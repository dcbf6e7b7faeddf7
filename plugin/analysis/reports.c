/* reports.c
 * The reports: what each is about, and how its rows come about from what was collected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/reports.h"

#include "dissector/compat.h"

const pop_report *const pop_reports[POP_REPORTS + 1] = {
    &pop_report_sessions,
    &pop_report_logins,
    &pop_report_mails,
    &pop_report_attachments,
    NULL,
};

/* The rows of a report that is being made. */
typedef struct report_work {
    const pop_report *report;
    pop_rows *rows;
    wmem_map_t *told; /* things that have their row */
} report_work;

static void add_parts(const report_work *work, pop_subject subject)
{
    uint32_t count = pop_report_count(work->report, &subject);
    for (subject.part = 0; subject.part < count; subject.part++) {
        work->report->fill(&subject, work->rows->scope, pop_rows_add(work->rows));
    }
}

static void add_thing(const report_work *work, const pop_subject *subject)
{
    const void *thing = pop_collector_has(subject->collector, subject->exchange)
        ? work->report->thing_of(subject)
        : NULL;
    if (thing != NULL && !wmem_map_contains(work->told, thing)) {
        wmem_map_insert(work->told, thing, GINT_TO_POINTER(1));
        add_parts(work, *subject);
    }
}

static void add_session(
    const report_work *work, const pop_collector *collector, const pop_seen_session *seen)
{
    pop_subject subject = { collector, seen, NULL, 0 };
    if (work->report->thing_of == NULL) {
        work->report->fill(&subject, work->rows->scope, pop_rows_add(work->rows));
        return;
    }
    for (const pop_exchange *exchange = seen->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        subject.exchange = exchange;
        add_thing(work, &subject);
    }
}

static gint by_time(gconstpointer one, gconstpointer other, gpointer column)
{
    const pop_cell *const *first = one, *const *second = other;
    const pop_cell *first_cell = &(*first)[GPOINTER_TO_SIZE(column)];
    const pop_cell *second_cell = &(*second)[GPOINTER_TO_SIZE(column)];
    if (first_cell->kind != POP_CELL_TIME || second_cell->kind != POP_CELL_TIME) {
        return (first_cell->kind == POP_CELL_TIME) - (second_cell->kind == POP_CELL_TIME);
    }
    return nstime_cmp(&first_cell->value.time, &second_cell->value.time);
}

void pop_report_add(const pop_report *report, const pop_collector *collector, pop_rows *rows)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    report_work work = { report, rows, wmem_map_new(scope, g_direct_hash, g_direct_equal) };
    for (guint i = 0; i < wmem_array_get_count(collector->sessions); i++) {
        add_session(
            &work, collector, *(pop_seen_session **)wmem_array_index(collector->sessions, i));
    }
    wmem_destroy_allocator(scope);
}

void pop_report_finish(const pop_report *report, pop_rows *rows)
{
    if (rows->count > 0) { /* stable: what happened at one time stays in its order */
        pop_sort(rows->rows, rows->count, sizeof *rows->rows, by_time,
            GSIZE_TO_POINTER(report->time_column));
    }
    if (report->finish != NULL) {
        report->finish(rows);
    }
}
