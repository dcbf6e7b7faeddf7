/* lossy_comparison.h
 * Plays a session whole and with octets lost, and compares.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_LOSSY_COMPARISON_H
#define POP_TESTS_LOSSY_COMPARISON_H

#include "lossy_session.h"

typedef enum lossy_begin {
    LOSSY_FROM_SYN,
    LOSSY_FROM_SERVER, /* behind the login, with a segment of the server's */
    LOSSY_FROM_ANYWHERE, /* behind the login, with any segment */
} lossy_begin;

/* What a capture lacks. */
typedef struct lossy_damage {
    guint one_in; /* of so many segments one is lost; 0: none */
    lossy_begin begin;
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
