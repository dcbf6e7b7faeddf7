/* test_pop_history.c
 * What a session knows of the mails of its maildrop: who was fetched, previewed, deleted, and when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "session/pop_history.h"
#include "session/pop_session.h"
#include "tracked_memory.h"

/* A session that is fed with text; each text is a frame, numbered from 1. */
typedef struct fed_session {
    tracked_memory memory;
    pop_session *session;
    uint32_t frame;
} fed_session;

static const pop_limits limits = { 0 };

/* `from`: 'C' or 'S'. */
static void feed(fed_session *fed, char from, const char *text)
{
    pop_segment segment = { .direction = from == 'C' ? POP_FROM_CLIENT : POP_FROM_SERVER,
        .octets = { (const uint8_t *)text, strlen(text) },
        .at = { .frame = ++fed->frame } };
    pop_session_feed(fed->session, &segment);
}

static void open_session(fed_session *fed)
{
    tracked_memory_init(&fed->memory);
    fed->session = pop_session_new(&fed->memory.allocator, limits, true);
    fed->frame = 0;
}

/* Frames 1 to 5. */
static void log_in(fed_session *fed)
{
    open_session(fed);
    feed(fed, 'S', "+OK ready\r\n");
    feed(fed, 'C', "USER a\r\n");
    feed(fed, 'S', "+OK\r\n");
    feed(fed, 'C', "PASS b\r\n");
    feed(fed, 'S', "+OK\r\n");
}

static void close_session(fed_session *fed)
{
    tracked_memory_free(&fed->memory);
}

static pop_mail_facts facts_in(const pop_maildrop *maildrop, uint32_t number)
{
    for (size_t i = 0; i < maildrop->count; i++) {
        if (maildrop->mails[i].number == number) {
            return pop_history_facts(maildrop, &maildrop->mails[i], UINT32_MAX);
        }
    }
    return (pop_mail_facts){ 0 };
}

static pop_mail_facts facts_of(const fed_session *fed, uint32_t number)
{
    return facts_in(fed->session->maildrop, number);
}

static void test_fetched_and_previewed(void)
{
    fed_session fed;
    log_in(&fed);
    feed(&fed, 'C', "UIDL\r\nLIST\r\n");
    feed(&fed, 'S', "+OK\r\n1 aa\r\n2 bb\r\n3 cc\r\n.\r\n+OK\r\n1 9\r\n2 9\r\n.\r\n");
    feed(&fed, 'C', "TOP 1 0\r\nRETR 1\r\nRETR 2\r\nRETR 1\r\n"); /* frame 8 */
    feed(&fed, 'S', "+OK\r\nA: b\r\n\r\n.\r\n"); /* 9 */
    feed(&fed, 'S', "+OK\r\nA: b\r\n\r\nc\r\n.\r\n"); /* 10 */
    feed(&fed, 'S', "-ERR gone\r\n");
    feed(&fed, 'S', "+OK\r\nA: b\r\n\r\nc\r\n.\r\n"); /* 12 */

    pop_mail_facts first = facts_of(&fed, 1);
    g_assert_cmpstr(first.unique_id, ==, "aa");
    g_assert_true(first.has_size);
    g_assert_cmpuint(first.size, ==, 9);
    g_assert_cmpuint(first.retrievals, ==, 2);
    g_assert_cmpuint(first.previews, ==, 1);
    g_assert_cmpuint(first.preview->end.frame, ==, 9);
    g_assert_cmpuint(first.retrieval->request.frame, ==, 8);
    g_assert_cmpuint(first.retrieval->end.frame, ==, 10);
    g_assert_true(first.actions == first.preview);
    g_assert_true(first.actions->next_of_mail == first.retrieval);
    g_assert_cmpuint(first.retrieval->next_of_mail->end.frame, ==, 12);
    g_assert_null(first.retrieval->next_of_mail->next_of_mail);
    g_assert_cmpint(first.fate, ==, POP_MAIL_KEPT);

    pop_mail_facts second = facts_of(&fed, 2); /* the server had it no more */
    g_assert_null(second.actions);
    g_assert_false(facts_of(&fed, 3).has_size);
    g_assert_cmpuint(first.size, ==, 9); /* LIST's word counts, not what came */

    pop_maildrop_sums sums = pop_history_sums(fed.session->maildrop, UINT32_MAX);
    g_assert_cmpuint(sums.known, ==, 3);
    g_assert_cmpuint(sums.retrieved, ==, 1);
    g_assert_cmpuint(sums.previewed, ==, 1);
    g_assert_cmpuint(sums.retrieved_octets, ==, 2 * strlen("A: b\r\n\r\nc\r\n"));
    close_session(&fed);
}

/* 1: deleted; 2: restored; 3: restored and deleted again; 4: refused. */
static void delete_and_reset(fed_session *fed)
{
    log_in(fed);
    feed(fed, 'C', "DELE 2\r\nDELE 3\r\nRSET\r\nDELE 1\r\nDELE 3\r\nDELE 4\r\n");
    feed(fed, 'S', "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n-ERR\r\n");
}

static void test_deleted(void)
{
    fed_session fed;
    delete_and_reset(&fed);
    g_assert_cmpint(facts_of(&fed, 1).fate, ==, POP_MAIL_MARKED);
    feed(&fed, 'C', "QUIT\r\n");
    feed(&fed, 'S', "+OK\r\n");
    g_assert_cmpint(facts_of(&fed, 1).fate, ==, POP_MAIL_DELETED);
    g_assert_cmpint(facts_of(&fed, 2).fate, ==, POP_MAIL_RESTORED);
    g_assert_cmpint(facts_of(&fed, 3).fate, ==, POP_MAIL_DELETED);
    g_assert_cmpuint(facts_of(&fed, 4).number, ==, 0); /* nothing was told of it */
    pop_maildrop_sums sums = pop_history_sums(fed.session->maildrop, UINT32_MAX);
    g_assert_cmpuint(sums.known, ==, 3);
    g_assert_cmpuint(sums.deleted, ==, 2);
    g_assert_cmpuint(sums.restored, ==, 1);
    g_assert_cmpuint(sums.marked, ==, 0);
    close_session(&fed);
}

/* A refused QUIT makes nothing true (RFC 1939 section 6). */
static void test_refused_quit(void)
{
    fed_session fed;
    delete_and_reset(&fed);
    feed(&fed, 'C', "QUIT\r\n");
    feed(&fed, 'S', "-ERR some deleted messages not removed\r\n");
    g_assert_cmpint(facts_of(&fed, 1).fate, ==, POP_MAIL_MARKED);
    g_assert_cmpuint(pop_history_sums(fed.session->maildrop, UINT32_MAX).marked, ==, 2);
    close_session(&fed);
}

/* What comes after the accepted QUIT changes nothing of what its reply has told. */
static void test_after_quit(void)
{
    fed_session fed;
    delete_and_reset(&fed);
    feed(&fed, 'C', "QUIT\r\nRSET\r\nDELE 2\r\nRETR 9\r\n");
    feed(&fed, 'S', "+OK\r\n+OK\r\n+OK\r\n+OK\r\nA: b\r\n\r\n.\r\n");
    g_assert_cmpint(facts_of(&fed, 1).fate, ==, POP_MAIL_DELETED);
    g_assert_cmpint(facts_of(&fed, 2).fate, ==, POP_MAIL_RESTORED);
    g_assert_cmpuint(facts_of(&fed, 9).number, ==, 0);
    close_session(&fed);
}

/* A command that chooses another maildrop: numbers begin anew, and QUIT counts for all. */
static void test_several_maildrops(void)
{
    fed_session fed;
    log_in(&fed);
    feed(&fed, 'C', "DELE 1\r\n");
    feed(&fed, 'S', "+OK\r\n");
    feed(&fed, 'C', "MBOX other\r\n");
    feed(&fed, 'S', "+OK\r\n");
    feed(&fed, 'C', "STAT\r\nTOP 1 0\r\nQUIT\r\n");
    feed(&fed, 'S', "+OK 1 70\r\n+OK\r\nA: b\r\n\r\n.\r\n+OK\r\n");
    const pop_maildrop *other = fed.session->maildrop;
    g_assert_cmpstr(other->name, ==, "other");
    g_assert_cmpuint(other->stat.count, ==, 1);
    g_assert_cmpuint(other->stat.size, ==, 70);
    g_assert_cmpuint(facts_in(other, 1).previews, ==, 1);
    g_assert_cmpint(facts_in(other, 1).fate, ==, POP_MAIL_KEPT);
    g_assert_nonnull(other->former);
    g_assert_null(other->former->name);
    g_assert_cmpint(facts_in(other->former, 1).fate, ==, POP_MAIL_DELETED);
    g_assert_null(other->former->former);
    close_session(&fed);
}

/* RFC 937: folders with a number of mails each; ACKD deletes what was read last. */
static void test_version_2(void)
{
    fed_session fed;
    open_session(&fed);
    pop_session_expect_old_version(fed.session);
    feed(&fed, 'S', "+ POP2 USC-ISIB.ARPA Server\r\n");
    feed(&fed, 'C', "HELO POSTEL SECRET\r\n");
    feed(&fed, 'S', "#0\r\n");
    feed(&fed, 'C', "FOLD /usr/spool/mail/*\r\n");
    feed(&fed, 'S', "#5\r\n");
    feed(&fed, 'C', "READ 1\r\n");
    feed(&fed, 'S', "=5\r\n");
    feed(&fed, 'C', "RETR\r\n"); /* frame 8 */
    feed(&fed, 'S', "mail!"); /* 9 */
    feed(&fed, 'C', "ACKD\r\n"); /* 10 */
    feed(&fed, 'S', "=0\r\n");
    feed(&fed, 'C', "QUIT\r\n");
    feed(&fed, 'S', "+\r\n");
    const pop_maildrop *folder = fed.session->maildrop;
    g_assert_cmpstr(folder->name, ==, "/usr/spool/mail/*");
    g_assert_cmpuint(folder->stat.count, ==, 5);
    g_assert_false(folder->stat.has_size);
    pop_mail_facts facts = facts_in(folder, 1);
    g_assert_cmpuint(facts.retrievals, ==, 1);
    g_assert_cmpuint(facts.retrieval->request.frame, ==, 8);
    g_assert_cmpuint(facts.size, ==, 5); /* as it came: version 2 has no listing */
    g_assert_cmpuint(facts.deletion->request.frame, ==, 10);
    g_assert_cmpint(facts.fate, ==, POP_MAIL_DELETED);
    g_assert_cmpuint(folder->former->stat.step, !=, 0);
    close_session(&fed);
}

/* Facts that were told later than the step do not show. */
static void test_step(void)
{
    fed_session fed;
    log_in(&fed);
    feed(&fed, 'C', "LIST\r\n");
    feed(&fed, 'S', "+OK\r\n1 9\r\n.\r\n"); /* step 7 */
    feed(&fed, 'C', "UIDL\r\n");
    feed(&fed, 'S', "+OK\r\n1 aa\r\n2 bb\r\n.\r\n"); /* step 9 */
    const pop_maildrop *maildrop = fed.session->maildrop;
    const pop_maildrop_mail *mails[2];
    g_assert_cmpuint(pop_history_mails(maildrop, 6, mails, 2), ==, 0);
    g_assert_cmpuint(pop_history_mails(maildrop, 7, mails, 2), ==, 1);
    g_assert_cmpuint(mails[0]->number, ==, 1);
    g_assert_null(pop_history_facts(maildrop, mails[0], 8).unique_id);
    g_assert_cmpuint(pop_history_mails(maildrop, 9, mails, 2), ==, 2);
    g_assert_cmpuint(pop_history_sums(maildrop, 7).known, ==, 1);
    close_session(&fed);
}

/* Where there is no room for all: those that were touched, then those with low numbers, in
 * order. */
static void test_choice(void)
{
    enum { MAILS = 1000, ROOM = 5 };
    fed_session fed;
    log_in(&fed);
    GString *listing = g_string_new("+OK\r\n");
    for (unsigned i = MAILS; i > 0; i--) {
        g_string_append_printf(listing, "%u 7\r\n", i);
    }
    g_string_append(listing, ".\r\n+OK\r\n+OK\r\n");
    feed(&fed, 'C', "LIST\r\nDELE 900\r\nDELE 500\r\n");
    feed(&fed, 'S', listing->str);
    g_string_free(listing, TRUE);
    const pop_maildrop_mail *mails[ROOM];
    g_assert_cmpuint(pop_history_mails(fed.session->maildrop, UINT32_MAX, mails, ROOM), ==, MAILS);
    static const uint32_t expected[ROOM] = { 1, 2, 3, 500, 900 };
    for (size_t i = 0; i < ROOM; i++) {
        g_assert_cmpuint(mails[i]->number, ==, expected[i]);
    }
    g_assert_cmpuint(pop_history_mails(fed.session->maildrop, UINT32_MAX, NULL, 0), ==, MAILS);
    close_session(&fed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/history/fetched-and-previewed", test_fetched_and_previewed);
    g_test_add_func("/history/deleted", test_deleted);
    g_test_add_func("/history/refused-quit", test_refused_quit);
    g_test_add_func("/history/after-quit", test_after_quit);
    g_test_add_func("/history/several-maildrops", test_several_maildrops);
    g_test_add_func("/history/version-2", test_version_2);
    g_test_add_func("/history/step", test_step);
    g_test_add_func("/history/choice", test_choice);
    return g_test_run();
}
