/* pop_saslprep.h
 * Passwords as SCRAM wants them before they are hashed.
 *
 * RFC 4013 (SASLprep), RFC 3454 (stringprep).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASLPREP_H
#define POP_SASLPREP_H

/* The text with the mapping and the normalisation of RFC 4013 sections 2.1 and 2.2 done; NULL where
 * it is no UTF-8. What sections 2.3 and 2.4 prohibit is let through: the question here is which
 * octets were hashed, not whether the server should have taken them. The caller frees it with
 * g_free(). */
char *pop_saslprep(const char *text);

#endif
