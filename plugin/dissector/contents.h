/* contents.h
 * What is kept of the contents of a mail, once somebody has asked: digests, and its attachments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_CONTENTS_H
#define POP_DISSECTOR_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/pop_message.h"

/* An attachment without its octets. Texts are valid UTF-8, as the mail has them: not safe. */
typedef struct pop_kept_attachment {
    const char *number; /* "1", "2.1" */
    const char *name; /* "": none */
    const char *type;
    const char *sha256; /* of the decoded octets, lower case */
    uint64_t size; /* decoded */
    bool is_damaged;
} pop_kept_attachment;

typedef struct pop_kept_attachments {
    const pop_kept_attachment *rows;
    uint32_t count;
    bool is_cut; /* the mail may have more */
} pop_kept_attachments;

/* The SHA-256 of the mail, in lower case; "" where it is not whole. Any pass: what it is does not
 * depend on who asks first. Lives as long as the capture file. */
const char *pop_contents_sha256(const pop_message *message);

/* The attachments of the mail, as far as it goes. Any pass, and as long, likewise. */
const pop_kept_attachments *pop_contents_attachments(const pop_message *message);

/* Registration only. */
void pop_contents_register(void);

#endif
