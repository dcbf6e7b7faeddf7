/* readable.h
 * Octets that a session kept, as the text that a field, a label or a report may hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_READABLE_H
#define POP_DISSECTOR_READABLE_H

#include <epan/wmem_scopes.h>
#include <stddef.h>

/* The text itself where its `length` octets are valid UTF-8; else a copy in `scope`, each octet
 * read as a character of ISO 8859-1, as a line of the packet's is. The text must end with a NUL
 * behind its length. In any pass. */
const char *pop_readable(wmem_allocator_t *scope, const char *text, size_t length);

#endif
