/* pop_waiting.c
 * Since when the octets that one direction lacks are waited for.
 *
 * RFC 9293 section 3.4 (acknowledgment numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_waiting.h"

void pop_waiting_free(pop_waiting *waiting, const pop_allocator *allocator)
{
    pop_release(allocator, waiting->heard);
    waiting->heard = NULL;
}

void pop_waiting_over(pop_waiting *waiting)
{
    waiting->lacks = waiting->is_waited_for = false;
}

uint32_t pop_waiting_count(pop_waiting *waiting)
{
    waiting->later++;
    return ++waiting->segments;
}

void pop_waiting_end(pop_waiting *waiting, const pop_instant *at)
{
    waiting->later = 0;
    waiting->lacks_since = *at;
}

void pop_waiting_hear(
    pop_waiting *waiting, const pop_allocator *allocator, uint64_t position, const pop_instant *at)
{
    if (waiting->heard == NULL) {
        waiting->heard = pop_acknowledgments_new(allocator);
    }
    pop_acknowledgments_note(
        waiting->heard, &(pop_acknowledged){ position, *at, waiting->segments });
}

void pop_waiting_lack(pop_waiting *waiting, const pop_instant *now)
{
    if (!waiting->lacks) {
        waiting->lacks = true;
        waiting->lacks_since = *now;
    }
}

void pop_waiting_begin_now(pop_waiting *waiting, const pop_instant *now)
{
    waiting->is_waited_for = true;
    waiting->waited_since = *now;
    waiting->later = 0;
}

void pop_waiting_begin(
    pop_waiting *waiting, uint64_t position, const pop_piece *behind, const pop_instant *now)
{
    pop_waiting_begin_now(waiting, now);
    const pop_acknowledged *heard = pop_acknowledgments_find(waiting->heard, position);
    if (heard == NULL) {
        return;
    }
    bool came_later = behind != NULL && behind->at.frame > heard->at.frame;
    waiting->waited_since = came_later ? behind->at : heard->at;
    waiting->later = waiting->segments - (came_later ? behind->ordinal : heard->segments);
}
