/* readers.h
 * The windows "Read this message" and "Read this session", and those of reports.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_READERS_H
#define POP_WINDOW_READERS_H

#include <stdint.h>

#include "analysis/reports.h"

/* Each opens a window with the text of what the frame is of, or that it is of none. Nothing where
 * the host has no window. Of use when the user asks for it, while no frame is dissected. */
void pop_read_message(uint32_t frame);
void pop_read_session(uint32_t frame);

/* Opens a window with the report of the capture, one of its rows in front. It follows a live
 * capture. Nothing where the host has no window. When the user asks for it, likewise. */
void pop_read_report(const pop_report *report);

#endif
