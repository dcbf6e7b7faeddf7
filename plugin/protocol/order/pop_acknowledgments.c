/* pop_acknowledgments.c
 * When the receiver of a direction said how much it has, as far back as somebody asks.
 *
 * RFC 9293 section 3.4 (acknowledgment numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_acknowledgments.h"

#define MOST 64

/* Those within such a time count as one, which came with the last of them. */
#define GRAIN_NANOSECONDS 25000000

struct pop_acknowledgments {
    uint32_t first, count;
    struct {
        pop_acknowledged told;
        pop_instant begun;
    } entries[MOST]; /* a ring */
};

pop_acknowledgments *pop_acknowledgments_new(const pop_allocator *allocator)
{
    pop_acknowledgments *list = pop_allocate(allocator, sizeof *list);
    list->first = list->count = 0;
    return list;
}

/* A clock that goes back begins another entry. */
static bool is_within_grain(const pop_instant *begun, const pop_instant *at)
{
    int64_t elapsed = pop_instant_elapsed(begun, at);
    return elapsed >= 0 && elapsed < GRAIN_NANOSECONDS;
}

void pop_acknowledgments_note(pop_acknowledgments *list, const pop_acknowledged *told)
{
    uint32_t last = (list->first + list->count - 1) % MOST;
    if (list->count > 0 && is_within_grain(&list->entries[last].begun, &told->at)) {
        list->entries[last].told = *told;
        return;
    }
    if (list->count == MOST) {
        list->first = (list->first + 1) % MOST;
        list->count--;
    }
    uint32_t next = (list->first + list->count++) % MOST;
    list->entries[next].told = *told;
    list->entries[next].begun = told->at;
}

const pop_acknowledged *pop_acknowledgments_find(pop_acknowledgments *list, uint64_t position)
{
    while (list != NULL && list->count > 0) {
        const pop_acknowledged *told = &list->entries[list->first].told;
        if (told->until > position) {
            return told;
        }
        list->first = (list->first + 1) % MOST;
        list->count--;
    }
    return NULL;
}
