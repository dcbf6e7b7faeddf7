/* report_row.c
 * Where a row of a report leads: its frame, its filter; and the report as a text with that row in
 * front.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/report_row.h"

#include "dissector/compat.h"
#include "window/filters.h"

/* --- Cells ------------------------------------------------------------------------------------ */

/* The number in the column of that name; false: there is none. */
static bool number_in(const pop_rows *rows, size_t row, const char *name, uint32_t *number_out)
{
    for (size_t i = 0; i < rows->column_count; i++) {
        const pop_cell *cell = &rows->rows[row][i];
        if (strcmp(rows->columns[i].name, name) == 0 && cell->kind == POP_CELL_NUMBER) {
            *number_out = (uint32_t)cell->value.number;
            return true;
        }
    }
    return false;
}

static uint32_t session_of(const pop_rows *rows, size_t row)
{
    uint32_t session = 0;
    number_in(rows, row, "session", &session);
    return session;
}

/* --- Where it leads --------------------------------------------------------------------------- */

#define LEADS_MOST 4

/* The columns with the frames of a row's thing, from its end on. */
static const struct lead {
    const pop_report *report;
    const char *columns[LEADS_MOST];
} leads[POP_REPORTS] = {
    { &pop_report_sessions, { "first_frame" } },
    { &pop_report_logins, { "verdict_frame", "proof_frame", "user_frame", "first_frame" } },
    { &pop_report_mails, { "last_frame", "first_frame", "request_frame", "deleted_frame" } },
    { &pop_report_attachments, { "frame", "request_frame" } },
};

static const char *const *lead_of(const pop_report *report)
{
    size_t i = 0;
    while (i + 1 < POP_REPORTS && leads[i].report != report) {
        i++;
    }
    return leads[i].columns; /* it is one of them */
}

static bool has(const uint32_t *frames, size_t count, uint32_t frame)
{
    size_t i = 0;
    while (i < count && frames[i] != frame) {
        i++;
    }
    return i < count;
}

/* Each frame once. Returns how many there are. */
static size_t frames_of(
    const pop_report *report, const pop_rows *rows, size_t row, uint32_t frames[LEADS_MOST])
{
    const char *const *columns = lead_of(report);
    size_t count = 0;
    for (size_t i = 0; i < LEADS_MOST && columns[i] != NULL; i++) {
        uint32_t frame = 0;
        if (number_in(rows, row, columns[i], &frame) && !has(frames, count, frame)) {
            frames[count++] = frame;
        }
    }
    return count;
}

uint32_t pop_report_row_frame(const pop_report *report, const pop_rows *rows, size_t row)
{
    uint32_t frames[LEADS_MOST];
    return frames_of(report, rows, row, frames) == 0 ? 0 : frames[0];
}

char *pop_report_row_session_filter(const pop_rows *rows, size_t row)
{
    return pop_filter_of_session(session_of(rows, row));
}

char *pop_report_row_filter(const pop_report *report, const pop_rows *rows, size_t row)
{
    uint32_t session = session_of(rows, row), number = 0, frames[LEADS_MOST];
    if (report == &pop_report_sessions) {
        return pop_filter_of_session(session);
    }
    if (number_in(rows, row, "number", &number)) {
        return pop_filter_of_number(session, number);
    }
    GString *filter = g_string_new(NULL);
    size_t count = frames_of(report, rows, row, frames);
    g_string_append_printf(filter, "pop.stream == %u && frame.number in {", session);
    for (size_t i = count; i > 0; i--) {
        g_string_append_printf(filter, "%s%u", i == count ? "" : ", ", frames[i - 1]);
    }
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

/* --- The text --------------------------------------------------------------------------------- */

static void add_line(wmem_strbuf_t *text, const char *name, const char *value)
{
    wmem_strbuf_append_printf(text, "%-18s %s\n", name, value);
}

/* What strangers wrote stays in its line. */
static void add_cells(
    wmem_allocator_t *scope, wmem_strbuf_t *text, const pop_rows *rows, size_t row)
{
    for (size_t i = 0; i < rows->column_count; i++) {
        const pop_cell *cell = &rows->rows[row][i];
        const char *value = pop_cell_short_string(scope, cell);
        if (*value != '\0') {
            add_line(text, wmem_strdup_printf(scope, "%s:", rows->columns[i].title),
                pop_format_text(scope, value));
        }
    }
}

static void add_lead(
    wmem_strbuf_t *text, const pop_report *report, const pop_rows *rows, size_t row)
{
    char *filter = pop_report_row_filter(report, rows, row);
    wmem_strbuf_append_printf(
        text, "\nLeads to frame %u\n", pop_report_row_frame(report, rows, row));
    wmem_strbuf_append_printf(text, "Filter: %s\n\n", filter);
    g_free(filter);
}

static void add_table(wmem_allocator_t *scope, wmem_strbuf_t *text, const pop_report *report,
    const pop_rows *rows, size_t row)
{
    size_t first = row - MIN(row, POP_REPORT_ROWS_MOST / 2), marked = row - first;
    pop_rows shown = *rows;
    shown.scope = scope;
    shown.rows += first;
    shown.count = MIN(rows->count - first, POP_REPORT_ROWS_MOST);
    const char *heading = wmem_strdup_printf(
        scope, "%s: %zu to %zu of %zu", report->title, first + 1, first + shown.count, rows->count);
    wmem_strbuf_append(text, pop_report_text(&shown, heading, &marked));
}

const char *pop_report_row_text(
    wmem_allocator_t *scope, const pop_report *report, const pop_rows *rows, size_t row)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    if (row >= rows->count) {
        wmem_strbuf_append_printf(text, "%s: %s\n", report->title,
            rows->count == 0 ? "nothing in this capture" : "no such row");
        return wmem_strbuf_get_str(text);
    }
    wmem_strbuf_append_printf(text, "Row %zu of %zu\n\n", row + 1, rows->count);
    add_cells(scope, text, rows, row);
    add_lead(text, report, rows, row);
    add_table(scope, text, report, rows, row);
    return wmem_strbuf_get_str(text);
}
