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

/* Where octets are lost, or were before the capture: reads the line, which is no status line, if it
 * is the first of such a mail. True where it was: the reply that it belongs to is under way then,
 * as an exchange of its own. First pass only. */
bool pop_read_mail_of_unseen(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

#endif
