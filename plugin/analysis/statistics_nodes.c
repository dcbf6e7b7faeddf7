/* statistics_nodes.c
 * Nodes of a tree of statistics whose names come from the wire.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/statistics_nodes.h"

#include <epan/tap.h>

#include "dissector/tap.h"

/* Names that a node keeps apart: for each new one the host walks all that there are. */
#define NAMES_MOST 1000
#define OTHERS "(others)"

/* What is known of a tree beside what the host keeps. */
typedef struct tree_state {
    GHashTable *names; /* "PARENT/NAME" -> the octets of that node (guint64) */
    GHashTable *counts; /* parent -> how many names it has */
} tree_state;

static GHashTable *states; /* stats_tree -> tree_state */

static void free_state(gpointer data)
{
    tree_state *state = data;
    g_hash_table_destroy(state->names);
    g_hash_table_destroy(state->counts);
    g_free(state);
}

static void forget_octets(gpointer name _U_, gpointer octets, gpointer data _U_)
{
    *(guint64 *)octets = 0;
}

static void reset_state(gpointer tree _U_, gpointer data, gpointer user _U_)
{
    const tree_state *state = data;
    g_hash_table_foreach(state->names, forget_octets, NULL);
}

static void reset(void *data _U_)
{
    g_hash_table_foreach(states, reset_state, NULL);
}

/* The host sets a tree's counts to nothing without a word to who counts; but it does so for all
 * that listens to taps. Where it begins anew in the middle of a capture (tshark -M), it does not,
 * and the counts go on. The tap does not matter. */
static void begin_listening(void)
{
    pop_tap_listen("tcp", &states, TL_IS_DISSECTOR_HELPER, reset, NULL, NULL);
}

void pop_nodes_begin(stats_tree *tree)
{
    if (states == NULL) {
        states = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_state);
        begin_listening();
    }
    tree_state *state = g_new0(tree_state, 1);
    state->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    state->counts = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_hash_table_replace(states, tree, state);
}

void pop_nodes_end(stats_tree *tree)
{
    if (states != NULL) {
        g_hash_table_remove(states, tree);
    }
}

/* The octets of the node of that name; NULL where its parent has too many names to keep this
 * one. */
static guint64 *octets_of(tree_state *state, int parent, const char *name)
{
    char *key = g_strdup_printf("%d/%s", parent, name);
    guint64 *octets = g_hash_table_lookup(state->names, key);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(state->counts, GINT_TO_POINTER(parent)));
    if (octets != NULL || (count >= NAMES_MOST && g_strcmp0(name, OTHERS) != 0)) {
        g_free(key);
        return octets;
    }
    octets = g_new0(guint64, 1);
    g_hash_table_insert(state->names, key, octets);
    g_hash_table_insert(state->counts, GINT_TO_POINTER(parent), GUINT_TO_POINTER(count + 1));
    return octets;
}

static const char *kept_name(stats_tree *tree, int parent, const char *name)
{
    return octets_of(g_hash_table_lookup(states, tree), parent, name) == NULL ? OTHERS : name;
}

int pop_node_tick(stats_tree *tree, int parent, const char *name, gboolean has_children)
{
    return tick_stat_node(tree, kept_name(tree, parent, name), parent, has_children);
}

int pop_node_id(stats_tree *tree, int parent, const char *name)
{
    return increase_stat_node(tree, kept_name(tree, parent, name), parent, TRUE, 0);
}

static gint clipped(guint64 octets)
{
    return (gint)MIN(octets, G_MAXINT);
}

void pop_node_note_size(stats_tree *tree, int parent, const char *name, guint64 octets)
{
    avg_stat_node_add_value_int(
        tree, kept_name(tree, parent, name), parent, FALSE, clipped(octets));
}

void pop_node_add_octets(stats_tree *tree, int parent, const char *name, guint64 octets)
{
    const char *kept = kept_name(tree, parent, name);
    guint64 *sum = octets_of(g_hash_table_lookup(states, tree), parent, kept);
    *sum += octets;
    set_stat_node(tree, kept, parent, FALSE, clipped(*sum));
}
