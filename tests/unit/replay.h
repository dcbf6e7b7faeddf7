/* replay.h
 * Feeds a dialogue to a session, cut into segments in a given way, and gives back the event log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_REPLAY_H
#define POP_TESTS_REPLAY_H

#include "dialogue.h"
#include "link.h"

typedef enum replay_cutting_kind {
    REPLAY_RUNS, /* what one side sends before the other speaks is one segment */
    REPLAY_LINES, /* every line is a segment */
    REPLAY_OCTETS, /* every octet is a segment */
    REPLAY_ONE_CUT, /* runs; the one with octet `number` of the dialogue is cut before it */
    REPLAY_RANDOM, /* segments of random lengths; `number` is the seed */
} replay_cutting_kind;

typedef struct replay_cutting {
    replay_cutting_kind kind;
    guint number;
} replay_cutting;

/* The log; the caller frees it. All that the session allocated is freed. */
char *replay(const dialogue_file *dialogue, replay_cutting cutting);

/* The same, of what a capture in the middle of a link shows, put in order; what came through TLS is in
 * order already. NULL where octets of the dialogue come late by themselves. */
char *replay_linked(const dialogue_file *dialogue, const link_impairment *impairment, guint32 seed);

#endif
