/* pop_direction.h
 * The two directions of a connection, named for who sends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DIRECTION_H
#define POP_DIRECTION_H

typedef enum pop_direction {
    POP_FROM_CLIENT,
    POP_FROM_SERVER,
} pop_direction;

static inline pop_direction pop_other_direction(pop_direction direction)
{
    return direction == POP_FROM_CLIENT ? POP_FROM_SERVER : POP_FROM_CLIENT;
}

#endif
