/* lossy_session.h
 * Sessions made from a seed, played whole and with octets lost, and compared.
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
} lossy_session;

/* What a capture lacks. */
typedef struct lossy_damage {
    guint one_in; /* of so many segments one is lost; 0: none */
    gboolean begins_midway; /* with a segment of the server's */
} lossy_damage;

/* What came of playing a session with octets lost. */
typedef struct lossy_result {
    guint mails; /* RETRs of which all octets were there, from the status line to the final dot */
    guint exact; /* ... and their mails whole, under their own number, */
    guint sure; /* ... without a mark */
    GPtrArray *wrong; /* what was told otherwise than it was, and without a mark: strings */
} lossy_result;

/* A session of that kind of client, made from a seed; of a dialogue. */
lossy_session *lossy_session_make(guint32 seed, lossy_client client);
lossy_session *lossy_session_of(const dialogue_file *dialogue, guint32 seed);
void lossy_session_free(lossy_session *session);

/* Plays it whole, and damaged at random. */
lossy_result lossy_session_compare(
    const lossy_session *session, guint32 seed, const lossy_damage *damage);
void lossy_result_clear(lossy_result *result);

#endif
