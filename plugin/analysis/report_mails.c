/* report_mails.c
 * The report of mails: the index of all mail in the capture; and what was deleted without being
 * fetched.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/reports.h"
#include "mail/pop_attachments.h"
#include "mail/pop_header.h"
#include "session/pop_history.h"

enum {
    SESSION,
    TCP_STREAM,
    TIME,
    CLIENT,
    SERVER,
    USER,
    NUMBER,
    UNIQUE_ID,
    FETCHED,
    COMPLETE,
    MESSAGE_ID,
    DATE,
    FROM,
    SUBJECT,
    LISTED_SIZE,
    ANNOUNCED_SIZE,
    SIZE,
    SHA256,
    FETCHES,
    DELETED,
    DELETED_FRAME,
    REQUEST_FRAME,
    FIRST_FRAME,
    LAST_FRAME,
    DURATION,
    ATTACHMENTS,
    COLUMN_COUNT
};

static const pop_column columns[] = {
    [SESSION] = { "session", "Session", POP_CELL_NUMBER, true, 0 },
    [TCP_STREAM] = { "tcp_stream", "TCP stream", POP_CELL_NUMBER, false, 0 },
    [TIME] = { "time", "Time (UTC)", POP_CELL_TIME, true, 0 },
    [CLIENT] = { "client", "Client", POP_CELL_TEXT, true, 39 },
    [SERVER] = { "server", "Server", POP_CELL_TEXT, false, 39 },
    [USER] = { "user", "User", POP_CELL_TEXT, true, 20 },
    [NUMBER] = { "number", "No.", POP_CELL_NUMBER, true, 0 },
    [UNIQUE_ID] = { "uid", "Unique-id", POP_CELL_TEXT, true, 24 },
    [FETCHED] = { "fetched", "Fetched", POP_CELL_TEXT, true, 0 },
    [COMPLETE] = { "complete", "Complete", POP_CELL_TRUTH, true, 0 },
    [MESSAGE_ID] = { "message_id", "Message-ID", POP_CELL_TEXT, false, 40 },
    [DATE] = { "date", "Date", POP_CELL_TEXT, false, 32 },
    [FROM] = { "from", "From", POP_CELL_TEXT, true, 30 },
    [SUBJECT] = { "subject", "Subject", POP_CELL_TEXT, true, 40 },
    [LISTED_SIZE] = { "listed_size", "Listed", POP_CELL_NUMBER, false, 0 },
    [ANNOUNCED_SIZE] = { "announced_size", "Announced", POP_CELL_NUMBER, false, 0 },
    [SIZE] = { "size", "Octets", POP_CELL_NUMBER, true, 0 },
    [SHA256] = { "sha256", "SHA-256", POP_CELL_TEXT, false, 0 },
    [FETCHES] = { "fetches", "Fetches", POP_CELL_NUMBER, true, 0 },
    [DELETED] = { "deleted", "Deleted", POP_CELL_TEXT, true, 0 },
    [DELETED_FRAME] = { "deleted_frame", "DELE in frame", POP_CELL_NUMBER, false, 0 },
    [REQUEST_FRAME] = { "request_frame", "Frame", POP_CELL_NUMBER, true, 0 },
    [FIRST_FRAME] = { "first_frame", "First frame", POP_CELL_NUMBER, false, 0 },
    [LAST_FRAME] = { "last_frame", "Last frame", POP_CELL_NUMBER, false, 0 },
    [DURATION] = { "duration", "Duration (s)", POP_CELL_SECONDS, false, 0 },
    [ATTACHMENTS] = { "attachments", "Attached", POP_CELL_ROWS, true, 0 },
};

/* --- Attachments ------------------------------------------------------------------------------ */

enum { PART_NAME, PART_TYPE, PART_SIZE, PART_SHA256, PART_DAMAGED, PART_COLUMN_COUNT };

static const pop_column part_columns[] = {
    [PART_NAME] = { "name", "Name", POP_CELL_TEXT, true, 0 },
    [PART_TYPE] = { "type", "Type", POP_CELL_TEXT, true, 0 },
    [PART_SIZE] = { "size", "Octets", POP_CELL_NUMBER, true, 0 },
    [PART_SHA256] = { "sha256", "SHA-256", POP_CELL_TEXT, true, 0 },
    [PART_DAMAGED] = { "damaged", "Damaged", POP_CELL_TRUTH, true, 0 },
};

static pop_cell sha256_of(wmem_allocator_t *scope, const uint8_t *octets, size_t length)
{
    char *digest = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, length > 0 ? octets : (const uint8_t *)"", length);
    pop_cell cell = pop_cell_text(scope, digest);
    g_free(digest);
    return cell;
}

static void add_attachment(const pop_attachment *attachment, void *data)
{
    pop_rows *rows = data;
    pop_cell *row = pop_rows_add(rows);
    row[PART_NAME] = pop_cell_text(rows->scope, attachment->name);
    row[PART_TYPE] = pop_cell_text(rows->scope, attachment->type);
    row[PART_SIZE] = pop_cell_number(attachment->octets->len);
    row[PART_SHA256] = sha256_of(rows->scope, attachment->octets->data, attachment->octets->len);
    row[PART_DAMAGED] = pop_cell_truth(attachment->is_damaged);
}

static pop_cell attachments_of(wmem_allocator_t *scope, pop_span mail)
{
    pop_rows *rows = pop_rows_new(scope, part_columns, PART_COLUMN_COUNT);
    pop_attachments_visit(mail, add_attachment, rows);
    return pop_cell_rows(rows);
}

/* --- The mail --------------------------------------------------------------------------------- */

static pop_span octets_of(const pop_message *message)
{
    return (pop_span){ message->octets, message->length };
}

static pop_cell header_cell(wmem_allocator_t *scope, pop_span mail, pop_span name)
{
    char *text = pop_header_text(mail, name);
    pop_cell cell = pop_cell_text(scope, text);
    g_free(text);
    return cell;
}

static bool is_preview(const pop_exchange *exchange)
{
    return pop_history_deed(exchange) == POP_DEED_PREVIEW;
}

/* "RETR", "TOP 10", "XTND XMIT", ... */
static pop_cell way_of(wmem_allocator_t *scope, const pop_exchange *exchange)
{
    if (exchange->message == NULL) {
        return pop_cell_text(scope, "no");
    }
    if (exchange->command != NULL && exchange->command->subcommand != NULL) {
        return pop_cell_text(scope,
            wmem_strdup_printf(
                scope, "%s %s", exchange->command->keyword, exchange->command->subcommand));
    }
    return exchange->has_lines
        ? pop_cell_text(scope, wmem_strdup_printf(scope, "%s %u", exchange->name, exchange->lines))
        : pop_cell_text(scope, exchange->name);
}

static void fill_content(const pop_exchange *exchange, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_message *message = exchange->message;
    pop_span mail = octets_of(message);
    row[MESSAGE_ID] = header_cell(scope, mail, POP_SPAN("Message-ID:"));
    row[DATE] = header_cell(scope, mail, POP_SPAN("Date:"));
    row[FROM] = header_cell(scope, mail, POP_SPAN("From:"));
    row[SUBJECT] = header_cell(scope, mail, POP_SPAN("Subject:"));
    row[SIZE] = pop_cell_number(message->total);
    row[COMPLETE] = pop_cell_truth(pop_message_is_whole(message));
    if (exchange->has_announced_size) {
        row[ANNOUNCED_SIZE] = pop_cell_number(exchange->announced_size);
    }
    if (!pop_message_is_whole(message)) {
        return;
    }
    row[SHA256] = sha256_of(scope, message->octets, message->length);
    if (!is_preview(exchange)) {
        row[ATTACHMENTS] = attachments_of(scope, mail);
    }
}

/* The mail came with the frames of its octets; one without octets with its status line and its
 * end. */
static void fill_frames(const pop_exchange *exchange, pop_cell *row)
{
    const pop_message *message = exchange->message;
    row[REQUEST_FRAME] = pop_cell_frame(&exchange->request);
    if (message == NULL) {
        return;
    }
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment first;
    if (pop_fragments_next(&walk, &first)) {
        row[FIRST_FRAME] = pop_cell_number(first.frame);
        row[LAST_FRAME] = pop_cell_number(message->fragments.last.frame);
    }
    if (message->ended_in != 0) {
        row[LAST_FRAME] = pop_cell_number(message->ended_in);
    }
    if (exchange->command == NULL || exchange->command->effect != POP_EFFECT_SUBMIT) {
        row[DURATION] = pop_cell_elapsed(&exchange->end, &exchange->request);
    }
}

/* --- What became of it ------------------------------------------------------------------------ */

static const pop_maildrop_mail *entry_of(const pop_exchange *exchange)
{
    return exchange->has_message ? pop_maildrop_find(exchange->maildrop, exchange->message_number)
                                 : NULL;
}

static const char *fate_name(pop_mail_fate fate)
{
    switch (fate) {
    case POP_MAIL_DELETED:
        return "yes";
    case POP_MAIL_RESTORED:
        return "undone";
    case POP_MAIL_MARKED:
        return "lost";
    case POP_MAIL_KEPT:
        break;
    }
    return "no";
}

static void fill_maildrop(const pop_exchange *exchange, wmem_allocator_t *scope, pop_cell *row)
{
    if (!exchange->has_message) {
        return;
    }
    row[NUMBER] = pop_cell_number(exchange->message_number);
    const pop_maildrop_mail *mail = entry_of(exchange);
    if (mail == NULL) {
        return;
    }
    pop_mail_facts facts = pop_history_facts(exchange->maildrop, mail, UINT32_MAX);
    row[UNIQUE_ID] = pop_cell_text(scope, facts.unique_id);
    if (mail->size_step != 0) {
        row[LISTED_SIZE] = pop_cell_number(mail->size);
    }
    row[DELETED] = pop_cell_text(scope, fate_name(facts.fate));
    if (facts.deletion != NULL) {
        row[DELETED_FRAME] = pop_cell_frame(&facts.deletion->request);
    }
}

/* --- Rows ------------------------------------------------------------------------------------- */

/* A deletion has a row of its own where the session neither fetched nor previewed the mail. */
static const void *lonely_deletion(const pop_exchange *exchange)
{
    const pop_maildrop_mail *mail = entry_of(exchange);
    if (mail == NULL || pop_history_deed(exchange) != POP_DEED_DELETION) {
        return NULL;
    }
    pop_mail_facts facts = pop_history_facts(exchange->maildrop, mail, UINT32_MAX);
    bool fetched = facts.retrievals + facts.previews > 0;
    return !fetched && facts.deletion == exchange ? exchange : NULL;
}

static const void *mail_of(const pop_subject *subject)
{
    const pop_exchange *exchange = subject->exchange;
    return exchange->message != NULL ? exchange->message : lonely_deletion(exchange);
}

static void fill(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_seen_session *seen = subject->seen;
    const pop_exchange *exchange = subject->exchange;
    if (exchange->submission != NULL) {
        exchange = exchange->submission;
    }
    row[SESSION] = pop_cell_number(seen->stream);
    if (seen->has_tcp_stream) {
        row[TCP_STREAM] = pop_cell_number(seen->tcp_stream);
    }
    row[TIME] = pop_cell_time(
        exchange->request.frame != 0 ? &exchange->request : &exchange->status_line);
    row[CLIENT] = pop_cell_text(scope, seen->client);
    row[SERVER] = pop_cell_text(scope, seen->server);
    row[USER] = pop_cell_text(scope, exchange->user);
    row[FETCHED] = way_of(scope, exchange);
    fill_maildrop(exchange, scope, row);
    fill_frames(exchange, row);
    if (exchange->message != NULL) {
        fill_content(exchange, scope, row);
    }
}

/* How often the report has the same mail, whole: by its SHA-256, whoever fetched it. */
static void count_fetches(pop_rows *rows)
{
    wmem_map_t *counts = wmem_map_new(rows->scope, g_str_hash, g_str_equal);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < rows->count; i++) {
            pop_cell *row = rows->rows[i];
            if (row[SHA256].kind != POP_CELL_TEXT) {
                continue;
            }
            size_t count = GPOINTER_TO_SIZE(wmem_map_lookup(counts, row[SHA256].value.text));
            if (pass == 0) {
                wmem_map_insert(counts, row[SHA256].value.text, GSIZE_TO_POINTER(count + 1));
            } else {
                row[FETCHES] = pop_cell_number(count);
            }
        }
    }
}

const pop_report pop_report_mails = { .name = "mails",
    .title = "POP Mails",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .time_column = TIME,
    .thing_of = mail_of,
    .fill = fill,
    .finish = count_fetches,
    .late_column = FETCHES };
