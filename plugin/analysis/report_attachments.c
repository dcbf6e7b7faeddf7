/* report_attachments.c
 * The report of attachments: every file that came with a mail, by whom it was fetched, and whether
 * it is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/labels.h"
#include "analysis/report_cells.h"
#include "dissector/contents.h"
#include "session/pop_history.h"

enum {
    SESSION,
    TCP_STREAM,
    TIME,
    CLIENT,
    SERVER,
    USER,
    NUMBER,
    FRAME,
    REQUEST_FRAME,
    COMPLETE,
    UNCERTAIN,
    FROM,
    SUBJECT,
    PART,
    NAME,
    TYPE,
    SIZE,
    SHA256,
    DAMAGED,
    COPIES,
    KNOWN,
    COLUMN_COUNT
};

static const pop_column columns[] = {
    [SESSION] = { "session", "Session", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TCP_STREAM] = { "tcp_stream", "TCP stream", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [TIME] = { "time", "Time (UTC)", POP_CELL_TIME, POP_IN_TERMINAL, 0 },
    [CLIENT] = { "client", "Client", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 39 },
    [SERVER] = { "server", "Server", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 39 },
    [USER] = { "user", "User", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [NUMBER] = { "number", "No.", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [FRAME] = { "frame", "Frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [REQUEST_FRAME] = { "request_frame", "Command in frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [COMPLETE] = { "complete", "Complete", POP_CELL_TRUTH, POP_NOT_IN_TERMINAL, 0 },
    [UNCERTAIN] = { "uncertain", "A guess", POP_CELL_TRUTH, POP_IN_TERMINAL_IF_TRUE, 0 },
    [FROM] = { "from", "From", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 30 },
    [SUBJECT] = { "subject", "Subject", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [PART] = { "part", "Part", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [NAME] = { "name", "Name", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [TYPE] = { "type", "Type", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [SIZE] = { "size", "Octets", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [SHA256] = { "sha256", "SHA-256", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [DAMAGED] = { "damaged", "Damaged", POP_CELL_TRUTH, POP_NOT_IN_TERMINAL, 0 },
    [COPIES] = { "copies", "Copies", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [KNOWN] = { "known", "Known as", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
};

/* A mail that is under way may still get some: it has no rows. */
static bool has_come(const pop_message *message)
{
    return message != NULL && (message->ended_in != 0 || message->damaged);
}

/* What TOP fetched is the beginning of a mail: its attachments are none. */
static const void *mail_of(const pop_subject *subject)
{
    const pop_message *message = subject->exchange->message;
    bool counts = has_come(message) && pop_history_action(subject->exchange) != POP_ACTION_PREVIEW;
    return counts && pop_contents_attachments(message)->count > 0 ? message : NULL;
}

static uint32_t count_of(const pop_subject *subject)
{
    return pop_contents_attachments(subject->exchange->message)->count;
}

static void fill_mail(const pop_exchange *exchange, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_message *message = exchange->message;
    pop_span mail = { message->octets, message->length };
    row[TIME] = pop_cell_begun(exchange);
    row[USER] = pop_cell_text(scope, exchange->user);
    if (exchange->has_message) {
        row[NUMBER] = pop_cell_number(exchange->message_number);
    }
    row[FRAME] = pop_cell_number(
        message->ended_in != 0 ? message->ended_in : message->fragments.last.frame);
    row[REQUEST_FRAME] = pop_cell_frame(&exchange->request);
    row[COMPLETE] = pop_cell_truth(pop_message_is_whole(message));
    row[UNCERTAIN] = pop_cell_truth(pop_exchange_is_uncertain(exchange));
    row[FROM] = pop_cell_header(scope, mail, POP_SPAN("From:"));
    row[SUBJECT] = pop_cell_header(scope, mail, POP_SPAN("Subject:"));
}

static void fill_file(const pop_kept_attachment *attachment, wmem_allocator_t *scope, pop_cell *row)
{
    row[PART] = pop_cell_text(scope, attachment->number);
    if (attachment->name[0] != '\0') {
        row[NAME] = pop_cell_text(scope, attachment->name);
    }
    row[TYPE] = pop_cell_text(scope, attachment->type);
    row[SIZE] = pop_cell_number(attachment->size);
    row[SHA256] = pop_cell_text(scope, attachment->sha256);
    row[DAMAGED] = pop_cell_truth(attachment->is_damaged);
    row[KNOWN] = pop_cell_text(scope, pop_label_known(attachment->sha256));
}

static void fill(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_seen_session *seen = subject->seen;
    const pop_exchange *exchange = pop_reported_exchange(subject);
    row[SESSION] = pop_cell_number(seen->stream);
    row[TCP_STREAM] = pop_cell_tcp_stream(seen);
    row[CLIENT] = pop_cell_text(scope, seen->client);
    row[SERVER] = pop_cell_text(scope, seen->server);
    fill_mail(exchange, scope, row);
    fill_file(&pop_contents_attachments(exchange->message)->rows[subject->part], scope, row);
}

static void count_copies(pop_rows *rows)
{
    pop_rows_count_equal(rows, SHA256, COPIES);
}

const pop_report pop_report_attachments = { .name = "attachments",
    .title = "POP Attachments",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .time_column = TIME,
    .thing_of = mail_of,
    .count_of = count_of,
    .fill = fill,
    .finish = count_copies,
    .late_column = COPIES };
