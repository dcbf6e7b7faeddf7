/* pop_mime.h
 * Where the parts of a mail stand in it: a mail is cut along its boundaries. What the parts mean
 * and how they are encoded is not asked here.
 *
 * RFC 2046 section 5.1 (multipart) and 5.2.1 (message/rfc822).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MIME_H
#define POP_MIME_H

#include "text/pop_text.h"

/* Parts of a mail that are told of; what stands behind them is not looked at. */
#define POP_MIME_PARTS_MOST 100000

/* Levels of nesting that are cut; a multipart or an attached mail deeper than that is one part. */
#define POP_MIME_LEVELS_MOST 1024

/* A part that holds no other part of the list, or an attached mail, whose parts follow it. */
typedef struct pop_mime_part {
    pop_span header; /* its fields, without the empty line behind them; may be empty */
    pop_span body; /* without the line end before the boundary, which belongs to that */
    bool is_mail; /* an attached mail that is cut, too: `body` is that mail */
    bool in_digest; /* without a Content-Type, it is a mail (RFC 2046 section 5.1.5) */
    uint32_t mails_around; /* attached mails that it is in */
} pop_mime_part;

typedef struct pop_mime_parts {
    pop_mime_part *parts; /* in the order of their beginnings */
    size_t count;
    bool too_many; /* there may be more of them */
} pop_mime_parts;

/* The parts of `mail`, which point into it. A mail that is no multipart has one. What breaks the
 * rules is cut as far as it goes: boundaries that never end do so with the mail. The time is that
 * of one look at each octet, however deep the parts are nested. pop_mime_free() takes it back. */
pop_mime_parts *pop_mime_cut(pop_span mail);
void pop_mime_free(pop_mime_parts *parts);

/* True where a Content-Type is that of an attached mail, parameters or not. */
bool pop_mime_is_mail_type(const char *type);

#endif
