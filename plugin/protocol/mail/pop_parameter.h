/* pop_parameter.h
 * The parameters of a field such as Content-Type, as in `text/plain; name="x"`.
 *
 * RFC 2045 section 5.1, RFC 2231 (continuations, charsets), RFC 2183 section 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PARAMETER_H
#define POP_PARAMETER_H

#include "text/pop_text.h"

/* The value of the parameter, decoded, valid UTF-8; NULL: the field has none of that name. What
 * RFC 2231 continues is put together, and comes before a plain one of the same name; a plain value
 * may hold encoded words, which RFC 2047 section 5 forbids and many mailers write. `value` is
 * unfolded. The caller frees it with g_free(). */
char *pop_parameter_text(pop_span value, const char *name);

/* The same as octets, in no charset, up to the first NUL: for a boundary, which is compared. */
char *pop_parameter_octets(pop_span value, const char *name);

/* What stands before the parameters, without blanks and comments. */
pop_span pop_parameter_head(pop_span value);

#endif
