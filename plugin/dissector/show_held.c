/* show_held.c
 * Draws segments whose octets came too early, and where octets that were put in order come from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>
#include <wsutil/str_util.h>

#include "dissector/expert.h"
#include "dissector/show.h"

/* Frames that are listed; a frame may hold a million tree items at the most. */
#define ORIGINS_SHOWN 1000

/* Of them, those that the line above the list names; each release cuts a long line in its way. */
#define ORIGINS_NAMED 8

static int hf_held = -1;
static int hf_decoded_in = -1;
static int hf_ordered = -1;
static int hf_held_frame = -1;
static int ett_held = -1;

static hf_register_info fields[] = {
    { &hf_held,
        { "Held", "pop.held", FT_UINT32, BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes, 0,
            "Bytes that came before others which belong in front of them", HFILL } },
    { &hf_decoded_in,
        { "Decoded in", "pop.held.decoded_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame that decodes the bytes held", HFILL } },
    { &hf_ordered,
        { "Put in order", "pop.ordered", FT_NONE, BASE_NONE, NULL, 0,
            "The frames that these bytes came in", HFILL } },
    { &hf_held_frame,
        { "Held frame", "pop.held.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "A frame whose bytes are decoded here", HFILL } },
};

static int *const subtrees[] = { &ett_held };

const pop_module pop_show_held_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* "1448 bytes held", what separates it, and what they wait for. */
static const char *held_text(
    wmem_allocator_t *scope, const pop_held_octets *held, const char *separator)
{
    const char *text = wmem_strdup_printf(
        scope, "%u byte%s held%s ", held->length, plurality(held->length, "", "s"), separator);
    return held->missing == 0
        ? wmem_strconcat(scope, text, "what they answer is missing", NULL)
        : wmem_strdup_printf(scope, "%s%" PRIu64 " byte%s before them are missing", text,
            held->missing, plurality(held->missing, "", "s"));
}

static void write_columns(packet_info *pinfo, const pop_record *record)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "POP");
    if (!col_get_writable(pinfo->cinfo, COL_INFO)) {
        return;
    }
    if (record->is_first_of_frame) {
        col_clear(pinfo->cinfo, COL_INFO);
    }
    col_append_fstr(pinfo->cinfo, COL_INFO, "%s%s: %s", record->is_first_of_frame ? "" : " | ",
        record->direction == POP_FROM_CLIENT ? "C" : "S",
        held_text(pinfo->pool, record->held, ","));
    col_set_fence(pinfo->cinfo, COL_INFO);
}

void pop_show_held(tvbuff_t *tvb, packet_info *pinfo, proto_item *item, const pop_record *record)
{
    write_columns(pinfo, record);
    proto_tree *held_tree = proto_item_add_subtree(item, ett_held);
    if (item != NULL) {
        pop_view view = { .pinfo = pinfo, .tree = held_tree, .tvb = tvb, .record = record };
        proto_item_append_text(item, ", %s", held_text(pinfo->pool, record->held, ":"));
        pop_view_add_generated_number(&view, held_tree, hf_held, record->held->length);
        if (PINFO_FD_VISITED(pinfo) && record->held->decoded_in != 0) {
            pop_view_add_generated_number(
                &view, held_tree, hf_decoded_in, record->held->decoded_in);
        }
        pop_show_held_session(&view);
    }
    pop_expert_add(pinfo, item, record->anomalies);
}

void pop_show_ordered(const pop_view *view)
{
    const pop_ordered_octets *ordered = view->record->ordered;
    if (view->tree == NULL || ordered == NULL) {
        return;
    }
    uint32_t count = ordered->origin_count;
    proto_item *item = proto_tree_add_none_format(view->tree, hf_ordered, view->tvb, 0, 0,
        "Put in order from %u frame%s", count, plurality(count, "", "s"));
    proto_item_set_generated(item);
    proto_tree *tree = proto_item_add_subtree(item, ett_held);
    for (uint32_t i = 0; i < MIN(count, ORIGINS_SHOWN); i++) {
        const pop_origin *origin = &ordered->origins[i];
        if (i < ORIGINS_NAMED) {
            proto_item_append_text(
                item, "%s #%u(%u)", i == 0 ? ":" : ",", origin->frame, origin->length);
        }
        if (origin->held) {
            pop_view_add_generated_number(view, tree, hf_held_frame, origin->frame);
        }
    }
    proto_item_append_text(item, "%s", count > ORIGINS_NAMED ? ", …" : "");
}
