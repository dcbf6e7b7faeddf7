/* report_command.c
 * tshark's "-z pop,sessions", "-z pop,logins", "-z pop,mails", "-z pop,attachments": each with a
 * format and a filter.
 *
 *     -z pop,REPORT[,FORMAT][,FILTER]
 *
 * FORMAT is "text", "csv" or "json". What stands behind it, or where it would stand and is none of
 * these words, is a display filter, commas and all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report_command.h"

#include <stdio.h>
#include <stdlib.h>

#include <glib.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "analysis/reading.h"
#include "analysis/reports.h"
#include "dissector/compat.h"

/* A report that was asked for, until the program ends. tshark may read a capture in several
 * readings (-M, or a ring of files), and draws once, at the end of all: each reading adds its rows
 * when it ends. */
typedef struct report_request {
    const pop_report *report;
    pop_report_format format;
    pop_collector *collector; /* of this reading */
    pop_connection_ends *ends;
    pop_rows *rows; /* of all readings so far, one after the other; in a scope of their own */
    size_t former_rows; /* how many of them are of readings that have ended */
    bool is_complete; /* this reading has its rows there, too */
} report_request;

static const struct {
    const char *word;
    pop_report_format format;
} formats[] = {
    { "text", POP_REPORT_TEXT },
    { "csv", POP_REPORT_CSV },
    { "json", POP_REPORT_JSON },
};

/* --- The tap ---------------------------------------------------------------------------------- */

static void begin_rows(report_request *request)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    request->rows = pop_rows_new(scope, request->report->columns, request->report->column_count);
    request->former_rows = 0;
    request->is_complete = false;
}

static void end_rows(report_request *request)
{
    wmem_destroy_allocator(request->rows->scope);
    request->rows = NULL;
}

/* Everything is read anew. */
static void reset(void *data)
{
    report_request *request = data;
    pop_collector_reset(request->collector);
    end_rows(request);
    begin_rows(request);
}

static tap_packet_status take(void *data, packet_info *pinfo _U_, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    report_request *request = data;
    pop_collector_take(request->collector, told, NULL);
    request->is_complete = false;
    return TAP_PACKET_REDRAW;
}

/* Makes the rows of this reading, where they are not there already. */
static void complete_rows(report_request *request)
{
    if (!request->is_complete) {
        request->rows->count = request->former_rows;
        pop_report_add(request->report, request->collector, request->rows);
        request->is_complete = true;
    }
}

static void end_reading(void *data)
{
    report_request *request = data;
    complete_rows(request);
    request->former_rows = request->rows->count;
    pop_collector_reset(request->collector);
}

static void write_rows(const report_request *request, const pop_rows *rows)
{
    switch (request->format) {
    case POP_REPORT_TEXT:
        pop_report_write_text(rows, request->report->title);
        break;
    case POP_REPORT_CSV:
        pop_report_write_csv(rows);
        break;
    case POP_REPORT_JSON:
        pop_report_write_json(rows);
        break;
    }
}

static void draw(void *data)
{
    report_request *request = data;
    pop_report_end_capture();
    complete_rows(request);
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    pop_rows ordered = *request->rows; /* in which the order of readings stays */
    ordered.scope = scope;
    ordered.rows = wmem_memdup(scope, ordered.rows, ordered.count * sizeof *ordered.rows);
    pop_report_finish(request->report, &ordered);
    write_rows(request, &ordered);
    wmem_destroy_allocator(scope);
}

static void finish(void *data)
{
    report_request *request = data;
    pop_reading_leave(request);
    pop_collector_free(request->collector);
    end_rows(request);
    g_free(request);
}

/* --- The command line ------------------------------------------------------------------------- */

/* Takes a format off the words behind the report's name. */
static pop_report_format take_format(const char **words)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        size_t length = strlen(formats[i].word);
        if (strncmp(*words, formats[i].word, length) == 0
            && ((*words)[length] == '\0' || (*words)[length] == ',')) {
            *words += length + ((*words)[length] == ',' ? 1 : 0);
            return formats[i].format;
        }
    }
    return POP_REPORT_TEXT;
}

static void fail(const char *report, const char *reason)
{
    fprintf(stderr, "tshark: -z pop,%s: %s\n", report, reason);
    exit(1);
}

static const char *words_behind(const char *argument, const pop_report *report)
{
    const char *words = argument + strlen("pop,") + strlen(report->name);
    if (*words != '\0' && *words != ',') {
        fail(report->name,
            "a comma must follow; the form is "
            "pop,REPORT[,text|csv|json][,FILTER]");
    }
    return *words == ',' ? words + 1 : words;
}

static POP_STATISTIC_BEGINS begin(const char *argument, void *data)
{
    const pop_report *report = *(const pop_report *const *)data;
    const char *filter = words_behind(argument, report);
    report_request *request = g_new0(report_request, 1);
    request->report = report;
    request->format = take_format(&filter);
    request->ends = pop_connection_ends_new(true, NULL, NULL);
    request->collector = pop_collector_new(*filter != '\0', request->ends);
    begin_rows(request);
    pop_reading_join(end_reading, request);
    GString *error = register_tap_listener(POP_TAP_NAME, request, *filter == '\0' ? NULL : filter,
        TL_REQUIRES_NOTHING, reset, take, draw, finish);
    if (error != NULL) {
        fail(report->name, error->str);
    }
    POP_STATISTIC_BEGUN;
}

/* In a window the same words open the table there. */
static void register_reports(void)
{
    if (pop_report_has_window()) {
        return;
    }
    for (size_t i = 0; pop_reports[i] != NULL; i++) {
        stat_tap_ui ui = { .group = REGISTER_STAT_GROUP_GENERIC,
            .cli_string = wmem_strconcat(wmem_epan_scope(), "pop,", pop_reports[i]->name, NULL),
            .tap_init_cb = begin };
        register_stat_tap_ui(&ui, (void *)(uintptr_t)&pop_reports[i]);
    }
}

const pop_analysis_module pop_report_command_module = { .register_listener = register_reports };
