/* exported_mail.h
 * A mail, and what is attached to it, as objects of the host's list: names, types, octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXPORTED_MAIL_H
#define POP_EXPORTED_MAIL_H

#include <epan/export_object.h>

#include "session/pop_exchange.h"

/* A mail that is to be listed. */
typedef struct pop_exported_mail {
    export_object_list_t *list; /* the host's */
    uint32_t frame; /* in which it ends, or breaks off */
    const char *user; /* who was logged in; NULL: nobody */
    const char *server; /* its address */
    uint32_t step; /* of the session, up to which unique-ids count */
    const pop_exchange *exchange;
} pop_exported_mail;

/* Adds it to the list: as it is known now. Its label counts those of its frame that were listed
 * just before. */
void pop_exported_mail_list(const pop_exported_mail *mail);

#endif
