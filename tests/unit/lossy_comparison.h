/* lossy_comparison.h
 * Plays a session whole and with octets lost, and compares.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_LOSSY_COMPARISON_H
#define POP_TESTS_LOSSY_COMPARISON_H

#include "lossy_session.h"

/* What a capture lacks. */
typedef struct lossy_damage {
    guint one_in; /* of so many segments one is lost; 0: none */
    gboolean begins_midway; /* with a segment of the server's */
} lossy_damage;

/* What came of playing a session with octets lost. */
typedef struct lossy_result {
    guint replies; /* with a mail, of which all octets were there, to the final dot */
    guint found; /* ... and the mail is told whole, of whatever command */
    guint mails; /* of these replies, those of which the command was there, too */
    guint exact; /* ... and the mail is told whole, under its own number, */
    guint sure; /* ... without a mark */
    GPtrArray *wrong; /* what was told otherwise than it was, and without a mark: strings */
} lossy_result;

/* Plays it whole, and damaged at random. */
lossy_result lossy_session_compare(
    const lossy_session *session, guint32 seed, const lossy_damage *damage);
void lossy_result_clear(lossy_result *result);

#endif
