/* pop_uuencode.h
 * Files that stand in a text as uuencode put them there.
 *
 * POSIX.1-2017, uuencode (both of its algorithms).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_UUENCODE_H
#define POP_UUENCODE_H

#include <glib.h>

#include "text/pop_text.h"

typedef struct pop_uu_file {
    size_t begins; /* where in the text its first line stands */
    pop_span name; /* as it stands in the text; may be empty */
    GByteArray *octets; /* the caller's, decoded */
    bool is_whole; /* its end was there */
} pop_uu_file;

/* Finds the next file in `text` from *at on and decodes it. False where there is none; else *at is
 * behind it. A line "begin" with nothing like encoded data behind it is text. */
bool pop_uu_next(pop_span text, size_t *at, pop_uu_file *file_out);

#endif
