/* report_logins.c
 * The report of logins: who tried to log in, how, and what the server said to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/labels.h"
#include "analysis/report_cells.h"

enum {
    SESSION,
    TCP_STREAM,
    TIME,
    CLIENT,
    CLIENT_PORT,
    SERVER,
    SERVER_PORT,
    TLS,
    USER,
    OWNER,
    MECHANISM,
    ATTEMPT,
    VERDICT,
    CODE,
    TEXT,
    ERROR_TEXT,
    VERDICT_TIME,
    FIRST_FRAME,
    USER_FRAME,
    PROOF_FRAME,
    VERDICT_FRAME,
    COLUMN_COUNT
};

static const pop_column columns[] = {
    [SESSION] = { "session", "Session", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TCP_STREAM] = { "tcp_stream", "TCP stream", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [TIME] = { "time", "Time (UTC)", POP_CELL_TIME, POP_IN_TERMINAL, 0 },
    [CLIENT] = { "client", "Client", POP_CELL_TEXT, POP_IN_TERMINAL, 39 },
    [CLIENT_PORT] = { "client_port", "Client port", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [SERVER] = { "server", "Server", POP_CELL_TEXT, POP_IN_TERMINAL, 39 },
    [SERVER_PORT] = { "server_port", "Port", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [TLS] = { "tls", "TLS", POP_CELL_TRUTH, POP_IN_TERMINAL, 0 },
    [USER] = { "user", "User", POP_CELL_TEXT, POP_IN_TERMINAL, 30 },
    [OWNER] = { "proof_of", "Proof of", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 30 },
    [MECHANISM] = { "mechanism", "Mechanism", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [ATTEMPT] = { "attempt", "Attempt", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [VERDICT] = { "verdict", "Verdict", POP_CELL_TEXT, POP_IN_TERMINAL, 0 },
    [CODE] = { "code", "Code", POP_CELL_TEXT, POP_IN_TERMINAL, 20 },
    [TEXT] = { "text", "Text", POP_CELL_TEXT, POP_IN_TERMINAL, 60 },
    [ERROR_TEXT] = { "error", "Error", POP_CELL_TEXT, POP_NOT_IN_TERMINAL, 60 },
    [VERDICT_TIME] = { "verdict_time", "Verdict after (s)", POP_CELL_SECONDS, POP_IN_TERMINAL, 0 },
    [FIRST_FRAME] = { "first_frame", "First frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [USER_FRAME] = { "user_frame", "User in frame", POP_CELL_NUMBER, POP_NOT_IN_TERMINAL, 0 },
    [PROOF_FRAME] = { "proof_frame", "Proof in frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
    [VERDICT_FRAME] = { "verdict_frame", "Verdict in frame", POP_CELL_NUMBER, POP_IN_TERMINAL, 0 },
};

static const void *login_of(const pop_subject *subject)
{
    return subject->exchange->login;
}

static void fill_ends(const pop_seen_session *seen, wmem_allocator_t *scope, pop_cell *row)
{
    row[SESSION] = pop_cell_number(seen->stream);
    row[TCP_STREAM] = pop_cell_tcp_stream(seen);
    row[CLIENT] = pop_cell_text(scope, seen->client);
    row[CLIENT_PORT] = pop_cell_number(seen->client_port);
    row[SERVER] = pop_cell_text(scope, seen->server);
    row[SERVER_PORT] = pop_cell_number(seen->server_port);
}

static void fill_verdict(const pop_login *login, wmem_allocator_t *scope, pop_cell *row)
{
    row[VERDICT] = pop_cell_text(scope, pop_label_verdict(login));
    row[CODE] = pop_cell_text(scope, login->code);
    row[TEXT] = pop_cell_text(scope, login->text);
    row[ERROR_TEXT] = pop_cell_text(scope, login->error);
    row[VERDICT_TIME] = pop_cell_elapsed(&login->decided, &login->proof_line);
    row[VERDICT_FRAME] = pop_cell_frame(&login->decided);
}

static void fill(const pop_subject *subject, wmem_allocator_t *scope, pop_cell *row)
{
    const pop_login *login = subject->exchange->login;
    fill_ends(subject->seen, scope, row);
    row[TIME] = pop_cell_time(&login->begun);
    row[TLS] = pop_cell_truth(login->tls);
    row[USER] = pop_cell_text(scope, login->user);
    row[OWNER] = pop_cell_text(scope, login->owner);
    row[MECHANISM] = pop_cell_text(scope, login->mechanism);
    row[ATTEMPT] = pop_cell_number(login->attempt);
    row[FIRST_FRAME] = pop_cell_frame(&login->begun);
    row[USER_FRAME] = pop_cell_frame(&login->user_line);
    row[PROOF_FRAME] = pop_cell_frame(&login->proof_line);
    fill_verdict(login, scope, row);
}

const pop_report pop_report_logins = { .name = "logins",
    .title = "POP Logins",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .time_column = TIME,
    .thing_of = login_of,
    .fill = fill };
