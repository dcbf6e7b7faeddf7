/* test_pop_media_type.c
 * The media types that a mail names, and what may hide more of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_media_type.h"

/* The types of a mail, each in brackets; a "!" behind them where some are hidden. */
static char *types_of(const char *mail, size_t length)
{
    guarded copy = guarded_new(mail, length);
    pop_media_type_walk walk = pop_media_type_begin(guarded_span(&copy));
    GString *text = g_string_new(NULL);
    char type[POP_MEDIA_TYPE_SIZE];
    while (pop_media_type_next(&walk, type)) {
        g_string_append_printf(text, "[%s]", type);
    }
    g_string_append(text, walk.hides_types ? "!" : "");
    guarded_free(&copy);
    return g_string_free(text, FALSE);
}

#define TYPE "Content-Type: "
#define ENCODING "Content-Transfer-Encoding: "

static const char *const mails[][2] = {
    { "", "" },
    { "Subject: x\r\n\r\nabc\r\n", "" },
    { TYPE "text/plain", "[text/plain]" },
    { TYPE "text/plain\r\n\r\nabc", "[text/plain]" },
    { "content-TYPE:Text/PLAIN; charset=utf-8\r\n", "[text/plain]" },
    { TYPE "\r\n image/svg+xml \t; name=x\r\n", "[image/svg+xml]" },
    { "Content-Type : text/html\r\n", "[text/html]" },
    { "Content-Type\r\n : text/html\r\n", "[text/html]" },
    /* Those of parts, of attached mails, and in the midst of a text. */
    { TYPE "multipart/mixed; boundary=b\r\n\r\n--b\r\n" TYPE "text/html\r\n\r\n--b\r\n" TYPE
           "a/b\r\n--b--",
        "[multipart/mixed][text/html][a/b]" },
    { "Subject: x\r\n\r\nThe field " TYPE "message/rfc822", "[message/rfc822]" },
    { "a: b\n" TYPE "text/html\n\n" TYPE "a/b\n", "[text/html][a/b]" },
    /* RFC 3261 section 20: short names, at the beginning of a line. */
    { "c: message/sipfrag\r\nmimic: a/b\r\nC: c/d", "[message/sipfrag][c/d]" },
    { "c:a/b", "[a/b]" },
    /* Where it is no type, it is told as none. */
    { TYPE "text\r\n", "[]" },
    { TYPE "(a comment) text/plain\r\n", "[]" },
    { TYPE "text/plain (a comment)\r\n", "[]" },
    { TYPE "text/plain charset=x\r\n", "[]" },
    { TYPE "text/\"plain\"\r\n", "[]" },
    { TYPE, "[]" },
    { TYPE "\r\nSubject: x\r\n", "[]" },
    { "Content-Type text/plain\r\nContent-Types: a/b\r\n", "" },
    /* RFC 2045 section 6.4: a multipart is not encoded. One that is hides what it holds. */
    { TYPE "multipart/mixed\r\n" ENCODING "base64\r\n\r\n", "[multipart/mixed]!" },
    { ENCODING "Quoted-Printable\r\nX: y\r\n" TYPE "multipart/mixed\r\n\r\n",
        "[multipart/mixed]!" },
    { TYPE "multipart/mixed\r\nContent-Encoding: gzip\r\n\r\n", "[multipart/mixed]!" },
    { TYPE "multipart/mixed\r\ne: gzip\r\n\r\n", "[multipart/mixed]!" },
    { ENCODING "base64\r\n" TYPE "a/b\r\n" TYPE "multipart/mixed\r\n\r\n",
        "[a/b][multipart/mixed]!" },
    { TYPE "multipart/mixed\r\n" ENCODING "8BIT\r\n\r\n", "[multipart/mixed]" },
    { ENCODING "7bit\r\n" TYPE "multipart/mixed\r\n\r\n", "[multipart/mixed]" },
    { TYPE "multipart/mixed\r\n" ENCODING "binary\r\n\r\n", "[multipart/mixed]" },
    { TYPE "text/plain\r\n" ENCODING "base64\r\n\r\n", "[text/plain]" },
    /* The encoding of the first part is not the multipart's. */
    { TYPE "multipart/mixed\r\n\r\n--b\r\n" ENCODING "base64\r\n" TYPE "a/b\r\n\r\n",
        "[multipart/mixed][a/b]" },
    { ENCODING "base64\r\n" TYPE "a/b\r\n\r\nYQ==\r\n--b\r\n" TYPE "multipart/mixed\r\n\r\n",
        "[a/b][multipart/mixed]" },
    /* ... but where the line between them is empty for some readers only. */
    { TYPE "multipart/mixed\r\nX: a\n\rb\r\nContent-Encoding: gzip\r\n\r\n", "[multipart/mixed]!" },
    { TYPE "multipart/mixed\n\n--b\n" ENCODING "base64\n" TYPE "a/b\n\n",
        "[multipart/mixed][a/b]!" },
};

static void test_types(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
        char *types = types_of(mails[i][0], strlen(mails[i][0]));
        g_assert_cmpstr(types, ==, mails[i][1]);
        g_free(types);
    }
}

static void test_nul(void)
{
    static const char mail[] = TYPE "text/plain\0\r\n" TYPE "\0";
    char *types = types_of(mail, sizeof(mail) - 1);
    g_assert_cmpstr(types, ==, "[][]");
    g_free(types);
}

/* The longest type is told as a whole, one octet more makes it none. */
static void test_length(void)
{
    for (size_t more = 0; more < 2; more++) {
        GString *mail = g_string_new(TYPE "a/");
        while (mail->len < strlen(TYPE) + POP_MEDIA_TYPE_SIZE - 1 + more) {
            g_string_append_c(mail, 'b');
        }
        char *types = types_of(mail->str, mail->len);
        g_assert_cmpuint(strlen(types), ==, more == 0 ? strlen("[]") + POP_MEDIA_TYPE_SIZE - 1 : 2);
        g_free(types);
        g_string_free(mail, TRUE);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/media_type/types", test_types);
    g_test_add_func("/media_type/nul", test_nul);
    g_test_add_func("/media_type/length", test_length);
    return g_test_run();
}
