/* readers.h
 * The windows "Read this message" and "Read this session".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_READERS_H
#define POP_WINDOW_READERS_H

#include <stdint.h>

/* Each opens a window with the text of what the frame is of, or that it is of none. Nothing where
 * the host has no window. Of use when the user asks for it, while no frame is dissected. */
void pop_read_message(uint32_t frame);
void pop_read_session(uint32_t frame);

#endif
