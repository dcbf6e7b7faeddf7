/* text_command.h
 * tshark's "-z pop,read,FRAME", "-z pop,dialogue,SESSION", "-z pop,row,REPORT,ROW" and "-z
 * pop,around,FRAME": what the window shows, and where its toolbar leads, without a window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_TEXT_COMMAND_H
#define POP_WINDOW_TEXT_COMMAND_H

/* Registration only, with what listens to taps. Nothing in the program with a window. */
void pop_text_command_register(void);

#endif
