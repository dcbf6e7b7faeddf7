/* fuzz_order.c
 * Segments with any sequence numbers, in any order, against a model that remembers them all: the
 * octets of each direction come out in line, each from the first copy of it, none is told as lost
 * that had come, and at the end all are out.
 *
 * The input is an octet of options, then five for each segment: what it is (below), where it stands
 * (signed, from the end of what its direction has sent), how long it is, what it acknowledges
 * (signed, likewise), and how much later it was captured.
 *
 * RFC 9293 section 3.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "order_model.h"

enum { /* the octet of options */
    NEAR_THE_WRAP = 1,
    SMALL_HOLD = 2,
};

enum { /* what a segment is */
    FROM_SERVER = 1,
    FIN = 2,
    SYN = 4,
    RST = 8,
    NO_ACKNOWLEDGMENT = 16,
    FAR = 32,
    CUT_OFF = 64,
    TWISTED = 128,
    PASSED_OVER = SYN | RST, /* somebody else reads it */
    CAPTURE_ENDS = SYN | RST | FIN,
};

enum { STEP = 5, DELIVERIES_MOST = 100000, SECONDS_FROM = 200 };

typedef struct order_player {
    tracked_memory memory;
    pop_order_capture capture;
    pop_order *order;
    order_model model;
    uint32_t isn[2];
    int64_t sent[2]; /* positions behind what each has sent */
    int64_t milliseconds;
    uint8_t octets[ORDER_MODEL_SEGMENT_MOST];
} order_player;

static void drain(order_player *player)
{
    pop_order_delivery delivery;
    for (unsigned count = 0; pop_order_next(player->order, &delivery); count++) {
        g_assert_cmpuint(count, <, DELIVERIES_MOST);
        order_model_check(&player->model, &delivery);
    }
}

static void end_capture(order_player *player)
{
    pop_order_end(player->order);
    drain(player);
    pop_order_finish(player->order);
    order_model_check_end(&player->model);
}

static void begin(order_player *player)
{
    player->order = pop_order_new(&player->memory.allocator, &player->capture);
}

/* Far ones stand some windows away, or in another connection's numbers. */
static int64_t place_of(uint8_t octet, bool is_far)
{
    int64_t from_the_end = (int8_t)octet;
    return is_far ? from_the_end * 0x28000 : from_the_end;
}

static pop_instant later(order_player *player, uint8_t octet)
{
    player->milliseconds += octet < SECONDS_FROM ? octet : (octet - SECONDS_FROM) * 1000;
    return (pop_instant){ .frame = player->model.segments->len,
        .nanoseconds = (int32_t)(player->milliseconds % 1000) * 1000000,
        .seconds = player->milliseconds / 1000 };
}

/* Writes the octets of the segment and notes it. */
static pop_order_segment captured(order_player *player, const uint8_t *step)
{
    pop_direction direction = (step[0] & FROM_SERVER) != 0 ? POP_FROM_SERVER : POP_FROM_CLIENT;
    pop_direction other = pop_other_direction(direction);
    bool is_far = (step[0] & FAR) != 0, is_twisted = (step[0] & TWISTED) != 0;
    model_segment one = { .direction = direction,
        .position = player->sent[direction] + place_of(step[1], is_far),
        .length = step[2],
        .captured = (step[0] & CUT_OFF) != 0 ? step[2] / 2 : step[2],
        .is_twisted = is_twisted,
        .is_data = (step[0] & RST) == 0 };
    for (uint32_t i = 0; i < one.captured; i++) {
        player->octets[i] = order_model_octet(direction, one.position + i, is_twisted);
    }
    g_array_append_val(player->model.segments, one);
    int64_t has = player->sent[other] + place_of(step[3], is_far);
    bool is_syn = (step[0] & SYN) != 0;
    uint8_t flags = (step[0] & FIN) != 0 ? POP_ORDER_FIN : 0;
    flags |= is_syn ? POP_ORDER_SYN : 0;
    flags |= (step[0] & RST) != 0 ? POP_ORDER_RST : 0;
    flags |= (step[0] & NO_ACKNOWLEDGMENT) != 0 ? 0 : POP_ORDER_ACK;
    return (pop_order_segment){ .direction = direction,
        .flags = flags,
        .sequence = player->isn[direction] + (uint32_t)one.position + !is_syn,
        .acknowledgment = player->isn[other] + 1 + (uint32_t)has,
        .length = one.length,
        .octets = fuzz_copy(player->octets, one.captured),
        .at = later(player, step[4]) };
}

static model_segment *noted(order_player *player, uint32_t frame)
{
    return &g_array_index(player->model.segments, model_segment, frame - 1);
}

static void take(order_player *player, const pop_order_segment *segment)
{
    pop_order_take(player->order, segment);
    drain(player);
    pop_order_outcome outcome = pop_order_finish(player->order);
    noted(player, segment->at.frame)->is_sure = (segment->flags & POP_ORDER_RST) == 0
        && !outcome.out_of_window && outcome.repeated < segment->octets.length;
    g_assert_cmpuint(outcome.repeated, <=, segment->length);
    g_assert_cmpuint(outcome.held, <=, segment->length - outcome.repeated);
    g_assert_true(pop_order_holds(player->order) || player->capture.held == 0);
}

/* As the plugin does, where a connection between the same ends began without its SYN. */
static void begin_anew(order_player *player, const pop_order_segment *first)
{
    end_capture(player);
    pop_order_free(player->order); /* the first segment stays */
    order_model_begin_anew(&player->model, first->at.frame);
    begin(player);
    take(player, first);
}

static void play_segment(order_player *player, const uint8_t *step)
{
    pop_order_segment segment = captured(player, step), first;
    if (pop_order_begins_anew(player->order, &segment, &first)) {
        begin_anew(player, &first);
    }
    take(player, &segment);
    free((void *)(uintptr_t)segment.octets.octets);
    if ((step[0] & (FAR | RST)) == 0) {
        int64_t end = noted(player, segment.at.frame)->position + segment.length;
        player->sent[segment.direction] = MAX(player->sent[segment.direction], end);
    }
}

/* TLS, or a protocol of its own, has these octets. */
static void pass_over(order_player *player, const uint8_t *step)
{
    pop_order_segment segment = captured(player, step);
    pop_order_pass_over(player->order, &segment);
    order_model_pass_over(&player->model);
    drain(player);
    pop_order_finish(player->order);
    free((void *)(uintptr_t)segment.octets.octets);
}

static void play(order_player *player, const uint8_t *step)
{
    if ((step[0] & CAPTURE_ENDS) == CAPTURE_ENDS) {
        end_capture(player);
    } else if ((step[0] & CAPTURE_ENDS) == PASSED_OVER) {
        pass_over(player, step);
    } else {
        play_segment(player, step);
    }
}

void fuzz_order(const uint8_t *octets, size_t length)
{
    uint8_t options = length > 0 ? octets[0] : 0;
    order_player player = { .isn = { 1000, 5000 },
        .capture = { .limit = (options & SMALL_HOLD) != 0 ? 1000 : POP_ORDER_CAPTURE_LIMIT } };
    if ((options & NEAR_THE_WRAP) != 0) {
        player.isn[POP_FROM_CLIENT] = UINT32_MAX - 300;
        player.isn[POP_FROM_SERVER] = INT32_MAX - 100;
    }
    tracked_memory_init(&player.memory);
    order_model_init(&player.model);
    begin(&player);
    for (size_t at = 1; at + STEP <= length; at += STEP) {
        play(&player, &octets[at]);
    }
    end_capture(&player);
    pop_order_free(player.order);
    g_assert_cmpuint(player.capture.held, ==, 0);
    order_model_free(&player.model);
    tracked_memory_free(&player.memory);
}
