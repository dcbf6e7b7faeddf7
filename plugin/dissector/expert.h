/* expert.h
 * The protocol's anomalies as Wireshark's expert items: pop.expert.NAME.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXPERT_H
#define POP_EXPERT_H

#include <epan/packet.h>

#include "dissector/pop_module.h"
#include "grammar/pop_anomaly.h"

/* Adds an expert item for each anomaly of the set. item may be NULL. Of a hundred of the same kind
 * in one frame the next one says that there are more, and these are not added. Any pass. */
void pop_expert_add(packet_info *pinfo, proto_item *item, pop_anomalies anomalies);

/* Adds one expert item with a text of its own behind the anomaly's. item may be NULL. Any pass. */
void pop_expert_add_text(
    packet_info *pinfo, proto_item *item, pop_anomaly anomaly, const char *text);

/* True where somebody would see the expert item of the anomaly: the tree is shown, or a filter, a
 * column or a tap asks for it, or for any. tree may be NULL. Any pass. */
bool pop_expert_asks_for(proto_tree *tree, pop_anomaly anomaly);

/* True where the tree is shown, or a filter, a column or a tap asks for expert items that tell of
 * the tree's size: then all that counts for it has to be drawn. Any pass. */
bool pop_expert_asks_for_room(proto_tree *tree);

/* Registration only. */
void pop_expert_register(int protocol);

extern const pop_module pop_expert_module;

#endif
