/* statistics_nodes.h
 * Nodes of a tree of statistics whose names come from the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STATISTICS_NODES_H
#define POP_STATISTICS_NODES_H

#include <glib.h>
#include <epan/stats_tree.h>

/* A tree comes to be, and goes. */
void pop_nodes_begin(stats_tree *tree);
void pop_nodes_end(stats_tree *tree);

/* Counts one more at the child of that name, and gives its id where it has children. Of too many
 * names the later ones are one, "(others)". */
int pop_node_tick(stats_tree *tree, int parent, const char *name, gboolean has_children);

/* The id of a child that has children; it is made where there is none, and not counted. */
int pop_node_id(stats_tree *tree, int parent, const char *name);

/* Counts one more of `octets` octets: the child shows their average, least and most. */
void pop_node_note_size(stats_tree *tree, int parent, const char *name, guint64 octets);

/* Adds octets to the child's count, which ends at G_MAXINT: the host's counters have 31 bits. */
void pop_node_add_octets(stats_tree *tree, int parent, const char *name, guint64 octets);

#endif
