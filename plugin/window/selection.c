/* selection.c
 * The frame that the user has selected in the window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/selection.h"

#include <wireshark.h>
#include <epan/plugin_if.h>

static void *note_number(frame_data *frame, void *data)
{
    *(uint32_t *)data = frame->num;
    return NULL;
}

uint32_t pop_selected_frame(void)
{
    uint32_t number = 0;
    plugin_if_get_frame_data(note_number, &number);
    return number;
}
