/* window.h
 * What a person at the window reads: the registration of all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_H
#define POP_WINDOW_H

/* Both are called once by the host, in this order, behind those of the room of analysis.
 * `protocol`: POP's id. */
void pop_window_register(int protocol);
void pop_window_register_listeners(void);

#endif
