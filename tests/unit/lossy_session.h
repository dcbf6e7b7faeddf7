/* lossy_session.h
 * Sessions made from a seed, or from a dialogue.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_LOSSY_SESSION_H
#define POP_TESTS_LOSSY_SESSION_H

#include "dialogue.h"

/* How a client sends its commands. */
typedef enum lossy_client {
    LOSSY_WAITS, /* for each reply before it sends the next command */
    LOSSY_BATCHES, /* some commands at once, and waits for all their replies */
    LOSSY_OVERLAPS, /* keeps some commands waiting all the time */
    LOSSY_LISTS_FIRST, /* the same, behind the listings for whose replies it waits */
} lossy_client;

/* A segment of a conversation, with what its sender had of the other side. */
typedef struct lossy_segment {
    pop_direction direction;
    gsize offset, length; /* among the conversation's octets */
    guint64 acknowledged; /* octets of the other side */
} lossy_segment;

typedef struct lossy_session {
    GByteArray *octets;
    GArray *segments; /* lossy_segment, in the order in which they were sent */
    guint of_login; /* of a session that was made: as many of them are its login */
} lossy_session;

/* A session of that kind of client, made from a seed; of a dialogue. */
lossy_session *lossy_session_make(guint32 seed, lossy_client client);
lossy_session *lossy_session_of(const dialogue_file *dialogue, guint32 seed);
void lossy_session_free(lossy_session *session);

#endif
