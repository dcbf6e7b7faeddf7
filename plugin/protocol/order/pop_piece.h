/* pop_piece.h
 * Stretches of segments that wait for their turn, and how those of one direction are found.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PIECE_H
#define POP_PIECE_H

#include <glib.h>

#include "text/pop_instant.h"
#include "text/pop_text.h"

/* A stretch of one segment that waits for its turn. Pieces of one direction do not overlap. */
typedef struct pop_piece {
    uint64_t position; /* in its direction's stream */
    uint64_t cause; /* position in the other stream that its sender had; 0: not known */
    uint32_t length; /* octets on the wire, of which `octets` were captured */
    uint32_t offset; /* in its segment */
    uint32_t ordinal; /* of its segment, among those of its direction with new octets */
    pop_span octets;
    uint8_t *copy; /* that the octets stand in; NULL: in the segment that is being taken */
    pop_instant at;
    struct pop_piece *next_own;
} pop_piece;

/* An index of pieces by their positions; the caller gives it back with g_tree_unref(). */
GTree *pop_pieces_new(void);

/* The piece of a node; NULL where there is no node. */
pop_piece *pop_piece_of(GTreeNode *node);

/* The first piece and the one behind it; NULL: there is none. `held` may be NULL. */
pop_piece *pop_piece_first(GTree *held);
pop_piece *pop_piece_second(GTree *held);

/* The held piece with the highest position not above this one, else the lowest above it; NULL:
 * there is none. `held` may be NULL. */
GTreeNode *pop_piece_near(GTree *held, const pop_piece *piece);

/* The position behind its last octet. */
uint64_t pop_piece_end(const pop_piece *piece);

/* Leaves the part of a piece from a position on, which is not behind its end. */
void pop_piece_cut_front(pop_piece *piece, uint64_t position);

/* True where octets that both have are not the same in both. */
bool pop_piece_differs(const pop_piece *one, const pop_piece *other);

#endif
