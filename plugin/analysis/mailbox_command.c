/* mailbox_command.c
 * tshark's "-z pop,mbox,FILE" and "-z pop,maildir,FOLDER": the mails of a capture as a mailbox.
 *
 *     -z pop,mbox,FILE[,FILTER]    -z pop,maildir,FOLDER[,FILTER]
 *
 * FILE and FOLDER have no comma; what stands behind one is a display filter, commas and all. It
 * chooses mails: those of which a frame passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/mailbox_command.h"

#include <stdio.h>
#include <stdlib.h>

#include <epan/prefs.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "analysis/collector.h"
#include "analysis/labels.h"
#include "analysis/mailbox.h"
#include "analysis/reading.h"
#include "dissector/compat.h"
#include "dissector/contents.h"
#include "dissector/settings.h"
#include "session/pop_history.h"

static const struct mailbox_kind {
    const char *words; /* of the command line */
    pop_mailbox_form form;
} kinds[] = {
    { "pop,mbox", POP_MAILBOX_MBOX },
    { "pop,maildir", POP_MAILBOX_MAILDIR },
};

/* A mailbox that was asked for, until the program ends. tshark may read a capture in several
 * readings (-M): each adds its mails when it ends. */
typedef struct mailbox_request {
    pop_mailbox *mailbox;
    pop_collector *collector; /* of this reading */
    bool is_written; /* the mails of this reading are in the mailbox */
    bool has_failed;
} mailbox_request;

static pop_host_bool adds_block; /* the preference */

/* --- Mails ------------------------------------------------------------------------------------ */

static bool is_preview(const pop_exchange *exchange)
{
    return pop_history_action(exchange) == POP_ACTION_PREVIEW;
}

static const char *unique_id_of(const pop_exchange *exchange)
{
    return exchange->has_message
        ? pop_maildrop_unique_id(exchange->maildrop, exchange->message_number, UINT32_MAX)
        : NULL;
}

static uint32_t first_frame_of(const pop_message *message)
{
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment first;
    return pop_fragments_next(&walk, &first) ? first.frame : message->ended_in;
}

static pop_instant time_of(const pop_exchange *exchange)
{
    if (exchange->end.frame != 0) {
        return exchange->end;
    }
    return exchange->status_line.frame != 0 ? exchange->status_line : exchange->request;
}

/* A mark stands in the mail's block, wanted or not. */
static pop_boxed_mail mail_of(const pop_seen_session *seen, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    const char *mark = pop_label_mark(exchange, is_preview(exchange));
    return (pop_boxed_mail){
        .octets = { message->octets, message->length },
        .at = time_of(exchange),
        .stream = seen->stream,
        .first_frame = first_frame_of(message),
        .last_frame = message->ended_in != 0 ? message->ended_in : message->fragments.last.frame,
        .state = mark != NULL ? mark : "complete",
        .user = exchange->user,
        .unique_id = unique_id_of(exchange),
        .sha256 = pop_contents_sha256(message),
        .known = pop_label_known(pop_contents_sha256(message)),
        .has_block = adds_block || mark != NULL,
    };
}

static bool is_wanted(const mailbox_request *request, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    return message != NULL && exchange->submission == NULL
        && (message->length > 0 || pop_message_is_whole(message))
        && (!is_preview(exchange) || pop_settings_decode_top())
        && pop_collector_has(request->collector, exchange);
}

static void write_session(mailbox_request *request, const pop_seen_session *seen)
{
    for (const pop_exchange *exchange = seen->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        if (is_wanted(request, exchange)) {
            pop_boxed_mail mail = mail_of(seen, exchange);
            request->has_failed |= !pop_mailbox_add(request->mailbox, &mail);
        }
    }
}

static void write_mails(mailbox_request *request)
{
    const wmem_array_t *sessions = request->collector->sessions;
    guint count = wmem_array_get_count((wmem_array_t *)(uintptr_t)sessions);
    for (guint i = 0; i < count && !request->is_written; i++) {
        write_session(request,
            *(pop_seen_session **)wmem_array_index((wmem_array_t *)(uintptr_t)sessions, i));
    }
    request->is_written = true;
}

/* --- The tap ---------------------------------------------------------------------------------- */

static void reset(void *data)
{
    mailbox_request *request = data;
    pop_collector_reset(request->collector);
}

static tap_packet_status take(void *data, packet_info *pinfo _U_, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    mailbox_request *request = data;
    pop_collector_take(request->collector, told, NULL);
    request->is_written = false;
    return TAP_PACKET_REDRAW;
}

static void end_reading(void *data)
{
    write_mails(data);
    reset(data);
}

static void draw(void *data)
{
    pop_report_end_capture();
    write_mails(data);
}

static void finish(void *data)
{
    mailbox_request *request = data;
    pop_reading_leave(request);
    pop_collector_free(request->collector);
    if (!pop_mailbox_close(request->mailbox) || request->has_failed) {
        (void)fprintf(stderr, "tshark: -z pop,mbox or pop,maildir: not all could be written\n");
    }
    g_free(request);
}

/* --- The command line ------------------------------------------------------------------------- */

static void fail(const struct mailbox_kind *kind, const char *reason)
{
    (void)fprintf(stderr, "tshark: -z %s: %s\n", kind->words, reason);
    exit(1);
}

/* The path behind the words, and the filter behind that; the caller frees the path. */
static char *take_path(const struct mailbox_kind *kind, const char *argument, const char **filter)
{
    const char *path = argument + strlen(kind->words);
    if (*path != ',' || path[1] == '\0' || path[1] == ',') {
        fail(kind,
            "a path must follow; the form is pop,mbox,FILE[,FILTER] or "
            "pop,maildir,FOLDER[,FILTER]");
    }
    path++;
    size_t length = strcspn(path, ",");
    *filter = path[length] == ',' ? path + length + 1 : path + length;
    return g_strndup(path, length);
}

static POP_STATISTIC_BEGINS begin(const char *argument, void *data)
{
    const struct mailbox_kind *kind = data;
    const char *filter = NULL;
    char *path = take_path(kind, argument, &filter);
    char *problem = NULL;
    mailbox_request *request = g_new0(mailbox_request, 1);
    request->mailbox = pop_mailbox_open(kind->form, path, &problem);
    if (request->mailbox == NULL) {
        fail(kind, problem);
    }
    g_free(path);
    request->collector = pop_collector_new(*filter != '\0', NULL);
    pop_reading_join(end_reading, request);
    GString *error = register_tap_listener(POP_TAP_NAME, request, *filter == '\0' ? NULL : filter,
        TL_REQUIRES_NOTHING, reset, take, draw, finish);
    if (error != NULL) {
        fail(kind, error->str);
    }
    POP_STATISTIC_BEGUN;
}

static void register_commands(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        stat_tap_ui ui = {
            .group = REGISTER_STAT_GROUP_GENERIC, .cli_string = kinds[i].words, .tap_init_cb = begin
        };
        register_stat_tap_ui(&ui, (void *)(uintptr_t)&kinds[i]);
    }
}

static void register_preference(int protocol)
{
    module_t *preferences = prefs_find_module(proto_get_protocol_filter_name(protocol));
    prefs_register_bool_preference(preferences, "mailbox_block",
        "Mailboxes: add a header block on the capture",
        "Whether each mail that \"-z pop,mbox\" and \"-z pop,maildir\" write gets header fields "
        "X-POP-Capture-… in front: frames, time, user, unique-id, SHA-256. Mails that are not "
        "whole get them in any case.",
        &adds_block);
}

const pop_analysis_module pop_mailbox_command_module = {
    .register_with_protocol = register_preference, .register_listener = register_commands
};
