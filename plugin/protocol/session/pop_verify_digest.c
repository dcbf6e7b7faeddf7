/* pop_verify_digest.c
 * Whether the response of DIGEST-MD5, or the server's answer to it, fits a secret.
 *
 * RFC 2831 sections 2.1.2.1 (response-value) and 2.1.3 (response-auth).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_verify_mechanisms.h"

#include <string.h>

#define MD5_LENGTH 16

/* Behind the digest-uri where the quality is auth-int or auth-conf. */
#define EMPTY_BODY ":00000000000000000000000000000000"

typedef struct digest_claim {
    const char *user, *realm, *nonce, *cnonce, *nc, *qop, *uri, *authzid; /* authzid NULL: none */
    const char *digest; /* that is to be made, in hexadecimal */
    bool by_server;
} digest_claim;

static void add(GChecksum *checksum, const char *text)
{
    g_checksum_update(checksum, (const guchar *)text, -1);
}

/* H({ user, ":", realm, ":", password }), 16 octets. */
static void hash_password(
    const digest_claim *claim, const char *user, const pop_candidate *candidate, uint8_t *out)
{
    gsize length = MD5_LENGTH;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
    add(checksum, user);
    add(checksum, ":");
    add(checksum, claim->realm);
    add(checksum, ":");
    g_checksum_update(checksum, (const guchar *)candidate->secret, (gssize)candidate->length);
    g_checksum_get_digest(checksum, out, &length);
    g_checksum_free(checksum);
}

/* HEX(H(A1)), section 2.1.2.1. */
static char *hash_a1(const digest_claim *claim, const char *user, const pop_candidate *candidate)
{
    uint8_t password[MD5_LENGTH];
    hash_password(claim, user, candidate, password);
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
    g_checksum_update(checksum, password, sizeof password);
    add(checksum, ":");
    add(checksum, claim->nonce);
    add(checksum, ":");
    add(checksum, claim->cnonce);
    if (claim->authzid != NULL) {
        add(checksum, ":");
        add(checksum, claim->authzid);
    }
    char *text = g_strdup(g_checksum_get_string(checksum));
    g_checksum_free(checksum);
    return text;
}

/* HEX(H(A2)): the client's begins with AUTHENTICATE, the server's with nothing (section 2.1.3). */
static char *hash_a2(const digest_claim *claim)
{
    bool has_layer = g_ascii_strcasecmp(claim->qop, "auth") != 0;
    char *text = g_strconcat(
        claim->by_server ? ":" : "AUTHENTICATE:", claim->uri, has_layer ? EMPTY_BODY : "", NULL);
    char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    g_free(text);
    return digest;
}

static bool makes_digest_as(
    const digest_claim *claim, const char *user, const pop_candidate *candidate)
{
    char *a1 = hash_a1(claim, user, candidate);
    char *a2 = hash_a2(claim);
    char *text = g_strjoin(":", a1, claim->nonce, claim->nc, claim->cnonce, claim->qop, a2, NULL);
    char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    bool fits = g_ascii_strcasecmp(digest, claim->digest) == 0;
    g_free(a1);
    g_free(a2);
    g_free(text);
    g_free(digest);
    return fits;
}

/* Section 2.1.2.1: the user's name is hashed in ISO 8859-1 where that can be. Not all programs do
 * so. */
static bool makes_digest(const pop_candidate *candidate, void *context)
{
    const digest_claim *claim = context;
    char *latin = g_convert(claim->user, -1, "ISO-8859-1", "UTF-8", NULL, NULL, NULL);
    bool fits = makes_digest_as(claim, claim->user, candidate)
        || (latin != NULL && strcmp(latin, claim->user) != 0
            && makes_digest_as(claim, latin, candidate));
    g_free(latin);
    return fits;
}

/* What the client's response says. The nonce is the challenge's: a response to another one does not
 * fit. False where something is missing. */
static bool read_claim(
    digest_claim *claim, const pop_sasl_message *challenge, const pop_sasl_message *response)
{
    claim->user = pop_verify_text(response, POP_SASL_USERNAME, NULL, NULL);
    claim->realm = pop_verify_text(response, POP_SASL_REALM, NULL, "");
    claim->nonce = pop_verify_text(challenge, POP_SASL_NONCE, NULL, NULL);
    claim->cnonce = pop_verify_text(response, POP_SASL_CNONCE, NULL, NULL);
    claim->nc = pop_verify_text(response, POP_SASL_PARAMETER, "nc", NULL);
    claim->qop = pop_verify_text(response, POP_SASL_PARAMETER, "qop", "auth");
    claim->uri = pop_verify_text(response, POP_SASL_PARAMETER, "digest-uri", NULL);
    claim->authzid = pop_verify_text(response, POP_SASL_AUTHZID, NULL, NULL);
    return claim->user != NULL && claim->nonce != NULL && claim->cnonce != NULL && claim->nc != NULL
        && claim->uri != NULL && claim->digest != NULL;
}

/* The client has one message that counts, and the server two: the challenge and its rspauth. */
pop_verification pop_verify_digest_md5(const pop_claim *claim)
{
    digest_claim digest = { .by_server = claim->sender == POP_SASL_SERVER };
    digest.digest = pop_verify_text(
        &claim->message, digest.by_server ? POP_SASL_SIGNATURE : POP_SASL_DIGEST, NULL, NULL);
    pop_sasl_message challenge = pop_verify_parse(claim->dialogue, POP_SASL_SERVER, 0);
    pop_sasl_message response = pop_verify_parse(claim->dialogue, POP_SASL_CLIENT, 0);
    pop_verification result = read_claim(&digest, &challenge, &response)
        ? pop_verify_try(claim->verifier, digest.user, makes_digest, &digest)
        : POP_VERIFICATION_NONE;
    pop_verify_release(&challenge);
    pop_verify_release(&response);
    return result;
}
