/* report_sessions.c
 * The report of sessions: who talked to whom, what was done, how it ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report_cells.h"
#include "analysis/session_facts.h"

enum {
    SESSION,
    TCP_STREAM,
    START,
    END,
    DURATION,
    CLIENT,
    CLIENT_PORT,
    SERVER,
    SERVER_PORT,
    SOFTWARE,
    VERSION,
    TLS,
    USER,
    MECHANISM,
    LOGINS,
    COMMANDS,
    ERRORS,
    MAILS,
    BROKEN,
    PREVIEWS,
    SUBMISSIONS,
    MAIL_OCTETS,
    CLIENT_OCTETS,
    SERVER_OCTETS,
    DELETED,
    LOST,
    RESTORED,
    ENDED,
    ENDED_BY,
    SERVER_WAIT,
    SERVER_WAIT_FRAME,
    CLIENT_WAIT,
    CLIENT_WAIT_FRAME,
    FIRST_FRAME,
    LAST_FRAME,
    COLUMN_COUNT
};

static const pop_column columns[] = {
    [SESSION] = { "session", "Session", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TCP_STREAM] = { "tcp_stream", "TCP stream", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [START] = { "start", "Start (UTC)", POP_CELL_TIME, POP_IN_TERMINAL, 0 },
    [END] = { "end", "End (UTC)", POP_CELL_TIME, POP_NOT_IN_TERMINAL, 0 },
    [DURATION] = { "duration", "Duration (s)", POP_CELL_SECONDS, POP_IN_TERMINAL, 0 },
    [CLIENT] = { "client", "Client", POP_CELL_TEXT, POP_IN_TERMINAL, 39 },
    [CLIENT_PORT] = { "client_port", "Client port", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [SERVER] = { "server", "Server", POP_CELL_TEXT, POP_IN_TERMINAL, 39 },
    [SERVER_PORT] = { "server_port", "Port", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [SOFTWARE] = { "software", "Software", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [VERSION] = { "version", "Version", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [TLS] = { "tls", "TLS", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [USER] = { "user", "User", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [MECHANISM] = { "mechanism", "Mechanism", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [LOGINS] = { "logins", "Logins", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [COMMANDS] = { "commands", "Commands", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [ERRORS] = { "errors", "Errors", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [MAILS] = { "mails", "Mails", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [BROKEN] = { "mails_incomplete", "Incomplete", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [PREVIEWS] = { "previews", "Previews", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [SUBMISSIONS] = { "submissions", "Submitted", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [MAIL_OCTETS] = { "mail_octets", "Octets", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [CLIENT_OCTETS] = { "client_octets", "Client's octets", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL,
        0 },
    [SERVER_OCTETS] = { "server_octets", "Server's octets", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL,
        0 },
    [DELETED] = { "deletions_committed", "Deleted", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [LOST] = { "deletions_lost", "Lost", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [RESTORED] = { "deletions_undone", "Undone", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [ENDED] = { "ended", "Ended", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [ENDED_BY] = { "ended_by", "By", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [SERVER_WAIT] = { "longest_server_wait", "Server wait (s)", POP_CELL_SECONDS, POP_IN_TERMINAL,
        0 },
    [SERVER_WAIT_FRAME] = { "longest_server_wait_frame", "In frame", POP_CELL_NUMBER,
        POP_NOT_IN_TERMINAL, 0 },
    [CLIENT_WAIT] = { "longest_client_wait", "Client wait (s)", POP_CELL_SECONDS, POP_IN_TERMINAL,
        0 },
    [CLIENT_WAIT_FRAME] = { "longest_client_wait_frame", "In frame", POP_CELL_NUMBER,
        POP_NOT_IN_TERMINAL, 0 },
    [FIRST_FRAME] = { "first_frame", "First frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [LAST_FRAME] = { "last_frame", "Last frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
};

static const char *tls_of(const pop_session *session)
{
    if (session->transport.in_tls) {
        return session->transport.tls_started ? "STLS" : "from the start";
    }
    return session->transport.tls_started ? "STLS, not decrypted" : "no";
}

static void fill_ends(
    const pop_seen_session *seen, wmem_allocator_t *scope, pop_cell *row, const pop_instant *end)
{
    const pop_session *session = seen->session;
    row[SESSION] = pop_cell_number(seen->stream);
    row[TCP_STREAM] = pop_cell_tcp_stream(seen);
    row[START] = pop_cell_time(&seen->opened);
    row[END] = pop_cell_time(end);
    row[DURATION] = pop_cell_elapsed(end, &seen->opened);
    row[CLIENT] = pop_cell_text(scope, seen->client);
    row[CLIENT_PORT] = pop_cell_number(seen->client_port);
    row[SERVER] = pop_cell_text(scope, seen->server);
    row[SERVER_PORT] = pop_cell_number(seen->server_port);
    row[SOFTWARE] = pop_cell_text(scope, session->service.software);
    row[VERSION] = pop_cell_number(session->version);
    row[TLS] = pop_cell_text(scope, tls_of(session));
    row[CLIENT_OCTETS] = pop_cell_number(session->octets[POP_FROM_CLIENT]);
    row[SERVER_OCTETS] = pop_cell_number(session->octets[POP_FROM_SERVER]);
    row[FIRST_FRAME] = pop_cell_frame(&session->began);
    row[LAST_FRAME] = pop_cell_frame(&session->last);
}

static void fill_counts(pop_cell *row, const pop_session_facts *facts)
{
    row[COMMANDS] = pop_cell_number(facts->commands);
    row[ERRORS] = pop_cell_number(facts->errors);
    row[MAILS] = pop_cell_number(facts->mails);
    row[BROKEN] = pop_cell_number(facts->broken);
    row[PREVIEWS] = pop_cell_number(facts->previews);
    row[SUBMISSIONS] = pop_cell_number(facts->submissions);
    row[MAIL_OCTETS] = pop_cell_number(facts->mail_octets);
    row[DELETED] = pop_cell_number(facts->deleted);
    row[LOST] = pop_cell_number(facts->lost);
    row[RESTORED] = pop_cell_number(facts->restored);
}

static void fill_wait(pop_cell *time, pop_cell *frame, const pop_wait *wait)
{
    if (wait->is_known) {
        *time = (pop_cell){ .kind = POP_CELL_SECONDS, .value.time = wait->time };
        *frame = pop_cell_number(wait->frame);
    }
}

static void fill(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_seen_session *seen = subject->seen;
    pop_session_facts facts = pop_session_facts_of(subject->collector, seen);
    fill_ends(seen, scope, row, &facts.end);
    fill_counts(row, &facts);
    row[LOGINS] = pop_cell_number(seen->session->access.login_count);
    if (facts.login != NULL) {
        row[USER] = pop_cell_text(scope, facts.login->user);
        row[MECHANISM] = pop_cell_text(scope, facts.login->mechanism);
    }
    row[ENDED] = pop_cell_text(scope, pop_session_ending_name(facts.ending));
    row[ENDED_BY] = pop_cell_text(scope, facts.ended_by);
    fill_wait(&row[SERVER_WAIT], &row[SERVER_WAIT_FRAME], &facts.server);
    fill_wait(&row[CLIENT_WAIT], &row[CLIENT_WAIT_FRAME], &facts.client);
}

const pop_report pop_report_sessions = { .name = "sessions",
    .title = "POP Sessions",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .time_column = START,
    .fill = fill };
