/* pop_verify_mechanisms.h
 * How the mechanisms of SASL that take more than a digest are verified.
 *
 * RFC 2831 (DIGEST-MD5), RFC 5802 and RFC 7677 (SCRAM).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_VERIFY_MECHANISMS_H
#define POP_VERIFY_MECHANISMS_H

#include "session/pop_verify_claim.h"

/* Whether a secret of the user's makes the claim's message. */
pop_verification pop_verify_digest_md5(const pop_claim *claim);
pop_verification pop_verify_scram(const pop_claim *claim);

#endif
