/* fetched.h
 * The mails that any session of the capture has fetched, by whose maildrop and which unique-id.
 *
 * RFC 1939 section 7 (UIDL: a unique-id stays the same from session to session).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FETCHED_H
#define POP_FETCHED_H

#include <wsutil/wmem/wmem.h>

#include "mail/pop_message.h"

/* The mail that a session with that server, as the user, fetched under the unique-id, whole or its
 * beginning; NULL: none did, or one of the three (valid UTF-8 or not) is NULL. It lives as long as
 * the file is open. When a report is written; whatever a filter chooses. */
const pop_message *pop_fetched_message(const char *server, const char *user, const char *unique_id);

/* Registration only. */
void pop_fetched_register(void);

#endif
