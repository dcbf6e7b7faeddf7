/* pop_piece.c
 * Stretches of segments that wait for their turn, and how those of one direction are found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_piece.h"

#include <string.h>

static gint compare(gconstpointer one, gconstpointer other)
{
    uint64_t first = ((const pop_piece *)one)->position;
    uint64_t second = ((const pop_piece *)other)->position;
    return first < second ? -1 : first > second;
}

GTree *pop_pieces_new(void)
{
    return g_tree_new(compare);
}

pop_piece *pop_piece_of(GTreeNode *node)
{
    return node == NULL ? NULL : g_tree_node_value(node);
}

pop_piece *pop_piece_first(GTree *held)
{
    return held == NULL ? NULL : pop_piece_of(g_tree_node_first(held));
}

pop_piece *pop_piece_second(GTree *held)
{
    GTreeNode *first = held == NULL ? NULL : g_tree_node_first(held);
    return first == NULL ? NULL : pop_piece_of(g_tree_node_next(first));
}

uint64_t pop_piece_end(const pop_piece *piece)
{
    return piece->position + piece->length;
}

void pop_piece_cut_front(pop_piece *piece, uint64_t position)
{
    uint32_t cut = (uint32_t)(position - piece->position);
    piece->octets = pop_span_part(piece->octets, cut, SIZE_MAX);
    piece->offset += cut;
    piece->length -= cut;
    piece->position = position;
}

bool pop_piece_differs(const pop_piece *one, const pop_piece *other)
{
    uint64_t from = MAX(one->position, other->position);
    uint64_t until = MIN(
        one->position + one->octets.length, other->position + other->octets.length);
    return from < until
        && memcmp(one->octets.octets + (from - one->position),
               other->octets.octets + (from - other->position), until - from)
        != 0;
}

GTreeNode *pop_piece_near(GTree *held, const pop_piece *piece)
{
    if (held == NULL) {
        return NULL;
    }
    GTreeNode *above = g_tree_upper_bound(held, piece);
    GTreeNode *before = above == NULL ? g_tree_node_last(held) : g_tree_node_previous(above);
    return before != NULL ? before : above;
}
