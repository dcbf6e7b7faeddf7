/* pop_verify_claim.h
 * A message of a login that is to be verified, and the secrets that are tried on it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_VERIFY_CLAIM_H
#define POP_VERIFY_CLAIM_H

#include <glib.h>

#include "session/pop_exchange.h"
#include "session/pop_verification.h"

/* The longest digest: SHA-512's. */
#define POP_DIGEST_LIMIT 64

/* One spelling of a secret: the octets that a client may have hashed. */
typedef struct pop_candidate {
    char *user;
    char *secret;
    size_t length; /* octets of secret */
} pop_candidate;

struct pop_verifier {
    GArray *candidates; /* pop_candidate */
    GHashTable *salted; /* digest of secret, salt and iterations -> salted password */
};

/* A message of an AUTH dialogue that is to be verified, and the dialogue around it. */
typedef struct pop_claim {
    pop_verifier *verifier;
    const pop_dialogue *dialogue;
    pop_sasl_sender sender;
    uint32_t ordinal;
    pop_span octets; /* of the message */
    pop_sasl_message message; /* the same, taken apart */
} pop_claim;

/* The name of the dialogue's mechanism; empty where that was not seen. */
pop_span pop_verify_mechanism(const pop_dialogue *dialogue);

/* Takes a kept message of the dialogue apart; it has no fields where it was not kept. Released with
 * pop_verify_release(). */
pop_sasl_message pop_verify_parse(
    const pop_dialogue *dialogue, pop_sasl_sender sender, uint32_t ordinal);
void pop_verify_release(pop_sasl_message *message);

/* The first field of that kind, of parameters the one of that name; NULL where there is none. */
const pop_sasl_field *pop_verify_field(
    const pop_sasl_message *message, pop_sasl_field_kind kind, const char *name);

/* Its text; `otherwise` where there is none. */
const char *pop_verify_text(const pop_sasl_message *message, pop_sasl_field_kind kind,
    const char *name, const char *otherwise);

/* Tries the candidates of that user; `fits` says of one whether it makes the digest. */
typedef bool pop_candidate_test(const pop_candidate *candidate, void *context);
pop_verification pop_verify_try(
    const pop_verifier *verifier, const char *user, pop_candidate_test *fits, void *context);

/* HMAC (RFC 2104) into `out`, which has room for POP_DIGEST_LIMIT octets. */
void pop_hmac(GChecksumType type, pop_span key, pop_span text, uint8_t *out);

#endif
