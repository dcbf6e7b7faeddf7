/* pop_instant.h
 * A point in time, as a capture has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_INSTANT_H
#define POP_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* When something was seen. Frame 0: it was not. */
typedef struct pop_instant {
    uint32_t frame;
    int32_t nanoseconds;
    int64_t seconds;
} pop_instant;

static inline bool pop_instant_is_later(const pop_instant *one, const pop_instant *other)
{
    return one->seconds != other->seconds ? one->seconds > other->seconds
                                          : one->nanoseconds > other->nanoseconds;
}

/* Nanoseconds from one to the other, negative where the clock went back; the largest or smallest
 * number where there are more. */
static inline int64_t pop_instant_elapsed(const pop_instant *from, const pop_instant *to)
{
    int64_t seconds = (int64_t)((uint64_t)to->seconds - (uint64_t)from->seconds);
    if (seconds > INT32_MAX || seconds < INT32_MIN) {
        return seconds > 0 ? INT64_MAX : INT64_MIN;
    }
    return seconds * 1000000000 + to->nanoseconds - from->nanoseconds;
}

#endif
