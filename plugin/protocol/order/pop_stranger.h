/* pop_stranger.h
 * A segment whose numbers are far from those of its connection: perhaps another one's between the
 * same ends, of which nothing but this was seen so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STRANGER_H
#define POP_STRANGER_H

#include "order/pop_order_segment.h"

/* All zero: there is none. Written here. */
typedef struct pop_stranger {
    pop_order_segment segment; /* its octets are a copy; frame 0: none */
} pop_stranger;

/* Keeps a segment with its octets, in place of the one before. First pass only. */
void pop_stranger_keep(
    pop_stranger *stranger, const pop_allocator *allocator, const pop_order_segment *segment);

/* True where a further segment goes on, on either side, with the connection of the stranger, and is
 * not the same segment once more. */
bool pop_stranger_is_confirmed(const pop_stranger *stranger, const pop_order_segment *segment);

#endif
