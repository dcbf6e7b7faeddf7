/* memory.h
 * Where the protocol room's memory comes from: wmem scopes, and blocks for what is kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_MEMORY_H
#define POP_DISSECTOR_MEMORY_H

#include <epan/packet.h>

#include "text/pop_memory.h"

/* An allocator that takes from a wmem scope; it lives in that scope. Any pass. */
const pop_allocator *pop_scope_allocator(wmem_allocator_t *scope);

/* The allocator of file scope. Any pass. */
const pop_allocator *pop_file_allocator(void);

/* Octets of no certain value that live as long as the capture file; they are not given back before.
 * Any pass. */
void *pop_file_keep(size_t octets);

/* Registration only. */
void pop_memory_register(void);

#endif
