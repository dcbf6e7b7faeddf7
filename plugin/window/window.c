/* window.c
 * What a person at the window reads: the registration of all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/window.h"

#include "window/filters.h"
#include "window/menus.h"
#include "window/text_command.h"
#include "window/toolbar.h"

void pop_window_register(int protocol)
{
    pop_filters_register(protocol);
    pop_menus_register(protocol);
    pop_toolbar_register();
}

void pop_window_register_listeners(void)
{
    pop_text_command_register();
}
