/* report_mails.c
 * The report of mails: the index of all mail in the capture; and what was deleted without being
 * fetched.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/fetched.h"
#include "analysis/labels.h"
#include "analysis/report_cells.h"
#include "dissector/contents.h"
#include "dissector/settings.h"
#include "mail/pop_head.h"
#include "mail/pop_mail_text.h"
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
    UNCERTAIN,
    MESSAGE_ID,
    DATE,
    FROM,
    TO,
    CC,
    SUBJECT,
    LISTED_SIZE,
    ANNOUNCED_SIZE,
    SIZE,
    TEXT_LENGTH,
    SHA256,
    KNOWN,
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
    [SESSION] = { "session", "Session", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TCP_STREAM] = { "tcp_stream", "TCP stream", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [TIME] = { "time", "Time (UTC)", POP_CELL_TIME, POP_IN_TERMINAL, 0 },
    [CLIENT] = { "client", "Client", POP_CELL_TEXT, POP_IN_TERMINAL, 39 },
    [SERVER] = { "server", "Server", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 39 },
    [USER] = { "user", "User", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [NUMBER] = { "number", "No.", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [UNIQUE_ID] = { "uid", "Unique-id", POP_CELL_TEXT, POP_IN_TERMINAL, 24 },
    [FETCHED] = { "fetched", "Fetched", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [COMPLETE] = { "complete", "Complete", POP_CELL_TRUTH, POP_IN_TERMINAL, 0 },
    [UNCERTAIN] = { "uncertain", "A guess", POP_CELL_TRUTH, POP_IN_TERMINAL_IF_TRUE, 0 },
    [MESSAGE_ID] = { "message_id", "Message-ID", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 40 },
    [DATE] = { "date", "Date", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 32 },
    [FROM] = { "from", "From", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [TO] = { "to", "To", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [CC] = { "cc", "Cc", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 40 },
    [SUBJECT] = { "subject", "Subject", POP_CELL_TEXT, POP_IN_TERMINAL, 40 },
    [LISTED_SIZE] = { "listed_size", "Listed", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [ANNOUNCED_SIZE] = { "announced_size", "Announced", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [SIZE] = { "size", "Octets", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TEXT_LENGTH] = { "text_length", "Text", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [SHA256] = { "sha256", "SHA-256", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 0 },
    [KNOWN] = { "known", "Known as", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 30 },
    [FETCHES] = { "fetches", "Fetches", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [DELETED] = { "deleted", "Deleted", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [DELETED_FRAME] = { "deleted_frame", "DELE in frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [REQUEST_FRAME] = { "request_frame", "Command in frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [FIRST_FRAME] = { "first_frame", "First frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [LAST_FRAME] = { "last_frame", "Frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [DURATION] = { "duration", "Duration (s)", POP_CELL_SECONDS, POP_NOT_IN_TERMINAL, 0 },
    [ATTACHMENTS] = { "attachments", "Attached", POP_CELL_ROWS, POP_IN_TERMINAL, 0 },
};

/* --- Attachments ------------------------------------------------------------------------------ */

enum {
    PART_NUMBER,
    PART_NAME,
    PART_TYPE,
    PART_SIZE,
    PART_SHA256,
    PART_DAMAGED,
    PART_KNOWN,
    PART_COLUMN_COUNT
};

static const pop_column part_columns[] = {
    [PART_NUMBER] = { "part", "Part", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [PART_NAME] = { "name", "Name", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [PART_TYPE] = { "type", "Type", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [PART_SIZE] = { "size", "Octets", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [PART_SHA256] = { "sha256", "SHA-256", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [PART_DAMAGED] = { "damaged", "Damaged", POP_CELL_TRUTH, POP_IN_TERMINAL, 0 },
    [PART_KNOWN] = { "known", "Known as", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
};

static pop_cell attachments_of(wmem_allocator_t *scope, const pop_message *message)
{
    pop_rows *rows = pop_rows_new(scope, part_columns, PART_COLUMN_COUNT);
    const pop_kept_attachments *attachments = pop_contents_attachments(message);
    for (uint32_t i = 0; i < attachments->count; i++) {
        const pop_kept_attachment *attachment = &attachments->rows[i];
        pop_cell *row = pop_rows_add(rows);
        row[PART_NUMBER] = pop_cell_text(scope, attachment->number);
        row[PART_NAME] = attachment->name[0] == '\0' ? row[PART_NAME]
                                                     : pop_cell_text(scope, attachment->name);
        row[PART_TYPE] = pop_cell_text(scope, attachment->type);
        row[PART_SIZE] = pop_cell_number(attachment->size);
        row[PART_SHA256] = pop_cell_text(scope, attachment->sha256);
        row[PART_DAMAGED] = pop_cell_truth(attachment->is_damaged);
        row[PART_KNOWN] = pop_cell_text(scope, pop_label_known(attachment->sha256));
    }
    return pop_cell_rows(rows);
}

/* --- The mail --------------------------------------------------------------------------------- */

static pop_span octets_of(const pop_message *message)
{
    return (pop_span){ message->octets, message->length };
}

static bool is_preview(const pop_exchange *exchange)
{
    return pop_history_action(exchange) == POP_ACTION_PREVIEW;
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

static pop_cell joined(wmem_allocator_t *scope, const GPtrArray *texts)
{
    wmem_strbuf_t *all = wmem_strbuf_new(scope, "");
    for (guint i = 0; i < texts->len; i++) {
        wmem_strbuf_append(all, i == 0 ? "" : ", ");
        wmem_strbuf_append(all, g_ptr_array_index(texts, i));
    }
    return pop_cell_text(scope, texts->len == 0 ? NULL : wmem_strbuf_get_str(all));
}

static void fill_addressees(pop_span mail, wmem_allocator_t *scope, pop_cell *row)
{
    pop_head *head = pop_head_read(mail);
    row[TO] = joined(scope, head->to);
    row[CC] = joined(scope, head->cc);
    pop_head_free(head);
}

static pop_cell text_length(pop_span mail)
{
    bool is_cut = false;
    GString *text = pop_mail_text(mail, pop_settings_text_limit(), &is_cut);
    pop_cell cell = pop_cell_number(text->len);
    g_string_free(text, TRUE);
    return cell;
}

static void fill_header(pop_span mail, wmem_allocator_t *scope, pop_cell *row)
{
    row[MESSAGE_ID] = pop_cell_header(scope, mail, POP_SPAN("Message-ID:"));
    row[DATE] = pop_cell_header(scope, mail, POP_SPAN("Date:"));
    row[FROM] = pop_cell_header(scope, mail, POP_SPAN("From:"));
    row[SUBJECT] = pop_cell_header(scope, mail, POP_SPAN("Subject:"));
    fill_addressees(mail, scope, row);
}

static void fill_content(const pop_exchange *exchange, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_message *message = exchange->message;
    pop_span mail = octets_of(message);
    fill_header(mail, scope, row);
    row[TEXT_LENGTH] = text_length(mail);
    row[SIZE] = pop_cell_number(message->total);
    row[COMPLETE] = pop_cell_truth(pop_message_is_whole(message));
    row[UNCERTAIN] = pop_cell_truth(pop_exchange_is_uncertain(exchange));
    if (exchange->has_announced_size) {
        row[ANNOUNCED_SIZE] = pop_cell_number(exchange->announced_size);
    }
    if (!pop_message_is_whole(message)) {
        return;
    }
    row[SHA256] = pop_cell_text(scope, pop_contents_sha256(message));
    row[KNOWN] = pop_cell_text(scope, pop_label_known(pop_contents_sha256(message)));
    if (!is_preview(exchange)) {
        row[ATTACHMENTS] = attachments_of(scope, message);
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

/* The capture has not shown how the connection ended: QUIT may have come behind it. */
static bool is_open(const pop_subject *subject)
{
    return subject->seen->has_tcp_stream
        && pop_collector_end_of(subject->collector, subject->seen) == NULL;
}

static const char *fate_name(pop_mail_fate fate, const pop_subject *subject)
{
    switch (fate) {
    case POP_MAIL_DELETED:
        return "yes";
    case POP_MAIL_RESTORED:
        return "undone";
    case POP_MAIL_MARKED:
        return is_open(subject) ? "open" : "lost";
    case POP_MAIL_UNKNOWN:
        return "unknown";
    case POP_MAIL_KEPT:
        break;
    }
    return "no";
}

static void fill_maildrop(const pop_subject *subject, const pop_exchange *exchange,
    wmem_allocator_t *scope, pop_cell *row)
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
    row[DELETED] = pop_cell_text(scope, fate_name(facts.fate, subject));
    if (facts.deletion != NULL) {
        row[DELETED_FRAME] = pop_cell_frame(&facts.deletion->request);
    }
}

/* --- Rows ------------------------------------------------------------------------------------- */

/* A deletion has a row of its own where the session neither fetched nor previewed the mail. */
static const void *lonely_deletion(const pop_exchange *exchange)
{
    const pop_maildrop_mail *mail = entry_of(exchange);
    if (mail == NULL || pop_history_action(exchange) != POP_ACTION_DELETION) {
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

/* The mail is deleted here, and another session of the capture has fetched it. */
static void fill_from_other_session(const pop_subject *subject, const pop_exchange *exchange,
    wmem_allocator_t *scope, pop_cell *row)
{
    const pop_maildrop_mail *mail = entry_of(exchange);
    const pop_message *message = mail == NULL
        ? NULL
        : pop_fetched_message(subject->seen->server, exchange->user, mail->unique_id);
    if (message != NULL) {
        fill_header(octets_of(message), scope, row);
    }
}

static void fill(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_seen_session *seen = subject->seen;
    const pop_exchange *exchange = pop_reported_exchange(subject);
    row[SESSION] = pop_cell_number(seen->stream);
    row[TCP_STREAM] = pop_cell_tcp_stream(seen);
    row[TIME] = pop_cell_begun(exchange);
    row[CLIENT] = pop_cell_text(scope, seen->client);
    row[SERVER] = pop_cell_text(scope, seen->server);
    row[USER] = pop_cell_text(scope, exchange->user);
    row[FETCHED] = way_of(scope, exchange);
    fill_maildrop(subject, exchange, scope, row);
    fill_frames(exchange, row);
    if (exchange->message != NULL) {
        fill_content(exchange, scope, row);
    } else {
        fill_from_other_session(subject, exchange, scope, row);
    }
}

/* How often the report has the same mail, whole: by its SHA-256, whoever fetched it. */
static void count_fetches(pop_rows *rows)
{
    pop_rows_count_equal(rows, SHA256, FETCHES);
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
