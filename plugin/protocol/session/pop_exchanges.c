/* pop_exchanges.c
 * The session's commands and replies: those that wait, and all of them in their order.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_exchanges.h"

#include <string.h>

void pop_exchanges_add(pop_exchanges *exchanges, pop_exchange *exchange)
{
    exchange->ordinal = ++exchanges->count;
    if (exchanges->last == NULL) {
        exchanges->first = exchange;
    } else {
        exchanges->last->following = exchange;
    }
    exchanges->last = exchange;
}

void pop_exchanges_send(pop_exchanges *exchanges, pop_exchange *exchange)
{
    pop_exchanges_add(exchanges, exchange);
    exchanges->last_sent = exchange->ordinal;
    exchange->behind_empty_line = exchanges->empty_line_count > 0;
    exchanges->empty_line_count = 0;
    pop_exchange_queue_add(&exchanges->waiting, exchange);
}

void pop_exchanges_send_first(pop_exchanges *exchanges, pop_exchange *exchange)
{
    pop_exchange_queue_add_first(&exchanges->waiting, exchange);
}

void pop_exchanges_send_before(pop_exchanges *exchanges, pop_exchange_queue *earlier)
{
    pop_exchange *exchange;
    pop_exchange_queue later = exchanges->waiting;
    exchanges->waiting = (pop_exchange_queue){ NULL, NULL, 0 };
    while ((exchange = pop_exchange_queue_take(earlier)) != NULL) {
        pop_exchanges_send(exchanges, exchange);
    }
    pop_exchange_queue_add_all(&exchanges->waiting, &later);
}

void pop_exchanges_note_empty_line(pop_exchanges *exchanges, const pop_instant *at)
{
    if (exchanges->empty_line_count < POP_EMPTY_LINES) {
        exchanges->empty_lines[exchanges->empty_line_count++] = *at;
    }
}

void pop_exchanges_forget_empty_lines(pop_exchanges *exchanges)
{
    exchanges->empty_line_count = 0;
}

bool pop_exchanges_take_empty_line(pop_exchanges *exchanges, pop_instant *at_out)
{
    if (exchanges->empty_line_count == 0) {
        return false;
    }
    *at_out = exchanges->empty_lines[0];
    exchanges->empty_line_count--;
    memmove(exchanges->empty_lines, exchanges->empty_lines + 1,
        exchanges->empty_line_count * sizeof exchanges->empty_lines[0]);
    return true;
}

pop_exchange *pop_exchanges_take(pop_exchanges *exchanges)
{
    return pop_exchange_queue_take(&exchanges->waiting);
}

void pop_exchanges_forget_waiting(pop_exchanges *exchanges)
{
    while (pop_exchange_queue_take(&exchanges->waiting) != NULL) {
        continue;
    }
}

void pop_exchanges_submit(pop_exchanges *exchanges, pop_exchange *exchange)
{
    exchanges->submission = exchange;
}

void pop_exchanges_note_quit(pop_exchanges *exchanges)
{
    exchanges->quit_sent = true;
}

void pop_exchanges_note_unasked(
    pop_exchanges *exchanges, pop_span text, const pop_allocator *allocator)
{
    pop_release(allocator, exchanges->unasked);
    exchanges->unasked = pop_span_copy(allocator, text);
}
