/* pop_verify.c
 * Whether a login fits a secret of the user's table: the secrets, APOP, CRAM-MD5 and its like.
 *
 * RFC 1939 section 7 (APOP), RFC 2104 (HMAC), RFC 2195 (CRAM-MD5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_verify.h"

#include <string.h>

#include "sasl/pop_saslprep.h"
#include "session/pop_verify_mechanisms.h"

/* --- Secrets ---------------------------------------------------------------------------------- */

static void free_candidate(gpointer memory)
{
    pop_candidate *candidate = memory;
    g_free(candidate->user);
    g_free(candidate->secret);
}

/* Takes the secret. */
static void add_candidate(pop_verifier *verifier, const char *user, char *secret)
{
    if (secret != NULL) {
        pop_candidate candidate = { g_strdup(user), secret, strlen(secret) };
        g_array_append_val(verifier->candidates, candidate);
    }
}

static bool is_ascii(const char *text)
{
    while (*text != '\0' && ((unsigned char)*text & 0x80) == 0) {
        text++;
    }
    return *text == '\0';
}

/* Beyond ASCII, programs differ in the octets that they hash: UTF-8 as it was typed, ISO 8859-1
 * (RFC 2831 section 2.1.2.1 wants it where it is possible), or what SASLprep makes of it (RFC 5802
 * section 2.2). */
static void add_spellings(pop_verifier *verifier, const pop_secret *secret)
{
    add_candidate(verifier, secret->user, g_strdup(secret->secret));
    if (!is_ascii(secret->secret)) {
        add_candidate(verifier, secret->user,
            g_convert(secret->secret, -1, "ISO-8859-1", "UTF-8", NULL, NULL, NULL));
        add_candidate(verifier, secret->user, pop_saslprep(secret->secret));
    }
}

pop_verifier *pop_verifier_new(const pop_secret *secrets, size_t count)
{
    pop_verifier *verifier = g_new0(pop_verifier, 1);
    verifier->candidates = g_array_new(FALSE, FALSE, sizeof(pop_candidate));
    g_array_set_clear_func(verifier->candidates, free_candidate);
    verifier->salted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (size_t i = 0; i < count; i++) {
        add_spellings(verifier, &secrets[i]);
    }
    return verifier;
}

void pop_verifier_free(pop_verifier *verifier)
{
    if (verifier != NULL) {
        g_array_free(verifier->candidates, TRUE);
        g_hash_table_destroy(verifier->salted);
        g_free(verifier);
    }
}

/* --- APOP ------------------------------------------------------------------------------------- */

typedef struct apop_claim {
    const char *timestamp, *digest;
} apop_claim;

/* RFC 1939 section 7: MD5 over the timestamp, brackets and all, and the secret behind it. */
static bool makes_apop_digest(const pop_candidate *candidate, void *context)
{
    const apop_claim *claim = context;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_MD5);
    g_checksum_update(checksum, (const guchar *)claim->timestamp, -1);
    g_checksum_update(checksum, (const guchar *)candidate->secret, (gssize)candidate->length);
    bool fits = g_ascii_strcasecmp(g_checksum_get_string(checksum), claim->digest) == 0;
    g_checksum_free(checksum);
    return fits;
}

pop_verification pop_verify_apop(
    pop_verifier *verifier, const char *user, const char *timestamp, const char *digest)
{
    apop_claim claim = { timestamp, digest };
    return pop_verify_try(verifier, user, makes_apop_digest, &claim);
}

/* --- CRAM-MD5 and its like -------------------------------------------------------------------- */

typedef struct cram_claim {
    GChecksumType type;
    pop_span challenge;
    const char *digest;
} cram_claim;

static bool makes_cram_digest(const pop_candidate *candidate, void *context)
{
    const cram_claim *claim = context;
    char *digest = g_compute_hmac_for_data(claim->type, (const guchar *)candidate->secret,
        candidate->length, claim->challenge.octets, claim->challenge.length);
    bool fits = g_ascii_strcasecmp(digest, claim->digest) == 0;
    g_free(digest);
    return fits;
}

/* RFC 2195 has MD5; by its example there are others, named for their hash. */
static bool find_cram_hash(pop_span name, GChecksumType *type_out)
{
    static const struct {
        pop_span name;
        GChecksumType type;
    } rows[] = {
        { { (const uint8_t *)"CRAM-MD5", 8 }, G_CHECKSUM_MD5 },
        { { (const uint8_t *)"CRAM-SHA1", 9 }, G_CHECKSUM_SHA1 },
        { { (const uint8_t *)"CRAM-SHA256", 11 }, G_CHECKSUM_SHA256 },
        { { (const uint8_t *)"CRAM-SHA512", 11 }, G_CHECKSUM_SHA512 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (pop_span_is(name, rows[i].name)) {
            *type_out = rows[i].type;
            return true;
        }
    }
    return false;
}

static pop_verification verify_cram(const pop_claim *claim)
{
    cram_claim cram = { .challenge = claim->dialogue->messages[POP_SASL_SERVER][0] };
    const char *user = pop_verify_text(&claim->message, POP_SASL_USERNAME, NULL, NULL);
    cram.digest = pop_verify_text(&claim->message, POP_SASL_DIGEST, NULL, NULL);
    if (claim->sender != POP_SASL_CLIENT || claim->ordinal != 0 || user == NULL
        || cram.digest == NULL || cram.challenge.octets == NULL
        || !find_cram_hash(pop_verify_mechanism(claim->dialogue), &cram.type)) {
        return POP_VERIFICATION_NONE;
    }
    return pop_verify_try(claim->verifier, user, makes_cram_digest, &cram);
}

/* --- Any mechanism ---------------------------------------------------------------------------- */

static pop_verification verify(const pop_claim *claim)
{
    pop_span name = pop_verify_mechanism(claim->dialogue);
    if (pop_span_starts(name, POP_SPAN("CRAM-"))) {
        return verify_cram(claim);
    }
    if (pop_span_is(name, POP_SPAN("DIGEST-MD5"))) {
        return pop_verify_digest_md5(claim);
    }
    if (pop_span_starts(name, POP_SPAN("SCRAM-"))) {
        return pop_verify_scram(claim);
    }
    return POP_VERIFICATION_NONE;
}

pop_verification pop_verify_message(
    pop_verifier *verifier, const pop_dialogue *dialogue, pop_sasl_sender sender, uint32_t ordinal)
{
    if (ordinal >= POP_DIALOGUE_MESSAGES || dialogue->messages[sender][ordinal].octets == NULL
        || verifier->candidates->len == 0) {
        return POP_VERIFICATION_NONE;
    }
    pop_claim claim = { .verifier = verifier,
        .dialogue = dialogue,
        .sender = sender,
        .ordinal = ordinal,
        .octets = dialogue->messages[sender][ordinal],
        .message = pop_verify_parse(dialogue, sender, ordinal) };
    pop_verification result = verify(&claim);
    pop_verify_release(&claim.message);
    return result;
}
