/* report_reader.c
 * The windows "POP Report": a report whose rows lead to their frames, and filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/readers.h"

#include <epan/plugin_if.h>

#include "window/filters.h"
#include "window/report_listener.h"
#include "window/report_row.h"
#include "window/text_window.h"

/* An open window. */
typedef struct report_reader {
    pop_text_window *window; /* NULL: the user closed it while the capture was read */
    const pop_report *report;
    pop_report_listener *listener;
    size_t row; /* in front, from 0 */
    char *shown;
    bool is_busy;
} report_reader;

static void discard(report_reader *reader)
{
    if (reader->window == NULL && !reader->is_busy) {
        pop_report_listen_no_more(reader->listener);
        g_free(reader->shown);
        g_free(reader);
    }
}

/* Text that is shown already stays: the host would move to its beginning. */
static void show(void *data)
{
    report_reader *reader = data;
    if (reader->window == NULL || reader->is_busy) {
        return;
    }
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    const pop_rows *rows = pop_report_rows_of(reader->listener);
    reader->row = rows->count == 0 ? 0 : MIN(reader->row, rows->count - 1);
    const char *text = pop_report_row_text(scope, reader->report, rows, reader->row);
    if (g_strcmp0(text, reader->shown) != 0) {
        g_free(reader->shown);
        reader->shown = g_strdup(text);
        pop_text_window_show(reader->window, text);
    }
    wmem_destroy_allocator(scope);
}

static void read_again(report_reader *reader)
{
    if (reader->is_busy) {
        return;
    }
    reader->is_busy = true;
    pop_text_window_read_again();
    reader->is_busy = false;
    show(reader);
    discard(reader);
}

/* The rows, where the one in front exists; else NULL. */
static const pop_rows *rows_with_row(report_reader *reader)
{
    if (reader->is_busy) {
        return NULL;
    }
    const pop_rows *rows = pop_report_rows_of(reader->listener);
    return reader->row < rows->count ? rows : NULL;
}

/* --- Buttons ---------------------------------------------------------------------------------- */

static void press_previous(void *data)
{
    report_reader *reader = data;
    if (reader->row > 0) {
        reader->row--;
        show(reader);
    }
}

static void press_next(void *data)
{
    report_reader *reader = data;
    reader->row++; /* not beyond the last one: show() */
    show(reader);
}

static void press_go(void *data)
{
    report_reader *reader = data;
    const pop_rows *rows = rows_with_row(reader);
    uint32_t frame = rows == NULL ? 0 : pop_report_row_frame(reader->report, rows, reader->row);
    if (frame != 0) {
        plugin_if_goto_frame(frame);
    }
}

static void press_filter_row(void *data)
{
    report_reader *reader = data;
    const pop_rows *rows = rows_with_row(reader);
    if (rows != NULL) {
        pop_filter_apply(pop_report_row_filter(reader->report, rows, reader->row));
    }
}

static void press_filter_session(void *data)
{
    report_reader *reader = data;
    const pop_rows *rows = rows_with_row(reader);
    if (rows != NULL) {
        pop_filter_apply(pop_report_row_session_filter(rows, reader->row));
    }
}

static void press_refresh(void *data)
{
    read_again(data);
}

/* --- The window ------------------------------------------------------------------------------- */

static void closed(void *data)
{
    report_reader *reader = data;
    reader->window = NULL;
    discard(reader);
}

void pop_read_report(const pop_report *report)
{
    static const pop_window_button buttons[] = {
        { "Previous Row", press_previous },
        { "Next Row", press_next },
        { "Go to Frame", press_go },
        { "Filter This Row", press_filter_row },
        { "Filter This Session", press_filter_session },
        { "Refresh", press_refresh },
    };
    report_reader *reader = g_new0(report_reader, 1);
    reader->report = report;
    reader->listener = pop_report_listen(report, false, show, reader);
    char *title = g_strdup_printf("Report of %s", report->title);
    reader->window = pop_text_window_open(title, buttons, G_N_ELEMENTS(buttons), closed, reader);
    g_free(title);
    read_again(reader);
}
