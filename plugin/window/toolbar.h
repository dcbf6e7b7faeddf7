/* toolbar.h
 * The toolbar POP: from message to message, session to session, failed login to failed login; and
 * what a user or a session has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_TOOLBAR_H
#define POP_WINDOW_TOOLBAR_H

/* Registration only: View > Additional Toolbars > POP, not shown until the user asks for it.
 * Nothing in programs without a window. */
void pop_toolbar_register(void);

#endif
