/* pop_checks.h
 * What is wrong with a line, or worth a note, in the light of the session.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 4 (lengths), RFC 2595 section 4 (STLS), RFC 6856
 * (UTF-8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CHECKS_H
#define POP_CHECKS_H

#include "session/pop_state.h"

#define POP_COMMAND_LINE_LIMIT 255 /* RFC 2449 section 4, with CRLF */

/* A command line, before its exchange waits; a status line; a mail that has its end. */
pop_anomalies pop_check_command(
    pop_session *session, const pop_request *request, const pop_unit *unit, bool tls);
pop_anomalies pop_check_status(const pop_session *session, const pop_unit *unit);
pop_anomalies pop_check_size(const pop_session *session, const pop_exchange *exchange);

/* What is wrong with a mail that has its end. */
pop_anomalies pop_check_message(const pop_message *message);

#endif
