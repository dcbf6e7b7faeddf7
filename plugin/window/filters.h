/* filters.h
 * Display filters made for what somebody looks at: a message, a session, a user.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_FILTERS_H
#define POP_WINDOW_FILTERS_H

#include "window/mails.h"

/* All of them are the caller's, to be freed with g_free(). What a stranger wrote stands in quotes
 * in them, with escapes for what would end the quotes. Any time before the end of the reading. */

/* The frames that have to do with the message: by its unique-id, whatever session fetched it; where
 * that is not known, by its number in the session; without a number, by its frames. */
char *pop_filter_of_mail(const pop_mail *mail);

/* Of a message that is known by its number alone. */
char *pop_filter_of_number(uint32_t stream, uint32_t number);

char *pop_filter_of_session(uint32_t stream);

/* NULL where `user` is NULL. */
char *pop_filter_of_user(const char *user);

/* The window's display filter from now on. Takes `filter`, one of those above. Where there is a
 * window. */
void pop_filter_apply(char *filter);

/* Registration only: the conversation filters "POP message" and "POP user", beside "POP session".
 * `protocol`: POP's id. */
void pop_filters_register(int protocol);

#endif
