/* test_pop_sasl_hostile.c
 * SASL messages that no mechanism has: every parser ends, stays within them, and keeps its limits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "guard_page.h"
#include "sasl/pop_sasl.h"
#include "sasl_messages.h"
#include "tracked_memory.h"

/* Whatever the octets, every parser ends and stays within them. */
static void check_everywhere(const void *octets, size_t length)
{
    for (size_t i = 0; i < SASL_NAME_COUNT; i++) {
        for (unsigned ordinal = 0; ordinal < 3; ordinal++) {
            sasl_is_malformed(sasl_names[i], POP_SASL_CLIENT, ordinal, octets, length);
            sasl_is_malformed(sasl_names[i], POP_SASL_SERVER, ordinal, octets, length);
        }
    }
}

static void test_empty(void)
{
    for (size_t i = 0; i < SASL_NAME_COUNT; i++) {
        for (unsigned ordinal = 0; ordinal < 3; ordinal++) {
            char *client = sasl_rendered(sasl_names[i], POP_SASL_CLIENT, ordinal, "", 0);
            char *server = sasl_rendered(sasl_names[i], POP_SASL_SERVER, ordinal, "", 0);
            g_assert_cmpstr(client, ==, "");
            g_assert_cmpstr(server, ==, "");
            g_free(client);
            g_free(server);
        }
    }
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_sasl_message message = pop_sasl_parse(
        NULL, POP_SASL_CLIENT, 0, (pop_span){ NULL, 0 }, &memory.allocator);
    g_assert_cmpuint(message.field_count, ==, 0);
    tracked_memory_free(&memory);
}

static void test_single_octets(void)
{
    for (unsigned octet = 0; octet < 256; octet++) {
        uint8_t message = (uint8_t)octet;
        check_everywhere(&message, 1);
    }
}

/* A piece over and over, up to `length` octets. */
static void check_repeated(const char *head, const char *piece, size_t piece_length, size_t length)
{
    GByteArray *octets = g_byte_array_new();
    g_byte_array_append(octets, (const guint8 *)head, (guint)strlen(head));
    while (octets->len < length) {
        g_byte_array_append(octets, (const guint8 *)piece, (guint)piece_length);
    }
    check_everywhere(octets->data, octets->len);
    g_byte_array_free(octets, TRUE);
}

static void test_garbage(void)
{
    static const struct {
        const char *head;
        const char *piece;
        size_t length;
    } pieces[] = {
        { "", "\xFF", 1 },
        { "", "\0", 1 },
        { "", ",", 1 },
        { "", "=", 1 },
        { "", "\"", 1 },
        { "", "\\", 1 },
        { "", "\1", 1 },
        { "", "[", 1 },
        { "", "{", 1 },
        { "", " ", 1 },
        { "", "60", 1 },
        { "", "a=b,", 4 },
        { "", "a=\"\\\",", 6 },
        { "n,,", "a=b,", 4 },
        { "n,,", "n=", 2 },
        { "c=biws,r=a,", "x=y,", 4 },
        { "n,,\1", "k=v\1", 4 },
        { "n,,\1auth=OAuth ", "k=\"v\",", 6 },
        { "{", "\"a\":", 4 },
        { "{\"a\":", "[", 1 },
        { "{\"a\":", "{\"b\":", 5 },
        { "{\"a\":\"", "\\ud800", 6 },
        { "{\"a\":\"", "\\", 1 },
        { "{\"a\":1", ",\"b\":2", 6 },
        { "NTLMSSP", "\0\3\0\0", 4 },
        { "NTLMSSP", "\0\2\xFF\xFF", 4 },
        { "\5\4", "\xFF", 1 },
        { "`\x84", "\xFF", 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        check_repeated(pieces[i].head, pieces[i].piece, pieces[i].length, 4096);
    }
}

/* A head, `count` pieces, a tail: the fields that come of it. */
static size_t count_fields(const char *mechanism, pop_sasl_sender sender, const char *head,
    const char *piece, unsigned count, const char *tail, bool *malformed_out)
{
    GString *octets = g_string_new(head);
    for (unsigned i = 0; i < count; i++) {
        g_string_append(octets, piece);
    }
    g_string_append(octets, tail);
    tracked_memory memory;
    tracked_memory_init(&memory);
    guarded input = guarded_new(octets->str, octets->len);
    pop_sasl_message message = pop_sasl_parse(
        sasl_mechanism_of(mechanism), sender, 0, guarded_span(&input), &memory.allocator);
    sasl_check_bounds(&message, input.length);
    guarded_free(&input);
    g_string_free(octets, TRUE);
    tracked_memory_free(&memory);
    *malformed_out = message.malformed;
    return message.field_count;
}

static void test_field_limit(void)
{
    static const struct {
        const char *mechanism;
        pop_sasl_sender sender;
        const char *head;
        const char *piece;
        const char *tail;
        unsigned fixed; /* fields besides those of the pieces */
    } rows[] = {
        { "DIGEST-MD5", POP_SASL_SERVER, "nonce=n,algorithm=md5-sess", ",x=\"y\"", "", 2 },
        { "SCRAM-SHA-1", POP_SASL_CLIENT, "n,,n=a,r=b", ",x=y", "", 3 },
        { "OAUTHBEARER", POP_SASL_CLIENT, "n,,\1", "k=v\1", "\1", 1 },
        { "XOAUTH2", POP_SASL_SERVER, "{\"status\":\"400\"", ",\"k\":\"v\"", "}", 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned count = 60 - rows[i].fixed; count < 200; count++) {
            bool malformed;
            size_t wanted = MIN(count + rows[i].fixed, 64);
            size_t found = count_fields(rows[i].mechanism, rows[i].sender, rows[i].head,
                rows[i].piece, count, rows[i].tail, &malformed);
            /* A long challenge is malformed before it has too many fields in no row of these. */
            g_assert_cmpuint(found, ==, wanted);
            g_assert_true(malformed == (count + rows[i].fixed > 64));
        }
    }
}

static void test_length_limits(void)
{
    bool malformed;
    char *padding = g_strnfill(2048, 'x');
    count_fields(
        "DIGEST-MD5", POP_SASL_SERVER, "nonce=n,algorithm=md5-sess,x=", padding, 1, "", &malformed);
    g_assert_true(malformed);
    g_free(padding);

    /* 255 characters, not octets. */
    count_fields("ANONYMOUS", POP_SASL_CLIENT, "", "\xC3\xA9", 255, "", &malformed);
    g_assert_false(malformed);
    count_fields("ANONYMOUS", POP_SASL_CLIENT, "", "x", 256, "", &malformed);
    g_assert_true(malformed);

    /* Nested JSON: 32 levels are followed. */
    count_fields("XOAUTH2", POP_SASL_SERVER, "{\"a\":", "[", 32,
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", &malformed);
    g_assert_false(malformed);
    count_fields("XOAUTH2", POP_SASL_SERVER, "{\"a\":", "[", 33,
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}", &malformed);
    g_assert_true(malformed);
}

/* The cost of a list grows with its length alone: quadratic work would not end here. */
static void test_long_messages(void)
{
    check_repeated("", "a=b,", 4, 1 << 20);
    check_repeated("{\"a\":1", ",\"b\":2", 6, 1 << 20);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sasl/empty", test_empty);
    g_test_add_func("/sasl/single-octets", test_single_octets);
    g_test_add_func("/sasl/garbage", test_garbage);
    g_test_add_func("/sasl/field-limit", test_field_limit);
    g_test_add_func("/sasl/length-limits", test_length_limits);
    g_test_add_func("/sasl/long-messages", test_long_messages);
    return g_test_run();
}
