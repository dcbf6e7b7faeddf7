/* test_pop_framing.c
 * The octets of one direction cut into units, at every cut: what the units say must not change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "session/pop_framing.h"
#include "tracked_memory.h"

enum { LIMIT = 16 };

/* A framing under test. What is found is written as one text; units that cuts make or part do not
 * show in it. */
typedef struct test_bench {
    tracked_memory memory;
    pop_framing framing;
    GString *found;
    GString *body;
    bool unstuffed_dot;
    uint32_t frame;
} test_bench;

static void take(void *context, pop_span octets)
{
    g_string_append_len(context, (const char *)octets.octets, (gssize)octets.length);
}

static pop_body_sink sink_of(test_bench *bench)
{
    return (pop_body_sink){ take, bench->body };
}

static void begin(test_bench *bench)
{
    *bench = (test_bench){ .found = g_string_new(NULL), .body = g_string_new(NULL) };
    tracked_memory_init(&bench->memory);
    pop_framing_init(&bench->framing, LIMIT, &bench->memory.allocator);
}

static char *end(test_bench *bench)
{
    if (bench->framing.unfinished != NULL) {
        g_string_append_printf(bench->found, "<unfinished %.*s>",
            (int)bench->framing.unfinished->length, bench->framing.unfinished->octets);
    }
    if (bench->body->len > 0) {
        g_string_append_printf(bench->found, "<open body %s>", bench->body->str);
    }
    g_string_free(bench->body, TRUE);
    tracked_memory_free(&bench->memory);
    return g_string_free(bench->found, FALSE);
}

static void write_line(test_bench *bench, const pop_unit *unit)
{
    g_string_append_printf(bench->found, "<line %.*s%s%s>", (int)unit->text.length,
        unit->text.octets == NULL ? (const uint8_t *)"" : unit->text.octets,
        unit->bare_lf ? " LF" : "", unit->too_long ? " long" : "");
}

static void write_body(test_bench *bench, const pop_unit *unit)
{
    bench->unstuffed_dot |= unit->unstuffed_dot;
    g_string_append_printf(bench->found, "<body %s%s%s>", bench->body->str,
        bench->unstuffed_dot ? " unstuffed" : "", unit->bare_lf ? " LF" : "");
    g_string_truncate(bench->body, 0);
    bench->unstuffed_dot = false;
}

static void write_unit(test_bench *bench, const pop_unit *unit)
{
    switch (unit->kind) {
    case POP_UNIT_LINE:
        write_line(bench, unit);
        break;
    case POP_UNIT_BODY:
        bench->unstuffed_dot |= unit->unstuffed_dot;
        break;
    case POP_UNIT_BODY_END:
        write_body(bench, unit);
        break;
    case POP_UNIT_OPAQUE:
        g_string_append_printf(bench->body, "%zu octets", unit->length);
        break;
    case POP_UNIT_PREAMBLE:
        g_string_append_printf(bench->found, "<preamble %zu>", (size_t)unit->line->total);
        break;
    case POP_UNIT_PIECE:
        break;
    }
}

/* Units cover a segment without holes. */
static void feed(test_bench *bench, const char *octets, size_t length)
{
    guarded copy = guarded_new(octets, length);
    pop_span segment = guarded_span(&copy);
    size_t offset = 0, covered = 0;
    while (pop_framing_has_next(&bench->framing, segment, offset)) {
        pop_unit unit = pop_framing_next(&bench->framing, segment, &offset, ++bench->frame);
        g_assert_cmpuint(unit.offset, ==, covered);
        covered += unit.length;
        g_assert_cmpuint(covered, ==, offset);
        write_unit(bench, &unit);
    }
    g_assert_cmpuint(covered, ==, length);
    guarded_free(&copy);
}

/* How a framing is set up before the octets. */
typedef enum bench_setting { LINES, DOTTED, DOTTED_LF, COUNTED } bench_setting;

static void set_up(test_bench *bench, bench_setting setting, uint64_t count)
{
    begin(bench);
    if (setting == COUNTED) {
        pop_framing_begin_counted(&bench->framing, sink_of(bench), count);
    } else if (setting != LINES) {
        pop_framing_begin_dotted(&bench->framing, sink_of(bench), setting == DOTTED_LF);
    }
}

typedef struct test_row {
    bench_setting setting;
    uint64_t count;
    const char *octets;
    const char *found;
} test_row;

static const test_row rows[] = {
    { LINES, 0, "", "" },
    { LINES, 0, "a\r\nb\nc", "<line a><line b LF><unfinished c>" },
    { LINES, 0, "\r\n\n\r\r\n", "<line ><line  LF><line >" },
    { LINES, 0, "12345678901234\r\n", "<line 12345678901234>" },
    { LINES, 0, "123456789012345678901234567890\r\nnext\r\n",
        "<line 1234567890123456 long><line next>" },
    { DOTTED, 0, ".\r\n+OK\r\n", "<body ><line +OK>" },
    { DOTTED, 0, "a\r\n..\r\n.x\r\n.\r\n", "<body a\r\n.\r\nx\r\n unstuffed>" },
    { DOTTED, 0, "..\r\n...\r\n.\r\nb\r\n", "<body .\r\n..\r\n><line b>" },
    { DOTTED, 0, "a\r\n.\r\r\n.\r\n", "<body a\r\n\r\r\n unstuffed>" },
    { DOTTED, 0, "a.\r\n.\r\n", "<body a.\r\n>" },
    { DOTTED, 0, "a\n.\n+OK\r\n", "<body a\n LF><line +OK>" },
    { DOTTED, 0, "a\r\n.\n-ERR x\r\n", "<body a\r\n LF><line -ERR x>" },
    { DOTTED, 0, "a\n.\n+OKAY\n.\r\n", "<body a\n.\n+OKAY\n unstuffed>" },
    { DOTTED, 0, "a\n.\n-ER\n.\r\n", "<body a\n.\n-ER\n unstuffed>" },
    { DOTTED, 0, "a\n.\n.\n.\r\n", "<body a\n.\n.\n unstuffed>" },
    { DOTTED, 0, "a\n.\n.\r\n", "<body a\n.\n unstuffed>" },
    { DOTTED, 0, "a\n.\n..x\r\n.\r\n", "<body a\n.\n.x\r\n unstuffed>" },
    { DOTTED, 0, "a\n.\n\n.\r\n", "<body a\n.\n\n unstuffed>" },
    { DOTTED, 0, "a\r\n.\r", "<open body a\r\n>" },
    { DOTTED_LF, 0, "a\n.\nb\n", "<body a\n LF><line b LF>" },
    { DOTTED_LF, 0, "a\n..\n.\r\n", "<body a\n.\n>" },
    { COUNTED, 0, "+OK\r\n", "<body ><line +OK>" },
    { COUNTED, 5, "a\r\n.\rb\r\n", "<body a\r\n.\r><line b>" },
    { COUNTED, 5, "abc", "<open body abc>" },
};

static void check(test_bench *bench, const test_row *row, const char *how)
{
    char *found = end(bench);
    g_test_message("%s, %s", row->octets, how);
    g_assert_cmpstr(found, ==, row->found);
    g_free(found);
}

static void check_all_cuts(const test_row *row)
{
    size_t length = strlen(row->octets);
    for (size_t cut = 0; cut <= length; cut++) {
        test_bench bench;
        set_up(&bench, row->setting, row->count);
        feed(&bench, row->octets, cut);
        feed(&bench, row->octets + cut, length - cut);
        check(&bench, row, "cut once");
    }
}

static void check_octets(const test_row *row)
{
    test_bench bench;
    set_up(&bench, row->setting, row->count);
    for (const char *octet = row->octets; *octet != '\0'; octet++) {
        feed(&bench, octet, 1);
    }
    feed(&bench, "", 0);
    check(&bench, row, "octet by octet");
}

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        check_all_cuts(&rows[i]);
        check_octets(&rows[i]);
    }
}

static void test_opaque(void)
{
    test_bench bench;
    begin(&bench);
    feed(&bench, "half", 4);
    pop_framing_begin_opaque(&bench.framing);
    feed(&bench, "\x16\x03\n.\r\n", 6);
    char *found = end(&bench);
    g_assert_cmpstr(found, ==, "<open body 6 octets>");
    g_free(found);
}

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

/* A header of the PROXY protocol, version 2, or what is none, at every cut. */
static void test_preamble(void)
{
    static const struct {
        pop_span octets;
        const char *found;
    } cases[] = {
        { POP_SPAN(SIGNATURE "\x20\0\0\0A\r\n"), "<preamble 16><line A>" },
        { POP_SPAN(SIGNATURE "\x21\x11\0\x0c\n.\r\nabcd\0\0\0\x6e"
                             "A\r\n"),
            "<preamble 28><line A>" },
        { POP_SPAN("A\r\n\r\nQUIT\n"), "<line A><line ><line QUIT LF>" },
        { POP_SPAN("\r\nA\r\n"), "<line ><line A>" },
        { POP_SPAN("\r\n\r\nA\r\n"), "<line ><line ><line A>" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t cut = 0; cut <= cases[i].octets.length; cut++) {
            test_bench bench;
            begin(&bench);
            pop_framing_begin_preamble(&bench.framing);
            feed(&bench, (const char *)cases[i].octets.octets, cut);
            feed(&bench, (const char *)cases[i].octets.octets + cut, cases[i].octets.length - cut);
            char *found = end(&bench);
            g_test_message("case %zu, cut at %zu", i, cut);
            g_assert_cmpstr(found, ==, cases[i].found);
            g_free(found);
        }
    }
}

static void test_gap_in_a_line(void)
{
    test_bench bench;
    begin(&bench);
    feed(&bench, "half", 4);
    pop_framing_gap(&bench.framing, 100);
    feed(&bench, "other\r\n", 7);
    char *found = end(&bench);
    g_assert_cmpstr(found, ==, "<line other>");
    g_free(found);
}

static void test_gap_in_counted_octets(void)
{
    static const struct {
        uint64_t lost;
        const char *found;
    } gaps[] = { { 2, "<body abcd><line x>" }, { 5, "<body a><line bcdx>" },
        { 6, "<body ><line abcdx>" }, { UINT64_MAX, "<body ><line abcdx>" } };
    for (size_t i = 0; i < G_N_ELEMENTS(gaps); i++) {
        test_bench bench;
        set_up(&bench, COUNTED, 6);
        pop_framing_gap(&bench.framing, gaps[i].lost);
        feed(&bench, "abcdx\r\n", 7);
        char *found = end(&bench);
        g_assert_cmpstr(found, ==, gaps[i].found);
        g_free(found);
    }
}

/* Octets that a sloppy terminator gave back are those of a line under way. */
static void test_counted_octets_behind_a_line(void)
{
    static const struct {
        uint64_t count;
        const char *found;
    } counts[] = { { 6, "<body abcdef><line x>" }, { 2, "<body ab><line cdefx>" },
        { 1, "<body a><line bcdefx>" }, { 0, "<body ><line abcdefx>" } };
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        test_bench bench;
        set_up(&bench, LINES, 0);
        feed(&bench, "ab", 2);
        pop_framing_begin_counted(&bench.framing, sink_of(&bench), counts[i].count);
        feed(&bench, "cdefx\r\n", 7);
        char *found = end(&bench);
        g_assert_cmpstr(found, ==, counts[i].found);
        g_free(found);
    }
}

static void test_reread(void)
{
    test_bench bench;
    set_up(&bench, DOTTED, 0);
    pop_framing_reread(&bench.framing, POP_SPAN("..x\r\n"));
    feed(&bench, "..y\r\n.\r\n", 8);
    char *found = end(&bench);
    g_assert_cmpstr(found, ==, "<body .x\r\n.y\r\n>");
    g_free(found);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/framing/rows", test_rows);
    g_test_add_func("/framing/opaque", test_opaque);
    g_test_add_func("/framing/preamble", test_preamble);
    g_test_add_func("/framing/gap-in-a-line", test_gap_in_a_line);
    g_test_add_func("/framing/gap-in-counted-octets", test_gap_in_counted_octets);
    g_test_add_func("/framing/counted-octets-behind-a-line", test_counted_octets_behind_a_line);
    g_test_add_func("/framing/reread", test_reread);
    return g_test_run();
}
