/* pop_session.h
 * Both directions of a connection together: who speaks, to which command a reply belongs, what the
 * session knows. Segments in, entries out.
 *
 * RFC 1939 (session), RFC 2449 (pipelining), RFC 2595 (STLS), RFC 5034 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SESSION_H
#define POP_SESSION_H

#include "session/pop_authentication.h"
#include "session/pop_state.h"

/* A session before its first octet. `start_seen`: the first octets fed are the connection's first,
 * so that a greeting comes. The allocator must outlive the session; all that the session makes
 * comes from it. */
pop_session *pop_session_new(const pop_allocator *allocator, pop_limits limits, bool start_seen);

/* The server's port is that of versions 1 and 2 (RFC 937). Before the first segment. */
void pop_session_expect_old_version(pop_session *session);

/* The server's port is KPOP's: a Kerberos exchange, in which the client speaks first, comes before
 * the greeting. Before the first segment. */
void pop_session_expect_kerberos(pop_session *session);

/* Takes the next segment of its direction, in order and once. Afterwards session->entries holds
 * what it brought, until the next call. First pass only. */
void pop_session_feed(pop_session *session, const pop_segment *segment);

/* Octets of that direction are lost for good before what is fed next. First pass only. */
void pop_session_gap(pop_session *session, pop_direction direction, uint64_t octets);

/* It has shown that the beginning was not captured, as it was taken to be. Before the first
 * segment. First pass only. */
void pop_session_miss_start(pop_session *session);

#endif
