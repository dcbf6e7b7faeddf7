/* order_model.c
 * What has to come out of pop_order, known the plain way.
 *
 * RFC 9293 section 3.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order_model.h"

void order_model_init(order_model *model)
{
    *model = (order_model){ .segments = g_array_new(FALSE, FALSE, sizeof(model_segment)) };
}

void order_model_free(order_model *model)
{
    g_array_unref(model->segments);
}

uint8_t order_model_octet(pop_direction direction, int64_t position, bool is_twisted)
{
    uint64_t mixed = (uint64_t)position * UINT64_C(0x9E3779B97F4A7C15);
    return (uint8_t)((mixed >> 56) ^ (direction == POP_FROM_SERVER) ^ (is_twisted ? 0x80 : 0));
}

void order_model_begin_anew(order_model *model, uint32_t frame)
{
    model->since = frame - 1;
    model->is_loose = false;
    for (guint i = 0; i < model->segments->len; i++) {
        g_array_index(model->segments, model_segment, i).is_sure = false;
    }
    model->sides[POP_FROM_CLIENT] = model->sides[POP_FROM_SERVER] = (model_side){ 0 };
}

static const model_segment *segment_at(const order_model *model, guint i)
{
    return &g_array_index(model->segments, model_segment, i);
}

static bool has(const model_segment *segment, int64_t position, uint32_t length)
{
    return position >= segment->position && position < segment->position + length;
}

/* True where the octet was cut off from a segment, which is as good as lost. */
static bool was_cut_off(const order_model *model, pop_direction direction, int64_t position)
{
    for (guint i = model->since; i < model->segments->len; i++) {
        const model_segment *one = segment_at(model, i);
        if (one->direction == direction && one->is_data && has(one, position, one->length)
            && !has(one, position, one->captured)) {
            return true;
        }
    }
    return false;
}

/* Octets that are told as lost were not in the first so many segments. */
static void check_lost(
    const order_model *model, pop_direction direction, int64_t begin, int64_t end, guint segments)
{
    for (guint i = model->since; i < segments; i++) {
        const model_segment *one = segment_at(model, i);
        if (one->direction != direction || !one->is_data || !one->is_sure) {
            continue;
        }
        int64_t to = MIN(end, one->position + one->captured);
        for (int64_t at = MAX(begin, one->position); at < to; at++) {
            g_assert_true(was_cut_off(model, direction, at));
        }
    }
}

/* Of several copies of an octet the first one comes out. */
static void check_first(const order_model *model, guint origin, int64_t begin, int64_t end)
{
    const model_segment *given = segment_at(model, origin);
    for (guint i = model->since; i < origin; i++) {
        const model_segment *one = segment_at(model, i);
        if (one->direction == given->direction && one->is_data && one->is_sure) {
            g_assert_true(end <= one->position || begin >= one->position + one->captured);
        }
    }
}

static void check_octets(const model_segment *segment, const pop_order_delivery *delivery)
{
    g_assert_true(segment->is_data && segment->direction == delivery->direction);
    g_assert_cmpuint(delivery->offset + delivery->length, <=, segment->captured);
    for (uint32_t i = 0; i < delivery->length; i++) {
        g_assert_cmpuint(delivery->octets.octets[i], ==,
            order_model_octet(
                segment->direction, segment->position + delivery->offset + i, segment->is_twisted));
    }
}

/* They stand behind what came out last. */
static void check_place(order_model *model, const pop_order_delivery *delivery, int64_t position)
{
    model_side *side = &model->sides[delivery->direction];
    if (!side->placed) {
        side->placed = true;
        side->next = position - (int64_t)side->lost_before;
        check_lost(model, delivery->direction, side->next, position, side->lost_when);
        side->next = position;
    }
    g_assert_cmpint(position, ==, side->next);
    side->next += (int64_t)delivery->length;
    check_first(model, delivery->at.frame - 1, position, side->next);
}

static void check_given(order_model *model, const pop_order_delivery *delivery)
{
    guint origin = delivery->at.frame - 1;
    g_assert_cmpuint(origin, <, model->segments->len);
    g_assert_cmpuint(delivery->length, ==, delivery->octets.length);
    model_segment *segment = &g_array_index(model->segments, model_segment, origin);
    if (delivery->length == 0) { /* before the beginning, which the SYN told late */
        segment->is_sure = false;
        return;
    }
    check_octets(segment, delivery);
    if (!model->is_loose) {
        check_place(model, delivery, segment->position + delivery->offset);
    }
}

static void check_told_lost(order_model *model, const pop_order_delivery *delivery)
{
    model_side *side = &model->sides[delivery->direction];
    g_assert_cmpuint(delivery->length, >, 0);
    if (!side->placed) {
        side->lost_when = side->lost_before == 0 ? model->segments->len : side->lost_when;
        side->lost_before += delivery->length;
        return;
    }
    int64_t end = side->next + (int64_t)delivery->length;
    check_lost(model, delivery->direction, side->next, end, model->segments->len);
    side->next = end;
}

void order_model_check(order_model *model, const pop_order_delivery *delivery)
{
    if (!delivery->lost) {
        check_given(model, delivery);
    } else if (!model->is_loose) {
        check_told_lost(model, delivery);
    }
}

void order_model_pass_over(order_model *model)
{
    model->is_loose = true;
}

void order_model_check_end(const order_model *model)
{
    for (guint i = model->since; i < model->segments->len && !model->is_loose; i++) {
        const model_segment *one = segment_at(model, i);
        const model_side *side = &model->sides[one->direction];
        if (one->is_data && one->is_sure && one->captured > 0) {
            g_assert_true(
                side->placed || side->lost_before > 0); /* ... where it was cut off first */
            g_assert_true(!side->placed || one->position + one->captured <= side->next);
        }
    }
}
