/* pop_head.h
 * What the header of a mail says of it: who wrote it to whom, when, about what.
 *
 * RFC 5322 section 3.6 (field definitions), RFC 2047, RFC 6532.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HEAD_H
#define POP_HEAD_H

#include <glib.h>

#include "text/pop_text.h"

/* Addresses of one mail that are told of; of each list, and of all together. */
#define POP_ADDRESSES_MOST 1000

/* All texts are valid UTF-8 without control characters. Of a field that stands several times, the
 * first one counts; of To and Cc, all. */
typedef struct pop_head {
    char *subject, *from, *message_id; /* "": there is none */
    bool has_date;
    int64_t date; /* seconds since 1970, UTC */
    GPtrArray *to, *cc; /* char *: "Name <address>", as they stand there */
    GPtrArray *addresses; /* char *: of From, To and Cc, bare, in lower case, each once */
    bool is_cut; /* more addresses stand there, or a field has more than POP_FIELD_MOST octets */
} pop_head;

/* Reads the header of the mail, to its empty line or as far as it goes. Nothing of it is trusted.
 * pop_head_free() takes it back. */
pop_head *pop_head_read(pop_span mail);
void pop_head_free(pop_head *head);

#endif
