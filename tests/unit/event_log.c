/* event_log.c
 * Writes what a session found as text, without a trace of where segments were cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "event_log.h"

#include <string.h>

/* Texts and mails up to these many octets are written out. */
enum { TEXT_LIMIT = 300, MAIL_LIMIT = 2000 };

/* What is known of a direction but waits to be written as one event. */
typedef struct open_event {
    pop_anomalies piece_anomalies; /* of the line under way */
    const pop_line *piece;
    pop_anomalies body_anomalies; /* of the mail under way */
    const pop_exchange *body;
    guint64 opaque_octets;
    gboolean is_protected; /* those octets: behind a security layer */
    pop_anomalies opaque_anomalies;
} open_event;

struct event_log {
    GString *text;
    int state; /* that was written last; -1: none */
    char *user;
    open_event open[2];
};

/* One entry with what is needed to write it. */
typedef struct log_event {
    event_log *log;
    const pop_session *session;
    const pop_segment *segment;
    const pop_entry *entry;
    open_event *open;
} log_event;

static const char *const direction_names[] = { "client", "server" };

static const char *const body_names[] = {
    [POP_BODY_NONE] = "nothing",
    [POP_BODY_MESSAGE] = "message",
    [POP_BODY_SCAN_LISTING] = "scan-listing",
    [POP_BODY_UNIQUE_ID_LISTING] = "uid-listing",
    [POP_BODY_HEADER_LISTING] = "header-listing",
    [POP_BODY_CAPABILITIES] = "capabilities",
    [POP_BODY_MECHANISMS] = "mechanisms",
    [POP_BODY_LANGUAGES] = "languages",
    [POP_BODY_TEXT] = "text",
    [POP_BODY_COUNTED] = "counted",
    [POP_BODY_UNDETERMINED] = "undetermined",
};

/* --- Text ------------------------------------------------------------------------------------- */

static void write_octet(GString *text, guint8 octet)
{
    static const char special[] = "\r\n\t\\\"", letters[] = "rnt\\\"";
    const char *found = octet == 0 ? NULL : strchr(special, octet);
    if (found != NULL) {
        g_string_append_printf(text, "\\%c", letters[found - special]);
    } else if (octet >= ' ' && octet <= '~') {
        g_string_append_c(text, (char)octet);
    } else {
        g_string_append_printf(text, "\\x%02x", octet);
    }
}

static void write_digest(GString *text, pop_span octets)
{
    char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets.octets, octets.length);
    g_string_append_printf(text, " sha256=%s", digest);
    g_free(digest);
}

static void write_quoted(GString *text, pop_span octets)
{
    if (octets.length > TEXT_LIMIT) {
        g_string_append_printf(text, " octets=%zu", octets.length);
        write_digest(text, octets);
        return;
    }
    g_string_append(text, " \"");
    for (size_t i = 0; i < octets.length; i++) {
        write_octet(text, octets.octets[i]);
    }
    g_string_append_c(text, '"');
}

static pop_span string_span(const char *string)
{
    return (pop_span){ (const uint8_t *)string, strlen(string) };
}

/* A mail, line by line. */
static void write_lines(GString *text, pop_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (i == 0 || octets.octets[i - 1] == '\n') {
            g_string_append(text, "\n  | ");
        }
        write_octet(text, octets.octets[i]);
    }
}

static void write_anomalies(GString *text, pop_anomalies anomalies)
{
    for (unsigned i = 0; i < POP_ANOMALY_COUNT; i++) {
        if ((anomalies & ((pop_anomalies)1 << i)) != 0) {
            g_string_append_printf(text, " !%s", pop_anomaly_name((pop_anomaly)i));
        }
    }
}

static void write_state(event_log *log, const pop_entry *entry)
{
    if (log->state == entry->state && g_strcmp0(log->user, entry->user) == 0) {
        return;
    }
    log->state = entry->state;
    g_free(log->user);
    log->user = g_strdup(entry->user);
    g_string_append_printf(log->text, "state %s", pop_state_name((pop_state)entry->state));
    if (entry->user != NULL) {
        g_string_append(log->text, " user");
        write_quoted(log->text, string_span(entry->user));
    }
    g_string_append_c(log->text, '\n');
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* Of a line that is longer than the limit, what the session keeps if it is cut into segments. */
static pop_span kept_text(const log_event *event, size_t offset, size_t length)
{
    return pop_line_text(
        pop_span_part(event->segment->octets, offset, MIN(length, event->session->limits.line)));
}

static pop_span line_text(const log_event *event)
{
    const pop_entry *entry = event->entry;
    pop_span text = entry->line != NULL
        ? pop_line_text((pop_span){ entry->line->octets, entry->line->length })
        : kept_text(event, entry->offset, entry->length);
    bool cut_off = (entry->anomalies & POP_FLAW(LINE_INCOMPLETE)) != 0;
    return cut_off ? pop_line_without_cr(text) : text;
}

static pop_anomalies line_anomalies(const log_event *event)
{
    pop_anomalies anomalies = event->entry->anomalies | event->open->piece_anomalies;
    event->open->piece_anomalies = 0;
    event->open->piece = NULL;
    return anomalies;
}

static void begin(const log_event *event, const char *name)
{
    write_state(event->log, event->entry);
    g_string_append(event->log->text, name);
    if (event->entry->exchange != NULL) {
        g_string_append_printf(event->log->text, " #%u", event->entry->exchange->ordinal);
    }
}

static void end(const log_event *event)
{
    write_anomalies(event->log->text, line_anomalies(event));
    g_string_append_c(event->log->text, '\n');
}

static void write_line(const log_event *event, const char *name)
{
    begin(event, name);
    write_quoted(event->log->text, line_text(event));
    end(event);
}

static void write_numbers(const log_event *event)
{
    const pop_exchange *exchange = event->entry->exchange;
    GString *text = event->log->text;
    if (exchange->has_message) {
        g_string_append_printf(text, " message=%u", exchange->message_number);
    }
    if (exchange->has_lines) {
        g_string_append_printf(text, " lines=%u", exchange->lines);
    }
}

/* What the session had told of the mail when the command was sent. */
static void write_known_facts(const log_event *event)
{
    const pop_exchange *exchange = event->entry->exchange;
    guint64 size = 0;
    if (!exchange->has_message) {
        return;
    }
    guint32 number = exchange->message_number, step = event->session->step;
    if (pop_maildrop_size(exchange->maildrop, number, step, &size)) {
        g_string_append_printf(event->log->text, " size=%" G_GUINT64_FORMAT, size);
    }
    const char *unique_id = pop_maildrop_unique_id(exchange->maildrop, number, step);
    if (unique_id != NULL) {
        g_string_append_printf(event->log->text, " uid=%s", unique_id);
    }
}

/* What the line is within a login: which challenge it answers, or how the login ends. */
static void write_login(const log_event *event)
{
    static const char *const results[] = { [POP_AUTH_ACCEPTED] = "accepted",
        [POP_AUTH_REJECTED] = "rejected",
        [POP_AUTH_CANCELLED] = "cancelled",
        [POP_AUTH_UNANSWERED] = "unanswered" };
    const pop_auth_step *step = event->entry->auth;
    GString *text = event->log->text;
    if (step == NULL) {
        return;
    }
    if (step->challenge != NULL) {
        g_string_append(text, " answers");
        write_quoted(text, string_span(step->challenge));
    }
    if (step->result != POP_AUTH_UNDECIDED) {
        g_string_append_printf(text, " login=%s", results[step->result]);
    }
    if (step->error != NULL) {
        g_string_append(text, " error");
        write_quoted(text, string_span(step->error));
    }
}

static void write_request(const log_event *event)
{
    const pop_exchange *exchange = event->entry->exchange;
    begin(event, "request");
    if (exchange != NULL) {
        g_string_append_printf(event->log->text, " %s", exchange->name);
    }
    write_quoted(event->log->text, line_text(event));
    if (exchange != NULL) {
        write_numbers(event);
        write_known_facts(event);
    }
    write_login(event);
    end(event);
}

/* Versions 1 and 2 have other marks before a status line. */
static pop_reply parse_reply(const log_event *event, pop_span line)
{
    const pop_exchange *exchange = event->entry->exchange;
    return event->session->version == POP_VERSION_3
        ? pop_reply_parse(line, exchange != NULL && exchange->dialogue != NULL)
        : pop_reply_parse_old(event->session->version, line);
}

/* The deletions that a reply to QUIT makes true. */
static void write_deletions(GString *text, const pop_exchange *exchange)
{
    if (exchange == NULL || exchange->deletions == NULL) {
        return;
    }
    for (size_t i = 0; i < exchange->deletions->count; i++) {
        g_string_append_printf(
            text, "%s%u", i == 0 ? " deleted=" : ",", exchange->deletions->numbers[i]);
    }
}

static const char *status_name(pop_status status)
{
    switch (status) {
    case POP_STATUS_POSITIVE:
        return " positive";
    case POP_STATUS_NEGATIVE:
        return " negative";
    default:
        return " no-status";
    }
}

static void write_status(const log_event *event, const char *name)
{
    GString *text = event->log->text;
    pop_span line = line_text(event);
    pop_reply reply = parse_reply(event, line);
    /* In another version, which a later line may show, it may be a status line. */
    bool is_proper = (event->entry->anomalies & POP_FLAW(STATUS_MALFORMED)) == 0;
    begin(event, name);
    g_string_append(text, status_name(is_proper ? reply.status : POP_STATUS_NONE));
    write_quoted(text, line);
    if (reply.code.length > 0) {
        g_string_append_printf(text, " code=%.*s", (int)reply.code.length, reply.code.octets);
    }
    if (is_proper && event->entry->exchange != NULL && event->entry->exchange->has_announced_size) {
        g_string_append_printf(
            text, " announced=%" G_GUINT64_FORMAT, event->entry->exchange->announced_size);
    }
    if (is_proper) { /* else the proper line, which may come yet, has them */
        write_deletions(text, event->entry->exchange);
    }
    write_login(event);
    if (!event->entry->ends_reply) {
        g_string_append(text, " ...");
    }
    end(event);
}

static void write_answer(const log_event *event)
{
    begin(event, "answer");
    write_quoted(event->log->text, line_text(event));
    write_login(event);
    end(event);
}

/* A PROXY header: of version 1 a line; of version 2 octets, none of which is a line end. */
static void write_preamble(const log_event *event)
{
    const pop_line *line = event->entry->line;
    begin(event, "preamble");
    const pop_span signature = POP_SPAN("\r\n\r\n"); /* of version 2 */
    if (line == NULL || !pop_span_starts((pop_span){ line->octets, line->length }, signature)) {
        write_quoted(event->log->text, line_text(event));
    } else {
        write_quoted(event->log->text, (pop_span){ line->octets, line->length });
    }
    end(event);
}

/* An entry of several lines, of which the first may have begun in an earlier segment. */
static void write_listing(const log_event *event)
{
    if (event->entry->line != NULL) {
        write_line(event, "listing");
        return;
    }
    const guint8 *octets = event->segment->octets.octets;
    size_t stop = event->entry->offset + event->entry->length;
    for (size_t at = event->entry->offset; at < stop;) {
        const guint8 *found = memchr(octets + at, '\n', stop - at);
        g_assert_nonnull(found); /* whole lines */
        size_t length = (size_t)(found - octets) + 1 - at;
        begin(event, "listing");
        write_quoted(event->log->text, kept_text(event, at, length));
        end(event);
        at += length;
    }
}

/* --- Mails ------------------------------------------------------------------------------------ */

/* The fragments stand in order, do not overlap and cover what was received. */
static void check_fragments(const pop_message *message)
{
    guint64 at = 0;
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment fragment;
    while (pop_fragments_next(&walk, &fragment)) {
        g_assert_cmpuint(fragment.position, ==, at);
        g_assert_cmpuint(fragment.length, >, 0);
        at += fragment.length;
    }
    g_assert_cmpuint(at, ==, message->total);
}

static void write_message(event_log *log, const pop_exchange *exchange, pop_direction direction)
{
    const pop_message *message = exchange->message;
    GString *text = log->text;
    check_fragments(message);
    g_string_append_printf(
        text, "%s #%u", direction == POP_FROM_CLIENT ? "submission" : "body", exchange->ordinal);
    if (exchange->has_message) {
        g_string_append_printf(text, " message=%u", exchange->message_number);
    }
    g_string_append_printf(text, " octets=%" G_GUINT64_FORMAT "%s", message->total,
        pop_message_is_whole(message) ? " whole" : "");
    pop_span octets = { message->octets, message->length };
    if (octets.length > MAIL_LIMIT) {
        write_digest(text, octets);
    }
    write_anomalies(text, log->open[direction].body_anomalies);
    if (octets.length <= MAIL_LIMIT) {
        write_lines(text, octets);
    }
    g_string_append_c(text, '\n');
    log->open[direction].body_anomalies = 0;
    log->open[direction].body = NULL;
}

/* A mail under way that is not the event's broke off. */
static void write_broken_off(const log_event *event)
{
    const pop_exchange *body = event->open->body;
    if (body != NULL && body != event->entry->exchange) {
        write_message(event->log, body, event->segment->direction);
    }
}

static void note_body(const log_event *event)
{
    write_broken_off(event);
    event->open->body = event->entry->exchange;
    event->open->body_anomalies |= line_anomalies(event);
}

static void write_body_end(const log_event *event)
{
    const pop_exchange *exchange = event->entry->exchange;
    g_assert_nonnull(exchange);
    write_broken_off(event);
    if (event->segment->direction == POP_FROM_CLIENT) {
        event->open->body_anomalies |= line_anomalies(event);
        write_state(event->log, event->entry);
        write_message(event->log, exchange, POP_FROM_CLIENT);
        return;
    }
    /* What is wrong with a dot that was held back may be told of the mail or of its end, by the
     * cut. */
    pop_anomalies of_body = exchange->message == NULL
        ? 0
        : POP_FLAW(UNSTUFFED_DOT) | POP_FLAW(CLEARTEXT_AFTER_STLS);
    if (exchange->message != NULL) {
        event->open->body_anomalies |= event->entry->anomalies & of_body;
        write_state(event->log, event->entry);
        write_message(event->log, exchange, POP_FROM_SERVER);
    }
    begin(event, "end");
    g_string_append_printf(event->log->text, " %s octets=%" G_GUINT64_FORMAT,
        body_names[exchange->body], exchange->reply_octets);
    write_anomalies(event->log->text, line_anomalies(event) & ~of_body);
    g_string_append_c(event->log->text, '\n');
}

/* --- The rest --------------------------------------------------------------------------------- */

static void note_opaque(const log_event *event)
{
    const pop_entry *entry = event->entry;
    event->open->opaque_octets += entry->line == NULL ? entry->length : entry->line->total;
    event->open->is_protected = entry->kind == POP_ENTRY_PROTECTED;
    event->open->opaque_anomalies |= line_anomalies(event);
}

static void note_piece(const log_event *event)
{
    event->open->piece = event->entry->line;
    event->open->piece_anomalies |= event->entry->anomalies;
}

static void flush_opaque(event_log *log, pop_direction direction)
{
    open_event *open = &log->open[direction];
    if (open->opaque_octets > 0) {
        g_string_append_printf(log->text, "%s %s octets=%" G_GUINT64_FORMAT,
            open->is_protected ? "protected" : "opaque", direction_names[direction],
            open->opaque_octets);
        write_anomalies(log->text, open->opaque_anomalies);
        g_string_append_c(log->text, '\n');
    }
    open->opaque_octets = 0;
    open->opaque_anomalies = 0;
}

static void write_unexpected(const log_event *event)
{
    uint64_t lines = MAX(event->entry->position, 1); /* empty ones are told together */
    for (uint64_t i = 0; i < lines; i++) {
        begin(event, "unexpected ");
        g_string_append(event->log->text, direction_names[event->segment->direction]);
        write_quoted(event->log->text, lines > 1 ? POP_SPAN("") : line_text(event));
        end(event);
    }
}

static void write_entry(const log_event *event)
{
    if (event->entry->kind != POP_ENTRY_OPAQUE && event->entry->kind != POP_ENTRY_PROTECTED
        && event->entry->kind != POP_ENTRY_PIECE) {
        flush_opaque(event->log, event->segment->direction);
    }
    switch ((pop_entry_kind)event->entry->kind) {
    case POP_ENTRY_GREETING:
        write_status(event, "greeting");
        break;
    case POP_ENTRY_REQUEST:
        write_request(event);
        break;
    case POP_ENTRY_ANSWER:
        write_answer(event);
        break;
    case POP_ENTRY_STATUS:
        write_status(event, "status");
        break;
    case POP_ENTRY_CHALLENGE:
        write_line(event, "challenge");
        break;
    case POP_ENTRY_LISTING:
        write_listing(event);
        break;
    case POP_ENTRY_BODY:
        note_body(event);
        break;
    case POP_ENTRY_BODY_END:
        write_body_end(event);
        break;
    case POP_ENTRY_PIECE:
        note_piece(event);
        break;
    case POP_ENTRY_UNEXPECTED:
        write_unexpected(event);
        break;
    case POP_ENTRY_PREAMBLE:
        write_preamble(event);
        break;
    case POP_ENTRY_OPAQUE:
    case POP_ENTRY_PROTECTED:
        note_opaque(event);
        break;
    }
}

event_log *event_log_new(void)
{
    event_log *log = g_new0(event_log, 1);
    log->text = g_string_new(NULL);
    log->state = -1;
    return log;
}

/* Entries stand in order, do not overlap and cover the segment. */
static void check_entries(const pop_session *session, const pop_segment *segment)
{
    size_t at = 0;
    for (size_t i = 0; i < session->entries.count; i++) {
        const pop_entry *entry = &session->entries.list[i];
        g_assert_cmpuint(entry->offset, ==, at);
        at += entry->length;
    }
    g_assert_cmpuint(at, ==, segment->octets.length);
}

void event_log_segment(event_log *log, const pop_session *session, const pop_segment *segment)
{
    check_entries(session, segment);
    for (size_t i = 0; i < session->entries.count; i++) {
        write_entry(&(log_event){
            log, session, segment, &session->entries.list[i], &log->open[segment->direction] });
    }
}

void event_log_end_of_run(event_log *log)
{
    flush_opaque(log, POP_FROM_CLIENT);
    flush_opaque(log, POP_FROM_SERVER);
}

static void write_unfinished_line(event_log *log, pop_direction direction)
{
    const open_event *open = &log->open[direction];
    if (open->piece != NULL) {
        g_string_append_printf(log->text, "unfinished %s", direction_names[direction]);
        write_quoted(log->text, (pop_span){ open->piece->octets, open->piece->length });
        write_anomalies(log->text, open->piece_anomalies);
        g_string_append_c(log->text, '\n');
    }
}

/* Replies that later ones have shown to be perhaps another command's. */
static void write_doubted_later(GString *text, const pop_session *session)
{
    gboolean any = FALSE;
    for (const pop_exchange *exchange = session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        if (exchange->doubted_later) {
            g_string_append_printf(text, "%s #%u", any ? "" : "doubted later", exchange->ordinal);
            any = TRUE;
        }
    }
    g_string_append(text, any ? "\n" : "");
}

char *event_log_end(event_log *log, const pop_session *session)
{
    event_log_end_of_run(log);
    for (int direction = 0; direction < 2; direction++) {
        if (log->open[direction].body != NULL) {
            write_message(log, log->open[direction].body, (pop_direction)direction);
        }
        write_unfinished_line(log, (pop_direction)direction);
    }
    if (session->reply.exchange != NULL) {
        g_string_append_printf(log->text, "unfinished #%u %s\n", session->reply.exchange->ordinal,
            body_names[session->reply.body]);
    }
    for (const pop_exchange *waits = session->exchanges.waiting.oldest; waits != NULL;
         waits = waits->next) {
        g_string_append_printf(log->text, "waiting #%u\n", waits->ordinal);
    }
    write_doubted_later(log->text, session);
    g_free(log->user);
    char *text = g_string_free(log->text, FALSE);
    g_free(log);
    return text;
}
