/* test_order_links.c
 * Conversations across links that reorder, lose and repeat: what is put in order is what was
 * written, nothing before what it waited for; what the capture lacks is told as lost, once, and
 * nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "tracked_memory.h"

enum { SEEDS = 200, MOST_WRITES = 24, LONGEST_WRITE = 6000, CAPTURE_LIMIT = 64 << 20 };

static const link_impairment impairments[] = {
    { .name = "nothing" },
    { .name = "overtaken", .reorder = 200, .largest = 100 },
    { .name = "overtaken-by-many", .reorder = 30, .largest = 8 },
    { .name = "lost-before", .lost_before = 100, .largest = 300 },
    { .name = "lost-behind", .lost_behind = 100, .largest = 300 },
    { .name = "repeated", .repeat = 300, .reorder = 100 },
    { .name = "cut-anew", .lost_before = 60, .lost_behind = 60, .cut_anew = TRUE, .largest = 200 },
    { .name = "numbers-wrap", .reorder = 100, .lost_before = 50, .wraps = TRUE, .largest = 200 },
    { .name = "octet-by-octet", .reorder = 50, .lost_before = 10, .largest = 1 },
    { .name = "server-ahead", .skew = 900, .largest = 400 },
    { .name = "client-ahead", .skew = -900, .largest = 400 },
    { .name = "clocks-and-all", .skew = -35, .reorder = 100, .lost_before = 50, .lost_behind = 50 },
    { .name = "captured-twice", .twice = TRUE, .reorder = 100 },
    { .name = "dropped", .dropped = 30, .largest = 300 },
    { .name = "dropped-and-all",
        .dropped = 30,
        .reorder = 100,
        .lost_before = 50,
        .lost_behind = 50,
        .repeat = 50,
        .largest = 300 },
};

/* --- Conversations ---------------------------------------------------------------------------- */

typedef struct conversation {
    link_write writes[MOST_WRITES];
    gsize count;
    GByteArray *streams[2];
    guint8 *octets;
} conversation;

/* Of random lengths, most of them short; no octet tells its place. */
static conversation conversation_new(guint32 seed)
{
    conversation made = { .octets = g_malloc((gsize)MOST_WRITES * LONGEST_WRITE),
        .streams = { g_byte_array_new(), g_byte_array_new() } };
    GRand *chance = g_rand_new_with_seed(seed);
    made.count = (gsize)g_rand_int_range(chance, 1, MOST_WRITES);
    guint8 *next = made.octets;
    for (gsize i = 0; i < made.count; i++) {
        gint32 most = g_rand_int_range(chance, 2, 13);
        gsize length = (gsize)g_rand_int_range(chance, 1, MIN(1 << most, LONGEST_WRITE));
        for (gsize at = 0; at < length; at++) {
            next[at] = (guint8)g_rand_int(chance);
        }
        pop_direction direction = i % 2 == 0 ? POP_FROM_SERVER : POP_FROM_CLIENT;
        made.writes[i] = (link_write){ .direction = direction, .octets = { next, length } };
        g_byte_array_append(made.streams[direction], next, (guint)length);
        next += length;
    }
    g_rand_free(chance);
    return made;
}

static void conversation_free(conversation *made)
{
    g_byte_array_unref(made->streams[0]);
    g_byte_array_unref(made->streams[1]);
    g_free(made->octets);
}

/* --- What the capture has --------------------------------------------------------------------- */

/* Of each octet of both streams whether some segment has it: the plain model. */
typedef struct model {
    guint8 *has[2];
    gsize reach[2]; /* behind the last octet that the capture has, or has an acknowledgment of */
} model;

static model model_new(const conversation *made, const GArray *segments)
{
    model plain = { { NULL, NULL }, { 0, 0 } };
    guint32 first[2] = { 0, 0 };
    for (int side = 0; side < 2; side++) {
        plain.has[side] = g_malloc0(made->streams[side]->len + 1);
    }
    for (guint i = 0; i < segments->len; i++) {
        const pop_order_segment *segment = &g_array_index(segments, pop_order_segment, i);
        if ((segment->flags & POP_ORDER_SYN) != 0) {
            first[segment->direction] = segment->sequence + 1;
        }
    }
    for (guint i = 0; i < segments->len; i++) {
        const pop_order_segment *segment = &g_array_index(segments, pop_order_segment, i);
        gsize at = segment->sequence - first[segment->direction];
        if (segment->octets.length > 0) {
            memset(plain.has[segment->direction] + at, 1, segment->octets.length);
            plain.reach[segment->direction] = MAX(
                plain.reach[segment->direction], at + segment->octets.length);
        }
    }
    return plain;
}

static void model_free(model *plain)
{
    g_free(plain->has[0]);
    g_free(plain->has[1]);
}

/* --- What comes out --------------------------------------------------------------------------- */

typedef struct listener {
    const conversation *made;
    const model *plain;
    gsize position[2];
    gsize write, offset; /* in the conversation, where nothing is missing */
    bool in_turn;
} listener;

/* Octets, or a gap, that go on where their direction stands. */
static void hear(listener *to, const pop_order_delivery *delivery)
{
    const GByteArray *stream = to->made->streams[delivery->direction];
    const guint8 *has = to->plain->has[delivery->direction] + to->position[delivery->direction];
    const guint8 *expected = stream->data + to->position[delivery->direction];
    g_assert_cmpuint(to->position[delivery->direction] + delivery->length, <=, stream->len);
    if (delivery->lost) {
        g_assert_null(memchr(has, 1, delivery->length));
    } else {
        g_assert_cmpmem(
            delivery->octets.octets, delivery->octets.length, expected, delivery->length);
    }
    to->position[delivery->direction] += delivery->length;
}

/* Nothing comes before what its sender had waited for. */
static void expect_turn(listener *to, const pop_order_delivery *delivery)
{
    const link_write *write = &to->made->writes[to->write];
    g_assert_false(delivery->lost);
    g_assert_cmpint(delivery->direction, ==, write->direction);
    to->offset += delivery->length;
    g_assert_cmpuint(to->offset, <=, write->octets.length);
    if (to->offset == write->octets.length) {
        to->write++;
        to->offset = 0;
    }
}

static void listen_to(listener *to, pop_order *order)
{
    pop_order_delivery delivery;
    while (pop_order_next(order, &delivery)) {
        hear(to, &delivery);
        if (to->in_turn) {
            expect_turn(to, &delivery);
        }
    }
}

/* The octets stand in a block that is just as long, and is freed at once. */
static void take(pop_order *order, const pop_order_segment *segment, listener *to)
{
    pop_order_segment copy = *segment;
    guint8 *block = NULL;
    if (copy.octets.length > 0) {
        block = malloc(copy.octets.length);
        memcpy(block, copy.octets.octets, copy.octets.length);
        copy.octets.octets = block;
    }
    pop_order_take(order, &copy);
    listen_to(to, order);
    pop_order_finish(order);
    free(block);
}

static void check(const link_impairment *impairment, guint32 seed)
{
    conversation made = conversation_new(seed);
    GArray *segments = link_capture(made.writes, made.count, impairment, seed);
    model plain = model_new(&made, segments);
    listener to = { .made = &made, .plain = &plain, .in_turn = link_is_lossless(impairment) };
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_order_capture capture = { .limit = CAPTURE_LIMIT };
    pop_order *order = pop_order_new(&memory.allocator, &capture);
    for (guint i = 0; i < segments->len; i++) {
        take(order, &g_array_index(segments, pop_order_segment, i), &to);
    }
    if (!link_is_lossless(impairment)) {
        pop_order_end(order);
        listen_to(&to, order);
    }
    g_assert_false(pop_order_holds(order));
    g_assert_cmpuint(capture.held, ==, 0);
    for (int side = 0; side < 2; side++) {
        g_assert_cmpuint(to.position[side], >=, plain.reach[side]);
    }
    pop_order_free(order);
    tracked_memory_free(&memory);
    model_free(&plain);
    g_array_free(segments, TRUE);
    conversation_free(&made);
}

static void test_impairment(gconstpointer impairment)
{
    for (guint32 seed = 0; seed < SEEDS; seed++) {
        g_test_message("seed %u", seed);
        check(impairment, seed);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(impairments); i++) {
        char *name = g_strconcat("/order/links/", impairments[i].name, NULL);
        g_test_add_data_func(name, &impairments[i], test_impairment);
        g_free(name);
    }
    return g_test_run();
}
