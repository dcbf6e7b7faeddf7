/* labels.h
 * How values are named to a user, in every report and table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LABELS_H
#define POP_LABELS_H

#include <epan/packet.h>

#include "session/pop_session.h"

/* Characters of a text from the wire that a label keeps. */
#define POP_LABEL_LIMIT 256

/* A text from the wire as one line of valid UTF-8, what does not print escaped, cut at
 * POP_LABEL_LIMIT characters; `otherwise` where it is NULL. From the scope. */
const char *pop_label_text(wmem_allocator_t *scope, const char *text, const char *otherwise);

/* The same of a span, in upper case. */
const char *pop_label_upper(wmem_allocator_t *scope, pop_span span);

/* "accepted", ... A login that is undecided when this is asked stays so: "unanswered". */
const char *pop_label_result(pop_auth_result result);

/* The same, where the capture is read to its end: "seems accepted" without a verdict, where what
 * follows shows it. */
const char *pop_label_verdict(const pop_login *login);

/* By which name the user's list of known files has this SHA-256: "yes" where it has none for it;
 * NULL where it is not on the list. */
const char *pop_label_known(const char *sha256);

/* A command of the table: "RETR", "XTND XMIT", "RETR (POP2)"; NULL: "(unknown)". */
char *pop_label_command(wmem_allocator_t *scope, const pop_command *command);

/* What keeps the mail of the exchange from being the whole mail of the maildrop, as files and lists
 * of mails say it; NULL: nothing. `is_preview`: only its beginning was asked for. */
const char *pop_label_mark(const pop_exchange *exchange, bool is_preview);

#endif
