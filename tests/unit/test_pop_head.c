/* test_pop_head.c
 * Addresses, dates, and the header as a whole: the examples of RFC 5322, and what stands in mails.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_addresses.h"
#include "mail/pop_date.h"
#include "mail/pop_head.h"
#include "mail/pop_words.h"
#include "text/pop_limits.h"

/* --- Addresses -------------------------------------------------------------------------------- */

/* Each address as "name|address;". */
static bool describe(const pop_address *address, void *data)
{
    g_string_append_printf(data, "%s|%s;", address->name, address->address);
    return true;
}

static const char *const addresses[][2] = {
    /* RFC 5322, appendix A.1.2. */
    { "\"Joe Q. Public\" <john.q.public@example.com>", "Joe Q. Public|john.q.public@example.com;" },
    { "Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
        "Mary Smith|mary@x.test;|jdoe@example.org;Who?|one@y.test;" },
    { "<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
        "|boss@nil.test;Giant; \"Big\" Box|sysservices@example.net;" },
    /* A.1.3. */
    { "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
        "Ed Jones|c@a.test;|joe@where.test;John|jdoe@one.test;" },
    { "Undisclosed recipients:;", "" },
    /* A.5. */
    { "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test;" },
    { "A Group(Some people) :Chris Jones <c@(Chris's host.)public.example>, joe@example.org, John "
      "<jdoe@one.test> (my dear friend); (the end of the group)",
        "Chris Jones|c@public.example;|joe@example.org;John|jdoe@one.test;" },
    { "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "" },
    /* A.6.1 and A.6.3. */
    { "Joe Q. Public <john.q.public@example.com>", "Joe Q. Public|john.q.public@example.com;" },
    { "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
        "Mary Smith|mary@example.net;|jdoe@test.example;" },
    { "John Doe <jdoe@machine(comment).  example>", "John Doe|jdoe@machine.example;" },
    /* RFC 2047, RFC 6532. */
    { "=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>",
        "Keld Jørn Simonsen|keld@dkuug.dk;" },
    { "\"=?utf-8?Q?a=2C_b?=\" <a@b.test>", "a, b|a@b.test;" },
    { "Jos\xC3\xA9 <jos\xC3\xA9@ex\xC3\xA4mple.test>", "José|josé@exämple.test;" },
    { "Jos\xE9 <a@b.test>", "José|a@b.test;" },
    /* An encoded comma parts nothing; an encoded address is none. */
    { "=?utf-8?Q?x=2Cy=40z?= <a@b.test>", "x,y@z|a@b.test;" },
    /* The 1980s. */
    { "bob@example.org (Bob Builder)", "Bob Builder|bob@example.org;" },
    { "root", "|root;" },
    { "host!user", "|host!user;" },
    { "\"a b\"@example.org", "|\"a b\"@example.org;" },
    { "two words", "two words|;" },
    /* What breaks the rules, as far as it goes. */
    { "<a@b", "|a@b;" },
    { "\"un\\\"ended", "un\"ended|;" },
    { "a@b.test (un(ended", "un(ended|a@b.test;" },
    { "a@b <c@d> <e@f>", "a@b|e@f;" },
    { "<>", "" },
    { ",;,", "" },
    { ":a@b", "|:a@b;" },
    { "<a\xC2\x85@b\x01>", "|a @b ;" },
    { "", "" },
};

static void test_addresses(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        guarded copy = guarded_new(addresses[i][0], strlen(addresses[i][0]));
        GString *text = g_string_new(NULL);
        pop_addresses_visit(guarded_span(&copy), describe, text);
        g_assert_cmpstr(text->str, ==, addresses[i][1]);
        g_string_free(text, TRUE);
        guarded_free(&copy);
    }
}

static void test_address_text(void)
{
    static const char *const texts[][3] = { { "a", "b@c", "a <b@c>" }, { "", "b@c", "b@c" },
        { "a", "", "a" } };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        char *text = pop_address_text(&(pop_address){ texts[i][0], texts[i][1] });
        g_assert_cmpstr(text, ==, texts[i][2]);
        g_free(text);
    }
}

/* --- Dates ------------------------------------------------------------------------------------ */

typedef struct date_case {
    const char *text;
    const char *date; /* in UTC; NULL: it is none */
} date_case;

static const date_case dates[] = {
    /* RFC 5322, appendices A.1.1, A.5, A.6.2. */
    { "Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z" },
    { "Thu,\t 13\t Feb\t 1969 23:32\t -0330 (Newfoundland Time)", "1969-02-14T03:02:00Z" },
    { "21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z" },
    { "Thu, 13 Feb 1969 23:32:54 -0330", "1969-02-14T03:02:54Z" },
    /* Section 4.3. */
    { "1 Jan 49 00:00 UT", "2049-01-01T00:00:00Z" },
    { "1 Jan 50 00:00 UT", "1950-01-01T00:00:00Z" },
    { "1 Jan 101 00:00 Z", "2001-01-01T00:00:00Z" },
    { "1 Jan 2000 12:00 EDT", "2000-01-01T16:00:00Z" },
    { "1 Jan 2000 12:00 PST", "2000-01-01T20:00:00Z" },
    { "1 Jan 2000 12:00 MEZ", "2000-01-01T12:00:00Z" },
    { "1 Jan 2000 12:00 -0000", "2000-01-01T12:00:00Z" },
    { "1 Jan 2000 12:00", "2000-01-01T12:00:00Z" },
    { "1 (one) jan (\\) uary) 2000 12 : 00 : 01 +0100", "2000-01-01T11:00:01Z" },
    { "Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z" }, /* a leap second */
    { "29 February 2000 00:00:00 +0000", "2000-02-29T00:00:00Z" },
    { "31 Dec 9999 23:59:59 -0001", "+10000-01-01T00:00:59Z" },
    /* None. */
    { "", NULL },
    { "29 Feb 2001 00:00:00 +0000", NULL },
    { "1 Jan 2000", NULL },
    { "1 Jan 2000 24:00", NULL },
    { "1 Jan 2000 23:60", NULL },
    { "1 Jan 2000 23:00:61", NULL },
    { "1 Foo 2000 00:00", NULL },
    { "Jan 1 2000 00:00", NULL },
    { "1 Jan 0 00:00", NULL },
    { "1 Jan 20000 00:00", NULL },
    { "today", NULL },
};

static void test_dates(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        guarded copy = guarded_new(dates[i].text, strlen(dates[i].text));
        int64_t seconds = 0;
        bool is_date = pop_date_read(guarded_span(&copy), &seconds);
        g_assert_cmpint(is_date, ==, dates[i].date != NULL);
        if (is_date && dates[i].date[0] != '+') { /* GLib ends with the year 9999 */
            GDateTime *expected = g_date_time_new_from_iso8601(dates[i].date, NULL);
            g_assert_cmpint(seconds, ==, g_date_time_to_unix(expected));
            g_date_time_unref(expected);
        } else if (is_date) {
            g_assert_cmpint(seconds, ==, G_GINT64_CONSTANT(253402300800) + 59);
        }
        guarded_free(&copy);
    }
}

/* --- The header ------------------------------------------------------------------------------- */

static void describe_list(GString *text, const char *mark, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        g_string_append_printf(text, "%s %s\n", mark, (const char *)g_ptr_array_index(list, i));
    }
}

static char *described(const char *mail)
{
    guarded copy = guarded_new(mail, strlen(mail));
    pop_head *head = pop_head_read(guarded_span(&copy));
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s|%s|%s|%" G_GINT64_FORMAT "\n", head->subject, head->from,
        head->message_id, head->has_date ? head->date : -1);
    describe_list(text, "to", head->to);
    describe_list(text, "cc", head->cc);
    describe_list(text, "@", head->addresses);
    g_assert_false(head->is_cut);
    pop_head_free(head);
    guarded_free(&copy);
    return g_string_free(text, FALSE);
}

static const char *const heads[][2] = {
    { "From: John Doe <jdoe@machine.example>\r\nTo: Mary Smith <mary@example.net>\r\n"
      "Subject: Saying Hello\r\nDate: Fri, 21 Nov 1997 09:55:06 -0600\r\n"
      "Message-ID: <1234@local.machine.example>\r\n\r\nTo: not@the.header\r\n",
        "Saying Hello|John Doe <jdoe@machine.example>|<1234@local.machine.example>|880127706\n"
        "to Mary Smith <mary@example.net>\n@ jdoe@machine.example\n@ mary@example.net\n" },
    { "TO: A@B.TEST,\r\n\tc@d.test\r\ncc: a@b.test\r\nCc: x <e@f.test>\r\nFROM: a@b.test\r\n"
      "From: z@z.test\r\nSubject: one\r\nSubject: two\r\nDate: nonsense\r\nDate: 1 Jan 70 0:1 "
      "Z\r\n",
        "one|a@b.test||60\nto A@B.TEST\nto c@d.test\ncc a@b.test\ncc x <e@f.test>\n"
        "@ a@b.test\n@ c@d.test\n@ e@f.test\n@ z@z.test\n" },
    { "", "|||-1\n" },
    { "\r\nFrom: a@b.test\r\n", "|||-1\n" },
    { "From: \"a\tb\" <\x01@b.test>", "|\"a b\" < @b.test>||-1\n@  @b.test\n" },
};

static void test_heads(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
        char *text = described(heads[i][0]);
        g_assert_cmpstr(text, ==, heads[i][1]);
        g_free(text);
    }
}

/* What is too much is left out, and nothing behind it lost. */
static void test_bounds(void)
{
    GString *mail = g_string_new("To: ");
    for (unsigned i = 0; i < 100000; i++) {
        g_string_append_printf(mail, "\r\n a%u@example.org,", i);
    }
    g_string_append(mail, "\r\nCc: ");
    for (unsigned i = 0; i < POP_ADDRESSES_MOST + 1; i++) {
        g_string_append(mail, "a@b,");
    }
    g_string_append(mail, "\r\nSubject: found\r\n\r\n");
    pop_head *head = pop_head_read((pop_span){ (const uint8_t *)mail->str, mail->len });
    g_assert_cmpstr(head->subject, ==, "found");
    g_assert_cmpuint(head->to->len, ==, POP_ADDRESSES_MOST);
    g_assert_cmpuint(head->cc->len, ==, POP_ADDRESSES_MOST);
    g_assert_cmpuint(head->addresses->len, ==, POP_ADDRESSES_MOST);
    g_assert_true(head->is_cut);
    pop_head_free(head);

    /* An encoded word of 10 MB. */
    g_string_assign(mail, "Subject: =?utf-8?Q?");
    for (unsigned i = 0; i < 10 * POP_MEBI; i++) {
        g_string_append_c(mail, 'x');
    }
    g_string_append(mail, "?=\r\nFrom: a@b.test\r\n\r\n");
    head = pop_head_read((pop_span){ (const uint8_t *)mail->str, mail->len });
    g_assert_cmpuint(strlen(head->subject), <=, POP_FIELD_MOST);
    g_assert_cmpstr(head->from, ==, "a@b.test");
    g_assert_true(head->is_cut);
    pop_head_free(head);
    g_string_free(mail, TRUE);
}

int main(int count, char **arguments)
{
    g_test_init(&count, &arguments, NULL);
    g_test_add_func("/head/addresses", test_addresses);
    g_test_add_func("/head/address-text", test_address_text);
    g_test_add_func("/head/dates", test_dates);
    g_test_add_func("/head/heads", test_heads);
    g_test_add_func("/head/bounds", test_bounds);
    return g_test_run();
}
