/* test_pop_mime.c
 * Where the parts of a mail stand, and files that uuencode put into a text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_mime.h"
#include "mail/pop_uuencode.h"

/* A part as text: "m" before an attached mail, "d" for what a digest holds, "1" in an attached
 * mail. */
static void describe(GString *text, const pop_mime_part *part)
{
    g_string_append(text, part->is_mail ? "m" : "");
    g_string_append(text, part->in_digest ? "d" : "");
    if (part->mails_around > 0) {
        g_string_append_printf(text, "%u", part->mails_around);
    }
    g_string_append_c(text, '[');
    g_string_append_len(text, (const char *)part->body.octets, (gssize)part->body.length);
    g_string_append_c(text, ']');
}

static char *cut(const char *mail)
{
    guarded copy = guarded_new(mail, strlen(mail));
    pop_mime_parts *parts = pop_mime_cut(guarded_span(&copy));
    g_assert_false(parts->too_many);
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < parts->count; i++) {
        describe(text, &parts->parts[i]);
    }
    pop_mime_free(parts);
    guarded_free(&copy);
    return g_string_free(text, FALSE);
}

#define MULTIPART(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\r\n\r\n"

static const char *const cuts[][2] = {
    { "", "" },
    { "Subject: x\r\n\r\nabc\r\n", "[abc\r\n]" },
    { "Subject: x", "[]" },
    { "no header\r\nabc", "[no header\r\nabc]" },
    { "\r\nabc", "[abc]" },
    { "a: b\n\nabc\n", "[abc\n]" },
    /* RFC 2046 section 5.1.1: the line end before a boundary is not of the part. */
    { MULTIPART("b") "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n", "[one][two\r\n]" },
    { MULTIPART("\"b\"") "before\r\n--b\r\n\r\none\r\n--b--\r\nbehind\r\n--b\r\n\r\nx", "[one]" },
    { MULTIPART("b") "--b  \r\n\r\none\r\n--b-- \t\r\n", "[one]" },
    { MULTIPART("b") "--b\n\none\n--b--\n", "[one]" },
    /* A line that only begins so is text. */
    { MULTIPART("b") "--b\r\n\r\n--bb\r\n--\r\n--b-\r\n--b--", "[--bb\r\n--\r\n--b-]" },
    { MULTIPART("b--") "--b--\r\n\r\none\r\n--b----\r\n", "[one]" },
    /* Fields, and no empty line behind them. */
    { MULTIPART("b") "--b\r\nContent-Type: a/b\r\n--b--", "[]" },
    { MULTIPART("b") "--b\r\n--b\r\n--b--", "" },
    { MULTIPART("b") "--b\r\njust text\r\n--b--", "[just text]" },
    /* Nothing ends. */
    { MULTIPART("b") "--b\r\n\r\none", "[one]" },
    { MULTIPART("b") "nothing", "" },
    /* An outer boundary ends what is inside. */
    { MULTIPART("o") "--o\r\n" MULTIPART("i") "--i\r\n\r\none\r\n--o\r\n\r\ntwo\r\n--o--",
        "[one][two]" },
    { MULTIPART("o") "--o\r\n" MULTIPART("i") "--i\r\n\r\none\r\n--i--\r\nx\r\n--o\r\n\r\ntwo",
        "[one][two]" },
    /* The same boundary twice: the inner one is meant. */
    { MULTIPART("b") "--b\r\n" MULTIPART("b") "--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--",
        "[one][two]" },
    /* RFC 2046 section 5.2.1: a mail in the mail, whole, and its parts. */
    { MULTIPART("b") "--b\r\nContent-Type: message/rfc822\r\n\r\na: b\r\n\r\none\r\n--b--",
        "m[a: b\r\n\r\none]1[one]" },
    { "Content-Type: message/rfc822\r\n\r\n" MULTIPART("i") "--i\r\n\r\none\r\n--i--\r\n",
        "m[" MULTIPART("i") "--i\r\n\r\none\r\n--i--\r\n]1[one]" },
    { MULTIPART(
          "b") "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
               "YTogYg==\r\n--b--",
        "[YTogYg==]" },
    { MULTIPART("b") "--b\r\nContent-Type: message/delivery-status\r\n\r\na: b\r\n--b--",
        "[a: b]" },
    /* RFC 2046 section 5.1.5. */
    { "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\na: b\r\n\r\none\r\n--b--",
        "md[a: b\r\n\r\none]1[one]" },
    { "Content-Type: Multipart/Mixed;\r\n\tcharset=x;\r\n BOUNDARY = \"a \\\"b\" ; x=y\r\n\r\n"
      "--a \"b\r\n\r\none\r\n--a \"b--",
        "[one]" },
    { "Content-Type: multipart/mixed\r\n\r\nabc", "[abc]" },
};

static void test_cut(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        char *text = cut(cuts[i][0]);
        g_assert_cmpstr(text, ==, cuts[i][1]);
        g_free(text);
    }
}

static void test_bounds(void)
{
    GString *mail = g_string_new(MULTIPART("b"));
    for (size_t i = 0; i < POP_MIME_PARTS_MOST + 5; i++) {
        g_string_append(mail, "--b\n\nx\n");
    }
    pop_mime_parts *parts = pop_mime_cut((pop_span){ (const uint8_t *)mail->str, mail->len });
    g_assert_cmpuint(parts->count, ==, POP_MIME_PARTS_MOST);
    g_assert_true(parts->too_many);
    pop_mime_free(parts);

    g_string_truncate(mail, 0);
    for (size_t i = 0; i < POP_MIME_LEVELS_MOST + 5; i++) {
        g_string_append(mail, "Content-Type: message/rfc822\n\n");
    }
    parts = pop_mime_cut((pop_span){ (const uint8_t *)mail->str, mail->len });
    g_assert_cmpuint(parts->count, ==, POP_MIME_LEVELS_MOST + 1);
    g_assert_false(parts->parts[POP_MIME_LEVELS_MOST].is_mail);
    pop_mime_free(parts);
    g_string_free(mail, TRUE);
}

/* Each file of a text as "name=octets", with "~" behind one whose end is missing. */
static char *files_of(const char *content)
{
    guarded copy = guarded_new(content, strlen(content));
    GString *text = g_string_new(NULL);
    pop_uu_file file;
    size_t at = 0;
    while (pop_uu_next(guarded_span(&copy), &at, &file)) {
        g_string_append_len(text, (const char *)file.name.octets, (gssize)file.name.length);
        g_string_append_c(text, '=');
        g_string_append_len(text, (const char *)file.octets->data, (gssize)file.octets->len);
        g_string_append(text, file.is_whole ? ";" : "~;");
        g_byte_array_unref(file.octets);
    }
    guarded_free(&copy);
    return g_string_free(text, FALSE);
}

static void test_uuencode(void)
{
    static const char *const rows[][2] = {
        { "begin 644 cat.txt\n#0V%T\n`\nend\n", "cat.txt=Cat;" },
        { "Hello\r\nbegin 0644 a b\r\n#0V%T\r\n \r\nend\r\nbye", "a b=Cat;" },
        { "begin 644 x\n#0V%T\nend", "x=Cat;" },
        { "begin 644 x\n!0P``\n\nend\n", "x=C;" },
        { "begin 644 x\n#0V%TX\n`\nend\n", "x=Cat;" }, /* with a checksum */
        { "begin 644 x\n#0V%T\nlower case\n", "x=Cat~;" },
        { "begin 644 x\n#0V%T\n", "x=Cat~;" },
        { "begin 644 x\n`\nend\nbegin 644 y\n#0V%T\n`\nend\n", "x=;y=Cat;" },
        { "begin 644 of the year\nall was well\n", "" },
        { "begin to read\n#0V%T\nend\n", "" },
        { "begin 999 x\n#0V%T\nend\n", "" },
        { "begin", "" },
        { "begin 644 x", "" },
        { "begin-base64 644 x\nQ2F0\nQw==\n====\n", "x=CatC;" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = files_of(rows[i][0]);
        g_assert_cmpstr(text, ==, rows[i][1]);
        g_free(text);
    }
}

int main(int count, char **words)
{
    g_test_init(&count, &words, NULL);
    g_test_add_func("/mime/cut", test_cut);
    g_test_add_func("/mime/bounds", test_bounds);
    g_test_add_func("/mime/uuencode", test_uuencode);
    return g_test_run();
}
