/* test_pop_mail_text.c
 * The text of a mail: transfer encodings, HTML, flowed text, and which parts are text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_file_type.h"
#include "mail/pop_flowed.h"
#include "mail/pop_html.h"
#include "mail/pop_mail_text.h"
#include "mail/pop_transfer.h"

/* --- Transfer encodings ----------------------------------------------------------------------- */

typedef struct transfer_case {
    pop_transfer_encoding encoding;
    bool is_sound;
    const char *body, *octets;
} transfer_case;

#define QUOTED POP_TRANSFER_QUOTED_PRINTABLE
#define BASE64 POP_TRANSFER_BASE64

static const transfer_case transfers[] = {
    { POP_TRANSFER_PLAIN, true, "a=20=\r\n", "a=20=\r\n" },
    /* RFC 2045 section 6.7. */
    { QUOTED, true, "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.",
        "Now's the time for all folk to come to the aid of their country." },
    { QUOTED, true, "a=3Db=0D=0A=c3=A4_", "a=b\r\n\xC3\xA4_" },
    { QUOTED, true, "a \t \r\nb  ", "a\r\nb" }, /* rule 3 */
    { QUOTED, true, "a= \t\r\nb=\nc=", "abc" }, /* rule 5, and blanks that came on the way */
    { QUOTED, true, "a b\rc", "a b\rc" },
    { QUOTED, false, "=XY=A=4\r\n", "=XY=A=4\r\n" },
    { QUOTED, true, "", "" },
    { BASE64, true, "YWJj\r\nZGVm\r\n", "abcdef" },
    { BASE64, true, "YWJj\r\nZG\r\nVmZ2hpamts\nbW5v", "abcdefghijklmno" },
    { BASE64, true, "YQ==YmM=", "abc" }, /* put together from two */
    { BASE64, false, "YW Jj*ZGVm", "abcdef" },
    { BASE64, false, "YWJjZGU", "abcde" },
    { BASE64, false, "YWJjZ", "abc" },
    { BASE64, true, "", "" },
};

static void test_transfer(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(transfers); i++) {
        const transfer_case *row = &transfers[i];
        guarded copy = guarded_new(row->body, strlen(row->body));
        pop_span body = guarded_span(&copy);
        bool is_sound = !row->is_sound;
        GByteArray *octets = pop_transfer_decode(body, row->encoding, &is_sound);
        g_assert_cmpmem(octets->data, octets->len, row->octets, strlen(row->octets));
        g_assert_cmpint(is_sound, ==, row->is_sound);
        g_byte_array_unref(octets);
        guarded_free(&copy);
    }
}

static void test_transfer_names(void)
{
    static const struct {
        const char *name;
        pop_transfer_encoding encoding;
    } rows[] = { { "BASE64", BASE64 }, { " base64 ; x", BASE64 }, { "base64;", BASE64 },
        { "Quoted-Printable", QUOTED }, { "x-uuencode", POP_TRANSFER_UUENCODE },
        { "7bit", POP_TRANSFER_PLAIN }, { "", POP_TRANSFER_PLAIN },
        { "base64x", POP_TRANSFER_PLAIN } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        pop_span name = { (const uint8_t *)rows[i].name, strlen(rows[i].name) };
        g_assert_cmpint(pop_transfer_named(name), ==, rows[i].encoding);
    }
}

/* --- HTML ------------------------------------------------------------------------------------- */

static const char *const documents[][2] = {
    { "plain", "plain" },
    { "<p>One</p>\r\n<p>two\r\n  three</p>", "One\ntwo three\n" },
    { "<HTML><head><TITLE>no</TITLE><style>p { x: y }</style></head><body>yes<br>line<br/>end",
        "yes\nline\nend" },
    { "a<script>if (a < b) { x('</p>'); }</script>b", "ab" },
    { "a<script>never ends <p>", "a" },
    { "<b>bo</b>ld <i> and</i> so", "bold and so" },
    { "<table><tr><td>1</td><td>2</td></tr><tr><th>3<th>4</table>", "1 2\n3 4\n" },
    { "<pre>a\n  b</pre>c  d", "a\n  b\nc d" },
    /* Links. */
    { "<a href=\"https://evil.test/?a=1&amp;b=2\">your bank</a>.",
        "your bank <https://evil.test/?a=1&b=2> ." },
    { "<a class=x href = 'http://a.test/'>http://a.test/</a>", "http://a.test/" },
    { "<a href=http://a.test/>x", "x <http://a.test/>" },
    { "<a href=#top>x</a> <a>y</a> <a name=z>z</a>", "x y z" },
    { "<a href=u:1>one<a href=u:2>two</a>", "one <u:1> two <u:2>" },
    { "<form action='http://f.test/'><input value=x>Send</form>", "<http://f.test/> Send\n" },
    { "<img src=x alt='a &lt;b&gt;'>c", "a <b>c" },
    /* Character references. */
    { "&auml;&#228;&#xE4;&#XE4; &euro;&#128; &lt;&amp;&gt; &nbsp;x", "ääää €€ <&> \xC2\xA0x" },
    { "&unknown; &amp &;&# &#x;a&b", "&unknown; & &;&# &#x;a&b" },
    { "&#0;&#xD800;&#1114112;&#99999999999999999999;",
        "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
        "\xEF\xBF\xBD" },
    { "&#129;", "\xC2\x81" },
    /* What is no text. */
    { "a<!-- <p> -- > x -->b<!---->c<!-->d", "abcd" },
    { "a<!DOCTYPE html>b<?php x ?>c</>d", "abcd" },
    { "a<!-- never ends", "a" },
    { "a<p title='>' x=\"</p>\">b", "a\nb" },
    { "a<p title='never ends>b", "a\n" },
    { "a < b <3 <", "a < b <3 <" },
    { "a<b", "a" },
    { "a<b / = x=>c", "ac" },
    { "", "" },
};

static void test_html(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
        guarded copy = guarded_new(documents[i][0], strlen(documents[i][0]));
        GString *text = g_string_new(NULL);
        pop_html_append(text, guarded_span(&copy), SIZE_MAX);
        g_assert_cmpstr(text->str, ==, documents[i][1]);
        g_string_free(text, TRUE);
        guarded_free(&copy);
    }
}

/* --- Flowed text ------------------------------------------------------------------------------ */

typedef struct flowed_case {
    const char *flowed, *text;
    bool deletes_space;
} flowed_case;

static const flowed_case flowed_texts[] = {
    { "a \r\nb \r\nc\r\nd", "a b c\nd\n", false },
    { "a \nb", "ab\n", true },
    /* RFC 3676 section 4.5: as deep as before, or a paragraph of its own. */
    { ">a \r\n>b\r\n>> c \r\nd", "> a b\n>> c \nd\n", false },
    { "> a\r\n>  b", "> a\n>  b\n", false },
    { " > not quoted\r\n From x", "> not quoted\nFrom x\n", false }, /* section 4.4 */
    { "a \r\n-- \r\nname", "a \n-- \nname\n", false }, /* section 4.3 */
    { "", "", false },
    { "\r\n\r\n", "\n\n", false },
    { "a ", "a \n", false },
};

static void test_flowed(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(flowed_texts); i++) {
        const flowed_case *row = &flowed_texts[i];
        guarded copy = guarded_new(row->flowed, strlen(row->flowed));
        GString *text = g_string_new(NULL);
        pop_flowed_append(text, guarded_span(&copy), row->deletes_space);
        g_assert_cmpstr(text->str, ==, row->text);
        g_string_free(text, TRUE);
        guarded_free(&copy);
    }
}

/* --- The mail --------------------------------------------------------------------------------- */

#define PART(fields, body) "--b\r\n" fields "\r\n" body "\r\n"
#define TYPE(type) "Content-Type: " type "\r\n"
#define MULTIPART(subtype) TYPE("multipart/" subtype "; boundary=b") "\r\n"
#define END "--b--\r\n"

static const char *const mails[][2] = {
    { "Subject: x\r\n\r\na\r\nb\rc\td\x01\x7F\r\n", "a\nb\nc\td\xEF\xBF\xBD\xEF\xBF\xBD\n" },
    { "", "" },
    { "Subject: x\r\n\r\n", "" },
    { TYPE("text/plain; charset=iso-8859-1") "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                             "Gr=FC=DFe=\r\n!\r\n",
        "Grüße!\n" },
    { TYPE("text/plain; charset=koi8-r") "Content-Transfer-Encoding: base64\r\n\r\n8NLJ18XU\r\n",
        "Привет" },
    { MULTIPART("mixed") PART("", "one") PART(TYPE("text/html"), "<p>two</p>")
            PART(TYPE("text/plain") "Content-Disposition: attachment\r\n", "no")
                PART(TYPE("image/png"), "no") PART(TYPE("text/plain; name=x"), "three") END,
        "one\n\ntwo\n\nthree" },
    /* Each alternative may say something else. */
    { MULTIPART("alternative") PART("", "harmless")
            PART(TYPE("text/html"), "<a href=http://evil.test>click</a>") END,
        "harmless\n\nclick <http://evil.test>" },
    { MULTIPART("mixed") PART(TYPE("message/rfc822"), "Subject: inner\r\n\r\ninside") END,
        "inside" },
    { TYPE("text/plain; format=flowed") "\r\na \r\nb\r\n", "a b\n" },
    { TYPE("text/html; charset=utf-8") "\r\n<meta charset=koi8-r>\xC3\xA4", "ä" },
    { TYPE("text/html") "\r\n<meta charset=\"koi8-r\">\xF0", "П" },
    { "Subject: x\r\n\r\na\r\nbegin 644 f\r\n#0V%T\r\n`\r\nend\r\nb\r\n", "a\nb\n" },
    { "Subject: x\r\n\r\n\xE4", "ä" },
    { TYPE("nonsense") "\r\na", "a" },
    { TYPE("application/pdf") "\r\na", "" },
};

static void test_mails(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        guarded copy = guarded_new(mails[i][0], strlen(mails[i][0]));
        bool is_cut = true;
        GString *text = pop_mail_text(guarded_span(&copy), 65536, &is_cut);
        g_assert_cmpstr(text->str, ==, mails[i][1]);
        g_assert_false(is_cut);
        g_string_free(text, TRUE);
        guarded_free(&copy);
    }
}

static void check_cut(const char *mail, size_t length, size_t limit, const char *beginning)
{
    bool is_cut = false;
    GString *text = pop_mail_text((pop_span){ (const uint8_t *)mail, length }, limit, &is_cut);
    g_assert_true(is_cut);
    g_assert_cmpuint(text->len, <=, limit);
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    g_assert_true(g_str_has_prefix(text->str, beginning));
    g_string_free(text, TRUE);
}

static void test_bounds(void)
{
    static const char three[] = "Subject: x\r\n\r\nääää";
    check_cut(three, strlen(three), 3, "ä");
    static const char at_the_end[] = "Subject: x\r\n\r\naaä";
    check_cut(at_the_end, strlen(at_the_end), 3, "aa");
    static const char two_parts[] = MULTIPART("mixed") PART("", "abc") PART("", "def");
    check_cut(two_parts, strlen(two_parts), 3, "abc");

    GString *mail = g_string_new("Content-Type: text/html\r\n\r\nbegin");
    for (size_t i = 0; i < 50 * (size_t)1048576 / 8; i++) {
        g_string_append(mail, "<b a=\"x>");
    }
    check_cut(mail->str, mail->len, 65536, "begin");
    g_string_assign(mail, MULTIPART("mixed"));
    for (size_t i = 0; i < 200000; i++) {
        g_string_append(mail, PART("", ""));
    }
    check_cut(mail->str, mail->len, 65536, "");
    g_string_free(mail, TRUE);
}

/* --- Types ------------------------------------------------------------------------------------ */

static void test_file_types(void)
{
    static const struct {
        const char *octets;
        size_t length;
        const char *type;
    } files[] = {
#define FILE_OF(octets, type) { octets, sizeof(octets) - 1, type }
        FILE_OF("MZ\x90", "application/vnd.microsoft.portable-executable"),
        FILE_OF("%PDF-1.4", "application/pdf"),
        FILE_OF("\x89PNG\r\n\x1A\n", "image/png"),
        FILE_OF("RIFF....WAVEfmt ", "audio/vnd.wave"),
        FILE_OF("PK\x03\x04", "application/zip"),
        FILE_OF("PK\x03\x04..........................[Content_Types].xml....PK\x03\x04....word/",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        FILE_OF("PK\x03\x04..........................mimetypeapplication/epub+zip",
            "application/epub+zip"),
        FILE_OF(
            "PK\x03\x04..........................META-INF/MANIFEST.MF", "application/java-archive"),
        FILE_OF("%PDF", NULL),
        FILE_OF("", NULL),
        FILE_OF("some text", NULL),
#undef FILE_OF
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        guarded copy = guarded_new(files[i].octets, files[i].length);
        g_assert_cmpstr(pop_file_type(guarded_span(&copy)), ==, files[i].type);
        guarded_free(&copy);
    }
    g_assert_true(pop_file_type_says_nothing("application/octet-stream"));
    g_assert_false(pop_file_type_says_nothing("text/plain"));
}

int main(int count, char **arguments)
{
    g_test_init(&count, &arguments, NULL);
    g_test_add_func("/mail-text/transfer", test_transfer);
    g_test_add_func("/mail-text/transfer-names", test_transfer_names);
    g_test_add_func("/mail-text/html", test_html);
    g_test_add_func("/mail-text/flowed", test_flowed);
    g_test_add_func("/mail-text/mails", test_mails);
    g_test_add_func("/mail-text/bounds", test_bounds);
    g_test_add_func("/mail-text/file-types", test_file_types);
    return g_test_run();
}
