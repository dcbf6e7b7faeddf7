/* pop_part.h
 * What the header of a part says of its content.
 *
 * RFC 2045 (types, encodings), RFC 2183 (Content-Disposition), RFC 2231, RFC 3676 (format=flowed).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PART_H
#define POP_PART_H

#include "mail/pop_mime.h"
#include "mail/pop_transfer.h"

typedef struct pop_part_header {
    char *type; /* "text/plain", in lower case, valid UTF-8 */
    char *name; /* as the sender wrote it, decoded: not safe for anything; NULL: none */
    char *charset; /* "": none is named */
    bool is_attached; /* "Content-Disposition: attachment" */
    bool is_flowed, deletes_space; /* "format=flowed", "delsp=yes" */
    pop_transfer_encoding encoding;
} pop_part_header;

/* Reads the header of the part. pop_part_header_clear() takes it back. */
pop_part_header pop_part_header_read(const pop_mime_part *part);
void pop_part_header_clear(pop_part_header *header);

/* True for what is told as an attachment: a part with a name or that is said to be one, and all
 * that is no text. */
bool pop_part_is_attachment(const pop_part_header *header);

/* True for what the readers of mails show as text. A text with a name may be both. */
bool pop_part_is_text(const pop_part_header *header);

#endif
