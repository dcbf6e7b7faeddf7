/* dialogue.h
 * Reads a .dialogue file: who sends which octets in which order, and the log that must come of it.
 * The form of the file is told in tests/dialogues/README.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_DIALOGUE_H
#define POP_TESTS_DIALOGUE_H

#include <glib.h>

#include "session/pop_session.h"

/* What one side sends before the other speaks again; or octets of it that the capture lacks. */
typedef struct dialogue_run {
    pop_direction direction;
    gboolean tls;
    GByteArray *octets;
    guint64 lost; /* octets; then `octets` is empty */
    guint64 unheard; /* octets of the other side's that had not reached it yet */
    guint64 cut_off; /* octets that were not captured at the end of its last segment */
} dialogue_run;

typedef struct dialogue_file {
    gboolean start_seen;
    guint server_port;
    pop_limits limits;
    GArray *runs; /* dialogue_run */
    char *expected; /* the log */
} dialogue_file;

/* Ends the program with a message that names file and line where the file has another form. */
dialogue_file *dialogue_read(const char *path);
void dialogue_free(dialogue_file *dialogue);

/* Octets of all runs. */
gsize dialogue_length(const dialogue_file *dialogue);

#endif
