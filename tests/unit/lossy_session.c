/* lossy_session.c
 * Sessions made from a seed, played whole and with octets lost, and compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lossy_session.h"

#include <string.h>

#include "order/pop_order.h"
#include "session/pop_history.h"
#include "session/pop_session.h"
#include "tracked_memory.h"

/* --- Making a session ------------------------------------------------------------------------- */

enum { MOST_MAILS = 12, MOST_WINDOW = 5, HOLD_LIMIT = 64 << 20 };

/* A server's manners, and what it has. */
typedef struct server_maker {
    GRand *random;
    gboolean terse; /* every positive reply is "+OK" */
    gboolean announces; /* RETR's status line has the size */
    gboolean prompt; /* it answers before the next command has come, if it can */
    guint mails;
    GString *texts[MOST_MAILS + 1];
} server_maker;

typedef struct session_maker {
    server_maker server;
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

/* Returns how many of them are listings. */
static guint add_commands(session_maker *maker)
{
    server_maker *server = &maker->server;
    const char *deleted = server->terse ? "+OK\r\n" : "+OK marked\r\n";
    guint ways = below(server->random, 8);
    if ((ways & 1) != 0) {
        add_listing(maker, FALSE);
    }
    if ((ways & 2) != 0) {
        add_listing(maker, TRUE);
    }
    guint listings = maker->commands->len;
    for (guint i = 1; i <= server->mails; i++) {
        add_retrieval(maker, i);
        if ((ways & 4) != 0 && below(server->random, 2) == 0) {
            add(maker, deleted, "DELE %u\r\n", i);
        } else if (below(server->random, 6) == 0) {
            add(maker, server->terse ? "+OK\r\n" : "+OK nothing\r\n", "NOOP\r\n");
        }
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

static void send_command(session_maker *maker, guint index, guint64 had)
{
    const char *line = g_ptr_array_index(maker->commands, index);
    send_octets(maker, POP_FROM_CLIENT, line, strlen(line), had);
}

/* `needed`: octets of the client's, up to the end of the command. */
static void send_reply(session_maker *maker, guint index, guint64 needed)
{
    const GString *reply = g_ptr_array_index(maker->replies, index);
    guint64 sent = maker->sent[POP_FROM_CLIENT];
    guint64 had = maker->server.prompt ? MAX(needed, maker->received) : sent;
    maker->received = sent;
    send_octets(maker, POP_FROM_SERVER, reply->str, reply->len, had);
}

/* Some commands are sent before the first reply; then one with each reply, or all when all are
 * answered. The first `waits` are each answered before the next is sent. */
static void send_windows(session_maker *maker, guint waits, guint window, gboolean overlaps)
{
    guint sent = 0, answered = 0, count = maker->commands->len;
    guint64 needed = maker->sent[POP_FROM_CLIENT];
    while (answered < count) {
        guint until = answered < waits ? answered + 1 : MIN(count, answered + window);
        if (overlaps || sent == answered) {
            for (; sent < until; sent++) {
                send_command(maker, sent, maker->sent[POP_FROM_SERVER]);
            }
        }
        needed += strlen(g_ptr_array_index(maker->commands, answered));
        send_reply(maker, answered++, needed);
    }
}

static lossy_session *new_session(void)
{
    lossy_session *session = g_new(lossy_session, 1);
    session->octets = g_byte_array_new();
    session->segments = g_array_new(FALSE, FALSE, sizeof(lossy_segment));
    return session;
}

lossy_session *lossy_session_make(guint32 seed, lossy_client client)
{
    session_maker maker = { .session = new_session() };
    GRand *random = maker.server.random = g_rand_new_with_seed(seed);
    GRand *timing = g_rand_new_with_seed(~seed);
    maker.server.terse = below(random, 2) == 0;
    maker.server.announces = below(random, 3) == 0;
    maker.server.mails = 1 + below(random, MOST_MAILS);
    maker.segment_limit = 40 + below(random, 400);
    for (guint i = 1; i <= maker.server.mails; i++) {
        maker.server.texts[i] = make_mail(random, i);
    }
    maker.commands = g_ptr_array_new_with_free_func(g_free);
    maker.replies = g_ptr_array_new();
    const char *accepted = maker.server.terse ? "+OK\r\n" : "+OK logged in\r\n";
    send_octets(&maker, POP_FROM_SERVER, "+OK ready\r\n", 11, 0);
    add(&maker, "+OK\r\n", "USER a\r\n");
    add(&maker, accepted, "PASS b\r\n");
    send_windows(&maker, 0, 1, FALSE);
    for (guint i = 0; i < maker.replies->len; i++) {
        g_string_free(g_ptr_array_index(maker.replies, i), TRUE);
    }
    g_ptr_array_set_size(maker.commands, 0);
    g_ptr_array_set_size(maker.replies, 0);
    maker.server.prompt = g_rand_int_range(timing, 0, 2) == 0;
    guint listings = add_commands(&maker);
    guint waits = client == LOSSY_LISTS_FIRST ? listings : 0;
    guint window = client == LOSSY_WAITS ? 1 : 2 + below(random, MOST_WINDOW);
    send_windows(&maker, waits, window, client >= LOSSY_OVERLAPS);
    for (guint i = 0; i < maker.replies->len; i++) {
        g_string_free(g_ptr_array_index(maker.replies, i), TRUE);
    }
    for (guint i = 1; i <= maker.server.mails; i++) {
        g_string_free(maker.server.texts[i], TRUE);
    }
    g_ptr_array_free(maker.commands, TRUE);
    g_ptr_array_free(maker.replies, TRUE);
    g_rand_free(random);
    g_rand_free(timing);
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

/* --- Playing it ------------------------------------------------------------------------------- */

/* What was told of some octets of the server's. */
typedef struct told {
    guint64 from, until; /* in its stream */
    pop_entry entry;
} told;

typedef struct playing {
    tracked_memory memory;
    pop_order_capture capture;
    pop_order *order;
    guint64 sent[2]; /* octets of each direction so far */
    pop_session *session;
    guint64 before[2]; /* octets of each direction before the capture begins */
    GArray *told; /* of the server's octets */
    GHashTable *sent_at; /* exchange -> where its command begins in the client's stream, + 1 */
    GArray *lost; /* told, without an entry: of the server's octets */
} playing;

static void note_entries(playing *play, const pop_segment *segment, guint64 at)
{
    for (size_t i = 0; i < play->session->entries.count; i++) {
        const pop_entry *entry = &play->session->entries.list[i];
        guint64 from = at + entry->offset;
        if (segment->direction == POP_FROM_SERVER) {
            guint64 octets = entry->line != NULL && entry->ends_line_here ? entry->line->total
                                                                          : entry->length;
            guint64 until = from + entry->length;
            told one = { until - MIN(octets, until), until, *entry };
            g_array_append_val(play->told, one);
        } else if (entry->kind == POP_ENTRY_REQUEST && entry->exchange != NULL) {
            guint64 end = from + entry->length; /* the same, however the line was cut */
            g_hash_table_insert(play->sent_at, entry->exchange, GSIZE_TO_POINTER(end));
        }
    }
}

static const lossy_segment *segment_at(const lossy_session *session, guint index)
{
    return &g_array_index(session->segments, lossy_segment, index);
}

static void give_to_session(playing *play, const pop_order_delivery *delivery)
{
    guint64 at = play->before[delivery->direction] + play->session->position[delivery->direction];
    if (delivery->lost) {
        pop_session_gap(play->session, delivery->direction, delivery->length);
        return;
    }
    pop_segment segment = { .direction = delivery->direction,
        .octets = delivery->octets,
        .at = delivery->at,
        .ahead = delivery->ahead };
    pop_session_feed(play->session, &segment);
    note_entries(play, &segment, at);
}

static void give_what_is_due(playing *play)
{
    pop_order_delivery delivery;
    while (pop_order_next(play->order, &delivery)) {
        give_to_session(play, &delivery);
    }
}

static void take(playing *play, const pop_order_segment *segment)
{
    pop_order_take(play->order, segment);
    give_what_is_due(play);
    pop_order_finish(play->order);
}

static void note_lost(playing *play, const lossy_segment *part)
{
    if (part->direction == POP_FROM_SERVER) {
        guint64 at = play->sent[part->direction];
        told one = { .from = at, .until = at + part->length };
        g_array_append_val(play->lost, one);
    }
}

static void play_segment(
    playing *play, const lossy_session *session, const lossy_segment *part, guint32 frame)
{
    const pop_order_segment segment = { .direction = part->direction,
        .flags = POP_ORDER_ACK,
        .sequence = 1 + (guint32)play->sent[part->direction],
        .acknowledgment = 1 + (guint32)part->acknowledged,
        .length = (guint32)part->length,
        .octets = { session->octets->data + part->offset, part->length },
        .at = { frame, 0, frame } };
    take(play, &segment);
}

static void open_connection(playing *play)
{
    for (pop_direction direction = POP_FROM_CLIENT; direction <= POP_FROM_SERVER; direction++) {
        guint8 acknowledgment = direction == POP_FROM_SERVER ? POP_ORDER_ACK : 0;
        const pop_order_segment segment = { .direction = direction,
            .flags = (guint8)(POP_ORDER_SYN | acknowledgment),
            .acknowledgment = acknowledgment != 0 };
        take(play, &segment);
    }
}

/* The segment of the server's with which the capture begins. */
static guint first_midway(const lossy_session *session, GRand *random)
{
    guint first = below(random, session->segments->len);
    while (first > 0 && segment_at(session, first)->direction != POP_FROM_SERVER) {
        first--;
    }
    return first;
}

static void begin_playing(playing *play, bool start_seen)
{
    *play = (playing){ .told = g_array_new(FALSE, FALSE, sizeof(told)),
        .lost = g_array_new(FALSE, FALSE, sizeof(told)),
        .sent_at = g_hash_table_new(NULL, NULL),
        .capture = { .limit = HOLD_LIMIT } };
    tracked_memory_init(&play->memory);
    play->order = pop_order_new(&play->memory.allocator, &play->capture);
    play->session = pop_session_new(&play->memory.allocator, (pop_limits){ 0 }, start_seen);
    if (start_seen) {
        open_connection(play);
    }
}

static const lossy_damage none = { .one_in = 0 };

static void play(
    playing *play, const lossy_session *session, guint32 seed, const lossy_damage *damage)
{
    GRand *random = g_rand_new_with_seed(seed);
    guint first = damage->begins_midway ? first_midway(session, random) : 0;
    begin_playing(play, first == 0);
    for (guint i = 0; i < session->segments->len; i++) {
        const lossy_segment *part = segment_at(session, i);
        if (i < first) {
            play->before[part->direction] += part->length;
            note_lost(play, part);
        } else if (damage->one_in > 0 && below(random, damage->one_in) == 0) {
            note_lost(play, part);
        } else {
            play_segment(play, session, part, i + 1);
        }
        play->sent[part->direction] += part->length;
    }
    pop_order_end(play->order);
    give_what_is_due(play);
    g_rand_free(random);
}

static void end_playing(playing *play)
{
    g_array_free(play->told, TRUE);
    g_array_free(play->lost, TRUE);
    g_hash_table_destroy(play->sent_at);
    pop_order_free(play->order);
    tracked_memory_free(&play->memory);
}

/* --- Comparing -------------------------------------------------------------------------------- */

static const pop_anomalies marks = POP_FLAW(GAP) | POP_FLAW(UNCERTAIN) | POP_FLAW(OUT_OF_STEP)
    | POP_FLAW(MESSAGE_INCOMPLETE) | POP_FLAW(UNSOLICITED_REPLY) | POP_FLAW(UNEXPECTED_DATA);

static guint64 sent_at(const playing *play, const pop_exchange *exchange)
{
    return exchange == NULL ? 0 : GPOINTER_TO_SIZE(g_hash_table_lookup(play->sent_at, exchange));
}

/* What was told of the octet. */
static const told *told_of(const playing *play, guint64 octet)
{
    for (guint i = 0; i < play->told->len; i++) {
        const told *one = &g_array_index(play->told, told, i);
        if (one->from <= octet && octet < one->until && one->entry.kind != POP_ENTRY_PIECE) {
            return one;
        }
    }
    return NULL;
}

static gboolean is_lost(const playing *play, guint64 from, guint64 until)
{
    for (guint i = 0; i < play->lost->len; i++) {
        const told *one = &g_array_index(play->lost, told, i);
        if (one->from < until && from < one->until) {
            return TRUE;
        }
    }
    return FALSE;
}

static void complain(lossy_result *result, const char *what, const told *found)
{
    const pop_exchange *exchange = found->entry.exchange;
    g_ptr_array_add(result->wrong,
        g_strdup_printf("%s: octets %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                        ", kind %u, taken for those of %s %u",
            what, found->from, found->until, found->entry.kind,
            exchange == NULL || exchange->name == NULL ? "?" : exchange->name,
            exchange == NULL ? 0 : exchange->message_number));
}

/* A reply's octets are those of the command of which they are told to be. */
static void compare_pairs(lossy_result *result, const playing *whole, const playing *damaged)
{
    for (guint i = 0; i < damaged->told->len; i++) {
        const told *found = &g_array_index(damaged->told, told, i);
        guint64 command = sent_at(damaged, found->entry.exchange);
        if (command == 0 || found->entry.kind == POP_ENTRY_PIECE
            || (found->entry.anomalies & marks) != 0) {
            continue;
        }
        const told *right = told_of(whole, found->until - 1);
        if (right == NULL || sent_at(whole, right->entry.exchange) != command) {
            complain(result, "another command's", found);
        } else if (right->entry.kind != found->entry.kind) {
            complain(result, "another kind", found);
        } else if (found->entry.user != NULL
            && g_strcmp0(found->entry.user, right->entry.user) != 0) {
            complain(result, "another user", found);
        }
    }
}

static void complain_mail(lossy_result *result, const char *what, guint number)
{
    g_ptr_array_add(result->wrong, g_strdup_printf("mail %u: %s", number, what));
}

static void compare_facts(lossy_result *result, const playing *whole, const playing *damaged)
{
    const pop_maildrop *found = damaged->session->maildrop, *right = whole->session->maildrop;
    for (size_t i = 0; i < found->count; i++) {
        guint number = found->mails[i].number;
        const pop_maildrop_mail *mail = pop_maildrop_find(right, number);
        guint64 size = 0, right_size = 0;
        if (mail == NULL) {
            complain_mail(result, "there is none", number);
            continue;
        }
        if (pop_maildrop_size(found, number, UINT32_MAX, &size)
            && (!pop_maildrop_size(right, number, UINT32_MAX, &right_size) || size != right_size)) {
            complain_mail(result, "has another size", number);
        }
        const char *unique_id = pop_maildrop_unique_id(found, number, UINT32_MAX);
        if (unique_id != NULL
            && g_strcmp0(unique_id, pop_maildrop_unique_id(right, number, UINT32_MAX)) != 0) {
            complain_mail(result, "has another unique-id", number);
        }
        pop_mail_facts facts = pop_history_facts(found, &found->mails[i], UINT32_MAX);
        pop_mail_facts true_facts = pop_history_facts(right, mail, UINT32_MAX);
        if (facts.retrievals > true_facts.retrievals || facts.previews > true_facts.previews
            || (facts.deletion != NULL && true_facts.deletion == NULL)) {
            complain_mail(result, "something was done with it that was not", number);
        }
        if (facts.fate == POP_MAIL_DELETED && true_facts.fate != POP_MAIL_DELETED
            && !damaged->session->deletions_missed) {
            complain_mail(result, "has another fate", number);
        }
    }
}

/* Where the reply of the command at that place of the client's stream begins and ends. */
static gboolean find_reply(
    const playing *whole, const pop_exchange *exchange, guint64 *from, guint64 *until)
{
    gboolean begun = FALSE, ended = FALSE;
    for (guint i = 0; i < whole->told->len; i++) {
        const told *one = &g_array_index(whole->told, told, i);
        if (one->entry.exchange == exchange && one->entry.kind == POP_ENTRY_STATUS) {
            *from = one->from;
            begun = TRUE;
        } else if (one->entry.exchange == exchange && one->entry.kind == POP_ENTRY_BODY_END) {
            *until = one->until;
            ended = TRUE;
        }
    }
    return begun && ended;
}

static const pop_exchange *same_command(const playing *play, guint64 command)
{
    GHashTableIter walk;
    gpointer exchange, place;
    g_hash_table_iter_init(&walk, play->sent_at);
    while (g_hash_table_iter_next(&walk, &exchange, &place)) {
        if (GPOINTER_TO_SIZE(place) == command) {
            return exchange;
        }
    }
    return NULL;
}

static gboolean is_marked(const playing *play, guint64 from, guint64 until, pop_anomalies wanted)
{
    for (guint i = 0; i < play->told->len; i++) {
        const told *one = &g_array_index(play->told, told, i);
        if (one->from < until && from < one->until && (one->entry.anomalies & wanted) != 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A mail whose octets are all there is whole, and its own command's; or something is marked. */
static void compare_mail(lossy_result *result, const playing *whole, const playing *damaged,
    const pop_exchange *exchange)
{
    guint64 from = 0, until = 0, command = sent_at(whole, exchange);
    if (!find_reply(whole, exchange, &from, &until) || is_lost(damaged, from, until)) {
        return;
    }
    const pop_exchange *found = same_command(damaged, command);
    if (found == NULL) { /* the command is lost */
        return;
    }
    result->mails++;
    const pop_message *right = exchange->message;
    gboolean exact = found->message != NULL && pop_message_is_whole(found->message)
        && found->message->total == right->total
        && memcmp(found->message->octets, right->octets, right->length) == 0;
    result->exact += exact;
    result->sure += exact && !found->guessed;
    if (!exact && !is_marked(damaged, from, until, marks)) {
        complain_mail(
            result, "all its octets are there, and it is not whole", exchange->message_number);
    }
}

lossy_result lossy_session_compare(
    const lossy_session *session, guint32 seed, const lossy_damage *damage)
{
    lossy_result result = { .wrong = g_ptr_array_new_with_free_func(g_free) };
    playing whole, damaged;
    play(&whole, session, seed, &none);
    play(&damaged, session, seed, damage);
    compare_pairs(&result, &whole, &damaged);
    compare_facts(&result, &whole, &damaged);
    for (const pop_exchange *exchange = whole.session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        if (exchange->message != NULL && pop_message_is_whole(exchange->message)
            && exchange->submission == NULL) {
            compare_mail(&result, &whole, &damaged, exchange);
        }
    }
    end_playing(&whole);
    end_playing(&damaged);
    return result;
}

void lossy_result_clear(lossy_result *result)
{
    g_ptr_array_free(result->wrong, TRUE);
}
