/* steps.h
 * From a frame to the message, session or failed login before it or behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_STEPS_H
#define POP_WINDOW_STEPS_H

#include <stdint.h>

typedef enum pop_step {
    POP_STEP_MESSAGE, /* the frame in which one ends, as far as it goes */
    POP_STEP_SESSION, /* the first frame of one */
    POP_STEP_FAILED_LOGIN, /* the frame in which a server rejects one */
    POP_STEPS,
} pop_step;

/* The nearest such frame of the capture behind `frame`, or before it, in whatever session. 0: there
 * is none. `frame` may be any number; nothing is before frame 0. Takes time in proportion to the
 * capture's commands. Any time before the end of the reading. */
uint32_t pop_step_next(pop_step step, uint32_t frame);
uint32_t pop_step_previous(pop_step step, uint32_t frame);

#endif
