/* pop_acknowledgments.h
 * When the receiver of a direction said how much it has, as far back as somebody asks.
 *
 * RFC 9293 section 3.4 (acknowledgment numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ACKNOWLEDGMENTS_H
#define POP_ACKNOWLEDGMENTS_H

#include "text/pop_instant.h"
#include "text/pop_text.h"

/* An acknowledgment that reached further than those before it. */
typedef struct pop_acknowledged {
    uint64_t until; /* position in the stream of the direction that it acknowledges */
    pop_instant at; /* when it was captured, or up to 25 ms later */
    uint32_t segments; /* with new octets of that direction that had been captured then */
} pop_acknowledged;

typedef struct pop_acknowledgments pop_acknowledgments;

/* An empty list, of a fixed size: those of a second and a half at the least; older ones give way.
 * To be given back with pop_release(). */
pop_acknowledgments *pop_acknowledgments_new(const pop_allocator *allocator);

/* To be told in order. First pass only. */
void pop_acknowledgments_note(pop_acknowledgments *list, const pop_acknowledged *told);

/* The first one in the list that reaches beyond the position, or NULL; earlier ones are forgotten:
 * positions must not go back. `list` may be NULL. First pass only. */
const pop_acknowledged *pop_acknowledgments_find(pop_acknowledgments *list, uint64_t position);

#endif
