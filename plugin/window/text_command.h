/* text_command.h
 * tshark's "-z pop,read,FRAME" and "-z pop,dialogue,SESSION": the readers' texts without a window.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_TEXT_COMMAND_H
#define POP_WINDOW_TEXT_COMMAND_H

/* Registration only, with what listens to taps. Nothing in the program with a window. */
void pop_text_command_register(void);

#endif
