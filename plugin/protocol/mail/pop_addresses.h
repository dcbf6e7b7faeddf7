/* pop_addresses.h
 * The addresses in a field such as To, as people wrote them: with names, comments and groups.
 *
 * RFC 5322 sections 3.4 (address specification) and 4.4 (obsolete addressing), RFC 2047, RFC 6532.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ADDRESSES_H
#define POP_ADDRESSES_H

#include "text/pop_text.h"

/* Both valid UTF-8 without control characters, and "" where there is none; they live until the
 * visitor returns. False from it: it wants no more. */
typedef struct pop_address {
    const char *name; /* decoded; not trusted: it may look like an address */
    const char *address; /* "bob@example.org", as it was written, without blanks and comments */
} pop_address;

typedef bool (*pop_address_visitor)(const pop_address *address, void *data);

/* Calls `visit` for each address in the value of a field, which is unfolded. Of a group its members
 * are told. What breaks the rules is told as far as it can be read: text without an address is a
 * name. */
void pop_addresses_visit(pop_span value, pop_address_visitor visit, void *data);

/* "Name <address>", or the one that there is. The caller frees it with g_free(). */
char *pop_address_text(const pop_address *address);

#endif
