/* selection.h
 * The frame that the user has selected in the window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_SELECTION_H
#define POP_WINDOW_SELECTION_H

#include <stdint.h>

/* Its number; 0: none is. Programs with a window only, while no frame is dissected. */
uint32_t pop_selected_frame(void);

#endif
