/* test_pop_command.c
 * The table of commands: every row, and whether a positive reply goes on behind its status line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "grammar/pop_command.h"

#define A (1U << POP_STATE_AUTHORIZATION)
#define T (1U << POP_STATE_TRANSACTION)

/* What a positive reply has: without arguments, with a number, with another word as the first. */
typedef struct test_row {
    const char *keyword, *subcommand;
    unsigned states;
    pop_body bare, number, word;
} test_row;

#define NONE POP_BODY_NONE
#define MAIL POP_BODY_MESSAGE
#define SCAN POP_BODY_SCAN_LISTING
#define UIDS POP_BODY_UNIQUE_ID_LISTING
#define TEXT POP_BODY_TEXT
#define CAPABILITIES POP_BODY_CAPABILITIES
#define MECHANISMS POP_BODY_MECHANISMS
#define LANGUAGES POP_BODY_LANGUAGES
#define HEADERS POP_BODY_HEADER_LISTING
#define UNDETERMINED POP_BODY_UNDETERMINED

static const test_row rows[] = {
    { "USER", NULL, A, NONE, NONE, NONE },
    { "PASS", NULL, A, NONE, NONE, NONE },
    { "APOP", NULL, A, NONE, NONE, NONE },
    { "RPOP", NULL, A, NONE, NONE, NONE },
    { "AUTH", NULL, A, MECHANISMS, NONE, NONE },
    { "CAPA", NULL, A | T, CAPABILITIES, CAPABILITIES, CAPABILITIES },
    { "STLS", NULL, A, NONE, NONE, NONE },
    { "UTF8", NULL, A, NONE, NONE, NONE },
    { "LANG", NULL, A | T, LANGUAGES, NONE, NONE },
    { "STAT", NULL, T, NONE, NONE, NONE },
    { "LIST", NULL, T, SCAN, NONE, SCAN },
    { "RETR", NULL, T, MAIL, MAIL, MAIL },
    { "DELE", NULL, T, NONE, NONE, NONE },
    { "NOOP", NULL, A | T, NONE, NONE, NONE },
    { "LAST", NULL, T, NONE, NONE, NONE },
    { "RSET", NULL, T, NONE, NONE, NONE },
    { "TOP", NULL, T, MAIL, MAIL, MAIL },
    { "UIDL", NULL, T, UIDS, NONE, UIDS },
    { "QUIT", NULL, A | T, NONE, NONE, NONE },
    { "XTND", "BBOARDS", T, TEXT, TEXT, TEXT },
    { "XTND", "ARCHIVE", T, TEXT, TEXT, TEXT },
    { "XTND", "X-BBOARDS", T, TEXT, TEXT, TEXT },
    { "XTND", "XLST", T, HEADERS, HEADERS, HEADERS },
    { "XTND", "XMIT", T, NONE, NONE, NONE },
    { "XTND", NULL, T, UNDETERMINED, UNDETERMINED, UNDETERMINED },
    { "EUIDL", NULL, T, UIDS, NONE, UIDS },
    { "XSENDER", NULL, T, NONE, NONE, NONE },
    { "*ENV", NULL, T, TEXT, TEXT, TEXT },
    { "HELP", NULL, A | T, TEXT, TEXT, TEXT },
    { "EPOP", NULL, A | T, TEXT, TEXT, TEXT },
    { "MDEF", NULL, A | T, NONE, NONE, NONE },
    { "MBOX", NULL, A | T, NONE, NONE, NONE },
    { "GURL", NULL, T, NONE, NONE, NONE },
    { "XCLIENT", NULL, A, NONE, NONE, NONE },
    { "XOIP", NULL, A | T, NONE, NONE, NONE },
};

static pop_span span_of(const char *text)
{
    return (pop_span){ (const uint8_t *)text, text == NULL ? 0 : strlen(text) };
}

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const test_row *row = &rows[i];
        g_test_message("%s %s", row->keyword, row->subcommand == NULL ? "" : row->subcommand);
        const pop_command *command = pop_command_find(
            POP_VERSION_3, span_of(row->keyword), span_of(row->subcommand));
        g_assert_nonnull(command);
        g_assert_cmpstr(command->keyword, ==, row->keyword);
        g_assert_cmpstr(command->subcommand, ==, row->subcommand);
        g_assert_cmphex(command->states, ==, row->states);
        g_assert_cmpint(pop_command_body(command, span_of(NULL)), ==, row->bare);
        g_assert_cmpint(pop_command_body(command, span_of("1")), ==, row->number);
        g_assert_cmpint(pop_command_body(command, span_of("word(1)")), ==, row->word);
    }
}

/* No row is forgotten here: the table has as many for POP3. */
static void test_row_count(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const pop_command *command = pop_command_find(
            POP_VERSION_3, span_of(rows[i].keyword), span_of(rows[i].subcommand));
        count += (command->versions & (1U << POP_VERSION_3)) != 0;
    }
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(rows));
    unsigned in_table = 0;
#define V1 0
#define V2 0
#define V3 1
#define POP_COMMAND(identifier, keyword, subcommand, versions, ...) in_table += (versions) != 0;
#include "grammar/pop_commands.def"
#undef POP_COMMAND
    g_assert_cmpuint(in_table, ==, G_N_ELEMENTS(rows));
}

static void test_case_and_names(void)
{
    static const char *const unknown[] = { "", "RET", "RETRX", "ENV", "XFOO", "\xff" };
    g_assert_nonnull(pop_command_find(POP_VERSION_3, POP_SPAN("rEtR"), span_of(NULL)));
    g_assert_cmpint(pop_command_find(POP_VERSION_3, POP_SPAN("xtnd"), POP_SPAN("xmit"))->effect, ==,
        POP_EFFECT_SUBMIT);
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        guarded keyword = guarded_new(unknown[i], strlen(unknown[i]));
        g_assert_null(pop_command_find(POP_VERSION_3, guarded_span(&keyword), span_of(NULL)));
        guarded_free(&keyword);
    }
    g_assert_cmpint(pop_command_body(NULL, span_of("1")), ==, POP_BODY_UNDETERMINED);
}

static void test_body_from_line(void)
{
    static const struct {
        const char *line;
        pop_body body;
    } lines[] = { { "+OK", NONE }, { "+ok next", NONE }, { "-ERR", NONE }, { "+ ", NONE },
        { "+", NONE }, { "1 120", SCAN }, { "1 120 extra", SCAN }, { "2   200", SCAN },
        { "1 whqtswO00WBw418f9t5JxYwZ", UIDS }, { "1 ", TEXT }, { "1", TEXT }, { "", TEXT },
        { "SASL PLAIN LOGIN", CAPABILITIES }, { "UIDL", CAPABILITIES }, { "top", CAPABILITIES },
        { "Subject: x", MAIL }, { "X-Y:", MAIL }, { ": x", TEXT }, { "Some words: here", TEXT },
        { "text", TEXT }, { "\xe4:", TEXT }, { "..", TEXT } };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_test_message("\"%s\"", lines[i].line);
        guarded line = guarded_new(lines[i].line, strlen(lines[i].line));
        g_assert_cmpint(pop_body_from_line(guarded_span(&line)), ==, lines[i].body);
        guarded_free(&line);
    }
}

static void test_states(void)
{
    const pop_command *retr = pop_command_find(POP_VERSION_3, POP_SPAN("RETR"), span_of(NULL));
    g_assert_true(pop_command_legal(retr, POP_STATE_TRANSACTION));
    g_assert_true(pop_command_legal(retr, POP_STATE_UNKNOWN));
    g_assert_false(pop_command_legal(retr, POP_STATE_AUTHORIZATION));
    g_assert_false(pop_command_legal(retr, POP_STATE_UPDATE));
    g_assert_cmpstr(pop_state_name(POP_STATE_UPDATE), ==, "UPDATE");
    g_assert_nonnull(pop_state_name((pop_state)99));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/rows", test_rows);
    g_test_add_func("/command/row-count", test_row_count);
    g_test_add_func("/command/case-and-names", test_case_and_names);
    g_test_add_func("/command/body-from-line", test_body_from_line);
    g_test_add_func("/command/states", test_states);
    return g_test_run();
}
