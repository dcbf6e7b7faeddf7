/* text_command.c
 * tshark's "-z pop,read,FRAME", "-z pop,dialogue,SESSION", "-z pop,row,REPORT,ROW" and "-z
 * pop,around,FRAME": what the window shows, and where its toolbar leads, without a window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/text_command.h"

#include <stdio.h>
#include <stdlib.h>

#include <glib.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "analysis/reading.h"
#include "analysis/report.h"
#include "dissector/compat.h"
#include "window/dialogue.h"
#include "window/mail_text.h"
#include "window/report_listener.h"
#include "window/report_row.h"
#include "window/steps.h"

#define READ "pop,read"
#define AROUND "pop,around"
#define DIALOGUE "pop,dialogue"
#define ROW "pop,row"

/* What was asked for, until the program ends. */
typedef struct text_request {
    uint32_t number; /* of the frame, the session, or the row */
    pop_dialogue_reader *dialogue; /* NULL: no session is asked for */
    const pop_report *report; /* NULL: no row is asked for */
    pop_report_listener *rows; /* of the report */
    void (*write)(struct text_request *request); /* of what the frame is of, while that is there */
    char *text; /* once there is one */
} text_request;

/* --- The texts -------------------------------------------------------------------------------- */

/* Of all messages that the frame ends, one behind the other. */
static void write_messages(text_request *request)
{
    pop_mail mail = pop_mail_of_frame(request->number);
    if (mail.exchange == NULL) {
        return;
    }
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    GString *text = g_string_new(pop_mail_text_of(scope, &mail));
    while (pop_mail_last_frame(&mail) == request->number && pop_mail_next(&mail)
        && pop_mail_last_frame(&mail) == request->number) {
        g_string_append_printf(text, "\n%s", pop_mail_text_of(scope, &mail));
    }
    wmem_destroy_allocator(scope);
    g_free(request->text);
    request->text = g_string_free(text, FALSE);
}

static void append_frame(GString *text, uint32_t frame)
{
    if (frame == 0) {
        g_string_append_printf(text, " %9s", "-");
    } else {
        g_string_append_printf(text, " %9u", frame);
    }
}

/* The latest reading that has sessions tells. */
static void write_steps(text_request *request)
{
    static const char *const names[POP_STEPS] = {
        [POP_STEP_MESSAGE] = "Message",
        [POP_STEP_SESSION] = "Session",
        [POP_STEP_FAILED_LOGIN] = "Failed login",
    };
    if (request->text != NULL && pop_tap_stream_count() == 0) {
        return;
    }
    GString *text = g_string_new(NULL);
    g_string_append_printf(
        text, "Around frame %u\n\n%-12s %9s %9s\n", request->number, "", "Before", "Behind");
    for (int step = 0; step < POP_STEPS; step++) {
        g_string_append_printf(text, "%-12s", names[step]);
        append_frame(text, pop_step_previous((pop_step)step, request->number));
        append_frame(text, pop_step_next((pop_step)step, request->number));
        g_string_append_c(text, '\n');
    }
    g_free(request->text);
    request->text = g_string_free(text, FALSE);
}

static void write_text(void *data)
{
    text_request *request = data;
    request->write(request);
}

static const char *row_text(text_request *request)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    const pop_rows *rows = pop_report_rows_of(request->rows);
    g_free(request->text);
    request->text = g_strdup(
        pop_report_row_text(scope, request->report, rows, (size_t)request->number - 1));
    wmem_destroy_allocator(scope);
    return request->text;
}

static const char *text_of(text_request *request)
{
    if (request->report != NULL) {
        return row_text(request);
    }
    if (request->dialogue != NULL) {
        return pop_dialogue_text_of(request->dialogue);
    }
    const pop_mail none = { .exchange = NULL };
    request->write(request);
    return request->text == NULL ? pop_mail_text_of(NULL, &none) : request->text;
}

static void draw(void *data)
{
    pop_report_end_capture();
    (void)fputs(text_of(data), stdout);
}

/* --- The command line ------------------------------------------------------------------------- */

static void fail(const char *words, const char *what)
{
    (void)fprintf(
        stderr, "tshark: -z %s: the number of a %s must follow, as in %s,5\n", words, what, words);
    exit(1);
}

static uint32_t number_behind(const char *argument, const char *words, const char *what)
{
    const char *number = argument + strlen(words);
    uint32_t value = 0;
    pop_span digits = { (const uint8_t *)number + 1, strlen(number) - (*number != '\0') };
    if (*number != ',' || !pop_span_number32(digits, &value)) {
        fail(words, what);
    }
    return value;
}

/* tshark draws listeners when it has read the capture. */
static void listen(text_request *request)
{
    pop_tap_listen(POP_TAP_NAME, request, TL_REQUIRES_NOTHING, NULL, NULL, draw);
}

/* What is said of the frame is written when the reading ends, or when it is drawn. */
static void ask_of_frame(
    const char *argument, const char *words, void (*write)(text_request *request))
{
    text_request *request = g_new0(text_request, 1);
    request->number = number_behind(argument, words, "frame");
    request->write = write;
    pop_reading_join(write_text, request);
    listen(request);
}

static POP_STATISTIC_BEGINS read_message(const char *argument, void *data _U_)
{
    ask_of_frame(argument, READ, write_messages);
    POP_STATISTIC_BEGUN;
}

static POP_STATISTIC_BEGINS look_around(const char *argument, void *data _U_)
{
    ask_of_frame(argument, AROUND, write_steps);
    POP_STATISTIC_BEGUN;
}

static POP_STATISTIC_BEGINS read_session(const char *argument, void *data _U_)
{
    text_request *request = g_new0(text_request, 1);
    request->number = number_behind(argument, DIALOGUE, "session");
    request->dialogue = pop_dialogue_begin(request->number, true);
    listen(request);
    POP_STATISTIC_BEGUN;
}

/* "pop,row,REPORT": what stands in front of the row's number. NULL: there is no such report. */
static const pop_report *report_named(const char *argument, char **words_out)
{
    for (size_t i = 0; pop_reports[i] != NULL; i++) {
        char *words = g_strconcat(ROW ",", pop_reports[i]->name, NULL);
        if (g_str_has_prefix(argument, words)) {
            *words_out = words;
            return pop_reports[i];
        }
        g_free(words);
    }
    return NULL;
}

static POP_STATISTIC_BEGINS read_row(const char *argument, void *data _U_)
{
    char *words = NULL;
    text_request *request = g_new0(text_request, 1);
    request->report = report_named(argument, &words);
    if (request->report == NULL) {
        fail(ROW ",sessions", "row");
    }
    request->number = number_behind(argument, words, "row");
    g_free(words);
    request->rows = pop_report_listen(request->report, true, NULL, NULL);
    listen(request);
    POP_STATISTIC_BEGUN;
}

void pop_text_command_register(void)
{
    static const stat_tap_ui commands[] = {
        { .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = READ, .tap_init_cb = read_message },
        { .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = AROUND, .tap_init_cb = look_around },
        { .group = REGISTER_STAT_GROUP_GENERIC,
            .cli_string = DIALOGUE,
            .tap_init_cb = read_session },
        { .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = ROW, .tap_init_cb = read_row },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(commands) && !pop_report_has_window(); i++) {
        stat_tap_ui command = commands[i];
        register_stat_tap_ui(&command, NULL);
    }
}
