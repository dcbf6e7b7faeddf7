/* pop_header.h
 * The header fields that the protocol's users ask for, above all a mail's Subject, decoded.
 *
 * RFC 5322 section 2.2 (header fields, folding), RFC 2047 (encoded words).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HEADER_H
#define POP_HEADER_H

#include "text/pop_text.h"

/* Octets of a mail's head that are searched for a field that is shown. */
#define POP_HEADER_SEARCHED 65536

/* The Subject of the mail, unfolded, its encoded words decoded, as valid UTF-8; NULL where the mail
 * has none. What is no valid UTF-8 is read as ISO 8859-1. The caller frees it with g_free(). */
char *pop_header_subject(pop_span mail);

/* The same of another field; `name` ends with its colon, as in POP_SPAN("From:"). */
char *pop_header_text(pop_span mail, pop_span name);

/* The field's octets, unfolded and not decoded, up to the first NUL; NULL where the header has no
 * such field. All of `header` is searched, up to its empty line. The caller frees it with
 * g_free(). */
char *pop_header_value(pop_span header, pop_span name);

#endif
