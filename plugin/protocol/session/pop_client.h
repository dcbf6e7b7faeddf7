/* pop_client.h
 * Reads the client: commands, answers of an AUTH dialogue, a submitted mail.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CLIENT_H
#define POP_CLIENT_H

#include "session/pop_state.h"

/* One unit of the client. */
void pop_client_unit(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Takes a command line apart, for the version that the session is of, or turns out to be of. */
void pop_client_parse(pop_session *session, const pop_unit *unit, pop_request *request);

/* A command line: it waits for its reply from now on. */
void pop_client_command(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    const pop_request *request);

/* True for a line that is a command of the table with the right arguments. */
bool pop_client_is_sure_command(const pop_request *request);

/* True where the line is an answer in an AUTH dialogue. */
bool pop_client_is_answer(const pop_session *session, const pop_unit *unit);

/* True for what a proxy puts before the client's first command; nobody answers it. */
bool pop_client_is_preamble(const pop_session *session, const pop_unit *unit);

#endif
