/* test_pop_memory.c
 * What the session keeps: listings, the maildrop, mails, the queue of exchanges.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "session/pop_exchange.h"
#include "text/pop_limits.h"
#include "grammar/pop_listing.h"
#include "tracked_memory.h"

static pop_span span_of(const char *text)
{
    return (pop_span){ (const uint8_t *)text, strlen(text) };
}

/* --- Listings --------------------------------------------------------------------------------- */

static void test_listings(void)
{
    static const struct {
        const char *line;
        bool scan, unique_id;
        uint32_t message;
        uint64_t size;
        const char *value;
    } rows[] = { { "1 120", true, true, 1, 120, "120" },
        { "1 120 more", true, true, 1, 120, "120" }, { "  2 \t 7 ", true, true, 2, 7, "7" },
        { "1 abc", false, true, 1, 0, "abc" }, { "4294967295 0", true, true, UINT32_MAX, 0, "0" },
        { "4294967296 1", false, false, 0, 0, "" },
        { "1 18446744073709551615", true, true, 1, UINT64_MAX, "18446744073709551615" },
        { "1 18446744073709551616", false, true, 1, 0, "18446744073709551616" },
        { "1", false, false, 0, 0, "" }, { "1 ", false, false, 0, 0, "" },
        { "", false, false, 0, 0, "" }, { "x 1", false, false, 0, 0, "" },
        { "-1 1", false, false, 0, 0, "" } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("\"%s\"", rows[i].line);
        guarded line = guarded_new(rows[i].line, strlen(rows[i].line));
        pop_span span = guarded_span(&line);
        pop_listing listing = { 0 };
        g_assert_cmpint(pop_scan_listing_parse(span, &listing), ==, rows[i].scan);
        g_assert_cmpuint(listing.size, ==, rows[i].size);
        listing = (pop_listing){ 0 };
        g_assert_cmpint(pop_unique_id_listing_parse(span, &listing), ==, rows[i].unique_id);
        g_assert_cmpuint(listing.message, ==, rows[i].message);
        g_assert_cmpmem(listing.value_text.octets, listing.value_text.length, rows[i].value,
            strlen(rows[i].value));
        guarded_free(&line);
    }
}

/* --- The maildrop ----------------------------------------------------------------------------- */

static void test_maildrop(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_maildrop *maildrop = pop_maildrop_new(&memory.allocator, POP_MAILDROP_LIMIT);
    uint64_t size = 0;
    g_assert_false(pop_maildrop_size(maildrop, 1, 9, &size));
    g_assert_null(pop_maildrop_unique_id(maildrop, 1, 9));
    pop_maildrop_note_size(maildrop, 1, 120, 5);
    pop_maildrop_note_size(maildrop, 1, 121, 6); /* the first telling counts */
    pop_maildrop_note_unique_id(maildrop, 1, span_of("abc"), 7);
    pop_maildrop_note_size(maildrop, 0, 1, 1); /* no mail */
    g_assert_false(pop_maildrop_size(maildrop, 1, 4, &size));
    g_assert_true(pop_maildrop_size(maildrop, 1, 5, &size));
    g_assert_cmpuint(size, ==, 120);
    g_assert_null(pop_maildrop_unique_id(maildrop, 1, 6));
    g_assert_cmpstr(pop_maildrop_unique_id(maildrop, 1, 7), ==, "abc");
    g_assert_false(pop_maildrop_size(maildrop, 0, 9, &size));
    g_assert_false(pop_maildrop_size(maildrop, 2, 9, &size));
    g_assert_false(pop_maildrop_size(NULL, 1, 9, &size));
    tracked_memory_free(&memory);
}

/* None runs into another, however long it is. */
static void test_maildrop_unique_ids(void)
{
    enum { MAILS = 600, LONGEST = 9000 };
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_maildrop *maildrop = pop_maildrop_new(&memory.allocator, POP_MAILDROP_LIMIT);
    char *text = g_strnfill(LONGEST, 'u');
    for (uint32_t i = 1; i <= MAILS; i++) {
        size_t length = i % 100 == 0 ? LONGEST - i : i % 71;
        pop_maildrop_note_unique_id(maildrop, i, (pop_span){ (const uint8_t *)text, length }, 1);
    }
    for (uint32_t i = 1; i <= MAILS; i++) {
        size_t length = i % 100 == 0 ? LONGEST - i : i % 71;
        const char *unique_id = pop_maildrop_unique_id(maildrop, i, 1);
        g_assert_cmpuint(strlen(unique_id), ==, length);
        g_assert_cmpint(strncmp(unique_id, text, length), ==, 0);
    }
    g_free(text);
    tracked_memory_free(&memory);
}

/* Numbers that a hostile server chooses: far apart, and many. */
static void test_maildrop_growth(void)
{
    enum { MAILS = 20000 };
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_maildrop *maildrop = pop_maildrop_new(&memory.allocator, POP_MAILDROP_LIMIT);
    for (uint32_t i = 1; i <= MAILS; i++) {
        pop_maildrop_note_size(maildrop, i * 65536U + i, i, 1);
    }
    pop_maildrop_note_size(maildrop, UINT32_MAX, 7, 1);
    for (uint32_t i = 1; i <= MAILS; i++) {
        uint64_t size = 0;
        g_assert_true(pop_maildrop_size(maildrop, i * 65536U + i, 1, &size));
        g_assert_cmpuint(size, ==, i);
    }
    g_assert_cmpuint(maildrop->count, ==, MAILS + 1);
    tracked_memory_free(&memory);
}

/* Numbers that count up from 1, as nearly all do, but for one that comes at some time. */
static void test_maildrop_order(void)
{
    enum { MAILS = 100, FAR = 5000 };
    for (uint32_t exception = 1; exception <= MAILS; exception++) {
        tracked_memory memory;
        tracked_memory_init(&memory);
        pop_maildrop *maildrop = pop_maildrop_new(&memory.allocator, POP_MAILDROP_LIMIT);
        for (uint32_t i = 1; i <= MAILS; i++) {
            uint32_t number = i == exception ? FAR : i;
            g_assert_null(pop_maildrop_find(maildrop, number));
            pop_maildrop_note_size(maildrop, number, i, 1);
            g_assert_cmpuint(maildrop->count, ==, i);
        }
        pop_maildrop_note_size(maildrop, exception, FAR, 1);
        for (uint32_t i = 1; i <= MAILS; i++) {
            g_assert_cmpuint(pop_maildrop_find(maildrop, i)->number, ==, i);
            g_assert_cmpuint(pop_maildrop_find(maildrop, i)->size, ==, i == exception ? FAR : i);
        }
        g_assert_cmpuint(pop_maildrop_find(maildrop, FAR)->size, ==, exception);
        g_assert_null(pop_maildrop_find(maildrop, MAILS + 1));
        g_assert_null(pop_maildrop_find(maildrop, UINT32_MAX));
        g_assert_cmpuint(maildrop->count, ==, MAILS + 1);
        tracked_memory_free(&memory);
    }
}

/* --- Mails ------------------------------------------------------------------------------------ */

static void add_octets(pop_message *message, const char *text, uint32_t frame)
{
    guarded octets = guarded_new(text, strlen(text));
    pop_message_add(message, guarded_span(&octets));
    pop_message_note_fragment(message, frame);
    guarded_free(&octets);
}

/* As "FRAME: POSITION+LENGTH, ...". */
static void assert_fragments(const pop_fragments *fragments, const char *expected)
{
    GString *found = g_string_new(NULL);
    pop_fragments_walk walk = pop_fragments_begin(fragments);
    pop_fragment fragment;
    while (pop_fragments_next(&walk, &fragment)) {
        g_string_append_printf(found, "%s%u: %" G_GUINT64_FORMAT "+%u", found->len > 0 ? ", " : "",
            fragment.frame, fragment.position, fragment.length);
    }
    g_assert_cmpstr(found->str, ==, expected);
    g_string_free(found, TRUE);
}

static void test_message(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_message *message = pop_message_new(&memory.allocator, 100);
    add_octets(message, "abc", 3);
    add_octets(message, "", 4); /* brings nothing: no fragment */
    add_octets(message, "de", 5);
    add_octets(message, "f", 5);
    g_assert_false(pop_message_is_whole(message));
    pop_message_end(message, 6);
    g_assert_true(pop_message_is_whole(message));
    g_assert_cmpmem(message->octets, message->length, "abcdef", 6);
    assert_fragments(&message->fragments, "3: 0+3, 5: 3+3");
    g_assert_cmpuint(message->ended_in, ==, 6);
    tracked_memory_free(&memory);
}

/* Fragment number i came in frame 7 * i + 3; their lengths differ in the octets that they take. */
static uint32_t length_of(uint32_t i)
{
    return i % 5 == 0 ? 100000 + i : i % 3 == 0 ? 1448 : 1 + i % 64;
}

static void note_many(
    pop_fragments *fragments, const pop_allocator *allocator, uint32_t from, uint32_t until)
{
    for (uint32_t i = from; i < until; i++) {
        pop_fragments_note(fragments, allocator, 7 * i + 3, 1);
        pop_fragments_note(fragments, allocator, 7 * i + 3, length_of(i) - 1);
    }
}

static void assert_many(const pop_fragments *fragments, uint32_t count)
{
    uint64_t position = 0;
    pop_fragments_walk walk = pop_fragments_begin(fragments);
    pop_fragment fragment;
    for (uint32_t i = 0; i < count; i++) {
        g_assert_cmpuint(pop_fragments_received(fragments, 7 * i + 2), ==, position);
        g_assert_true(pop_fragments_next(&walk, &fragment));
        g_assert_cmpuint(fragment.frame, ==, 7 * i + 3);
        g_assert_cmpuint(fragment.length, ==, length_of(i));
        g_assert_cmpuint(fragment.position, ==, position);
        position += fragment.length;
        g_assert_cmpuint(pop_fragments_received(fragments, 7 * i + 3), ==, position);
    }
    g_assert_false(pop_fragments_next(&walk, &fragment));
    g_assert_cmpuint(pop_fragments_received(fragments, UINT32_MAX), ==, position);
}

/* As many as stand before, at and behind a mark; in one go, and in two. */
static void test_fragments(void)
{
    static const uint32_t counts[] = { 0, 1, 2, 3, 63, 64, 65, 66, 67, 127, 128, 129, 130, 2000 };
    for (size_t many = 0; many < G_N_ELEMENTS(counts); many++) {
        for (size_t few = 0; few <= many; few++) {
            tracked_memory memory;
            tracked_memory_init(&memory);
            pop_fragments fragments = { 0 };
            note_many(&fragments, &memory.allocator, 0, counts[few]);
            assert_many(&fragments, counts[few]);
            note_many(&fragments, &memory.allocator, counts[few], counts[many]);
            pop_fragments_give_back(&fragments, &memory.allocator);
            assert_many(&fragments, counts[many]);
            tracked_memory_free(&memory);
        }
    }
}

/* Where the host goes back, frames do not come in order. */
static void test_fragments_out_of_order(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_fragments fragments = { 0 };
    pop_fragments_note(&fragments, &memory.allocator, UINT32_MAX, 1);
    pop_fragments_note(&fragments, &memory.allocator, 2, UINT32_MAX);
    pop_fragments_note(&fragments, &memory.allocator, 1, 5);
    pop_fragments_note(&fragments, &memory.allocator, 9, 6);
    assert_fragments(&fragments,
        "4294967295: 0+1, 2: 1+4294967295, 1: 4294967296+5, "
        "9: 4294967301+6");
    tracked_memory_free(&memory);
}

/* The octets that come are 0, 1, 2 …, some at a time. */
static void add_many(pop_message *message, size_t count, size_t at_a_time)
{
    for (size_t at = 0; at < count; at += at_a_time) {
        uint8_t octets[1000];
        for (size_t i = 0; i < at_a_time; i++) {
            octets[i] = (uint8_t)(at + i);
        }
        pop_message_add(message, (pop_span){ octets, at_a_time });
    }
}

static void assert_holds_many(const pop_message *message, size_t count)
{
    g_assert_cmpuint(message->length, ==, count);
    for (size_t i = 0; i < count; i++) {
        g_assert_cmpuint(message->octets[i], ==, (uint8_t)i);
    }
}

/* An announced size saves copies; it is believed only as far as octets come. */
static void test_message_expected(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_message *honest = pop_message_new(&memory.allocator, 1000000);
    pop_message_expect(honest, 50000);
    add_many(honest, 50000, 1000);
    g_assert_cmpuint(honest->capacity, <=, 50000 + 50000 / 16);
    pop_message_end(honest, 1);
    assert_holds_many(honest, 50000);
    pop_message *boaster = pop_message_new(&memory.allocator, SIZE_MAX);
    pop_message_expect(boaster, UINT64_MAX);
    add_many(boaster, 5000, 1000);
    g_assert_cmpuint(boaster->capacity, <=, 8 * 5000);
    pop_message_break_off(boaster);
    g_assert_cmpuint(boaster->capacity, ==, 5000);
    assert_holds_many(boaster, 5000);
    pop_message *modest = pop_message_new(&memory.allocator, 1000000);
    pop_message_expect(modest, 10);
    add_many(modest, 20000, 1000);
    pop_message_end(modest, 1);
    assert_holds_many(modest, 20000);
    tracked_memory_free(&memory);
}

static void test_message_limit(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_message *message = pop_message_new(&memory.allocator, 4);
    add_octets(message, "abc", 1);
    add_octets(message, "def", 2);
    add_octets(message, "g", 3);
    pop_message_end(message, 4);
    g_assert_cmpmem(message->octets, message->length, "abcd", 4);
    g_assert_cmpuint(message->total, ==, 7);
    assert_fragments(&message->fragments, "1: 0+3, 2: 3+3, 3: 6+1");
    g_assert_false(pop_message_is_whole(message));
    tracked_memory_free(&memory);
}

static void test_message_empty_and_damaged(void)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_message *message = pop_message_new(&memory.allocator, 4);
    pop_message_end(message, 1);
    g_assert_true(pop_message_is_whole(message));
    message->damaged = true;
    g_assert_false(pop_message_is_whole(message));
    tracked_memory_free(&memory);
}

/* --- Exchanges -------------------------------------------------------------------------------- */

static void test_queue(void)
{
    pop_exchange_queue queue = { 0 };
    pop_exchange exchanges[4] = { { .ordinal = 0 }, { .ordinal = 1 }, { .ordinal = 2 },
        { .ordinal = 3 } };
    g_assert_null(pop_exchange_queue_take(&queue));
    pop_exchange_queue_add_first(&queue, &exchanges[2]);
    pop_exchange_queue_add(&queue, &exchanges[3]);
    pop_exchange_queue_add_first(&queue, &exchanges[1]);
    g_assert_cmpuint(queue.count, ==, 3);
    g_assert_true(queue.youngest == &exchanges[3]);
    for (uint32_t i = 1; i <= 3; i++) {
        pop_exchange *taken = pop_exchange_queue_take(&queue);
        g_assert_cmpuint(taken->ordinal, ==, i);
        g_assert_null(taken->next);
    }
    g_assert_null(pop_exchange_queue_take(&queue));
    g_assert_null(queue.youngest);
    g_assert_cmpuint(queue.count, ==, 0);
    pop_exchange_queue_add(&queue, &exchanges[0]);
    g_assert_true(queue.oldest == &exchanges[0] && queue.youngest == &exchanges[0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/listing/lines", test_listings);
    g_test_add_func("/maildrop/facts", test_maildrop);
    g_test_add_func("/maildrop/unique_ids", test_maildrop_unique_ids);
    g_test_add_func("/maildrop/growth", test_maildrop_growth);
    g_test_add_func("/maildrop/order", test_maildrop_order);
    g_test_add_func("/message/parts", test_message);
    g_test_add_func("/message/fragments/many", test_fragments);
    g_test_add_func("/message/fragments/out-of-order", test_fragments_out_of_order);
    g_test_add_func("/message/expected", test_message_expected);
    g_test_add_func("/message/limit", test_message_limit);
    g_test_add_func("/message/empty-and-damaged", test_message_empty_and_damaged);
    g_test_add_func("/exchange/queue", test_queue);
    return g_test_run();
}
