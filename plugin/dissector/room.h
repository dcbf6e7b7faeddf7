/* room.h
 * How much of a frame's tree is left: the host holds so many items for one frame, and takes more
 * for an endless loop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ROOM_H
#define POP_ROOM_H

#include <epan/packet.h>

/* Items of the tree's frame so far; 0 where the tree is NULL. Any pass. */
unsigned pop_room_used(const proto_tree *tree);

/* False where three of four items that the host allows are there (the preference
 * gui.max_tree_items): then nothing more of POP is drawn. True where the tree is NULL. Any pass. */
bool pop_room_left(const proto_tree *tree);

/* Sets the count of items back, where the host has thrown because there were too many: it begins
 * anew from 0 then. `used` is what pop_room_used() said before. Any pass. */
void pop_room_restore(proto_tree *tree, unsigned used);

/* True where these are the host's words for a frame with more items, or more layers, than it
 * allows: nobody's mistake, but a large frame. NULL is none. Any pass. */
bool pop_room_is_short(const char *message);

#endif
