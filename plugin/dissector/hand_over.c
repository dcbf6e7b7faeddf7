/* hand_over.c
 * Calls another dissector in the middle of ours: what it throws, writes into columns or changes in
 * the packet's state stays with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/hand_over.h"

#include <epan/conversation.h>
#include <epan/exceptions.h>
#include <epan/show_exception.h>

#include "dissector/host_private.h"
#include "dissector/room.h"

/* Protocol layers of a frame that a call may leave behind. Each part of a mail is one, or several;
 * where a frame has 500 (gui.max_tree_depth), the host takes a loop for granted and calls nobody
 * any more. */
#define LAYERS_KEPT 100

/* What a dissector below us changes in the packet's state, kept over the call. */
typedef struct saved_state {
    const char *protocol;
    guint16 can_desegment;
    int layer;
    guint layer_count;
    gboolean writable;
    dissector_handle_t first_dissector,
        dissector; /* of the conversation, from its begin and from now */
} saved_state;

static saved_state save_state(packet_info *pinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    return (saved_state){ pinfo->current_proto, pinfo->can_desegment, pinfo->curr_layer_num,
        wmem_list_count(pinfo->layers), col_get_writable(pinfo->cinfo, -1),
        conversation_get_dissector(conversation, 0),
        conversation_get_dissector(conversation, pinfo->num) };
}

/* A dissector may claim the conversation for itself: the one of the PROXY protocol does, from 4.4
 * on. */
static void restore_conversation(packet_info *pinfo, const saved_state *saved)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    if (conversation_get_dissector(conversation, 0) != saved->first_dissector) {
        conversation_set_dissector_from_frame_number(conversation, 0, saved->first_dissector);
    }
    if (conversation_get_dissector(conversation, pinfo->num) != saved->dissector) {
        conversation_set_dissector_from_frame_number(conversation, pinfo->num, saved->dissector);
    }
}

static void restore_state(packet_info *pinfo, const saved_state *saved)
{
    pinfo->current_proto = saved->protocol;
    pinfo->can_desegment = saved->can_desegment;
    pinfo->curr_layer_num = (guint8)saved->layer;
    guint kept = MAX(saved->layer_count, LAYERS_KEPT);
    pop_host_drop_layers(pinfo, kept);
    col_set_writable(pinfo->cinfo, -1, saved->writable);
    restore_conversation(pinfo, saved);
}

/* The dissector to call: by its handle or, where it has none, by its heuristic. */
typedef struct dissector_choice {
    dissector_handle_t handle;
    heur_dtbl_entry_t *heuristic;
} dissector_choice;

static pop_hand_over_result call(
    const dissector_choice *callee, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    volatile pop_hand_over_result result = POP_CAME_BACK;
    unsigned used = pop_room_used(tree);
    TRY
    {
        if (callee->handle != NULL) {
            call_dissector(callee->handle, tvb, pinfo, tree);
        } else {
            call_heur_dissector_direct(callee->heuristic, tvb, pinfo, tree, NULL);
        }
    }
    CATCH_NONFATAL_ERRORS
    {
        show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        result = POP_THREW;
    }
    CATCH(DissectorError)
    {
        result = pop_room_is_short(GET_MESSAGE) ? POP_RAN_OUT_OF_ROOM : POP_THREW;
        if (result == POP_THREW) { /* a mistake of that dissector's: the host counts it */
            show_exception(tvb, pinfo, tree, EXCEPT_CODE, GET_MESSAGE);
        }
    }
    ENDTRY;
    pop_room_restore(tree, used);
    return result;
}

static pop_hand_over_result hand_over(
    const dissector_choice *callee, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    saved_state saved = save_state(pinfo);
    col_set_writable(pinfo->cinfo, -1, FALSE);
    pop_hand_over_result result = call(callee, tvb, pinfo, tree);
    restore_state(pinfo, &saved);
    return result;
}

pop_hand_over_result pop_hand_over(
    dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const dissector_choice callee = { .handle = handle };
    return hand_over(&callee, tvb, pinfo, tree);
}

pop_hand_over_result pop_hand_over_heuristic(
    heur_dtbl_entry_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const dissector_choice callee = { .heuristic = heuristic };
    return hand_over(&callee, tvb, pinfo, tree);
}
