/* pop_waiting.h
 * Since when the octets that one direction lacks are waited for.
 *
 * RFC 9293 section 3.4 (acknowledgment numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WAITING_H
#define POP_WAITING_H

#include "order/pop_acknowledgments.h"
#include "order/pop_piece.h"

/* All zero at the beginning of a direction; written here. */
typedef struct pop_waiting {
    bool lacks; /* octets are missing before what is held, whoever has them */
    bool is_waited_for; /* the receiver has, or uses, octets that have not come */
    uint32_t segments; /* with new octets, while something was held */
    uint32_t later; /* of those, since it is waited for */
    pop_instant lacks_since, waited_since;
    pop_acknowledgments *heard; /* while something was held; NULL: nothing was */
} pop_waiting;

/* Gives back what it keeps. */
void pop_waiting_free(pop_waiting *waiting, const pop_allocator *allocator);

/* Nothing is missing any more where it was. */
void pop_waiting_over(pop_waiting *waiting);

/* A segment with new octets has come; returns how many have. First pass only. */
uint32_t pop_waiting_count(pop_waiting *waiting);

/* The direction has ended: what comes from then on tells more than what came before. */
void pop_waiting_end(pop_waiting *waiting, const pop_instant *at);

/* The receiver says to have all before this position, while something is held: perhaps octets
 * behind those that are waited for. First pass only. */
void pop_waiting_hear(
    pop_waiting *waiting, const pop_allocator *allocator, uint64_t position, const pop_instant *at);

/* Octets are missing from now on. */
void pop_waiting_lack(pop_waiting *waiting, const pop_instant *now);

/* The octets missing at a position are acknowledged: they are waited for since that was so and the
 * piece behind them had come (NULL: there is none), which may have been while others before them
 * were waited for. Positions must not go back. First pass only. */
void pop_waiting_begin(
    pop_waiting *waiting, uint64_t position, const pop_piece *behind, const pop_instant *now);

/* From now on, whatever was before. */
void pop_waiting_begin_now(pop_waiting *waiting, const pop_instant *now);

#endif
