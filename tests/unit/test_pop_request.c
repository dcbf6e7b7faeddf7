/* test_pop_request.c
 * Command lines, taken apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "grammar/pop_request.h"

enum { NO_NUMBER = -1 };

typedef struct test_row {
    const char *line;
    const char *keyword, *parameter;
    int command; /* pop_command_id; -1: unknown */
    unsigned argument_count;
    int64_t message, lines;
    pop_anomalies anomalies;
} test_row;

#define UNKNOWN (-1)
#define COUNT POP_FLAW(ARGUMENT_COUNT)
#define NUMBER POP_FLAW(ARGUMENT_NOT_NUMBER)
#define NONE NO_NUMBER

static const test_row rows[] = {
    { "STAT", "STAT", "", POP_COMMAND_STAT, 0, NONE, NONE, 0 },
    { "stat", "stat", "", POP_COMMAND_STAT, 0, NONE, NONE, 0 },
    { "STAT x", "STAT", "x", POP_COMMAND_STAT, 1, NONE, NONE, COUNT },
    { "RETR 1", "RETR", "1", POP_COMMAND_RETR, 1, 1, NONE, 0 },
    { "  RETR\t 1 ", "RETR", " 1 ", POP_COMMAND_RETR, 1, 1, NONE, 0 },
    { "RETR", "RETR", "", POP_COMMAND_RETR, 0, NONE, NONE, COUNT },
    { "RETR 4294967295", "RETR", "4294967295", POP_COMMAND_RETR, 1, UINT32_MAX, NONE, 0 },
    { "RETR 4294967296", "RETR", "4294967296", POP_COMMAND_RETR, 1, NONE, NONE, NUMBER },
    { "RETR -1", "RETR", "-1", POP_COMMAND_RETR, 1, NONE, NONE, NUMBER },
    { "RETR 1 mangle(text=plain)", "RETR", "1 mangle(text=plain)", POP_COMMAND_RETR, 2, 1, NONE,
        0 },
    { "LIST", "LIST", "", POP_COMMAND_LIST, 0, NONE, NONE, 0 },
    { "LIST 0", "LIST", "0", POP_COMMAND_LIST, 1, 0, NONE, 0 },
    { "LIST mangle(a)", "LIST", "mangle(a)", POP_COMMAND_LIST, 1, NONE, NONE, 0 },
    { "TOP 1 10", "TOP", "1 10", POP_COMMAND_TOP, 2, 1, 10, 0 },
    { "TOP 1", "TOP", "1", POP_COMMAND_TOP, 1, 1, NONE, 0 },
    { "TOP 1 x", "TOP", "1 x", POP_COMMAND_TOP, 2, 1, NONE, NUMBER },
    { "PASS  a b ", "PASS", " a b ", POP_COMMAND_PASS, 1, NONE, NONE, 0 },
    { "PASS", "PASS", "", POP_COMMAND_PASS, 0, NONE, NONE, COUNT },
    { "USER a b", "USER", "a b", POP_COMMAND_USER, 1, NONE, NONE, 0 },
    { "APOP a c4c9334bac560ecc979e58001b3e22fb", "APOP", "a c4c9334bac560ecc979e58001b3e22fb",
        POP_COMMAND_APOP, 2, NONE, NONE, 0 },
    { "AUTH", "AUTH", "", POP_COMMAND_AUTH, 0, NONE, NONE, 0 },
    { "AUTH ", "AUTH", "", POP_COMMAND_AUTH, 0, NONE, NONE, 0 },
    { "AUTH PLAIN =", "AUTH", "PLAIN =", POP_COMMAND_AUTH, 2, NONE, NONE, 0 },
    { "XTND BBOARDS", "XTND", "BBOARDS", POP_COMMAND_XTND_BBOARDS, 1, NONE, NONE, 0 },
    { "xtnd xmit", "xtnd", "xmit", POP_COMMAND_XTND_XMIT, 1, NONE, NONE, 0 },
    { "XTND XLST Subject 3", "XTND", "XLST Subject 3", POP_COMMAND_XTND_XLST, 3, 3, NONE, 0 },
    { "XTND ELSE 1", "XTND", "ELSE 1", POP_COMMAND_XTND, 2, NONE, NONE, 0 },
    { "XTND", "XTND", "", POP_COMMAND_XTND, 0, NONE, NONE, COUNT },
    { "*ENV 2", "*ENV", "2", POP_COMMAND_ENV, 1, 2, NONE, 0 },
    { "RETRX 1", "RETRX", "1", UNKNOWN, 1, NONE, NONE, POP_FLAW(UNKNOWN_COMMAND) },
    { "a b c d e f g h i j", "a", "b c d e f g h i j", UNKNOWN, 9, NONE, NONE,
        POP_FLAW(UNKNOWN_COMMAND) },
    { "", "", "", UNKNOWN, 0, NONE, NONE, POP_FLAW(EMPTY_LINE) },
    { " \t", "", "", UNKNOWN, 0, NONE, NONE, POP_FLAW(EMPTY_LINE) },
};

static void assert_span(pop_span span, const char *expected)
{
    g_assert_cmpmem(span.octets, span.length, expected, strlen(expected));
}

static void check(const test_row *row)
{
    guarded line = guarded_new(row->line, strlen(row->line));
    pop_request request;
    pop_request_parse(&request, POP_VERSION_3, guarded_span(&line));
    g_test_message("\"%s\"", row->line);
    assert_span(request.line, row->line);
    assert_span(request.keyword, row->keyword);
    assert_span(request.parameter, row->parameter);
    g_assert_cmpint(request.command == NULL ? UNKNOWN : (int)request.command->id, ==, row->command);
    g_assert_cmpuint(request.argument_count, ==, row->argument_count);
    g_assert_cmpint(request.has_lines ? (int64_t)request.lines : NO_NUMBER, ==, row->lines);
    g_assert_cmpint(request.has_message ? (int64_t)request.message : NO_NUMBER, ==, row->message);
    g_assert_cmphex(request.anomalies, ==, row->anomalies);
    guarded_free(&line);
}

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        check(&rows[i]);
    }
}

static void test_nul(void)
{
    guarded line = guarded_new("RETR\0 1", 7);
    pop_request request;
    pop_request_parse(&request, POP_VERSION_3, guarded_span(&line));
    g_assert_cmphex(request.anomalies, ==, POP_FLAW(NUL) | POP_FLAW(UNKNOWN_COMMAND));
    g_assert_cmpuint(request.keyword.length, ==, 5);
    guarded_free(&line);
}

static void test_argument(void)
{
    pop_request request;
    pop_request_parse(&request, POP_VERSION_3, POP_SPAN("AUTH PLAIN dGVzdA=="));
    assert_span(pop_request_argument(&request, POP_ARGUMENT_MECHANISM), "PLAIN");
    assert_span(pop_request_argument(&request, POP_ARGUMENT_INITIAL_RESPONSE), "dGVzdA==");
    assert_span(pop_request_argument(&request, POP_ARGUMENT_MESSAGE), "");
    pop_request_parse(&request, POP_VERSION_3, POP_SPAN("AUTH"));
    assert_span(pop_request_argument(&request, POP_ARGUMENT_MECHANISM), "");
    pop_request_parse(&request, POP_VERSION_3, POP_SPAN("NONE 1"));
    assert_span(pop_request_argument(&request, POP_ARGUMENT_MESSAGE), "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/request/rows", test_rows);
    g_test_add_func("/request/nul", test_nul);
    g_test_add_func("/request/argument", test_argument);
    return g_test_run();
}
