/* pop_media_type.h
 * The media types that a mail names, for itself, for its parts, and anywhere else.
 *
 * RFC 2045 sections 5.1 (Content-Type) and 6.1 (Content-Transfer-Encoding), RFC 6838 section 4.2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MEDIA_TYPE_H
#define POP_MEDIA_TYPE_H

#include "text/pop_text.h"

/* Octets of a type that is told, with its NUL: two names of 127 (RFC 6838 section 4.2), a slash. */
#define POP_MEDIA_TYPE_SIZE 256

/* A walk along a mail. Only `hides_types` is for the caller. */
typedef struct pop_media_type_walk {
    pop_span mail;
    size_t position; /* of the next octet to look at */
    size_t field; /* where the latest field that counts has its colon */
    bool is_multipart, is_encoded; /* what the header under way said so far */
    bool hides_types; /* so far: a multipart is encoded, so that its parts' types are not seen */
} pop_media_type_walk;

/* The walk begins. The mail must outlive it. */
pop_media_type_walk pop_media_type_begin(pop_span mail);

/* Writes the next type into `type`, in lower case, without parameters: "" where it is none of the
 * form "text/plain". False: there are no more.
 *
 * All that looks like a field Content-Type is one, wherever it stands: no reader of the mail,
 * however it cuts the mail into parts, finds a type that was not told, but for those that
 * `hides_types` warns of. A field is also known by the short name that SIP gave it (RFC 3261
 * section 20). The time is that of two looks at each octet. */
bool pop_media_type_next(pop_media_type_walk *walk, char type[POP_MEDIA_TYPE_SIZE]);

#endif
