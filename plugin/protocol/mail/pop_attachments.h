/* pop_attachments.h
 * The attachments of a mail, decoded.
 *
 * RFC 2045 (encodings), RFC 2046 (types), RFC 2183 (Content-Disposition), RFC 2231 (names).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ATTACHMENTS_H
#define POP_ATTACHMENTS_H

#include <glib.h>

#include "text/pop_text.h"

/* Attachments of one mail that are told of. */
#define POP_ATTACHMENTS_MOST 10000

/* How deep a mail in a mail in a mail is still told of as a file of its own: each level repeats
 * what is inside. Attachments are told of however deep they are. */
#define POP_ATTACHED_MAILS_MOST 8

typedef struct pop_attachment {
    const char *number; /* "1"; "2.1": the first one in the attached mail 2 */
    const char *name; /* decoded, valid UTF-8, as the sender wrote it: not yet safe; NULL: none */
    const char *type; /* "image/png", in lower case; by its octets where the mail does not say */
    bool is_damaged; /* its encoding is broken, or breaks off */
    GByteArray *octets; /* decoded; to keep them, take a reference */
} pop_attachment;

typedef void (*pop_attachment_visitor)(const pop_attachment *attachment, void *data);

/* Calls `visit` for each attachment of the mail, in the order of the mail; what `visit` is given
 * lives until it returns. Attachments are: parts with "Content-Disposition: attachment" or a name,
 * all that is no text, attached mails and what is attached to them, and files that uuencode put
 * into a text. Returns false where the mail may have more of them. Bad input gives what can be read
 * of it. */
bool pop_attachments_visit(pop_span mail, pop_attachment_visitor visit, void *data);

#endif
