/* lossy_comparison.c
 * Plays a session whole and with octets lost, and compares.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "lossy_comparison.h"

#include <string.h>

#include "order/pop_order.h"
#include "session/pop_history.h"
#include "session/pop_session.h"
#include "tracked_memory.h"

enum { HOLD_LIMIT = 64 << 20 };

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

/* The segment with which the capture begins. */
static guint first_of(const lossy_session *session, GRand *random, lossy_begin begin)
{
    if (begin == LOSSY_FROM_SYN) {
        return 0;
    }
    gint32 count = (gint32)session->segments->len;
    guint first = (guint)g_rand_int_range(random, (gint32)session->of_login, count);
    while (begin == LOSSY_FROM_SERVER && segment_at(session, first)->direction != POP_FROM_SERVER) {
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

/* The other side's octets begin where the first segment says that they have come. */
static void begin_at(playing *play, const lossy_session *session, guint first)
{
    for (guint i = 0; i < first; i++) {
        const lossy_segment *part = segment_at(session, i);
        play->before[part->direction] += part->length;
    }
    const lossy_segment *part = segment_at(session, first);
    play->before[pop_other_direction(part->direction)] = part->acknowledged;
}

static const lossy_damage none = { .one_in = 0 };

static void play(
    playing *play, const lossy_session *session, guint32 seed, const lossy_damage *damage)
{
    GRand *random = g_rand_new_with_seed(seed);
    guint first = first_of(session, random, damage->begin);
    begin_playing(play, first == 0);
    begin_at(play, session, first);
    for (guint i = 0; i < session->segments->len; i++) {
        const lossy_segment *part = segment_at(session, i);
        if (i < first) {
            note_lost(play, part);
        } else if (damage->one_in > 0 && (i > first || damage->begin == LOSSY_FROM_SYN)
            && g_rand_int_range(random, 0, (gint32)damage->one_in) == 0) {
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
        if (command == 0 || found->entry.kind == POP_ENTRY_PIECE || found->entry.exchange->guessed
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
        bool is_guess = one->entry.exchange != NULL && one->entry.exchange->guessed;
        if (one->from < until && from < one->until
            && (is_guess || (one->entry.anomalies & wanted) != 0)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_same_mail(const pop_message *found, const pop_message *right)
{
    return found != NULL && pop_message_is_whole(found) && found->total == right->total
        && memcmp(found->octets, right->octets, right->length) == 0;
}

static gboolean is_told(const playing *play, const pop_message *right)
{
    for (const pop_exchange *exchange = play->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        if (is_same_mail(exchange->message, right)) {
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
    result->replies++;
    result->found += is_told(damaged, exchange->message);
    const pop_exchange *found = same_command(damaged, command);
    if (found == NULL) { /* the command is lost */
        return;
    }
    result->mails++;
    gboolean exact = is_same_mail(found->message, exchange->message);
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
