/* hand_over.c
 * Calls another dissector in the middle of ours: what it throws, writes into columns or changes in the
 * packet's state stays with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/hand_over.h"

#include <epan/exceptions.h>
#include <epan/show_exception.h>

/* Protocol layers of a frame that may come from below: at 500 the host takes a loop for granted. */
#define LAYERS_KEPT 100

/* What a dissector below us changes in the packet's state, kept over the call. */
typedef struct saved_state {
    const char *protocol;
    guint16 can_desegment;
    int layer;
    guint layer_count;
    gboolean writable;
} saved_state;

static saved_state save_state(packet_info *pinfo)
{
    return (saved_state){ pinfo->current_proto, pinfo->can_desegment, pinfo->curr_layer_num,
        wmem_list_count(pinfo->layers), col_get_writable(pinfo->cinfo, -1) };
}

static void restore_state(packet_info *pinfo, const saved_state *saved)
{
    pinfo->current_proto = saved->protocol;
    pinfo->can_desegment = saved->can_desegment;
    pinfo->curr_layer_num = (guint8)saved->layer;
    while (
        saved->layer_count >= LAYERS_KEPT && wmem_list_count(pinfo->layers) > saved->layer_count) {
        wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
    }
    col_set_writable(pinfo->cinfo, -1, saved->writable);
}

/* The dissector to call: by its handle or, where it has none, by its heuristic. */
typedef struct dissector_choice {
    dissector_handle_t handle;
    heur_dtbl_entry_t *heuristic;
} dissector_choice;

static bool call(
    const dissector_choice *callee, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    volatile bool came_back = true;
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
        came_back = false;
    }
    ENDTRY;
    return came_back;
}

static bool hand_over(
    const dissector_choice *callee, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    saved_state saved = save_state(pinfo);
    col_set_writable(pinfo->cinfo, -1, FALSE);
    bool came_back = call(callee, tvb, pinfo, tree);
    restore_state(pinfo, &saved);
    return came_back;
}

bool pop_hand_over(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const dissector_choice callee = { .handle = handle };
    return hand_over(&callee, tvb, pinfo, tree);
}

bool pop_hand_over_heuristic(
    heur_dtbl_entry_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const dissector_choice callee = { .heuristic = heuristic };
    return hand_over(&callee, tvb, pinfo, tree);
}
