/* pop_hearing.h
 * What the server had heard of the client when it sent what is read now, by its acknowledgments: it
 * cannot have answered what had not reached it.
 *
 * RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HEARING_H
#define POP_HEARING_H

#include "session/pop_exchange.h"

/* Written by the functions below. Octets of the client's stream. */
typedef struct pop_hearing {
    uint64_t heard; /* with the segment read now; UINT64_MAX: that cannot be told */
    uint64_t acknowledged_first; /* by the first segment, + 1; 0: none has come */
    uint64_t acknowledged; /* by the segment read now */
    uint64_t heard_more_at; /* where in its own stream it last had more than before */
    uint64_t answered_until; /* the last command that was answered ends there */
    bool grows; /* later ones have acknowledged more */
} pop_hearing;

/* A segment of the server's is read next, which begins at `at` of its stream and acknowledges the
 * octets up to there. Where
 * acknowledgments do not grow, or not with what is answered, as in captures that a tool has made
 * from text, they tell nothing. */
void pop_hearing_begin_segment(pop_hearing *hearing, uint64_t at, uint64_t acknowledged);

/* The command that ends there is answered. */
void pop_hearing_note_answer(pop_hearing *hearing, uint64_t client_until);

/* False where the command had not reached the server yet. */
static inline bool pop_hearing_has(const pop_hearing *hearing, const pop_exchange *exchange)
{
    return exchange->client_until <= hearing->heard;
}

#endif
