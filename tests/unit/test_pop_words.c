/* test_pop_words.c
 * Encoded words, charsets and parameters: the examples of RFC 2047 and RFC 2231, and what mailers
 * make of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_charset.h"
#include "mail/pop_header.h"
#include "mail/pop_parameter.h"
#include "mail/pop_words.h"

/* --- Encoded words ---------------------------------------------------------------------------- */

static const char *const words[][2] = {
    /* RFC 2047 section 8. */
    { "=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>" },
    { "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>",
        "Keld Jørn Simonsen <keld@dkuug.dk>" },
    { "=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>",
        "André Pirard <PIRARD@vm1.ulg.ac.be>" },
    { "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= "
      "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
        "If you can read this you understand the example." },
    { "Nathaniel Borenstein <nsb@thumper.bellcore.com> (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=)",
        "Nathaniel Borenstein <nsb@thumper.bellcore.com> (םולש ןב ילטפנ)" },
    { "(=?ISO-8859-1?Q?a?=)", "(a)" },
    { "(=?ISO-8859-1?Q?a?= b)", "(a b)" },
    { "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)" },
    { "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)" },
    { "(=?ISO-8859-1?Q?a_b?=)", "(a b)" },
    { "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)" },
    /* RFC 2231 section 5. */
    { "=?US-ASCII*EN?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>" },
    /* A character cut in two, in words of the same charset, whatever their encoding. */
    { "=?utf-8?B?w4Q=?= =?UTF-8?Q?=C3?= =?utf-8?Q?=9F?=", "Äß" },
    { "=?utf-8?Q?=C3?= x =?utf-8?Q?=9F?=", "Ã x \xC5\xB8" },
    /* RFC 1468's charset, and one of four octets. */
    { "=?ISO-2022-JP?B?GyRCMUcyaBsoQg==?=", "映画" },
    { "=?gb18030?Q?=94=39=FC=36?=", "😀" },
    { "=?GB2312?B?xOO6ww==?=", "你好" },
    { "=?x-unknown?Q?=C3=A4?= =?nonsense?Q?=E4?=", "ää" },
    /* Not words: told as they stand. */
    { "=?utf-8?X?abc?=", "=?utf-8?X?abc?=" },
    { "=?utf-8?Q?abc", "=?utf-8?Q?abc" },
    { "=?utf-8?Q?abc? =", "=?utf-8?Q?abc? =" },
    { "=??Q?abc?=", "=??Q?abc?=" },
    { "=?=?utf-8?Q?x?=", "=?x" },
    { "=? a ?= b", "=? a ?= b" },
    /* Broken ones, as far as they go. */
    { "=?utf-8?Q?a=ZZ=4?=", "a=ZZ=4" },
    { "=?utf-8?B?w4TDn*w?=", "Äß" },
    { "=?utf-8?B?YQ?=", "a" },
    { "=?utf-8?Q?a b?=", "a b" },
    { "=?utf-8?Q?"
      "?= x",
        " x" },
    /* RFC 6532, and what was there before it. */
    { "\xC3\x84rger", "Ärger" },
    { "\xC4rger", "Ärger" },
    { "=?utf-8?Q?=C4rger?=", "Ärger" },
    { "=?utf-8?Q?=C3=84=C4?=", "Ä\xEF\xBF\xBD" },
};

static void test_words(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        guarded copy = guarded_new(words[i][0], strlen(words[i][0]));
        char *text = pop_words_decode(guarded_span(&copy));
        g_assert_cmpstr(text, ==, words[i][1]);
        g_free(text);
        guarded_free(&copy);
    }
}

/* --- Charsets --------------------------------------------------------------------------------- */

typedef struct charset_case {
    const char *charset, *octets, *text;
} charset_case;

static const charset_case charsets[] = {
    { "iso-8859-1", "\xE4\x80", "ä€" }, /* as Windows extends it */
    { "ISO_8859-15", "\xA4", "€" },
    { "windows-1251", "\xCF\xF0\xE8\xE2\xE5\xF2", "Привет" },
    { "koi8-r", "\xF0\xD2\xC9\xD7\xC5\xD4", "Привет" },
    { "Shift_JIS", "\x93\xFA\x96\x7B", "日本" },
    { "euc-jp", "\xC6\xFC\xCB\xDC", "日本" },
    { "iso-2022-jp", "\x1B$BF|K\\\x1B(B", "日本" },
    { "big5", "\xA4\xA4\xA4\xE5", "中文" },
    { "gbk", "\xD6\xD0\xCE\xC4", "中文" },
    { "ks_c_5601-1987", "\xC7\xD1\xB1\xDB", "한글" },
    { "gb18030", "\x81\x30\x81\x30", "\xC2\x80" },
    { "utf-7", "+AOQ-", "ä" },
    { "windows-1255", "\xF9\xEC\xE5\xED\xE0", "שלוםא" }, /* the last one may get a point */
    { "utf-16be", "\x20\xAC", "€" },
    { "utf-8", "a\xE2\x82", "a\xC3\xA2\xE2\x80\x9A" }, /* no character of UTF-8 in it */
    { "utf-8", "\xE2\x82\xAC\xE2\x82", "€\xEF\xBF\xBD\xEF\xBF\xBD" },
    { "koi8-r", "", "" },
    { "", "\x80\x81", "€\xEF\xBF\xBD" },
    { "iso-8859-1//TRANSLIT", "\xE4", "ä" }, /* no name that iconv gets */
    { "../../evil", "\xC3\xA4", "ä" },
    { "us-ascii", "\xC3\xA4", "ä" },
    { "euc-jp", "\xC6", "\xEF\xBF\xBD" },
    { "euc-jp",
        "\xFF"
        "a",
        "\xEF\xBF\xBD"
        "a" },
};

static pop_span span_of(const char *text)
{
    return (pop_span){ (const uint8_t *)text, strlen(text) };
}

static void test_charsets(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
        const charset_case *row = &charsets[i];
        guarded copy = guarded_new(row->octets, strlen(row->octets));
        GString *text = g_string_new(NULL);
        g_assert_true(
            pop_charset_append(text, guarded_span(&copy), span_of(row->charset), SIZE_MAX));
        g_assert_cmpstr(text->str, ==, row->text);
        g_string_free(text, TRUE);
        guarded_free(&copy);
    }
}

/* The limit cuts no character, of whatever charset it was. */
static void test_limits(void)
{
    static const char *const named[][2] = { { "utf-8", "ää" }, { "iso-8859-1", "\xE4\xE4" },
        { "utf-8", "\xFF\xC3\xA4" } };
    static const char *const cut[] = { "ä", "ä", "\xEF\xBF\xBD" };
    for (size_t i = 0; i < G_N_ELEMENTS(named); i++) {
        GString *text = g_string_new(NULL);
        g_assert_false(pop_charset_append(text, span_of(named[i][1]), span_of(named[i][0]), 3));
        g_assert_cmpstr(text->str, ==, cut[i]);
        g_string_free(text, TRUE);
    }
}

static void test_nul(void)
{
    GString *text = g_string_new(NULL);
    g_assert_true(pop_charset_append(
        text, (pop_span){ (const uint8_t *)"a\0b", 3 }, span_of("utf-8"), SIZE_MAX));
    g_assert_cmpuint(text->len, ==, 3);
    char *string = pop_charset_string(text);
    g_assert_cmpstr(string, ==,
        "a\xEF\xBF\xBD"
        "b");
    g_free(string);
}

/* --- Parameters ------------------------------------------------------------------------------- */

typedef struct parameter_case {
    const char *value, *name, *text; /* NULL: there is none */
} parameter_case;

static const parameter_case parameters[] = {
    { "a/b; name=x", "name", "x" },
    { "a/b;name = \"x y\";z=1", "name", "x y" },
    { "a/b; filename=x", "name", NULL },
    { "a/b", "name", NULL },
    { "a/b; name", "name", NULL },
    { "a/b; name=", "name", "" },
    { "a/b; x=\"; name=no\"; name=yes", "name", "yes" },
    { "a/b; ; Name=\"un\\\"ended", "name", "un\"ended" },
    { "a/b; x=a\"b; name=yes", "name", "yes" }, /* a quote in the midst is no quote */
    { "a/b; name=one; name=two", "name", "one" },
    { "a/b; name=two words (1).txt; x=y", "name", "two words (1).txt" },
    { "text/plain; charset=us-ascii (Plain text)", "charset", "us-ascii" }, /* RFC 2045, 5.1 */
    { "text/plain; charset=\"us-ascii\"", "charset", "us-ascii" },
    /* RFC 2231 sections 3, 4 and 4.1. */
    { "message/external-body; access-type=URL; URL*0=\"ftp://\";"
      " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
        "url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar" },
    { "application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title",
        "This is ***fun***" },
    { "application/x-stuff; title*0*=us-ascii'en'This%20is%20even%20more%20;"
      " title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
        "title", "This is even more ***fun*** isn't it!" },
    /* In any order; a character cut in two; one that is missing; one that stands there twice. */
    { "a/b; n*1*=%9F.txt; n*0*=utf-8''%C3", "n", "ß.txt" },
    { "a/b; n*0=a; n*2=c", "n", "a" },
    { "a/b; n*0=a; n*0=b; n*1=c", "n", "a" },
    { "a/b; n*1=b; n*2=c", "n", "" },
    { "a/b; n*x=b; n*=utf-8'c; n=d", "n", "utf-8'c" },
    { "a/b; n=plain; n*=utf-8''%C3%84", "n", "Ä" },
    { "a/b; n*=nonsense''%E4", "n", "ä" },
    { "a/b; n*=iso-8859-15''%A4", "n", "€" },
    { "a/b; n*=utf-8''a%", "n", "a%" },
    /* RFC 2047 section 5 forbids it. */
    { "a/b; n=\"=?utf-8?B?w4Q=?= =?utf-8?Q?=C3=9F?=.txt\"", "n", "Äß.txt" },
    { "a/b; n=\"\xC4.txt\"", "n", "Ä.txt" },
};

static void test_parameters(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(parameters); i++) {
        const parameter_case *row = &parameters[i];
        guarded copy = guarded_new(row->value, strlen(row->value));
        char *text = pop_parameter_text(guarded_span(&copy), row->name);
        g_assert_cmpstr(text, ==, row->text);
        g_free(text);
        guarded_free(&copy);
    }
}

static void test_parameter_octets(void)
{
    char *octets = pop_parameter_octets(span_of("a/b; boundary=\"\xC4=?utf-8?Q?x?=\""), "boundary");
    g_assert_cmpstr(octets, ==, "\xC4=?utf-8?Q?x?=");
    g_free(octets);
    octets = pop_parameter_octets(span_of("a/b; boundary*0=a; boundary*1*=%41"), "boundary");
    g_assert_cmpstr(octets, ==, "aA");
    g_free(octets);
}

static void test_head_of_value(void)
{
    static const char *const heads[][2] = { { "text/plain; x=y", "text/plain" },
        { " text/plain (a; b) ", "text/plain (a" }, { "text/plain (so)", "text/plain" },
        { "inline", "inline" }, { "", "" }, { ";", "" } };
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        pop_span head = pop_parameter_head(span_of(heads[i][0]));
        g_assert_true(pop_span_equals(head, span_of(heads[i][1])));
    }
}

/* --- Fields ----------------------------------------------------------------------------------- */

static void test_unfolding(void)
{
    static const char *const fields[][2] = {
        { "Subject: a\r\n b\r\n\tc\r\nTo: x\r\n\r\n", "a b c" },
        { "To: x\nsubject:=?utf-8?Q?a?=\n =?utf-8?Q?b?=\n", "ab" },
        { "To: x\r\n\r\nSubject: not here", NULL },
        { "Subject: a\x01\tb\x7F\xC2\x85"
          "c",
            "a  b  c" },
        { "Subject:", "" },
        { "no colon\r\nSubject: a\r\n", "a" },
        { "Subject : a\r\n", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        guarded copy = guarded_new(fields[i][0], strlen(fields[i][0]));
        char *text = pop_header_subject(guarded_span(&copy));
        g_assert_cmpstr(text, ==, fields[i][1]);
        g_free(text);
        guarded_free(&copy);
    }
}

/* Where the third field begins, if there is one. */
static void test_first_fields(void)
{
    static const struct {
        const char *mail;
        size_t octets;
    } mails[] = {
        { "a: 1\r\nb: 2\r\nc: 3\r\n\r\nbody", 12 },
        { "a: 1\r\n x\r\nb: 2\r\n\ty\r\nc: 3", 20 },
        { "a: 1\nb: 2\n\nc: 3\n", 16 },
        { "a: 1\r\nb: 2\r\n", 12 },
        { "a: 1", 4 },
        { "", 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        guarded copy = guarded_new(mails[i].mail, strlen(mails[i].mail));
        g_assert_cmpuint(pop_header_octets_of(guarded_span(&copy), 2), ==, mails[i].octets);
        guarded_free(&copy);
    }
}

int main(int count, char **arguments)
{
    g_test_init(&count, &arguments, NULL);
    g_test_add_func("/words/words", test_words);
    g_test_add_func("/words/charsets", test_charsets);
    g_test_add_func("/words/limits", test_limits);
    g_test_add_func("/words/nul", test_nul);
    g_test_add_func("/words/parameters", test_parameters);
    g_test_add_func("/words/parameter-octets", test_parameter_octets);
    g_test_add_func("/words/head-of-value", test_head_of_value);
    g_test_add_func("/words/unfolding", test_unfolding);
    g_test_add_func("/words/first-fields", test_first_fields);
    return g_test_run();
}
