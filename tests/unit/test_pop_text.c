/* test_pop_text.c
 * Spans, tokens, numbers, and lines with their ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "text/pop_line.h"
#include "tracked_memory.h"

static void assert_span(pop_span span, const char *expected)
{
    g_assert_cmpmem(span.octets, span.length, expected, strlen(expected));
}

static void test_part(void)
{
    static const struct {
        size_t from, length;
        const char *expected;
    } rows[] = { { 0, 3, "abc" }, { 0, 9, "abc" }, { 1, 1, "b" }, { 2, SIZE_MAX, "c" },
        { 3, 1, "" }, { SIZE_MAX, SIZE_MAX, "" }, { 1, 0, "" } };
    guarded text = guarded_new("abc", 3);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_span(
            pop_span_part(guarded_span(&text), rows[i].from, rows[i].length), rows[i].expected);
    }
    guarded_free(&text);
}

static void test_head(void)
{
    static const struct {
        const char *text;
        size_t limit;
        const char *expected;
    } rows[] = { { "", 2, "" }, { "ab", 2, "ab" }, { "abc", 2, "ab" }, { "abc", 0, "" },
        { "a\xC3\xA9", 2, "a" }, { "a\xC3\xA9", 3, "a\xC3\xA9" }, { "\xC3\xA9x", 2, "\xC3\xA9" },
        { "a\xE2\x82\xAC", 3, "a" }, { "\xF0\x9F\x93\xA7", 3, "" },
        { "\xE9\xE9\xE9", 2, "\xE9\xE9" }, { "\x80\x80\x80\x80\x80\x80\x80", 6, "\x80\x80\x80" } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i].text, strlen(rows[i].text));
        assert_span(pop_span_head(guarded_span(&text), rows[i].limit), rows[i].expected);
        guarded_free(&text);
    }
}

static void test_comparison(void)
{
    static const struct {
        const char *text, *other;
        bool is, starts;
    } rows[] = { { "RETR", "retr", true, true }, { "RETR 1", "RETR", false, true },
        { "RET", "RETR", false, false }, { "", "", true, true }, { "", "x", false, false },
        { "x", "", false, true }, { "[", "{", false, false }, { "@", "`", false, false },
        { "\xc3\xa4", "\xc3\x84", false, false } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i].text, strlen(rows[i].text));
        guarded other = guarded_new(rows[i].other, strlen(rows[i].other));
        g_assert_cmpint(pop_span_is(guarded_span(&text), guarded_span(&other)), ==, rows[i].is);
        g_assert_cmpint(
            pop_span_starts(guarded_span(&text), guarded_span(&other)), ==, rows[i].starts);
        guarded_free(&text);
        guarded_free(&other);
    }
}

/* Every octet, at every place in spans that are shorter and longer than a word. */
static void test_printable(void)
{
    for (size_t length = 0; length <= 19; length++) {
        char octets[19];
        memset(octets, '~', sizeof octets);
        guarded text = guarded_new(octets, length);
        g_assert_true(pop_span_is_printable(guarded_span(&text)));
        guarded_free(&text);
        for (size_t at = 0; at < length; at++) {
            for (int octet = 0; octet < 256; octet++) {
                memset(octets, ' ', sizeof octets);
                octets[at] = (char)octet;
                text = guarded_new(octets, length);
                g_assert_cmpint(
                    pop_span_is_printable(guarded_span(&text)), ==, octet >= ' ' && octet <= '~');
                guarded_free(&text);
            }
        }
    }
}

/* Every octet, at every place, among those that are nearly digits and the highest and lowest. */
static void test_has_digit(void)
{
    static const char others[] = { '/', ':', '\0', '\x7f', '\x80', '\xb0', '\xb9', '\xff' };
    for (size_t other = 0; other < sizeof others; other++) {
        for (size_t at = 0; at < 8; at++) {
            for (int octet = 0; octet < 256; octet++) {
                char octets[8];
                uint64_t eight;
                memset(octets, others[other], sizeof octets);
                octets[at] = (char)octet;
                memcpy(&eight, octets, sizeof eight);
                g_assert_cmpint(pop_has_digit(eight), ==, octet >= '0' && octet <= '9');
            }
        }
    }
}

static void test_trim(void)
{
    static const char *const rows[][2] = { { " a b\t", "a b" }, { "", "" }, { " \t ", "" },
        { "a", "a" }, { "\ra\r", "a" } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i][0], strlen(rows[i][0]));
        assert_span(pop_span_trim(guarded_span(&text)), rows[i][1]);
        guarded_free(&text);
    }
}

static void test_tokens(void)
{
    guarded text = guarded_new(" a\t\tbc  d ", 10);
    pop_span rest = guarded_span(&text);
    assert_span(pop_next_token(&rest), "a");
    assert_span(rest, "\t\tbc  d ");
    assert_span(pop_next_token(&rest), "bc");
    assert_span(pop_next_token(&rest), "d");
    assert_span(rest, " ");
    assert_span(pop_next_token(&rest), "");
    assert_span(pop_next_token(&rest), "");
    guarded_free(&text);
}

/* As pop_next_token() and pop_span_number() one after the other. */
static void test_next_number(void)
{
    static const char *const rows[] = { "12 34", " 12\t34", "12", "  12  ", "", "  ", "1x 2", "x",
        "007\r", "18446744073709551615 x", "18446744073709551616", "1234567890123456789",
        "12345678901234567890", "000000000000000000000000000007 1", "-1", "+1 2", "1\x80" };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i], strlen(rows[i]));
        pop_span rest = guarded_span(&text), expected_rest = rest;
        pop_span token, expected = pop_next_token(&expected_rest);
        uint64_t value = 42, expected_value = 42;
        bool is_number = pop_next_number(&rest, &token, &value);
        g_assert_cmpint(is_number, ==, pop_span_number(expected, &expected_value));
        g_assert_cmpuint(value, ==, expected_value);
        g_assert_true(pop_span_equals(token, expected));
        g_assert_true(pop_span_equals(rest, expected_rest));
        guarded_free(&text);
    }
}

/* Blanks are found at every place of a longer token, whatever octets are beside them. */
static void test_long_tokens(void)
{
    static const char octets[] = { '!', '~', '\x80', '\xA0', '\xFF', '\x01', '\x7F' };
    static const char blanks[] = { ' ', '\t', '\r' };
    for (size_t length = 0; length < 40; length++) {
        char text[64];
        memset(text, octets[length % sizeof octets], sizeof text);
        text[length] = blanks[length % sizeof blanks];
        guarded kept = guarded_new(text, 41);
        pop_span rest = guarded_span(&kept);
        if (length > 0) {
            g_assert_cmpuint(pop_next_token(&rest).length, ==, length);
        }
        g_assert_cmpuint(pop_next_token(&rest).length, ==, 40 - length);
        g_assert_cmpuint(rest.length, ==, 0);
        guarded_free(&kept);
    }
}

static void test_number(void)
{
    static const struct {
        const char *text;
        bool fits64, fits32;
        uint64_t value;
    } rows[] = { { "0", true, true, 0 }, { "007", true, true, 7 },
        { "4294967295", true, true, UINT32_MAX }, { "4294967296", true, false, 4294967296 },
        { "18446744073709551615", true, false, UINT64_MAX },
        { "18446744073709551616", false, false, 0 }, { "99999999999999999999", false, false, 0 },
        { "", false, false, 0 }, { "-1", false, false, 0 }, { "+1", false, false, 0 },
        { "1x", false, false, 0 }, { " 1", false, false, 0 }, { "1.", false, false, 0 } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i].text, strlen(rows[i].text));
        uint64_t value = 42;
        uint32_t value32 = 42;
        g_assert_cmpint(pop_span_number(guarded_span(&text), &value), ==, rows[i].fits64);
        g_assert_cmpuint(value, ==, rows[i].fits64 ? rows[i].value : 42);
        g_assert_cmpint(pop_span_number32(guarded_span(&text), &value32), ==, rows[i].fits32);
        g_assert_cmpuint(value32, ==, rows[i].fits32 ? rows[i].value : 42);
        guarded_free(&text);
    }
}

static void test_copies(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    guarded text = guarded_new("aZ\xe4", 3);
    g_assert_cmpstr(pop_span_copy(&memory.allocator, guarded_span(&text)), ==, "aZ\xe4");
    g_assert_cmpstr(pop_span_keep_upper(&memory.allocator, guarded_span(&text)), ==, "AZ\xe4");
    g_assert_cmpstr(pop_span_copy(&memory.allocator, (pop_span){ NULL, 0 }), ==, "");
    guarded_free(&text);
    tracked_memory_free(&memory);
}

static void test_line_text(void)
{
    static const char *const rows[][2] = { { "a\r\n", "a" }, { "a\n", "a" }, { "a\r\r\n", "a" },
        { "\r\n", "" }, { "\n", "" }, { "", "" }, { "a", "a" }, { "a\r", "a\r" },
        { "a\n\n", "a\n" } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded text = guarded_new(rows[i][0], strlen(rows[i][0]));
        assert_span(pop_line_text(guarded_span(&text)), rows[i][1]);
        guarded_free(&text);
    }
}

/* Pieces beyond the limit of octets are counted, pieces beyond the number remembered too. */
static void test_line_add(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_line line = { 0 };
    guarded text = guarded_new("abc", 3);
    for (uint32_t frame = 1; frame <= POP_LINE_PIECES + 2; frame++) {
        pop_line_add(&line, guarded_span(&text), frame, 8, &memory.allocator);
    }
    g_assert_cmpmem(line.octets, line.length, "abcabcab", 8);
    g_assert_cmpuint(line.total, ==, 3 * (POP_LINE_PIECES + 2));
    g_assert_cmpuint(line.piece_count, ==, POP_LINE_PIECES + 2);
    g_assert_cmpuint(line.pieces[POP_LINE_PIECES - 1].frame, ==, POP_LINE_PIECES);
    g_assert_cmpuint(line.pieces[0].length, ==, 3);
    guarded_free(&text);
    tracked_memory_free(&memory);
}

static void test_printable_and_ascii(void)
{
    static const struct {
        const char *text;
        size_t printable;
        bool is_ascii;
    } rows[] = { { "", 0, true }, { "abc", 3, true }, { "0123456789 ~", 12, true },
        { "0123456789\n", 10, true }, { "01234567\x7F", 8, true }, { "\t", 0, true },
        { "0123456\x80", 7, false }, { "01234567 2345\xC3", 13, false }, { "\xFF", 0, false } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        guarded copy = guarded_new(rows[i].text, strlen(rows[i].text));
        pop_span span = guarded_span(&copy);
        g_assert_cmpuint(pop_span_printable_length(span), ==, rows[i].printable);
        g_assert_cmpint(pop_span_is_ascii(span), ==, rows[i].is_ascii);
        guarded_free(&copy);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/printable-and-ascii", test_printable_and_ascii);
    g_test_add_func("/text/part", test_part);
    g_test_add_func("/text/head", test_head);
    g_test_add_func("/text/comparison", test_comparison);
    g_test_add_func("/text/printable", test_printable);
    g_test_add_func("/text/has-digit", test_has_digit);
    g_test_add_func("/text/trim", test_trim);
    g_test_add_func("/text/tokens", test_tokens);
    g_test_add_func("/text/next-number", test_next_number);
    g_test_add_func("/text/long-tokens", test_long_tokens);
    g_test_add_func("/text/number", test_number);
    g_test_add_func("/text/copies", test_copies);
    g_test_add_func("/line/text", test_line_text);
    g_test_add_func("/line/add", test_line_add);
    return g_test_run();
}
