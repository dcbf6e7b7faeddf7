/* pop_under_way.h
 * The reply under way: whose it is, what its lines are, and the mail that they make.
 *
 * RFC 1939 section 3 (multi-line replies).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_UNDER_WAY_H
#define POP_UNDER_WAY_H

#include "session/pop_exchange.h"

/* Written by the functions below. */
typedef struct pop_under_way {
    pop_exchange *exchange; /* whose reply is under way, NULL between replies */
    pop_body body; /* of that reply */
    bool has_crlf; /* its status line had: a mail in it does not end with a dot between bare LFs */
    pop_message *message; /* that the body's octets go to; NULL: it is no mail's */
    pop_instant last_end; /* of the latest reply, or the greeting */
    pop_exchange *odd; /* answered by the line before, which was no status line; NULL: none */
    pop_body odd_body; /* that its reply may have */
    uint32_t guessed_until; /* ordinal of the youngest command that waited when a line came that may
                               answer none; 0: there was no such line */
    const char *value; /* that its status line may have told of the mail asked for; else NULL */
    pop_anomalies open; /* of the next status line: the reply before it had no end */
} pop_under_way;

/* Behind its status line the reply goes on with that body. */
void pop_under_way_begin(pop_under_way *reply, pop_exchange *exchange, pop_body body);

/* The same where its first line will tell which body, if any; its status line ended with CRLF. */
void pop_under_way_await(pop_under_way *reply, pop_exchange *exchange, bool has_crlf);

/* The body's octets go to that message. */
void pop_under_way_fill(pop_under_way *reply, pop_message *message);

/* It is over: whole, as of that instant; or broken off. */
void pop_under_way_end(pop_under_way *reply, const pop_instant *at);
void pop_under_way_break_off(pop_under_way *reply);

/* A line that is no status line answers the exchange, so it seems; that is settled (NULL). */
void pop_under_way_note_odd(pop_under_way *reply, pop_exchange *exchange, pop_body body);

/* A line came that may answer none of the commands that waited, up to that ordinal. */
void pop_under_way_note_guesses(pop_under_way *reply, uint32_t until);

/* A size or unique-id, should the reply have no lines. */
void pop_under_way_note_value(pop_under_way *reply, const char *value);

/* What the next status line is told with; afterwards nothing. */
void pop_under_way_note_open(pop_under_way *reply, pop_anomalies open);

/* True where it is not sure that more lines come. */
static inline bool pop_under_way_may_be_over(const pop_under_way *reply)
{
    return reply->exchange == NULL || reply->body == POP_BODY_UNDETERMINED;
}

#endif
