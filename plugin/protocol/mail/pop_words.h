/* pop_words.h
 * Encoded words in the text of a header field.
 *
 * RFC 2047 (encoded words), RFC 2231 section 5 (with a language), RFC 6532 (UTF-8 as it is).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WORDS_H
#define POP_WORDS_H

#include <glib.h>

#include "text/pop_text.h"

/* Octets of a header field, or of a parameter, that are decoded; more are left out. */
#define POP_FIELD_MOST 65536

/* The text of a field, unfolded: encoded words decoded, all else read as UTF-8 where it is valid
 * so, else as Windows-1252. Words that follow each other in one charset are decoded as one: many
 * mailers cut characters apart. What is no word, or of no known encoding, is told as it stands. Of
 * text beyond POP_FIELD_MOST only the beginning is decoded. Valid UTF-8; the caller frees it with
 * g_free(). */
char *pop_words_decode(pop_span text);

#endif
