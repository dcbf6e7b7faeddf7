/* report_listener.c
 * Collects the rows of a report for as long as somebody looks at them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/report_listener.h"

#include <epan/tap.h>

#include "analysis/reading.h"

struct pop_report_listener {
    const pop_report *report;
    pop_connection_ends *ends;
    pop_collector *collector;
    bool is_reading; /* the collector has something, of a reading that goes on */
    pop_rows
        *rows; /* in a scope of their own, they hold nothing of the capture's; NULL: none yet */
    void (*changed)(void *data);
    void *data;
};

static void drop_rows(pop_report_listener *listener)
{
    if (listener->rows != NULL) {
        wmem_destroy_allocator(listener->rows->scope);
        listener->rows = NULL;
    }
}

static void make_rows(pop_report_listener *listener)
{
    const pop_report *report = listener->report;
    drop_rows(listener);
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    listener->rows = pop_rows_new(scope, report->columns, report->column_count);
    pop_report_add(report, listener->collector, listener->rows);
    pop_report_finish(report, listener->rows);
}

/* The host resets listeners when frames are read again, but also before it closes the capture. */
static void end_reading(void *data)
{
    pop_report_listener *listener = data;
    if (listener->is_reading) {
        make_rows(listener);
    }
    listener->is_reading = false;
    pop_collector_reset(listener->collector);
}

static tap_packet_status take(void *data, packet_info *pinfo _U_, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    pop_report_listener *listener = data;
    pop_collector_take(listener->collector, told, NULL);
    listener->is_reading = true;
    return TAP_PACKET_REDRAW;
}

static void draw(void *data)
{
    const pop_report_listener *listener = data;
    if (listener->changed != NULL) {
        listener->changed(listener->data);
    }
}

pop_report_listener *pop_report_listen(
    const pop_report *report, bool dissects, void (*changed)(void *data), void *data)
{
    pop_report_listener *listener = g_new0(pop_report_listener, 1);
    listener->report = report;
    listener->changed = changed;
    listener->data = data;
    listener->ends = pop_connection_ends_new(dissects, NULL, NULL);
    listener->collector = pop_collector_new(false, listener->ends);
    pop_reading_join(end_reading, listener);
    pop_tap_listen(POP_TAP_NAME, listener, dissects ? TL_REQUIRES_NOTHING : TL_IS_DISSECTOR_HELPER,
        end_reading, take, draw);
    return listener;
}

const pop_rows *pop_report_rows_of(pop_report_listener *listener)
{
    if (listener->is_reading || listener->rows == NULL) {
        make_rows(listener);
    }
    return listener->rows;
}

void pop_report_listen_no_more(pop_report_listener *listener)
{
    pop_reading_leave(listener);
    remove_tap_listener(listener);
    pop_connection_ends_remove(listener->ends);
    pop_collector_free(listener->collector);
    drop_rows(listener);
    g_free(listener);
}
