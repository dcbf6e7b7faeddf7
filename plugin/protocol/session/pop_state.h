/* pop_state.h
 * All that is known of a conversation: what the parts of the session are, and who writes them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STATE_H
#define POP_STATE_H

#include "session/pop_access.h"
#include "session/pop_doubt.h"
#include "session/pop_driver.h"
#include "session/pop_entries.h"
#include "session/pop_exchanges.h"
#include "session/pop_habits.h"
#include "session/pop_hearing.h"
#include "session/pop_service.h"
#include "session/pop_transport.h"
#include "session/pop_under_way.h"
#include "text/pop_limits.h"

struct pop_legacy;

/* The state of a conversation. Each part is written by the file that it is named for alone; what is
 * no part of its own, by pop_session.c, unless it says another. Others read it. */
typedef struct pop_session {
    const pop_allocator *allocator;
    pop_limits limits;
    const pop_driver *driver; /* of the version that is spoken (pop_state.c) */
    const pop_driver *standard; /* of version 3 */
    pop_version version; /* the driver's (pop_state.c) */
    struct pop_legacy
        *legacy; /* of versions 1 and 2 (pop_legacy.c); NULL: nothing speaks for them */
    bool start_seen; /* the connection was captured from its beginning */
    bool client_spoke;
    pop_transport transport; /* TLS, layers */
    pop_service service; /* what the server is and offers */
    pop_access access; /* who is logged in */
    pop_exchanges exchanges; /* commands and replies */
    pop_under_way reply; /* the one under way */
    pop_maildrop *maildrop; /* (pop_effects.c) */
    pop_deletions *deletions; /* marked, and not yet true; NULL: none (pop_effects.c) */
    bool deletions_missed; /* more may be marked, or fewer (pop_effects.c) */
    pop_habits habits;
    pop_hearing hearing;
    pop_doubt doubt;
    pop_entries entries; /* of the segment fed last */
    pop_framing framing[2]; /* per direction */
    uint64_t
        position[2]; /* per direction: octets of the stream before the segment fed next, those that
                             are lost included */
    uint64_t octets[2]; /* per direction: fed so far */
    pop_instant began, last; /* the first segment, and the latest */
    uint32_t step; /* counts segments, from 1 */
} pop_session;

/* The session is of that driver's version from now on. */
void pop_session_speak(pop_session *session, const pop_driver *driver);

/* The connection's beginning was seen after all; or it cannot have been. */
void pop_session_see_start(pop_session *session, bool seen);

/* A new exchange, in no queue. */
pop_exchange *pop_session_exchange(pop_session *session);

/* An exchange for a command line, in no queue. */
pop_exchange *pop_session_exchange_for(
    pop_session *session, const pop_segment *segment, const pop_request *request);

/* How many octets of the other side's stream the sender of the segment had. */
uint64_t pop_session_had(const pop_session *session, const pop_segment *segment);

/* A command is sent, or a submitted mail's end: how much of the replies before its sender had. */
void pop_session_note_sent(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange);

/* The client has sent a command when it had a part of the replies to those before. */
void pop_session_note_overlap(pop_session *session);

/* A new message of that exchange, and where its octets go. */
pop_body_sink pop_session_begin_message(pop_session *session, pop_exchange *exchange);

/* Adds an entry for the unit, with what the session knows (pop_entries_add()). */
pop_entry *pop_tell(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, pop_entry_kind kind);
pop_entry *pop_tell_merged(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_entry_kind kind, pop_exchange *exchange);

/* A line, or one more empty line, that has no place in the session. */
void pop_tell_unexpected(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Octets of which nothing is known. */
void pop_tell_out_of_step(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* Octets that are not decoded. */
void pop_tell_opaque(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* `frame` brought the entry's octets of the mail, which the message has already. */
void pop_tell_octets(pop_entry *entry, pop_message *message, uint32_t frame);

/* Where in its direction's stream the unit begins. */
static inline uint64_t pop_session_position(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t end = session->position[segment->direction] + unit->offset + unit->length;
    uint64_t octets = pop_unit_octets(unit);
    return octets < end ? end - octets : 0;
}

#endif
