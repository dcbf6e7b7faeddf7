/* pop_mail_of_unseen.h
 * A mail behind a status line that was taken for the whole reply to a command: it shows that the
 * line was the beginning of the reply to another one, which was not seen.
 *
 * RFC 1939 section 3 (replies), 5 (RETR).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAIL_OF_UNSEEN_H
#define POP_MAIL_OF_UNSEEN_H

#include "session/pop_state.h"

/* The status line that was taken for the other's is this one's. First pass only. */
void pop_take_status_of(pop_exchange *exchange, const pop_exchange *taken);

/* Where octets are lost, or were before the capture: true where the line, which is no status line,
 * is the first of such a mail. The reply that it belongs to is under way then, as an exchange of
 * its own, and its body is not determined. First pass only. */
bool pop_begins_mail_of_unseen(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

#endif
