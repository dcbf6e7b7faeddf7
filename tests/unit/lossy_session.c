/* lossy_session.c
 * Sessions made from a seed, or from a dialogue.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lossy_session.h"

#include <string.h>

enum { MOST_MAILS = 12, MOST_WINDOW = 5 };

/* A server's manners, and what it has. */
typedef struct server_maker {
    gboolean terse; /* every positive reply is "+OK" */
    gboolean announces; /* RETR's status line has the size */
    gboolean prompt; /* it answers before the next command has come, if it can */
    gboolean status_apart; /* a status line is a segment of its own */
    guint mails;
    GString *texts[MOST_MAILS + 1];
} server_maker;

typedef struct session_maker {
    GRand *random;
    server_maker server;
    gboolean eager; /* the client sends the next command when a status line has come */
    GPtrArray *commands; /* strings, lines with their ends */
    GPtrArray *replies; /* GString */
    lossy_session *session;
    guint64 sent[2];
    guint64 received; /* of the client's octets, when the server sent its latest reply */
    gsize segment_limit;
} session_maker;

static guint below(GRand *random, guint limit)
{
    return (guint)g_rand_int_range(random, 0, (gint32)limit);
}

static GString *make_mail(GRand *random, guint number)
{
    static const char *const lines[] = { "a line", "+OK it looks like a reply", "-ERR no", "12 345",
        "..stuffed", "+ ", "From here on", "", "1 whqtswO00WBw418f9t5JxYwZ" };
    GString *text = g_string_new(NULL);
    g_string_append_printf(
        text, "Subject: number %u\r\nX-Id: %08x\r\n\r\n", number, g_rand_int(random));
    for (guint i = below(random, 40); i > 0; i--) {
        g_string_append(text, lines[below(random, G_N_ELEMENTS(lines))]);
        g_string_append(text, "\r\n");
    }
    return text;
}

static void add(session_maker *maker, const char *reply, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static void add(session_maker *maker, const char *reply, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_ptr_array_add(maker->commands, g_strdup_vprintf(format, arguments));
    va_end(arguments);
    g_ptr_array_add(maker->replies, g_string_new(reply));
}

/* Octets of a mail, dot-stuffing undone. */
static gsize unstuffed_length(const GString *text)
{
    gsize length = text->len;
    for (const char *at = text->str; (at = strstr(at, "\n.")) != NULL; at++) {
        length--;
    }
    return length;
}

static void add_listing(session_maker *maker, gboolean unique_ids)
{
    GString *reply = g_string_new(maker->server.terse ? "+OK\r\n" : "+OK listing follows\r\n");
    for (guint i = 1; i <= maker->server.mails; i++) {
        if (unique_ids) { /* like sizes, as some servers have them */
            g_string_append_printf(reply, "%u %u\r\n", i, 5000 + i * 17);
        } else {
            gsize size = unstuffed_length(maker->server.texts[i]);
            g_string_append_printf(reply, "%u %zu\r\n", i, size);
        }
    }
    g_string_append(reply, ".\r\n");
    add(maker, reply->str, unique_ids ? "UIDL\r\n" : "LIST\r\n");
    g_string_free(reply, TRUE);
}

static void add_retrieval(session_maker *maker, guint number)
{
    const server_maker *server = &maker->server;
    GString *reply = g_string_new("+OK");
    if (server->announces) {
        g_string_append_printf(reply, " %zu octets", unstuffed_length(server->texts[number]));
    } else if (!server->terse) {
        g_string_append(reply, " mail follows");
    }
    g_string_append_printf(reply, "\r\n%s.\r\n", server->texts[number]->str);
    add(maker, reply->str, "RETR %u\r\n", number);
    g_string_free(reply, TRUE);
}

static void add_listing_of(session_maker *maker, const char *keyword, guint number, guint value)
{
    char *reply = g_strdup_printf("+OK %u %u\r\n", number, value);
    add(maker, reply, "%s %u\r\n", keyword, number);
    g_free(reply);
}

/* TOP: its header alone. */
static void add_preview(session_maker *maker, guint number)
{
    const char *text = maker->server.texts[number]->str;
    const char *body = strstr(text, "\r\n\r\n") + 4;
    char *reply = g_strdup_printf(
        "+OK%s\r\n%.*s.\r\n", maker->server.terse ? "" : " top follows", (int)(body - text), text);
    add(maker, reply, "TOP %u 0\r\n", number);
    g_free(reply);
}

/* What is asked of a mail before it is fetched, now and then. */
static void add_questions(session_maker *maker, guint number)
{
    switch (below(maker->random, 24)) {
    case 0:
        add_listing_of(maker, "LIST", number, (guint)unstuffed_length(maker->server.texts[number]));
        break;
    case 1:
        add_listing_of(maker, "UIDL", number, 5000 + number * 17);
        break;
    case 2:
        add_preview(maker, number);
        break;
    case 3:
        add(maker, "-ERR no such command\r\n", "X-PING\r\n");
        break;
    default:
        break;
    }
}

/* Returns how many of them are listings. */
static guint add_commands(session_maker *maker)
{
    server_maker *server = &maker->server;
    const char *deleted = server->terse ? "+OK\r\n" : "+OK marked\r\n";
    enum { SIZES = 1, UNIQUE_IDS = 2, DELETES = 4, DELETES_LAST = 8 };
    guint ways = below(maker->random, 16);
    if ((ways & SIZES) != 0) {
        add_listing(maker, FALSE);
    }
    if ((ways & UNIQUE_IDS) != 0) {
        add_listing(maker, TRUE);
    }
    guint listings = maker->commands->len;
    for (guint i = 1; i <= server->mails; i++) {
        add_questions(maker, i);
        add_retrieval(maker, i);
        if ((ways & DELETES) != 0 && (ways & DELETES_LAST) == 0 && below(maker->random, 2) == 0) {
            add(maker, deleted, "DELE %u\r\n", i);
        } else if (below(maker->random, 6) == 0) {
            add(maker, server->terse ? "+OK\r\n" : "+OK nothing\r\n", "NOOP\r\n");
        }
    }
    for (guint i = 1; (ways & DELETES) != 0 && (ways & DELETES_LAST) != 0 && i <= server->mails;
         i++) {
        add(maker, deleted, "DELE %u\r\n", i);
    }
    if ((ways & DELETES) != 0 && below(maker->random, 10) == 0) {
        add(maker, server->terse ? "+OK\r\n" : "+OK unmarked\r\n", "RSET\r\n");
    }
    add(maker, server->terse ? "+OK\r\n" : "+OK bye\r\n", "QUIT\r\n");
    return listings;
}

static void send_octets(
    session_maker *maker, pop_direction direction, const char *octets, gsize length, guint64 had)
{
    for (gsize at = 0; at < length;) {
        gsize rest = length - at, part = MIN(rest, maker->segment_limit);
        lossy_segment segment = { direction, maker->session->octets->len, part, had };
        g_byte_array_append(maker->session->octets, (const guint8 *)octets + at, (guint)part);
        g_array_append_val(maker->session->segments, segment);
        maker->sent[direction] += part;
        at += part;
    }
}

/* The commands up to that one, which its client sends with all of the server's octets in hand. */
static guint send_commands(session_maker *maker, guint from, guint until)
{
    guint64 had = maker->sent[POP_FROM_SERVER];
    for (; from < until; from++) {
        const char *line = g_ptr_array_index(maker->commands, from);
        send_octets(maker, POP_FROM_CLIENT, line, strlen(line), had);
    }
    return from;
}

/* `needed`: octets of the client's, up to the end of the command. */
static guint64 heard_by_server(session_maker *maker, guint64 needed)
{
    guint64 sent = maker->sent[POP_FROM_CLIENT];
    guint64 had = maker->server.prompt ? MAX(needed, maker->received) : sent;
    maker->received = sent;
    return had;
}

/* Some commands are sent before the first reply; then one with each reply, or all when all are
 * answered. The first `waits` are each answered before the next is sent. */
static void send_windows(session_maker *maker, guint waits, guint window, gboolean overlaps)
{
    guint sent = 0, count = maker->commands->len;
    guint64 needed = maker->sent[POP_FROM_CLIENT];
    for (guint answered = 0; answered < count; answered++) {
        guint until = answered < waits ? answered + 1 : MIN(count, answered + window);
        if (overlaps || sent == answered) {
            sent = send_commands(maker, sent, MAX(sent, until));
        }
        needed += strlen(g_ptr_array_index(maker->commands, answered));
        const GString *reply = g_ptr_array_index(maker->replies, answered);
        guint64 had = heard_by_server(maker, needed);
        gsize status = (gsize)(strchr(reply->str, '\n') - reply->str) + 1;
        gsize first = maker->server.status_apart ? status : reply->len;
        send_octets(maker, POP_FROM_SERVER, reply->str, first, had);
        if (overlaps && maker->eager && answered >= waits && first < reply->len) {
            sent = send_commands(maker, sent, MAX(sent, MIN(count, answered + window + 1)));
        }
        send_octets(maker, POP_FROM_SERVER, reply->str + first, reply->len - first, had);
    }
}

static void forget_commands(session_maker *maker)
{
    for (guint i = 0; i < maker->replies->len; i++) {
        g_string_free(g_ptr_array_index(maker->replies, i), TRUE);
    }
    g_ptr_array_set_size(maker->commands, 0);
    g_ptr_array_set_size(maker->replies, 0);
}

/* Some clients that pipeline do so before they are logged in. */
static void log_in(session_maker *maker, gboolean pipelines)
{
    const char *accepted = maker->server.terse ? "+OK\r\n" : "+OK logged in\r\n";
    send_octets(maker, POP_FROM_SERVER, "+OK ready\r\n", 11, 0);
    if (below(maker->random, 4) == 0) {
        add(maker, "+ \r\n", "AUTH PLAIN\r\n");
        add(maker, accepted, "AGEAYg==\r\n");
        send_windows(maker, 0, 1, FALSE);
    } else {
        add(maker, "+OK\r\n", "USER a\r\n");
        add(maker, accepted, "PASS b\r\n");
        send_windows(maker, 0, pipelines && below(maker->random, 2) == 0 ? 2 : 1, FALSE);
    }
    forget_commands(maker);
}

static lossy_session *new_session(void)
{
    lossy_session *session = g_new0(lossy_session, 1);
    session->octets = g_byte_array_new();
    session->segments = g_array_new(FALSE, FALSE, sizeof(lossy_segment));
    return session;
}

static void choose_manners(session_maker *maker)
{
    server_maker *server = &maker->server;
    server->terse = below(maker->random, 2) == 0;
    server->announces = below(maker->random, 3) == 0;
    server->prompt = below(maker->random, 2) == 0;
    server->status_apart = below(maker->random, 2) == 0;
    maker->eager = below(maker->random, 2) == 0;
    server->mails = 1 + below(maker->random, MOST_MAILS);
    maker->segment_limit = 40 + below(maker->random, 400);
    for (guint i = 1; i <= server->mails; i++) {
        server->texts[i] = make_mail(maker->random, i);
    }
}

lossy_session *lossy_session_make(guint32 seed, lossy_client client)
{
    session_maker maker = { .session = new_session(),
        .random = g_rand_new_with_seed(seed),
        .commands = g_ptr_array_new_with_free_func(g_free),
        .replies = g_ptr_array_new() };
    choose_manners(&maker);
    log_in(&maker, client != LOSSY_WAITS);
    maker.session->of_login = maker.session->segments->len;
    guint listings = add_commands(&maker);
    guint waits = client == LOSSY_LISTS_FIRST ? listings : 0;
    guint window = client == LOSSY_WAITS ? 1 : 2 + below(maker.random, MOST_WINDOW);
    send_windows(&maker, waits, window, client >= LOSSY_OVERLAPS);
    forget_commands(&maker);
    for (guint i = 1; i <= maker.server.mails; i++) {
        g_string_free(maker.server.texts[i], TRUE);
    }
    g_ptr_array_free(maker.commands, TRUE);
    g_ptr_array_free(maker.replies, TRUE);
    g_rand_free(maker.random);
    return maker.session;
}

lossy_session *lossy_session_of(const dialogue_file *dialogue, guint32 seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    session_maker maker = { .session = new_session(), .segment_limit = 20 + below(random, 200) };
    for (guint i = 0; i < dialogue->runs->len; i++) {
        const dialogue_run *run = &g_array_index(dialogue->runs, dialogue_run, i);
        send_octets(&maker, run->direction, (const char *)run->octets->data, run->octets->len,
            maker.sent[pop_other_direction(run->direction)] - run->unheard);
    }
    g_rand_free(random);
    return maker.session;
}

void lossy_session_free(lossy_session *session)
{
    g_byte_array_unref(session->octets);
    g_array_free(session->segments, TRUE);
    g_free(session);
}
