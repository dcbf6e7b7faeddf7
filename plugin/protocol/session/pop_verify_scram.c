/* pop_verify_scram.c
 * Whether the client's proof of SCRAM-*, or the server's signature, fits a secret.
 *
 * RFC 5802 sections 2.2 (Hi) and 3 (the algorithm), RFC 7677.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_verify_mechanisms.h"

#include <string.h>

/* Salted passwords that are remembered; then they are forgotten all at once. */
#define SALTED_LIMIT 1000

typedef struct scram_claim {
    pop_verifier *verifier;
    GChecksumType type;
    size_t length; /* octets of a digest */
    guchar *salt;
    gsize salt_length;
    uint32_t iterations;
    GString *auth_message;
    guchar *proof; /* the client's proof or the server's signature */
    gsize proof_length;
    bool by_server;
} scram_claim;

/* --- The algorithm ---------------------------------------------------------------------------- */

static void exclusive_or(uint8_t *octets, const uint8_t *others, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        octets[i] ^= others[i];
    }
}

/* RFC 5802 section 2.2: Hi(str, salt, i), which is PBKDF2 (RFC 2898) with one block. */
static uint8_t *salt_password(const scram_claim *claim, const pop_candidate *candidate)
{
    static const uint8_t one[4] = { 0, 0, 0, 1 };
    uint8_t round[POP_DIGEST_LIMIT];
    uint8_t *result = g_malloc0(POP_DIGEST_LIMIT);
    GHmac *keyed = g_hmac_new(claim->type, (const guchar *)candidate->secret, candidate->length);
    for (uint32_t i = 0; i < claim->iterations; i++) {
        gsize length = sizeof round;
        GHmac *hmac = g_hmac_copy(keyed);
        if (i == 0) {
            g_hmac_update(hmac, claim->salt, (gssize)claim->salt_length);
            g_hmac_update(hmac, one, sizeof one);
        } else {
            g_hmac_update(hmac, round, (gssize)claim->length);
        }
        g_hmac_get_digest(hmac, round, &length);
        g_hmac_unref(hmac);
        exclusive_or(result, round, claim->length);
    }
    g_hmac_unref(keyed);
    return result;
}

/* By all that the salted password is made of, without keeping the secret in a second place. */
static char *name_of_salted(const scram_claim *claim, const pop_candidate *candidate)
{
    uint64_t head[3] = { (uint64_t)claim->type, claim->iterations, claim->salt_length };
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)head, sizeof head);
    g_checksum_update(checksum, claim->salt, (gssize)claim->salt_length);
    g_checksum_update(checksum, (const guchar *)candidate->secret, (gssize)candidate->length);
    char *name = g_strdup(g_checksum_get_string(checksum));
    g_checksum_free(checksum);
    return name;
}

/* A redraw, the server's signature and the next login of a user need it again. */
static const uint8_t *salted_password(const scram_claim *claim, const pop_candidate *candidate)
{
    GHashTable *known = claim->verifier->salted;
    char *name = name_of_salted(claim, candidate);
    uint8_t *salted = g_hash_table_lookup(known, name);
    if (salted != NULL) {
        g_free(name);
        return salted;
    }
    if (g_hash_table_size(known) >= SALTED_LIMIT) {
        g_hash_table_remove_all(known);
    }
    salted = salt_password(claim, candidate);
    g_hash_table_insert(known, name, salted);
    return salted;
}

static pop_span auth_message_of(const scram_claim *claim)
{
    return (pop_span){ (const uint8_t *)claim->auth_message->str, claim->auth_message->len };
}

/* RFC 5802 section 3: ServerSignature = HMAC(HMAC(SaltedPassword, "Server Key"), AuthMessage) */
static void make_server_signature(const scram_claim *claim, pop_span salted, uint8_t *out)
{
    uint8_t key[POP_DIGEST_LIMIT];
    pop_hmac(claim->type, salted, POP_SPAN("Server Key"), key);
    pop_hmac(claim->type, (pop_span){ key, claim->length }, auth_message_of(claim), out);
}

/* RFC 5802 section 3: ClientProof = ClientKey XOR HMAC(H(ClientKey), AuthMessage) */
static void make_client_proof(const scram_claim *claim, pop_span salted, uint8_t *out)
{
    uint8_t key[POP_DIGEST_LIMIT], stored[POP_DIGEST_LIMIT];
    gsize length = sizeof stored;
    pop_hmac(claim->type, salted, POP_SPAN("Client Key"), key);
    GChecksum *checksum = g_checksum_new(claim->type);
    g_checksum_update(checksum, key, (gssize)claim->length);
    g_checksum_get_digest(checksum, stored, &length);
    g_checksum_free(checksum);
    pop_hmac(claim->type, (pop_span){ stored, claim->length }, auth_message_of(claim), out);
    exclusive_or(out, key, claim->length);
}

static bool makes_proof(const pop_candidate *candidate, void *context)
{
    const scram_claim *claim = context;
    uint8_t expected[POP_DIGEST_LIMIT];
    pop_span salted = { salted_password(claim, candidate), claim->length };
    if (claim->by_server) {
        make_server_signature(claim, salted, expected);
    } else {
        make_client_proof(claim, salted, expected);
    }
    return claim->proof_length == claim->length
        && memcmp(claim->proof, expected, claim->length) == 0;
}

/* --- The messages ----------------------------------------------------------------------------- */

/* The name may end in "-PLUS": the channel is bound then, which changes nothing here. */
static bool find_hash(const char *mechanism, GChecksumType *type_out)
{
    static const struct {
        const char *name;
        GChecksumType type;
    } rows[] = {
        { "SCRAM-SHA-1", G_CHECKSUM_SHA1 },
        { "SCRAM-SHA-256", G_CHECKSUM_SHA256 },
        { "SCRAM-SHA-384", G_CHECKSUM_SHA384 },
        { "SCRAM-SHA-512", G_CHECKSUM_SHA512 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t length = strlen(rows[i].name);
        if (strncmp(mechanism, rows[i].name, length) == 0
            && (mechanism[length] == '\0' || strcmp(mechanism + length, "-PLUS") == 0)) {
            *type_out = rows[i].type;
            return true;
        }
    }
    return false;
}

/* The first message of that sender with a field of that kind, which only one of them has; taken
 * apart into message_out, to be released. Its octets; none where it was not kept. */
static pop_span find_message(const pop_dialogue *dialogue, pop_sasl_sender sender,
    pop_sasl_field_kind kind, pop_sasl_message *message_out)
{
    for (uint32_t i = 0; i < POP_DIALOGUE_MESSAGES; i++) {
        *message_out = pop_verify_parse(dialogue, sender, i);
        if (pop_verify_field(message_out, kind, NULL) != NULL) {
            return dialogue->messages[sender][i];
        }
        pop_verify_release(message_out);
    }
    return (pop_span){ NULL, 0 };
}

/* The client's first message without the GS2 header: what stands behind its second comma. */
static pop_span without_header(pop_span message)
{
    size_t at = 0;
    for (unsigned commas = 0; commas < 2 && at < message.length; at++) {
        commas += message.octets[at] == ',';
    }
    return pop_span_part(message, at, message.length);
}

/* RFC 5802 section 3: the client's first message without its header, the server's first message,
 * and the client's final one without its proof, commas between them. */
static GString *make_auth_message(pop_span client_first, pop_span server_first,
    pop_span client_final, const pop_sasl_field *proof)
{
    pop_span bare = without_header(client_first);
    size_t tail = strlen(",p=");
    GString *text = g_string_new_len((const char *)bare.octets, (gssize)bare.length);
    g_string_append_c(text, ',');
    g_string_append_len(text, (const char *)server_first.octets, (gssize)server_first.length);
    g_string_append_c(text, ',');
    return g_string_append_len(text, (const char *)client_final.octets,
        (gssize)(proof->offset > tail ? proof->offset - tail : 0));
}

/* The three messages of the dialogue that make the proof. */
typedef struct scram_messages {
    pop_span octets[3];
    pop_sasl_message client_first, server_first, client_final;
} scram_messages;

static bool find_messages(const pop_dialogue *dialogue, scram_messages *found)
{
    found->octets[0] = find_message(
        dialogue, POP_SASL_CLIENT, POP_SASL_USERNAME, &found->client_first);
    found->octets[1] = find_message(
        dialogue, POP_SASL_SERVER, POP_SASL_ITERATIONS, &found->server_first);
    found->octets[2] = find_message(
        dialogue, POP_SASL_CLIENT, POP_SASL_PROOF, &found->client_final);
    return found->octets[0].octets != NULL && found->octets[1].octets != NULL
        && found->octets[2].octets != NULL;
}

static void release_messages(scram_messages *found)
{
    pop_verify_release(&found->client_first);
    pop_verify_release(&found->server_first);
    pop_verify_release(&found->client_final);
}

static pop_verification try_secrets(
    scram_claim *scram, const scram_messages *messages, const char *proof)
{
    const char *user = pop_verify_text(&messages->client_first, POP_SASL_USERNAME, NULL, "");
    const char *salt = pop_verify_text(&messages->server_first, POP_SASL_SALT, NULL, "");
    scram->salt = g_base64_decode(salt, &scram->salt_length);
    scram->proof = g_base64_decode(proof, &scram->proof_length);
    scram->auth_message = make_auth_message(messages->octets[0], messages->octets[1],
        messages->octets[2], pop_verify_field(&messages->client_final, POP_SASL_PROOF, NULL));
    pop_verification result = pop_verify_try(scram->verifier, user, makes_proof, scram);
    g_free(scram->salt);
    g_free(scram->proof);
    g_string_free(scram->auth_message, TRUE);
    return result;
}

/* Nobody's secret is tried: that there is one to try is all that is asked. */
static bool would_do(const pop_candidate *candidate, void *context)
{
    (void)candidate;
    (void)context;
    return true;
}

static pop_verification verify_messages(
    scram_claim *scram, const scram_messages *messages, const char *proof)
{
    const char *user = pop_verify_text(&messages->client_first, POP_SASL_USERNAME, NULL, "");
    scram->iterations = pop_verify_field(&messages->server_first, POP_SASL_ITERATIONS, NULL)
                            ->number;
    if (scram->iterations > POP_VERIFY_ITERATIONS_LIMIT) {
        return pop_verify_try(scram->verifier, user, would_do, NULL) == POP_VERIFICATION_NONE
            ? POP_VERIFICATION_NONE
            : POP_VERIFICATION_TOO_COSTLY;
    }
    return try_secrets(scram, messages, proof);
}

pop_verification pop_verify_scram(const pop_claim *claim)
{
    scram_claim scram = { .verifier = claim->verifier,
        .by_server = claim->sender == POP_SASL_SERVER };
    const char *proof = pop_verify_text(
        &claim->message, scram.by_server ? POP_SASL_SIGNATURE : POP_SASL_PROOF, NULL, NULL);
    if (proof == NULL || !find_hash(claim->dialogue->mechanism, &scram.type)) {
        return POP_VERIFICATION_NONE;
    }
    scram.length = (size_t)g_checksum_type_get_length(scram.type);
    scram_messages messages = { 0 };
    pop_verification result = find_messages(claim->dialogue, &messages)
        ? verify_messages(&scram, &messages, proof)
        : POP_VERIFICATION_NONE;
    release_messages(&messages);
    return result;
}
