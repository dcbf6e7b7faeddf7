/* pop_header.h
 * The fields of a header: where they stand, and their text, unfolded and decoded.
 *
 * RFC 5322 section 2.2 (header fields, folding), RFC 2047 (encoded words).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HEADER_H
#define POP_HEADER_H

#include <glib.h>

#include "text/pop_text.h"

/* A walk along a header, of a mail or of a part, up to its empty line; begun with all of it. */
typedef struct pop_header_walk {
    pop_span rest;
} pop_header_walk;

typedef struct pop_header_field {
    pop_span name; /* with its colon; empty where the line has none */
    pop_span value; /* all behind the colon, line ends and all */
} pop_header_field;

/* The next field; false: there are no more. */
bool pop_header_next(pop_header_walk *walk, pop_header_field *field);

/* Octets of the mail before the field number `most` of its header, counted from 0: all of them
 * where its header has no more fields than that. Each octet of the header is looked at once. */
size_t pop_header_octets_of(pop_span mail, size_t most);

/* The value without line ends and the blanks around them, for each line end one blank; not decoded,
 * at most POP_FIELD_MOST octets (pop_words.h). The caller's. */
GString *pop_header_unfold(pop_span value);

/* The same as text: encoded words decoded, each control character one space; valid UTF-8. The
 * caller frees it with g_free(). */
char *pop_header_decoded(pop_span value);

/* The text with each control character made one space; takes `text`, valid UTF-8. */
char *pop_header_printable(char *text);

/* The decoded text of the Subject; NULL where the mail has none. The caller frees it with
 * g_free(). */
char *pop_header_subject(pop_span mail);

/* The decoded text of the first field of that name, which ends with its colon, as in
 * POP_SPAN("From:"); NULL where the mail has none. The caller frees it with g_free(). */
char *pop_header_text(pop_span mail, pop_span name);

/* The octets of the first field of that name: unfolded and not decoded, up to the first NUL; NULL
 * where the header has no such field. The caller frees it with g_free(). */
char *pop_header_value(pop_span header, pop_span name);

#endif
