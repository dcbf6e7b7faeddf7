/* pop_verify_claim.c
 * A message of a login that is to be verified, and the secrets that are tried on it.
 *
 * RFC 2104 (HMAC).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_verify_claim.h"

#include <string.h>

/* --- Memory, for as long as one message is looked at ------------------------------------------ */

static void *heap_allocate(void *context, size_t octets)
{
    (void)context;
    return g_malloc0(octets);
}

static void *heap_resize(void *context, void *memory, size_t octets)
{
    (void)context;
    return g_realloc(memory, octets);
}

static void heap_release(void *context, void *memory)
{
    (void)context;
    g_free(memory);
}

static const pop_allocator heap = { heap_allocate, heap_allocate, heap_resize, heap_release, NULL };

/* --- Candidates ------------------------------------------------------------------------------- */

pop_verification pop_verify_try(
    const pop_verifier *verifier, const char *user, pop_candidate_test *fits, void *context)
{
    pop_verification result = POP_VERIFICATION_NONE;
    for (guint i = 0; i < verifier->candidates->len; i++) {
        const pop_candidate *candidate = &g_array_index(verifier->candidates, pop_candidate, i);
        if (candidate->user[0] != '\0' && strcmp(candidate->user, user) != 0) {
            continue;
        }
        if (fits(candidate, context)) {
            return POP_VERIFICATION_FITS;
        }
        result = POP_VERIFICATION_DIFFERS;
    }
    return result;
}

/* --- Messages --------------------------------------------------------------------------------- */

pop_span pop_verify_mechanism(const pop_dialogue *dialogue)
{
    const char *name = dialogue->mechanism == NULL ? "" : dialogue->mechanism;
    return (pop_span){ (const uint8_t *)name, strlen(name) };
}

pop_sasl_message pop_verify_parse(
    const pop_dialogue *dialogue, pop_sasl_sender sender, uint32_t ordinal)
{
    return pop_sasl_parse(pop_sasl_find(pop_verify_mechanism(dialogue)), sender, ordinal,
        dialogue->messages[sender][ordinal], &heap);
}

void pop_verify_release(pop_sasl_message *message)
{
    pop_sasl_release(message, &heap);
}

const pop_sasl_field *pop_verify_field(
    const pop_sasl_message *message, pop_sasl_field_kind kind, const char *name)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const pop_sasl_field *field = &message->fields[i];
        if (field->kind == kind && (name == NULL || g_ascii_strcasecmp(field->name, name) == 0)) {
            return field;
        }
    }
    return NULL;
}

const char *pop_verify_text(const pop_sasl_message *message, pop_sasl_field_kind kind,
    const char *name, const char *otherwise)
{
    const pop_sasl_field *field = pop_verify_field(message, kind, name);
    return field == NULL ? otherwise : field->text;
}

void pop_hmac(GChecksumType type, pop_span key, pop_span text, uint8_t *out)
{
    GHmac *hmac = g_hmac_new(type, key.octets, key.length);
    g_hmac_update(hmac, text.octets, (gssize)text.length);
    gsize length = POP_DIGEST_LIMIT;
    g_hmac_get_digest(hmac, out, &length);
    g_hmac_unref(hmac);
}
