/* hand_over.h
 * Calls another dissector in the middle of ours: what it throws, writes into columns or changes in
 * the packet's state stays with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HAND_OVER_H
#define POP_HAND_OVER_H

#include <epan/packet.h>

typedef enum pop_hand_over_result {
    POP_CAME_BACK,
    POP_THREW, /* the exception has been shown */
    POP_RAN_OUT_OF_ROOM, /* more than a frame may hold, tree items or layers; what is drawn stays */
} pop_hand_over_result;

/* Calls the dissector on tvb, below tree, which may be NULL. Any pass. */
pop_hand_over_result pop_hand_over(
    dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The same for a dissector that has no handle, by the entry of its heuristic. */
pop_hand_over_result pop_hand_over_heuristic(
    heur_dtbl_entry_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
