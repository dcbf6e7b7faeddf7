/* room.c
 * How much of a frame's tree is left: the host holds so many items for one frame, and takes more
 * for an endless loop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/room.h"

#include <string.h>

#include <epan/prefs.h>

#include "dissector/host_private.h"

unsigned pop_room_used(const proto_tree *tree)
{
    return tree == NULL ? 0 : *pop_host_item_count(tree);
}

bool pop_room_left(const proto_tree *tree)
{
    return pop_room_used(tree) <= prefs.gui_max_tree_items / 4 * 3;
}

void pop_room_restore(proto_tree *tree, unsigned used)
{
    if (pop_room_used(tree) < used) {
        *pop_host_item_count(tree) = used;
    }
}

bool pop_room_is_short(const char *message)
{
    return message != NULL
        && (strstr(message, POP_HOST_TOO_MANY_ITEMS) != NULL
            || strstr(message, POP_HOST_TOO_MANY_LAYERS) != NULL);
}
