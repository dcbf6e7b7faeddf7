/* pop_stranger.c
 * A segment whose numbers are far from those of its connection: perhaps another one's between the
 * same ends, of which nothing but this was seen so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "order/pop_stranger.h"

#include <string.h>

/* Numbers of one connection that are next to each other differ by less. */
#define NEAR (INT64_C(1024) * 1024)

static bool is_near(uint32_t one, uint32_t other)
{
    int32_t ahead = (int32_t)(one - other);
    return ahead < NEAR && ahead > -NEAR;
}

bool pop_stranger_is_confirmed(const pop_stranger *stranger, const pop_order_segment *segment)
{
    const pop_order_segment *first = &stranger->segment;
    if (first->at.frame == 0) {
        return false;
    }
    bool same = first->direction == segment->direction;
    uint32_t sequence = same ? segment->sequence : segment->acknowledgment;
    uint32_t acknowledgment = same ? segment->acknowledgment : segment->sequence;
    bool repeats = same && sequence == first->sequence && segment->length == first->length;
    return !repeats && is_near(sequence, first->sequence)
        && is_near(acknowledgment, first->acknowledgment);
}

void pop_stranger_keep(
    pop_stranger *stranger, const pop_allocator *allocator, const pop_order_segment *segment)
{
    void *former = (void *)(uintptr_t)stranger->segment.octets.octets;
    void *octets = segment->octets.length == 0 ? NULL
                                               : pop_allocate(allocator, segment->octets.length);
    if (octets != NULL) {
        memcpy(octets, segment->octets.octets, segment->octets.length);
    }
    pop_release(allocator, former);
    stranger->segment = *segment;
    stranger->segment.octets.octets = octets;
}
