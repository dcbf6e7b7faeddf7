/* choices.h
 * The users and the sessions of a capture, each with the filter that shows what is theirs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_CHOICES_H
#define POP_WINDOW_CHOICES_H

#include <glib.h>

/* So many users, or sessions, are told at the most: more are no list to choose from. */
#define POP_CHOICES_MOST 1000

typedef struct pop_choice {
    char *label; /* one line, valid UTF-8 */
    char *filter;
} pop_choice;

/* Of each user who tried to log in, by name; of each session, in their order. An array of
 * pop_choice of its own memory, the caller's, which g_ptr_array_unref() frees with all in it. Any
 * time before the end of the reading. */
GPtrArray *pop_choices_of_users(void);
GPtrArray *pop_choices_of_sessions(void);

#endif
