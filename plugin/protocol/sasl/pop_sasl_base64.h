/* pop_sasl_base64.h
 * Base64, as the lines of an AUTH dialogue have it.
 *
 * RFC 5034 section 4, RFC 4648 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_BASE64_H
#define POP_SASL_BASE64_H

#include "text/pop_text.h"

/* True where all octets are base64, padding and all; false of none. */
bool pop_sasl_is_base64(pop_span octets);

/* Decodes the base64 of one line (RFC 5034 section 4, RFC 4648 section 4). "=" alone is the empty
 * initial response. Returns false where the text is not base64 (bad octet, bad padding, length);
 * then *octets_out holds what could be decoded before the fault, perhaps nothing. The octets are
 * from the allocator. */
bool pop_sasl_decode(pop_span text, const pop_allocator *allocator, pop_span *octets_out);

#endif
