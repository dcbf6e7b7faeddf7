/* menus.h
 * Where the window's menus lead to what POP has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_MENUS_H
#define POP_WINDOW_MENUS_H

/* Registration only: Tools > POP, the menu POP, and, where the release has that, the menu of a
 * packet. Nothing in programs without a window. `protocol`: POP's id. */
void pop_menus_register(int protocol);

#endif
