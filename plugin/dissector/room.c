/* room.c
 * How much of a frame's tree is left: the host holds so many items for one frame, and takes more
 * for an endless loop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/room.h"

#include <epan/prefs.h>

unsigned pop_room_used(const proto_tree *tree)
{
    return tree == NULL ? 0 : (unsigned)PTREE_DATA(tree)->count;
}

bool pop_room_left(const proto_tree *tree)
{
    return pop_room_used(tree) <= prefs.gui_max_tree_items / 4 * 3;
}

bool pop_room_was_exceeded(proto_tree *tree, unsigned used)
{
    if (tree == NULL || pop_room_used(tree) >= used) {
        return false;
    }
    PTREE_DATA(tree)->count = used;
    return true;
}
