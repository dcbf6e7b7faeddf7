/* pop_charset.h
 * Octets of a mail in the character set that it names, as UTF-8. iconv does the work.
 *
 * RFC 2045 section 5.1 (charset), RFC 2047 section 2; the names are IANA's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CHARSET_H
#define POP_CHARSET_H

#include <glib.h>

#include "text/pop_text.h"

/* Appends the octets, read in that charset, to `text`, which holds valid UTF-8 and may hold NULs;
 * at most so many octets that `text` has `limit` of them, no character cut. False where not all
 * fitted.
 *
 * Nothing of the name is trusted: it is looked up in pop_charsets.def. Where it is empty or not
 * there, the octets are UTF-8 if they are valid so, else Windows-1252. So are those that are said
 * to be UTF-8 and hold no valid character beyond ASCII. What else the charset does not have is
 * U+FFFD. */
bool pop_charset_append(GString *text, pop_span octets, pop_span charset, size_t limit);

/* The text with each NUL made U+FFFD, for those who take a NUL for its end; the GString is gone.
 * The caller frees it with g_free(). */
char *pop_charset_string(GString *text);

#endif
