/* test_pop_limits.c
 * What is kept of a session has bounds: each is crossed here, and the session goes on behind it.
 * The bounds of lines, mails, the queue and the maildrop are crossed by dialogues, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "session/pop_session.h"
#include "tracked_memory.h"

typedef struct fed_session {
    tracked_memory memory;
    pop_session *session;
    guint32 frame;
} fed_session;

static void begin_seen(fed_session *fed, pop_limits limits, bool start_seen)
{
    fed->frame = 0;
    tracked_memory_init(&fed->memory);
    fed->session = pop_session_new(&fed->memory.allocator, limits, start_seen);
}

static void begin(fed_session *fed, pop_limits limits)
{
    begin_seen(fed, limits, false);
}

static void feed(fed_session *fed, pop_direction direction, const char *text)
{
    pop_segment segment = { .direction = direction,
        .octets = { (const uint8_t *)text, strlen(text) },
        .at = { ++fed->frame, 0, fed->frame } };
    pop_session_feed(fed->session, &segment);
}

static char *repeated(const char *text, size_t times)
{
    GString *result = g_string_new(NULL);
    for (size_t i = 0; i < times; i++) {
        g_string_append(result, text);
    }
    return g_string_free(result, FALSE);
}

static void test_defaults(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ .line = 100 });
    g_assert_cmpuint(fed.session->limits.line, ==, 100);
    g_assert_cmpuint(fed.session->limits.message, ==, 256U * 1024 * 1024);
    g_assert_cmpuint(fed.session->limits.queue, ==, 256U * 1024);
    g_assert_cmpuint(fed.session->limits.maildrop, ==, 1000000);
    g_assert_cmpuint(fed.session->limits.entries, ==, 65536);
    tracked_memory_free(&fed.memory);
}

/* The fourth of five commands and what follows are one entry; their replies find them all the
 * same. */
static void test_entries(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ .entries = 4 });
    feed(&fed, POP_FROM_CLIENT, "NOOP\r\nNOOP\r\nNOOP\r\nSTAT\r\nNOOP\r\n");
    g_assert_cmpuint(fed.session->entries.count, ==, 4);
    const pop_entry *entries = fed.session->entries.list;
    g_assert_cmpint(entries[2].kind, ==, POP_ENTRY_REQUEST);
    g_assert_cmpuint(entries[2].anomalies, ==, 0);
    g_assert_cmpint(entries[3].kind, ==, POP_ENTRY_OPAQUE);
    g_assert_cmpuint(entries[3].offset, ==, 18);
    g_assert_cmpuint(entries[3].length, ==, 12);
    g_assert_cmpuint(entries[3].anomalies, ==, POP_FLAW(TOO_MANY_LINES));
    g_assert_cmpuint(fed.session->exchanges.waiting.count, ==, 5);
    feed(&fed, POP_FROM_SERVER, "+OK\r\n+OK\r\n+OK\r\n");
    feed(&fed, POP_FROM_SERVER, "+OK 2 320\r\n");
    g_assert_cmpuint(fed.session->entries.count, ==, 1);
    g_assert_cmpstr(fed.session->entries.list[0].exchange->name, ==, "STAT");
    tracked_memory_free(&fed.memory);
}

/* A segment that fills the limit and no more is told apart to its end. */
static void test_entries_just_fit(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ .entries = 4 });
    feed(&fed, POP_FROM_CLIENT, "NOOP\r\nNOOP\r\nNOOP\r\n");
    g_assert_cmpuint(fed.session->entries.count, ==, 3);
    g_assert_cmpuint(fed.session->entries.list[2].anomalies, ==, 0);
    tracked_memory_free(&fed.memory);
}

/* A mail that ends beyond the limit is whole, although no entry says so. */
static void test_mail_beyond_entries(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ .entries = 2 });
    feed(&fed, POP_FROM_CLIENT, "RETR 1\r\n");
    pop_exchange *exchange = fed.session->entries.list[0].exchange;
    feed(&fed, POP_FROM_SERVER, "+OK\r\nabc\r\n.\r\n");
    g_assert_cmpuint(fed.session->entries.count, ==, 2);
    g_assert_cmpuint(fed.session->entries.list[1].length, ==, 8);
    g_assert_true(pop_message_is_whole(exchange->message));
    g_assert_cmpmem(exchange->message->octets, exchange->message->length, "abc\r\n", 5);
    g_assert_null(fed.session->reply.exchange);
    tracked_memory_free(&fed.memory);
}

/* The default bound: a segment of empty lines, longer than TCP's largest. */
static void test_entries_by_default(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ 0 });
    char *lines = repeated("\n", 100000);
    feed(&fed, POP_FROM_CLIENT, lines);
    g_assert_cmpuint(fed.session->entries.count, ==, POP_ENTRIES_LIMIT);
    g_assert_cmpuint(fed.session->entries.list[POP_ENTRIES_LIMIT - 1].length, ==, 100000 - 65535);
    feed(&fed, POP_FROM_CLIENT, "NOOP\r\n");
    g_assert_cmpuint(fed.session->entries.count, ==, 1);
    g_assert_cmpuint(fed.session->entries.capacity, <=, 256); /* the memory was given back */
    g_free(lines);
    tracked_memory_free(&fed.memory);
}

/* The default bound: a million mails and one more. */
static void test_maildrop_by_default(void)
{
    fed_session fed;
    begin(&fed, (pop_limits){ 0 });
    feed(&fed, POP_FROM_CLIENT, "LIST\r\n");
    feed(&fed, POP_FROM_SERVER, "+OK\r\n");
    for (guint32 number = 1; number <= POP_MAILDROP_LIMIT + 1; number++) {
        char line[32];
        g_snprintf(line, sizeof line, "%u 7\r\n", number);
        feed(&fed, POP_FROM_SERVER, line);
        g_assert_cmpuint(fed.session->entries.list[0].anomalies, ==,
            number <= POP_MAILDROP_LIMIT ? 0 : POP_FLAW(MAILDROP_FULL));
    }
    guint64 size = 0;
    const pop_maildrop *maildrop = fed.session->maildrop;
    g_assert_true(pop_maildrop_size(maildrop, 1000000, fed.session->step, &size));
    g_assert_cmpuint(size, ==, 7);
    g_assert_false(pop_maildrop_size(maildrop, 1000001, fed.session->step, &size));
    tracked_memory_free(&fed.memory);
}

static void begin_logged_in(fed_session *fed)
{
    begin_seen(fed, (pop_limits){ 0 }, true);
    feed(fed, POP_FROM_SERVER, "+OK ready\r\n");
    feed(fed, POP_FROM_CLIENT, "USER a\r\n");
    feed(fed, POP_FROM_SERVER, "+OK\r\n");
    feed(fed, POP_FROM_CLIENT, "PASS b\r\n");
    feed(fed, POP_FROM_SERVER, "+OK\r\n");
}

/* The default bound: commands wait, all that fit find their replies, the one beyond finds none. */
static void test_queue_by_default(void)
{
    fed_session fed;
    begin_logged_in(&fed);
    char *commands = repeated("NOOP\r\n", 1024), *replies = repeated("+OK\r\n", 1024);
    for (unsigned i = 0; i < 256; i++) {
        feed(&fed, POP_FROM_CLIENT, commands);
    }
    g_assert_cmpuint(fed.session->exchanges.waiting.count, ==, POP_QUEUE_LIMIT);
    feed(&fed, POP_FROM_CLIENT, "STAT\r\n");
    g_assert_cmpuint(fed.session->entries.list[0].anomalies, ==, POP_FLAW(QUEUE_FULL));
    g_assert_cmpuint(fed.session->exchanges.waiting.count, ==, POP_QUEUE_LIMIT);
    for (unsigned i = 0; i < 256; i++) {
        feed(&fed, POP_FROM_SERVER, replies);
    }
    g_assert_cmpuint(fed.session->entries.list[1023].anomalies, ==, 0);
    g_assert_cmpuint(fed.session->exchanges.waiting.count, ==, 0);
    feed(&fed, POP_FROM_SERVER, "+OK 2 320\r\n");
    g_assert_cmpuint(fed.session->entries.list[0].anomalies, ==, POP_FLAW(UNSOLICITED_REPLY));
    g_free(commands);
    g_free(replies);
    tracked_memory_free(&fed.memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/limits/defaults", test_defaults);
    g_test_add_func("/limits/entries", test_entries);
    g_test_add_func("/limits/entries-just-fit", test_entries_just_fit);
    g_test_add_func("/limits/mail-beyond-entries", test_mail_beyond_entries);
    g_test_add_func("/limits/entries-by-default", test_entries_by_default);
    g_test_add_func("/limits/maildrop-by-default", test_maildrop_by_default);
    g_test_add_func("/limits/queue-by-default", test_queue_by_default);
    return g_test_run();
}
