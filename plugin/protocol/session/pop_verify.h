/* pop_verify.h
 * Whether the digest or proof of a login fits a secret that the user of the program knows.
 *
 * RFC 1939 section 7 (APOP), RFC 2195 (CRAM-MD5), RFC 2831 (DIGEST-MD5), RFC 5802 and RFC 7677
 * (SCRAM).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_VERIFY_H
#define POP_VERIFY_H

#include "session/pop_exchange.h"
#include "session/pop_verification.h"

/* Copies the secrets. Freed by pop_verifier_free(), which takes NULL too. */
pop_verifier *pop_verifier_new(const pop_secret *secrets, size_t count);
void pop_verifier_free(pop_verifier *verifier);

/* The digest of an APOP command (hexadecimal) for the timestamp of the greeting, brackets and all.
 * Any pass; so too below: what the functions note in the verifier only saves them work. */
pop_verification pop_verify_apop(
    pop_verifier *verifier, const char *user, const char *timestamp, const char *digest);

/* A message of an AUTH dialogue, by its sender and ordinal: the client's proof, or the server's. */
pop_verification pop_verify_message(
    pop_verifier *verifier, const pop_dialogue *dialogue, pop_sasl_sender sender, uint32_t ordinal);

#endif
