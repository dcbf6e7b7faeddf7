/* sasl_messages.c
 * What the tests of SASL share: a message parsed at the end of readable memory, then as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl_messages.h"

#include <string.h>

#include "guard_page.h"
#include "tracked_memory.h"

/* One name for every row of the table, and one that it does not have. */
const char *const sasl_names[SASL_NAME_COUNT] = {
    "PLAIN",
    "LOGIN",
    "EXTERNAL",
    "ANONYMOUS",
    "CRAM-MD5",
    "DIGEST-MD5",
    "SCRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256-PLUS",
    "OTP",
    "X-OTP",
    "SKEY",
    "SECURID",
    "XOAUTH2",
    "OAUTHBEARER",
    "OAUTH10A",
    "SAML20",
    "OPENID20",
    "GSSAPI",
    "GSS-SPNEGO",
    "GS2-KRB5",
    "EAP-AES128",
    "NTLM",
    "MSN",
    "KERBEROS_V4",
    "KERBEROS_V5",
    "RPA",
    "XOAUTH",
    "PLAIN-CLIENTTOKEN",
    "X-ZIMBRA",
    "NMAS_LOGIN",
    "9798-U-RSA-SHA1-ENC",
    "ECDSA-NIST256P-CHALLENGE",
    "?",
};

const pop_sasl_mechanism *sasl_mechanism_of(const char *name)
{
    return pop_sasl_find((pop_span){ (const uint8_t *)name, strlen(name) });
}

GBytes *sasl_octets_from_base64(const char *base64, size_t length)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    guarded text = guarded_new(base64, length);
    pop_span decoded;
    g_assert_true(pop_sasl_decode(guarded_span(&text), &memory.allocator, &decoded));
    GBytes *octets = g_bytes_new(decoded.octets, decoded.length);
    guarded_free(&text);
    tracked_memory_free(&memory);
    return octets;
}

static const char *const kinds[] = {
    [POP_SASL_USERNAME] = "user",
    [POP_SASL_AUTHZID] = "authzid",
    [POP_SASL_PASSWORD] = "password",
    [POP_SASL_TOKEN] = "token",
    [POP_SASL_REALM] = "realm",
    [POP_SASL_NONCE] = "nonce",
    [POP_SASL_CNONCE] = "cnonce",
    [POP_SASL_SALT] = "salt",
    [POP_SASL_ITERATIONS] = "iterations",
    [POP_SASL_DIGEST] = "digest",
    [POP_SASL_PROOF] = "proof",
    [POP_SASL_SIGNATURE] = "signature",
    [POP_SASL_CHANNEL_BINDING] = "binding",
    [POP_SASL_ERROR] = "error",
    [POP_SASL_PROMPT] = "prompt",
    [POP_SASL_PARAMETER] = "parameter",
};

static void render_field(GString *out, const pop_sasl_field *field)
{
    g_string_append(out, kinds[field->kind]);
    if (field->name != NULL) {
        g_string_append_printf(out, ":%s", field->name);
    }
    g_string_append_c(out, '=');
    for (size_t i = 0; i < field->text_length; i++) {
        uint8_t octet = (uint8_t)field->text[i];
        if (octet < ' ') {
            g_string_append_printf(out, "^%c", octet + '@');
        } else {
            g_string_append_c(out, field->text[i]);
        }
    }
    if (field->kind == POP_SASL_ITERATIONS) {
        g_string_append_printf(out, "(%u)", field->number);
    }
    g_string_append_printf(out, "@%zu+%zu ", field->offset, field->length);
}

static char *render(const pop_sasl_message *message)
{
    static const char *const payloads[] = { "", "[ntlmssp] ", "[gssapi] " };
    static const char *const layers[] = { "", "[no layer] ", "[integrity] ", "[confidentiality] " };
    GString *out = g_string_new(NULL);
    for (size_t i = 0; i < message->field_count; i++) {
        render_field(out, &message->fields[i]);
    }
    g_string_append(out, payloads[message->payload]);
    g_string_append(out, layers[message->layer]);
    g_string_append(out, message->error ? "[error] " : "");
    g_string_append(out, message->malformed ? "[malformed] " : "");
    if (out->len > 0) {
        g_string_truncate(out, out->len - 1);
    }
    return g_string_free(out, FALSE);
}

/* What holds for every message, whatever is in it. */
void sasl_check_bounds(const pop_sasl_message *message, size_t length)
{
    g_assert_cmpuint(message->field_count, <=, 64);
    for (size_t i = 0; i < message->field_count; i++) {
        const pop_sasl_field *field = &message->fields[i];
        g_assert_cmpuint(field->offset, <=, length);
        g_assert_cmpuint(field->length, <=, length - field->offset);
        g_assert_nonnull(field->text);
        g_assert_cmpint(field->text[field->text_length], ==, '\0');
        g_assert_cmpuint(field->text_length, <=, 2 * length + 32);
        g_assert_true(field->kind == POP_SASL_PARAMETER || field->name == NULL);
        g_assert_true(field->kind != POP_SASL_PARAMETER || field->name != NULL);
    }
}

/* Parses a copy that ends at unreadable memory; the message as text, or whether it is malformed. */
char *sasl_rendered(const char *mechanism, pop_sasl_sender sender, unsigned ordinal,
    const void *octets, size_t length)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    guarded input = guarded_new(octets, length);
    pop_sasl_message message = pop_sasl_parse(
        sasl_mechanism_of(mechanism), sender, ordinal, guarded_span(&input), &memory.allocator);
    guarded_free(&input);
    sasl_check_bounds(&message, length);
    char *text = render(&message);
    pop_sasl_release(&message, &memory.allocator);
    g_assert_cmpuint(g_hash_table_size(memory.blocks), ==, 0);
    tracked_memory_free(&memory);
    return text;
}

bool sasl_is_malformed(const char *mechanism, pop_sasl_sender sender, unsigned ordinal,
    const void *octets, size_t length)
{
    char *text = sasl_rendered(mechanism, sender, ordinal, octets, length);
    bool malformed = g_str_has_suffix(text, "[malformed]");
    g_free(text);
    return malformed;
}
