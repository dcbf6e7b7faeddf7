/* fuzz_sasl.c
 * Every mechanism's messages, from both senders; and their base64.
 *
 * The input: an octet for the mechanism, one for the sender, the ordinal and whether the rest is
 * base64; the rest is the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sasl/pop_sasl.h"

#define POP_SASL_MECHANISM(name, ...) name,
static const char *const names[] = {
#include "sasl/pop_sasl_mechanisms.def"
    "SCRAM-SHA-256-PLUS", "GS2-KRB5-PLUS", "EAP-AES128", "CRAM-SHA1", "ECDSA-NIST256P-CHALLENGE",
    "NO-SUCH-MECHANISM"
};
#undef POP_SASL_MECHANISM

enum { HEAD = 2, SERVER = 0x01, BASE64 = 0x02, ORDINAL_SHIFT = 2, ORDINALS = 5, MOST_FIELDS = 64 };

static void check_field(const pop_sasl_field *field, pop_span octets)
{
    g_assert_cmpint(field->kind, <=, POP_SASL_PARAMETER);
    g_assert_nonnull(field->text);
    g_assert_cmpint(field->text[field->text_length], ==, '\0');
    g_assert_cmpuint(field->offset, <=, octets.length);
    g_assert_cmpuint(field->length, <=, octets.length - field->offset);
    g_assert_true((field->kind == POP_SASL_PARAMETER) == (field->name != NULL));
}

/* What is not released is the allocator's to keep: here it must be nothing. */
static void check_nothing_left(const tracked_memory *memory)
{
    g_assert_cmpuint(g_hash_table_size(memory->blocks), ==, 0);
}

static void check_message(
    const char *name, pop_sasl_sender sender, unsigned ordinal, pop_span octets)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_span span = { (const uint8_t *)name, strlen(name) };
    const pop_sasl_mechanism *mechanism = pop_sasl_find(span);
    g_assert_cmpuint(pop_sasl_client_messages(mechanism), <=, 3);
    pop_sasl_client_first(mechanism);
    pop_sasl_has_layers(mechanism);
    pop_sasl_message message = pop_sasl_parse(
        mechanism, sender, ordinal, octets, &memory.allocator);
    g_assert_cmpuint(message.field_count, <=, MOST_FIELDS);
    g_assert_cmpint(message.payload, <=, POP_SASL_PAYLOAD_GSSAPI);
    g_assert_cmpint(message.layer, <=, POP_SASL_LAYER_CONFIDENTIALITY);
    for (size_t i = 0; i < message.field_count; i++) {
        check_field(&message.fields[i], octets);
    }
    pop_sasl_release(&message, &memory.allocator);
    check_nothing_left(&memory);
    tracked_memory_free(&memory);
}

/* What is said to be base64, GLib reads the same way. */
static void check_decoded(pop_span text, pop_span octets)
{
    if (text.length == 1 && text.octets[0] == '=') {
        g_assert_cmpuint(octets.length, ==, 0);
        return;
    }
    char *string = g_strndup((const char *)text.octets, text.length);
    gsize length = 0;
    guchar *decoded = g_base64_decode(string, &length);
    g_assert_cmpuint(length, ==, octets.length);
    g_assert_true(length == 0 || memcmp(decoded, octets.octets, length) == 0);
    g_free(decoded);
    g_free(string);
}

static void check_base64(const char *name, pop_sasl_sender sender, unsigned ordinal, pop_span text)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_span octets = { NULL, 0 };
    if (pop_sasl_decode(text, &memory.allocator, &octets)) {
        check_decoded(text, octets);
    }
    g_assert_cmpuint(octets.length, <=, text.length);
    check_message(name, sender, ordinal, octets);
    tracked_memory_free(&memory);
}

void fuzz_sasl(const uint8_t *octets, size_t length)
{
    if (length < HEAD) {
        return;
    }
    const char *name = names[octets[0] % G_N_ELEMENTS(names)];
    pop_sasl_sender sender = (octets[1] & SERVER) != 0 ? POP_SASL_SERVER : POP_SASL_CLIENT;
    unsigned ordinal = (unsigned)(octets[1] >> ORDINAL_SHIFT) % ORDINALS;
    pop_span rest = fuzz_copy(octets + HEAD, length - HEAD);
    if ((octets[1] & BASE64) != 0) {
        check_base64(name, sender, ordinal, rest);
    } else {
        check_message(name, sender, ordinal, rest);
    }
    free((void *)(uintptr_t)rest.octets);
}
