/* pop_under_way.c
 * The reply under way: whose it is, what its lines are, and the mail that they make.
 *
 * RFC 1939 section 3 (multi-line replies).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_under_way.h"

void pop_under_way_begin(pop_under_way *reply, pop_exchange *exchange, pop_body body)
{
    reply->exchange = exchange;
    reply->body = body;
    reply->has_crlf = false;
    reply->value = body == POP_BODY_UNDETERMINED ? reply->value : NULL;
}

void pop_under_way_await(pop_under_way *reply, pop_exchange *exchange, bool has_crlf)
{
    pop_under_way_begin(reply, exchange, POP_BODY_UNDETERMINED);
    reply->has_crlf = has_crlf;
}

void pop_under_way_fill(pop_under_way *reply, pop_message *message)
{
    reply->message = message;
}

static void clear(pop_under_way *reply)
{
    reply->exchange = NULL;
    reply->body = POP_BODY_NONE;
    reply->message = NULL;
    reply->value = NULL;
}

void pop_under_way_end(pop_under_way *reply, const pop_instant *at)
{
    reply->last_end = *at;
    clear(reply);
}

void pop_under_way_break_off(pop_under_way *reply)
{
    if (reply->message != NULL) {
        pop_message_break_off(reply->message);
    }
    clear(reply);
}

void pop_under_way_note_odd(pop_under_way *reply, pop_exchange *exchange, pop_body body)
{
    reply->odd = exchange;
    reply->odd_body = body;
}

void pop_under_way_note_guesses(pop_under_way *reply, uint32_t until)
{
    reply->guessed_until = until;
}

void pop_under_way_note_open(pop_under_way *reply, pop_anomalies open)
{
    reply->open = open;
}

void pop_under_way_note_value(pop_under_way *reply, const char *value)
{
    reply->value = value;
}
