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

/* Written by the functions below. Octets of the client's stream, unless it says another. */
typedef struct pop_hearing {
    uint64_t heard; /* with the segment read now; UINT64_MAX: that cannot be told */
    uint64_t acknowledged_first; /* by the first segment, + 1; 0: none has come */
    uint64_t acknowledged; /* at the most, so far */
    uint64_t heard_more_at; /* where in the server's stream it last had more than before, + 1 */
    uint64_t answered_until; /* the last command that was answered ends there */
    bool is_wrong; /* a command was answered that had not been acknowledged */
} pop_hearing;

/* A segment of the server's is read next, which begins at `at` of its stream and acknowledges the
 * client's octets up to `acknowledged`. Where acknowledgments do not grow, or not with what is
 * answered, as in captures that a tool has made from text, they tell nothing. */
void pop_hearing_begin_segment(pop_hearing *hearing, uint64_t at, uint64_t acknowledged);

/* The command that ends there is answered. */
void pop_hearing_note_answer(pop_hearing *hearing, uint64_t client_until);

/* Acknowledgments tell nothing from now on. */
void pop_hearing_distrust(pop_hearing *hearing);

/* False where nothing of the command had reached the server yet: the first octet is enough, for a
 * server may refuse a line that is too long before its end has come. */
static inline bool pop_hearing_has(const pop_hearing *hearing, const pop_exchange *exchange)
{
    return exchange->client_at == 0 || exchange->client_at < hearing->heard;
}

#endif
