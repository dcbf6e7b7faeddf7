/* test_pop_order.c
 * The order of octets: conversations as tables, with what has to come out of each.
 *
 * RFC 9293 section 3.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "order/pop_order.h"
#include "tracked_memory.h"

#define ISN 1000 /* of both sides, unless a case says otherwise */

/* One segment: who, when (milliseconds), which numbers behind the SYN's, what. */
typedef struct step {
    char who; /* 'C', 'S'; 'E': the capture ends; 0: behind the last step */
    unsigned at;
    uint32_t sequence, acknowledgment; /* from 0: the first octet */
    const char *text; /* "" where it has none; "syn", "fin", "rst" in angle brackets */
    const char *out; /* what comes out: "C:text", "S:lost 5", one blank between; "" */
} step;

typedef struct order_case {
    const char *name;
    const step *steps;
} order_case;

#define SYNS                                                                                       \
    { 'C', 0, UINT32_MAX, 0, "<syn>", "" },                                                        \
    {                                                                                              \
        'S', 0, UINT32_MAX, 0, "<syn>", ""                                                         \
    }
#define CASE(name, ...)                                                                            \
    {                                                                                              \
        name, (const step[])                                                                       \
        {                                                                                          \
            __VA_ARGS__,                                                                           \
            {                                                                                      \
                0                                                                                  \
            }                                                                                      \
        }                                                                                          \
    }

static const order_case cases[] = {
    CASE("in line", SYNS, { 'S', 1, 0, 0, "+OK", "S:+OK" }, { 'C', 2, 0, 3, "USER", "C:USER" },
        { 'S', 3, 3, 4, "+OK", "S:+OK" }),
    CASE("swapped by one", SYNS, { 'S', 1, 3, 0, "def", "" },
        { 'S', 2, 0, 0, "abc", "S:abc S:def" }),
    CASE("three in reverse", SYNS, { 'S', 1, 4, 0, "ef", "" }, { 'S', 2, 2, 0, "cd", "" },
        { 'S', 3, 0, 0, "ab", "S:ab S:cd S:ef" }),
    CASE("everything twice", SYNS, { 'S', 1, 0, 0, "abc", "S:abc" }, { 'S', 1, 0, 0, "abc", "" },
        { 'C', 2, 0, 3, "x", "C:x" }, { 'C', 2, 0, 3, "x", "" }),
    CASE("a repetition with more behind it", SYNS, { 'S', 1, 0, 0, "abc", "S:abc" },
        { 'S', 2, 0, 0, "abcde", "S:de" }),
    CASE("the first copy of what is held counts", SYNS, { 'S', 1, 3, 0, "def", "" },
        { 'S', 2, 2, 0, "CDEFG", "" }, { 'S', 3, 0, 0, "ab", "S:ab S:C S:def S:G" }),
    CASE("a reply before its command", SYNS, { 'S', 1, 0, 4, "+OK", "" },
        { 'C', 2, 0, 0, "STAT", "C:STAT S:+OK" }),
    CASE("a command before the reply that it follows", SYNS, { 'C', 1, 0, 3, "QUIT", "" },
        { 'S', 900, 0, 0, "+OK", "S:+OK C:QUIT" }),
    CASE("lost, acknowledged, and three segments behind it", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'C', 2, 0, 4, "", "" }, { 'S', 60, 4, 0, "e", "" }, { 'S', 61, 5, 0, "f", "" },
        { 'S', 62, 6, 0, "g", "S:lost 3 S:d S:e S:f S:g" }),
    CASE("lost twice: of the second, too, time counts from when it was acknowledged", SYNS,
        { 'S', 1, 3, 0, "d", "" }, { 'S', 2, 5, 0, "f", "" }, { 'C', 3, 0, 6, "", "" },
        { 'S', 4, 6, 0, "g", "" }, { 'S', 5, 7, 0, "h", "" },
        { 'S', 60, 8, 0, "i", "S:lost 3 S:d S:lost 1 S:f S:g S:h S:i" }),
    CASE("lost twice: the second was acknowledged later", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'S', 2, 5, 0, "f", "" }, { 'C', 3, 0, 4, "", "" }, { 'C', 40, 0, 6, "", "" },
        { 'S', 41, 6, 0, "g", "" }, { 'S', 42, 7, 0, "h", "" },
        { 'S', 60, 8, 0, "i", "S:lost 3 S:d" }, { 'S', 61, 4, 0, "e", "S:e S:f S:g S:h S:i" }),
    CASE("lost twice: three segments count behind the second one's acknowledgment", SYNS,
        { 'S', 1, 3, 0, "d", "" }, { 'C', 3, 0, 4, "", "" }, { 'S', 4, 5, 0, "f", "" },
        { 'S', 5, 6, 0, "g", "" }, { 'C', 6, 0, 7, "", "" }, { 'S', 60, 7, 0, "h", "S:lost 3 S:d" },
        { 'S', 61, 8, 0, "i", "" }, { 'S', 62, 9, 0, "j", "S:lost 1 S:f S:g S:h S:i S:j" }),
    CASE("not before fifty milliseconds", SYNS, { 'S', 1, 3, 0, "d", "" }, { 'C', 2, 0, 4, "", "" },
        { 'S', 3, 4, 0, "e", "" }, { 'S', 4, 5, 0, "f", "" }, { 'S', 5, 6, 0, "g", "" },
        { 'S', 6, 0, 0, "abc", "S:abc S:d S:e S:f S:g" }),
    CASE("acknowledged, and a second and a half later", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'C', 2, 0, 4, "", "" }, { 'C', 1400, 0, 4, "", "" },
        { 'C', 1502, 0, 4, "", "S:lost 3 S:d" }),
    CASE("what was not acknowledged is waited for", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'C', 2, 0, 0, "", "" }, { 'S', 5000, 4, 0, "e", "" }, { 'S', 9000, 5, 0, "f", "" },
        { 'S', 9001, 6, 0, "g", "" }, { 'S', 90000, 0, 0, "abc", "S:abc S:d S:e S:f S:g" }),
    CASE("... but not for more than two minutes", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'S', 121000, 4, 0, "e", "S:lost 3 S:d S:e" }),
    CASE("an effect whose cause is lost", SYNS, { 'S', 1, 0, 0, "+OK", "S:+OK" },
        { 'C', 2, 0, 9, "QUIT", "" }, { 'S', 3, 9, 4, "bye", "" },
        { 'C', 1600, 4, 12, "<fin>", "S:lost 6 C:QUIT S:bye" }),
    CASE("lost on both sides: what the other's was sent behind is told first", SYNS,
        { 'S', 1, 3, 4, "", "" }, { 'C', 2, 4, 3, "Q", "" }, { 'S', 40, 3, 5, "d", "" },
        { 'C', 41, 5, 4, "a", "" }, { 'C', 42, 6, 4, "b", "" }, { 'C', 55, 7, 4, "c", "" },
        { 'S', 60, 4, 8, "e", "" }, { 'S', 61, 5, 8, "f", "" },
        { 'S', 95, 6, 8, "g", "S:lost 3 C:lost 4 C:Q S:d C:a C:b C:c S:e S:f S:g" }),
    CASE("... but not while nothing but a forged segment waits there", SYNS,
        { 'S', 1, 3, 4, "", "" }, { 'C', 2, 4, 3, "Q", "" }, { 'S', 3, 9000000, 5, "evil", "" },
        { 'C', 41, 5, 3, "a", "" }, { 'C', 42, 6, 3, "b", "" }, { 'C', 55, 7, 3, "c", "C:lost 4" }),
    CASE("a FIN whose octets were acknowledged", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'S', 2, 4, 0, "<fin>", "" }, { 'C', 3, 0, 5, "", "" }, { 'C', 4, 0, 5, "<fin>", "" },
        { 'S', 5, 5, 1, "", "S:lost 3 S:d" }),
    CASE("... which the capture has before both have ended", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'S', 2, 4, 0, "<fin>", "" }, { 'C', 3, 0, 5, "<fin>", "" },
        { 'S', 4, 0, 0, "abc", "S:abc S:d" }),
    CASE("... and more before the FIN, that were captured no more", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'S', 2, 9, 0, "<fin>", "" }, { 'C', 3, 0, 10, "<fin>", "" },
        { 'S', 4, 10, 1, "", "S:lost 3 S:d" }),
    CASE("a reset", SYNS, { 'S', 1, 3, 0, "d", "" }, { 'C', 2, 0, 0, "<rst>", "S:lost 3 S:d" }),
    CASE("a reset far from all numbers is nothing", SYNS, { 'S', 1, 3, 0, "d", "" },
        { 'C', 2, 50000000, 0, "<rst>", "" }, { 'S', 3, 0, 0, "abc", "S:abc S:d" }),
    CASE("the capture ends", SYNS, { 'S', 1, 3, 0, "d", "" }, { 'E', 2, 0, 0, "", "S:lost 3 S:d" }),
    CASE("a forged segment far ahead", SYNS, { 'S', 1, 1000000, 0, "evil", "" },
        { 'S', 2, 0, 0, "abc", "S:abc" }, { 'C', 3, 0, 3, "x", "C:x" },
        { 'S', 4000, 3, 1, "def", "S:def" }, { 'E', 4001, 0, 0, "", "" }),
    CASE("... holds up nothing that answers octets which are lost", SYNS,
        { 'S', 1, 0, 0, "abc", "S:abc" }, { 'C', 2, 0, 9, "QUIT", "" },
        { 'S', 3, 1000000, 0, "evil", "" }, { 'C', 1600, 4, 9, "", "S:lost 6 C:QUIT" }),
    CASE("a forged acknowledgment far ahead", SYNS, { 'C', 1, 0, 1000000, "STAT", "C:STAT" },
        { 'S', 2, 0, 4, "+OK", "S:+OK" }),
    CASE("a keep-alive", SYNS, { 'C', 1, 0, 0, "x", "C:x" }, { 'S', 2, 0, 1, "abc", "S:abc" },
        { 'S', 9000, 2, 1, "?", "" }, { 'S', 9001, 3, 1, "d", "S:d" }),
    CASE("one direction only, until it ends", { 'C', 0, UINT32_MAX, 0, "<syn>", "" },
        { 'C', 1, 0, 3, "STAT", "" }, { 'C', 2, 4, 6, "<fin>", "C:STAT" }),
    CASE("one direction only, which repeats old octets behind its FIN, and then those that lack",
        { 'S', 0, UINT32_MAX, 0, "<syn>", "" }, { 'S', 1, 0, 9, "abc", "" },
        { 'S', 2, 6, 9, "g", "" }, { 'S', 3, 7, 9, "<fin>", "S:abc" }, { 'S', 60, 0, 9, "ab", "" },
        { 'S', 61, 1, 9, "bc", "" }, { 'S', 62, 0, 9, "abc", "" },
        { 'S', 63, 3, 9, "def", "S:def S:g" }),
    CASE("one direction only, whose segments came with falling acknowledgments: nothing is lost",
        { 'C', 0, UINT32_MAX, 0, "<syn>", "" }, { 'C', 1, 8, 50, "ij", "" },
        { 'C', 2, 4, 30, "ef", "" }, { 'C', 3, 0, 60, "abcd", "" }, { 'C', 1700, 6, 60, "gh", "" },
        { 'C', 1701, 10, 60, "<fin>", "C:abcd C:ef C:gh C:ij" }),
    CASE("in mid-session nothing is waited for", { 'C', 1, 70, 90, "STAT", "C:STAT" },
        { 'S', 2, 90, 74, "+OK", "S:+OK" }),
    CASE("in mid-session, what the client had tells where the server is",
        { 'C', 1, 70, 90, "STAT", "C:STAT" }, { 'S', 2, 93, 74, "d", "" },
        { 'S', 3, 90, 74, "abc", "S:abc S:d" }),
    CASE("in mid-session, a SYN behind octets that wait begins nothing",
        { 'C', 1, 0, 0, "abc", "C:abc" }, { 'S', 2, 0, 9, "d", "" }, { 'S', 3, 10, 9, "<syn>", "" },
        { 'E', 4, 0, 0, "", "C:lost 6 S:d" }),
    CASE("in mid-session, a late SYN behind what was waited for", { 'S', 1, 0, 50, "abc", "S:abc" },
        { 'C', 2, 150, 3, "Z", "" }, { 'S', 3, 3, 60, "d", "" },
        { 'C', 2000, 69, 3, "<syn>", "S:d" }, { 'E', 2001, 0, 0, "", "C:lost 80 C:Z" }),
    CASE("each waits for the other: the one sent again goes first", SYNS,
        { 'S', 1, 0, 4, "+OK", "" }, { 'C', 2, 0, 3, "STAT", "C:STAT S:+OK" }),
    CASE("a late SYN-ACK", { 'C', 0, UINT32_MAX, 0, "<syn>", "" }, { 'C', 1, 0, 0, "", "" },
        { 'S', 2, 0, 0, "+OK", "S:+OK" }, { 'S', 3, UINT32_MAX, 0, "<syn>", "" },
        { 'C', 4, 0, 3, "QUIT", "C:QUIT" }),
};

static uint8_t flags_of(const step *one)
{
    uint8_t flags = POP_ORDER_ACK;
    flags |= strcmp(one->text, "<syn>") == 0 ? POP_ORDER_SYN : 0;
    flags |= strcmp(one->text, "<fin>") == 0 ? POP_ORDER_FIN : 0;
    flags |= strcmp(one->text, "<rst>") == 0 ? POP_ORDER_RST : 0;
    if (one->text[0] == '<' && one->who == 'C' && one->at == 0) {
        flags &= (uint8_t)~POP_ORDER_ACK; /* the first SYN */
    }
    return flags;
}

static pop_order_outcome drain(pop_order *order, GString *out)
{
    pop_order_delivery delivery;
    while (pop_order_next(order, &delivery)) {
        g_string_append_printf(out, "%s%c:", out->len > 0 ? " " : "",
            delivery.direction == POP_FROM_CLIENT ? 'C' : 'S');
        if (delivery.lost) {
            g_string_append_printf(out, "lost %u", (unsigned)delivery.length);
        } else {
            g_string_append_len(
                out, (const char *)delivery.octets.octets, (gssize)delivery.octets.length);
        }
    }
    return pop_order_finish(order);
}

static pop_order_outcome take(
    pop_order *order, const step *one, uint32_t frame, uint32_t isn, GString *out)
{
    if (one->who == 'E') {
        pop_order_end(order);
        return drain(order, out);
    }
    size_t length = one->text[0] == '<' ? 0 : strlen(one->text);
    pop_order_segment segment = {
        .direction = one->who == 'C' ? POP_FROM_CLIENT : POP_FROM_SERVER,
        .flags = flags_of(one),
        .sequence = isn + 1 + one->sequence,
        .acknowledgment = isn + 1 + one->acknowledgment,
        .length = (uint32_t)length,
        .octets = { (const uint8_t *)one->text, length },
        .at = { frame, (int32_t)(one->at % 1000) * 1000000, one->at / 1000 },
    };
    pop_order_take(order, &segment);
    return drain(order, out);
}

static void run(const order_case *one, uint32_t isn)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_order_capture capture = { .limit = POP_ORDER_CAPTURE_LIMIT };
    pop_order *order = pop_order_new(&memory.allocator, &capture);
    for (uint32_t i = 0; one->steps[i].who != 0; i++) {
        GString *out = g_string_new(NULL);
        take(order, &one->steps[i], i + 1, isn, out);
        if (strcmp(out->str, one->steps[i].out) != 0) {
            g_error("%s (from %u), step %u: \"%s\" came out, not \"%s\"", one->name, isn, i + 1,
                out->str, one->steps[i].out);
        }
        g_string_free(out, TRUE);
    }
    pop_order_free(order);
    g_assert_cmpuint(capture.held, ==, 0);
    tracked_memory_free(&memory);
}

static void test_cases(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        run(&cases[i], ISN);
    }
}

/* Sequence numbers wrap. */
static void test_cases_at_the_wrap(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        run(&cases[i], UINT32_MAX - 5);
        run(&cases[i], UINT32_MAX);
        run(&cases[i], INT32_MAX - 2);
    }
}

/* The second of two segments far from all numbers, both with these flags: does it begin anew? */
static bool begins_anew(uint8_t flags)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_order_capture capture = { .limit = POP_ORDER_CAPTURE_LIMIT };
    pop_order *order = pop_order_new(&memory.allocator, &capture);
    GString *out = g_string_new(NULL);
    take(order, &(step){ 'C', 1, 0, 0, "STAT", "" }, 1, ISN, out);
    take(order, &(step){ 'S', 2, 0, 4, "+OK", "" }, 2, ISN, out);
    bool begins = false;
    for (uint32_t i = 0; i < 2; i++) {
        pop_order_segment far = { .flags = flags,
            .sequence = UINT32_C(1000000000) + i,
            .acknowledgment = UINT32_C(1000000000),
            .at = { 3 + i, 0, 0 } };
        pop_order_segment first;
        begins = pop_order_begins_anew(order, &far, &first);
        if (!begins) {
            pop_order_take(order, &far);
            drain(order, out);
        }
    }
    g_string_free(out, TRUE);
    pop_order_free(order);
    tracked_memory_free(&memory);
    return begins;
}

static void test_another_connection(void)
{
    g_assert_true(begins_anew(POP_ORDER_ACK));
    g_assert_false(begins_anew(POP_ORDER_ACK | POP_ORDER_RST)); /* forged ones end no session */
}

/* Nobody sends anything behind the end: the capture has it too late. */
static void test_behind_the_end(void)
{
    static const step steps[] = { SYNS, { 'S', 1, 3, 0, "d", "" }, { 'S', 2, 4, 0, "<fin>", "" },
        { 'C', 3, 0, 5, "<fin>", "" }, { 'S', 4, 5, 1, "", "" }, { 'S', 5, 4, 1, "x", "" },
        { 'S', 6, 1, 1, "b", "" } };
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_order_capture capture = { .limit = POP_ORDER_CAPTURE_LIMIT };
    pop_order *order = pop_order_new(&memory.allocator, &capture);
    GString *out = g_string_new(NULL);
    for (uint32_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        pop_order_outcome outcome = take(order, &steps[i], i + 1, ISN, out);
        bool is_last = i + 1 == G_N_ELEMENTS(steps);
        g_assert_cmpint(outcome.given_up, ==, is_last);
        g_assert_cmpint(capture.has_two_clocks, ==, is_last);
    }
    g_assert_cmpstr(out->str, ==, "S:lost 3 S:d S:x");
    g_string_free(out, TRUE);
    pop_order_free(order);
    tracked_memory_free(&memory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/cases", test_cases);
    g_test_add_func("/order/wrap", test_cases_at_the_wrap);
    g_test_add_func("/order/another-connection", test_another_connection);
    g_test_add_func("/order/behind-the-end", test_behind_the_end);
    return g_test_run();
}
