/* mailbox.h
 * Mails as a mailbox that other programs open: a file in the mboxrd form, or a Maildir.
 *
 * RFC 4155 (mbox); the forms of its lines "From " as qmail's page mbox(5) has them; maildir(5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAILBOX_H
#define POP_MAILBOX_H

#include <stdbool.h>

#include "text/pop_instant.h"
#include "text/pop_text.h"

typedef enum pop_mailbox_form {
    POP_MAILBOX_MBOX,
    POP_MAILBOX_MAILDIR,
} pop_mailbox_form;

/* A mail and what is known of how it was captured. Texts may be NULL, and anything. */
typedef struct pop_boxed_mail {
    pop_span octets;
    pop_instant at; /* when its last octets came */
    uint32_t stream; /* pop.stream */
    uint32_t first_frame, last_frame;
    const char *state; /* "complete", "incomplete", "preview" */
    const char *user, *unique_id, *sha256, *known;
    bool has_block; /* it gets a header block with all of that */
} pop_boxed_mail;

typedef struct pop_mailbox pop_mailbox;

/* Opens the mailbox: an mbox is written anew, a Maildir is made where there is none. NULL: it could
 * not be; *error_out says why, the caller frees it with g_free(). */
pop_mailbox *pop_mailbox_open(pop_mailbox_form form, const char *path, char **error_out);

/* Adds a mail, its line ends as LF, as mail stores have them. In a Maildir its name comes from its
 * time, session, frame and place there, never from the mail. False: it could not be written. */
bool pop_mailbox_add(pop_mailbox *mailbox, const pop_boxed_mail *mail);

/* False: not all of it could be written. */
bool pop_mailbox_close(pop_mailbox *mailbox);

#endif
