/* pop_transfer.h
 * The content of a part, its transfer encoding undone.
 *
 * RFC 2045 section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TRANSFER_H
#define POP_TRANSFER_H

#include <glib.h>

#include "text/pop_text.h"

typedef enum pop_transfer_encoding {
    POP_TRANSFER_PLAIN, /* 7bit, 8bit, binary, and what is not known */
    POP_TRANSFER_BASE64,
    POP_TRANSFER_QUOTED_PRINTABLE,
    POP_TRANSFER_UUENCODE, /* x-uuencode: see pop_uuencode.h */
} pop_transfer_encoding;

/* The encoding that the value of a Content-Transfer-Encoding names. */
pop_transfer_encoding pop_transfer_named(pop_span value);

/* Base64 and quoted-printable are undone, as far as they can be; all else is left as it is, line
 * ends included. `is_sound_out` (or NULL): false where the body breaks the rules of its encoding,
 * so that octets may be wrong or missing. The caller's. */
GByteArray *pop_transfer_decode(pop_span body, pop_transfer_encoding encoding, bool *is_sound_out);

/* Quoted-printable as in an encoded word, where "_" is a space (RFC 2047 section 4.2) and no line
 * ends. */
void pop_transfer_append_quoted_word(GByteArray *octets, pop_span text);

/* Base64; characters beyond its alphabet are passed over, padding may be missing. False where it
 * breaks the rules. */
bool pop_transfer_append_base64(GByteArray *octets, pop_span body);

#endif
