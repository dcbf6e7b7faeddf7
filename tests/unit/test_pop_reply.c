/* test_pop_reply.c
 * Status lines, taken apart, and the sizes that they announce.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "grammar/pop_reply.h"

typedef struct test_row {
    const char *line;
    bool in_dialogue;
    pop_status status;
    const char *indicator, *description, *code;
    pop_anomalies anomalies;
} test_row;

#define OK POP_STATUS_POSITIVE
#define ERR POP_STATUS_NEGATIVE
#define CHALLENGE POP_STATUS_CHALLENGE
#define NO_STATUS POP_STATUS_NONE

static const test_row rows[] = {
    { "+OK", false, OK, "+OK", "", "", 0 },
    { "+OK ", false, OK, "+OK", "", "", 0 },
    { "+OK  two", false, OK, "+OK", " two", "", 0 },
    { "+OK\ttab", false, OK, "+OK", "tab", "", 0 },
    { "+ok x", false, OK, "+ok", "x", "", POP_FLAW(STATUS_CASE) },
    { "+OKx", false, OK, "+OK", "x", "", POP_FLAW(STATUS_NO_SPACE) },
    { "-ERR", false, ERR, "-ERR", "", "", 0 },
    { "-Err x", false, ERR, "-Err", "x", "", POP_FLAW(STATUS_CASE) },
    { "-ERRx", false, ERR, "-ERR", "x", "", POP_FLAW(STATUS_NO_SPACE) },
    { "-ERR [IN-USE] locked", false, ERR, "-ERR", "[IN-USE] locked", "IN-USE", 0 },
    { "-ERR [SYS/TEMP]", false, ERR, "-ERR", "[SYS/TEMP]", "SYS/TEMP", 0 },
    { "+OK [XCLIENT] hi", false, OK, "+OK", "[XCLIENT] hi", "XCLIENT", 0 },
    { "-ERR [not a code]", false, ERR, "-ERR", "[not a code]", "", 0 },
    { "-ERR []", false, ERR, "-ERR", "[]", "", 0 },
    { "-ERR [open", false, ERR, "-ERR", "[open", "", 0 },
    { "-ERR x [AUTH]", false, ERR, "-ERR", "x [AUTH]", "", 0 },
    { "+", true, CHALLENGE, "+", "", "", POP_FLAW(CHALLENGE_NO_SPACE) },
    { "+ ", true, CHALLENGE, "+", "", "", 0 },
    { "+ dGVzdA==", true, CHALLENGE, "+", "dGVzdA==", "", 0 },
    { "+dGVzdA==", true, CHALLENGE, "+", "dGVzdA==", "", POP_FLAW(CHALLENGE_NO_SPACE) },
    { "+OKAY", true, CHALLENGE, "+", "OKAY", "", POP_FLAW(CHALLENGE_NO_SPACE) },
    { "+OK", true, OK, "+OK", "", "", 0 },
    { "+OK x", true, OK, "+OK", "x", "", 0 },
    { "+ OK", true, CHALLENGE, "+", "OK", "", 0 },
    { "+ OK XTND", false, OK, "+ OK", "XTND", "", POP_FLAW(STATUS_CHALLENGE_FORM) },
    { "+ OK", false, OK, "+ OK", "", "", POP_FLAW(STATUS_CHALLENGE_FORM) },
    { "+ OKAY", false, CHALLENGE, "+", "OKAY", "", 0 },
    { "", false, NO_STATUS, "", "", "", 0 },
    { "-ER", false, NO_STATUS, "", "-ER", "", 0 },
    { "1 120", false, NO_STATUS, "", "1 120", "", 0 },
    { " +OK", false, NO_STATUS, "", " +OK", "", 0 },
};

static void assert_span(pop_span span, const char *expected)
{
    g_assert_cmpmem(span.octets, span.length, expected, strlen(expected));
}

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const test_row *row = &rows[i];
        g_test_message("\"%s\"", row->line);
        guarded line = guarded_new(row->line, strlen(row->line));
        pop_reply reply = pop_reply_parse(guarded_span(&line), row->in_dialogue);
        g_assert_cmpint(reply.status, ==, row->status);
        assert_span(reply.line, row->line);
        assert_span(reply.indicator, row->indicator);
        assert_span(reply.description, row->description);
        assert_span(reply.code, row->code);
        g_assert_cmphex(reply.anomalies, ==, row->anomalies);
        guarded_free(&line);
    }
}

static void test_announced_size(void)
{
    static const struct {
        const char *text;
        bool announced;
        uint64_t octets;
    } sizes[] = { { "1460 octets", true, 1460 }, { "1460", true, 1460 }, { " 1460 ", true, 1460 },
        { "1 (6355 octets)", true, 6355 }, { "120 bytes follow", true, 120 },
        { "message 1 (120 octets)", true, 120 }, { "2 messages (320 octets)", true, 320 },
        { "0 octets", true, 0 }, { "message follows", false, 0 }, { "", false, 0 },
        { "octets", false, 0 }, { "2 320", false, 0 }, { "1 message", false, 0 },
        { "18446744073709551616 octets", false, 0 }, { "120 Octets", true, 120 },
        { "many octets", false, 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_test_message("\"%s\"", sizes[i].text);
        guarded text = guarded_new(sizes[i].text, strlen(sizes[i].text));
        uint64_t octets = 0;
        g_assert_cmpint(
            pop_reply_announced_size(guarded_span(&text), &octets), ==, sizes[i].announced);
        g_assert_cmpuint(octets, ==, sizes[i].octets);
        guarded_free(&text);
    }
}

static void test_nul(void)
{
    pop_reply reply = pop_reply_parse(POP_SPAN("+OK \0"), false);
    g_assert_cmphex(reply.anomalies, ==, POP_FLAW(NUL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reply/rows", test_rows);
    g_test_add_func("/reply/announced-size", test_announced_size);
    g_test_add_func("/reply/nul", test_nul);
    return g_test_run();
}
