/* test_pop_sasl_table.c
 * The table of SASL mechanisms, and the base64 around their messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "guard_page.h"
#include "sasl/pop_sasl.h"
#include "sasl_messages.h"
#include "tracked_memory.h"

static void test_find(void)
{
    static const struct {
        const char *name;
        unsigned messages;
        bool client_first;
        bool has_layers;
    } rows[] = {
        { "PLAIN", 1, true, false },
        { "pLaIn", 1, true, false },
        { "LOGIN", 2, false, false },
        { "CRAM-MD5", 1, false, false },
        { "CRAM-SHA256", 1, false, false },
        { "DIGEST-MD5", 2, false, true },
        { "SCRAM-SHA-1", 3, true, false },
        { "scram-sha3-512-plus", 3, true, false },
        { "SCRAM-MD5", 0, true, false },
        { "EXTERNAL", 1, true, false },
        { "ANONYMOUS", 1, true, false },
        { "OTP", 2, true, false },
        { "GSSAPI", 0, true, true },
        { "NTLM", 0, true, false },
        { "KERBEROS_V4", 2, false, true },
        { "XOAUTH2", 1, true, false },
        { "GS2-KRB5-PLUS", 0, true, false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const pop_sasl_mechanism *found = sasl_mechanism_of(rows[i].name);
        g_assert_nonnull(found);
        g_assert_cmpuint(pop_sasl_client_messages(found), ==, rows[i].messages);
        g_assert_true(pop_sasl_client_first(found) == rows[i].client_first);
        g_assert_true(pop_sasl_has_layers(found) == rows[i].has_layers);
    }
    for (size_t i = 0; i + 1 < SASL_NAME_COUNT; i++) {
        g_assert_nonnull(sasl_mechanism_of(sasl_names[i]));
    }
    static const char *const unknown[] = { "", "P", "PLAI", "PLAINS", "SCRAM", "GS2", "*", "?" };
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_assert_null(sasl_mechanism_of(unknown[i]));
    }
    g_assert_cmpuint(pop_sasl_client_messages(NULL), ==, 0);
    g_assert_true(pop_sasl_client_first(NULL));
    g_assert_true(pop_sasl_has_layers(NULL));
}

static void assert_octets(pop_span found, const void *wanted, size_t length)
{
    g_assert_cmpuint(found.length, ==, length);
    g_assert_true(length == 0 || memcmp(found.octets, wanted, length) == 0);
}

static void test_decode(void)
{
    static const struct {
        const char *text;
        const char *octets;
        bool is_base64;
    } rows[] = {
        { "", "", true },
        { "=", "", true },
        { "Zg==", "f", true },
        { "Zm8=", "fo", true },
        { "Zm9v", "foo", true },
        { "Zm9vYg==", "foob", true },
        { "Zm9vYmE=", "fooba", true },
        { "Zm9vYmFy", "foobar", true },
        { "Pz8/Pj4+", "\?\?\?>>>", true },
        { "Z", "", false },
        { "Zg", "f", false },
        { "Zg=", "f", false },
        { "Zm8", "fo", false },
        { "Zm9vY", "foo", false },
        { "Zm9v=", "foo", false },
        { "Zm9v====", "foo", false },
        { "Zg===", "f", false },
        { "Z===", "", false },
        { "==", "", false },
        { "====", "", false },
        { "Zg==Zg==", "f", false },
        { "Zm9v Ym", "foo", false },
        { "Zm9v\tYmF", "foo", false },
        { "Zm-_", "f", false },
        { "*", "", false },
        { "Zm9vYm*y", "foob", false },
        { "\xFF\xFF\xFF\xFF", "", false },
        { "go ahead", "\x82", false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        tracked_memory memory;
        tracked_memory_init(&memory);
        guarded text = guarded_new(rows[i].text, strlen(rows[i].text));
        pop_span octets = { NULL, SIZE_MAX };
        g_assert_true(
            pop_sasl_decode(guarded_span(&text), &memory.allocator, &octets) == rows[i].is_base64);
        assert_octets(octets, rows[i].octets, strlen(rows[i].octets));
        guarded_free(&text);
        tracked_memory_free(&memory);
    }
}

/* What GLib writes, we read; with any octet outside the alphabet in its place, we do not. */
static void test_decode_all(void)
{
    uint8_t octets[64] = { 0 };
    for (size_t length = 0; length <= sizeof(octets); length++) {
        for (size_t i = 0; i < length; i++) {
            octets[i] = (uint8_t)(i * 37 + length * 11);
        }
        char *base64 = g_base64_encode(octets, length);
        GBytes *decoded = sasl_octets_from_base64(base64, strlen(base64));
        pop_span found = { g_bytes_get_data(decoded, NULL), g_bytes_get_size(decoded) };
        assert_octets(found, octets, length);
        g_bytes_unref(decoded);
        g_free(base64);
    }
    for (unsigned octet = 0; octet < 256; octet++) {
        char text[] = "AAAA";
        text[1] = (char)octet;
        bool in_alphabet = g_ascii_isalnum(text[1]) || octet == '+' || octet == '/';
        tracked_memory memory;
        tracked_memory_init(&memory);
        guarded input = guarded_new(text, 4);
        pop_span decoded;
        g_assert_true(
            pop_sasl_decode(guarded_span(&input), &memory.allocator, &decoded) == in_alphabet);
        guarded_free(&input);
        tracked_memory_free(&memory);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sasl/find", test_find);
    g_test_add_func("/sasl/decode", test_decode);
    g_test_add_func("/sasl/decode-all", test_decode_all);
    return g_test_run();
}
