/* message.c
 * A mail that is whole goes to the mail dissector; its fragments are drawn as the host draws them.
 *
 * RFC 5322 (the mail).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/message.h"

#include <epan/tap.h>
#include <wsutil/str_util.h>

#include "dissector/expert.h"
#include "dissector/hand_over.h"
#include "dissector/host.h"
#include "dissector/host_private.h"
#include "dissector/inert_media.h"
#include "dissector/settings.h"
#include "mail/pop_header.h"

/* Fragments of one mail that are listed; a frame may hold a million tree items at the most. */
#define FRAGMENTS_SHOWN 1000

/* Fields of a mail's header that are handed on. The mail dissector makes three or four items of
 * each, of half a kilobyte; a header of people's mail has fewer than two hundred. */
#define HEADER_FIELDS_SHOWN 10000

static int hf_fragments = -1;
static int hf_fragment = -1;
static int hf_fragment_overlap = -1;
static int hf_fragment_overlap_conflicts = -1;
static int hf_fragment_multiple_tails = -1;
static int hf_fragment_too_long = -1;
static int hf_fragment_error = -1;
static int hf_fragment_count = -1;
static int hf_reassembled_in = -1;
static int hf_reassembled_length = -1;
static int ett_fragments = -1;

static dissector_handle_t imf_handle;
static int imf_export_tap = -1;

/* The last four of the fragment fields are the host's: a stream of TCP has no such faults, but
 * filters with their names stay valid. */
static hf_register_info fields[] = {
    { &hf_fragments,
        { "DATA fragments", "pop.data.fragments", FT_NONE, BASE_NONE, NULL, 0,
            "The segments that this mail was put together from", HFILL } },
    { &hf_fragment,
        { "DATA fragment", "pop.data.fragment", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "A segment with a part of this mail", HFILL } },
    { &hf_fragment_count,
        { "DATA fragment count", "pop.data.fragment.count", FT_UINT32, BASE_DEC, NULL, 0,
            "How many segments the mail came in", HFILL } },
    { &hf_reassembled_in,
        { "Reassembled DATA in frame", "pop.data.reassembled.in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame in which this mail is whole", HFILL } },
    { &hf_reassembled_length,
        { "Reassembled DATA length", "pop.data.reassembled.length", FT_UINT32, BASE_DEC, NULL, 0,
            "Octets of the whole mail", HFILL } },
    { &hf_fragment_overlap,
        { "DATA fragment overlap", "pop.data.fragment.overlap", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Message fragment overlap", HFILL } },
    { &hf_fragment_overlap_conflicts,
        { "DATA fragment overlapping with conflicting data", "pop.data.fragment.overlap.conflicts",
            FT_BOOLEAN, BASE_NONE, NULL, 0, "Message fragment overlapping with conflicting data",
            HFILL } },
    { &hf_fragment_multiple_tails,
        { "DATA has multiple tail fragments", "pop.data.fragment.multiple_tails", FT_BOOLEAN,
            BASE_NONE, NULL, 0, "Message has multiple tail fragments", HFILL } },
    { &hf_fragment_too_long,
        { "DATA fragment too long", "pop.data.fragment.too_long_fragment", FT_BOOLEAN, BASE_NONE,
            NULL, 0, "Message fragment too long", HFILL } },
    { &hf_fragment_error,
        { "DATA defragmentation error", "pop.data.fragment.error", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Message defragmentation error", HFILL } },
};

static int *const subtrees[] = { &ett_fragments };

static void find_dissectors(int protocol)
{
    imf_handle = find_dissector_add_dependency("imf", protocol);
    imf_export_tap = find_tap_id("imf_eo");
}

const pop_module pop_message_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees),
    .handoff = find_dissectors };

/* --- Fragments -------------------------------------------------------------------------------- */

static void add_fragment(const pop_view *view, proto_tree *tree, const pop_fragment *fragment)
{
    uint64_t last = fragment->position + fragment->length - 1;
    proto_item *item = proto_tree_add_uint_format(tree, hf_fragment, view->tvb, 0, 0,
        fragment->frame, "Frame: %u, payload: %" PRIu64 "-%" PRIu64 " (%u bytes)", fragment->frame,
        fragment->position, last, fragment->length);
    proto_item_set_generated(item);
}

void pop_message_show_fragments(const pop_view *view, proto_tree *tree, const pop_message *message)
{
    uint32_t count = (uint32_t)message->fragments.count;
    proto_item *item = proto_tree_add_none_format(tree, hf_fragments, view->tvb, 0, 0,
        "%u DATA fragment%s (%" PRIu64 " bytes)", count, plurality(count, "", "s"), message->total);
    proto_item_set_generated(item);
    proto_tree *list = proto_item_add_subtree(item, ett_fragments);
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment fragment;
    for (uint32_t i = 0; i < FRAGMENTS_SHOWN && pop_fragments_next(&walk, &fragment); i++) {
        add_fragment(view, list, &fragment);
    }
    pop_view_add_generated_number(view, list, hf_fragment_count, count);
    pop_view_add_generated_number(view, list, hf_reassembled_length, (uint32_t)message->length);
}

void pop_message_show_reassembled_in(
    const pop_view *view, proto_tree *tree, const pop_message *message)
{
    if (PINFO_FD_VISITED(view->pinfo) && pop_message_is_whole(message)
        && message->ended_in != view->pinfo->num) {
        pop_view_add_generated_number(view, tree, hf_reassembled_in, message->ended_in);
    }
}

/* --- The hand-over ---------------------------------------------------------------------------- */

static bool is_exported(void)
{
    return imf_export_tap > 0 && have_tap_listener(imf_export_tap);
}

/* In the IMF dissector's place, where that threw before it could. */
static void queue_export(packet_info *pinfo, const pop_message *message)
{
    if (!is_exported()) {
        return;
    }
    pop_host_imf_export *record = wmem_new0(pinfo->pool, pop_host_imf_export);
    record->sender_data = wmem_strdup(pinfo->pool, "");
    record->subject_data = wmem_strdup(pinfo->pool, "");
    record->payload_len = (uint32_t)message->length;
    record->payload_data = (char *)message->octets;
    tap_queue_packet(imf_export_tap, pinfo, record);
}

/* Where no tree is drawn and nothing exported, the mail dissector's work shows nowhere but in what
 * a dissector below it may remember. Where none does, formatting the mail for nobody would cost
 * more than all else. */
static bool shows_nowhere(const proto_tree *tree, const pop_message *message)
{
    return tree == NULL && !is_exported()
        && pop_is_inert_mail((pop_span){ message->octets, message->length });
}

/* Tells, on the protocol's item, of a mail that has more lines than are drawn. */
static void tell_of_room(const pop_view *view)
{
    pop_expert_add(view->pinfo, proto_tree_get_parent(view->tree), POP_FLAW(NOT_DRAWN));
}

/* Hands over the mail or, of one with a header of more fields, its beginning; what is exported is
 * whole. */
static pop_hand_over_result hand_over_mail(
    const pop_view *view, proto_tree *tree, tvbuff_t *tvb, const pop_message *message)
{
    size_t shown = pop_header_octets_of(
        (pop_span){ message->octets, message->length }, HEADER_FIELDS_SHOWN);
    if (shown == message->length || is_exported()) {
        return pop_hand_over(imf_handle, tvb, view->pinfo, tree);
    }
    tvbuff_t *beginning = tvb_new_subset_length(tvb, 0, (int)shown);
    pop_hand_over_result result = pop_hand_over(imf_handle, beginning, view->pinfo, tree);
    return result == POP_CAME_BACK ? POP_RAN_OUT_OF_ROOM : result;
}

bool pop_message_is_decoded(const pop_exchange *exchange)
{
    bool is_preview = exchange->command != NULL && exchange->command->id == POP_COMMAND_TOP;
    return pop_message_is_whole(exchange->message) && pop_host_reassembles()
        && (!is_preview || pop_settings_decode_top());
}

void pop_message_hand_over(const pop_view *view, proto_tree *tree, const pop_message *message)
{
    if (imf_handle == NULL) {
        return;
    }
    const uint8_t *octets = message->length > 0 ? message->octets : (const uint8_t *)"";
    tvbuff_t *tvb = tvb_new_child_real_data(
        view->tvb, octets, (guint)message->length, (int)message->length);
    add_new_data_source(
        view->pinfo, tvb, "Reassembled POP message"); /* shown without a tree, too */
    if (shows_nowhere(tree, message)) {
        return;
    }
    pop_hand_over_result result = hand_over_mail(view, tree, tvb, message);
    if (result != POP_CAME_BACK) {
        queue_export(view->pinfo, message);
    }
    if (result == POP_RAN_OUT_OF_ROOM) {
        tell_of_room(view);
    }
}
