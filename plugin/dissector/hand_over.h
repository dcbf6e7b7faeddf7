/* hand_over.h
 * Calls another dissector in the middle of ours: what it throws, writes into columns or changes in the
 * packet's state stays with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HAND_OVER_H
#define POP_HAND_OVER_H

#include <epan/packet.h>

/* Calls the dissector on tvb, below tree. True where it came back, false where it threw: then the
 * exception has been shown. Any pass. */
bool pop_hand_over(dissector_handle_t handle, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* The same for a dissector that has no handle, by the entry of its heuristic. */
bool pop_hand_over_heuristic(
    heur_dtbl_entry_t *heuristic, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
