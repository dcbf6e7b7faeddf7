/* fuzz_verify.c
 * Digests and proofs of logins, with a secret: whether they fit it.
 *
 * The input: parts with an octet 0xFF between them. A mechanism, a user, a secret, and then the
 * messages of a dialogue, the client's and the server's in turn.
 *
 * RFC 1939 section 7 (APOP), RFC 2195, RFC 2831, RFC 5802.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "session/pop_verify.h"

enum { SEPARATOR = 0xFF, MOST_DIGITS = 3 };

/* The octets up to the next separator, taken off `rest`. */
static pop_span take_part(pop_span *rest)
{
    const uint8_t *end = pop_span_find(*rest, SEPARATOR);
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->octets);
    pop_span part = pop_span_part(*rest, 0, length);
    *rest = pop_span_part(*rest, end == NULL ? length : length + 1, rest->length);
    return part;
}

static char *text_of(pop_span part)
{
    return part.length == 0 ? g_strdup("")
                            : g_utf8_make_valid((const char *)part.octets, (gssize)part.length);
}

/* SCRAM's iterations take their time, and nothing else comes of more of them. */
static bool iterates_long(pop_span octets)
{
    size_t digits = 0;
    bool counts = false;
    for (size_t i = 1; i < octets.length && digits <= MOST_DIGITS; i++) {
        bool begins = octets.octets[i] == '=' && octets.octets[i - 1] == 'i';
        counts = begins || (counts && g_ascii_isdigit(octets.octets[i]));
        digits = begins || !counts ? 0 : digits + 1;
    }
    return digits > MOST_DIGITS;
}

/* A digest that was made of the secret fits it, in capitals, too, and fits no longer one. */
static void check_apop(const char *user, const char *secret, const char *timestamp)
{
    const pop_secret right = { user, secret };
    pop_verifier *verifier = pop_verifier_new(&right, 1);
    char *text = g_strconcat(timestamp, secret, NULL);
    char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
    g_assert_cmpint(pop_verify_apop(verifier, user, timestamp, digest), ==, POP_VERIFICATION_FITS);
    char *longer = g_strconcat(timestamp, "<", NULL);
    g_assert_cmpint(pop_verify_apop(verifier, user, longer, digest), !=, POP_VERIFICATION_FITS);
    pop_verifier_free(verifier);
    g_free(text);
    g_free(digest);
    g_free(longer);
}

/* What was computed once is found again, and the same is said of it. */
static void check_messages(const pop_dialogue *dialogue, const pop_secret *secret)
{
    pop_verifier *verifier = pop_verifier_new(secret, 1);
    for (uint32_t i = 0; i <= POP_DIALOGUE_MESSAGES; i++) {
        for (int sender = POP_SASL_CLIENT; sender <= POP_SASL_SERVER; sender++) {
            pop_sasl_sender side = (pop_sasl_sender)sender;
            pop_verification first = pop_verify_message(verifier, dialogue, side, i);
            g_assert_cmpint(first, <=, POP_VERIFICATION_TOO_COSTLY);
            g_assert_cmpint(pop_verify_message(verifier, dialogue, side, i), ==, first);
        }
    }
    pop_verifier_free(verifier);
}

void fuzz_verify(const uint8_t *octets, size_t length)
{
    pop_span rest = { octets, length };
    if (length == 0 || iterates_long(rest)) {
        return;
    }
    char *mechanism = text_of(take_part(&rest)), *user = text_of(take_part(&rest));
    char *secret = text_of(take_part(&rest));
    pop_dialogue dialogue = { .mechanism = mechanism };
    for (size_t i = 0; i < 2 * POP_DIALOGUE_MESSAGES && rest.length > 0; i++) {
        pop_span part = take_part(&rest);
        pop_span *kept = &dialogue.messages[i % 2 == 0 ? POP_SASL_CLIENT : POP_SASL_SERVER][i / 2];
        *kept = part.length == 0 ? (pop_span){ NULL, 0 } : fuzz_copy(part.octets, part.length);
    }
    const pop_secret one = { user, secret };
    check_messages(&dialogue, &one);
    check_apop(user, secret, mechanism);
    for (size_t i = 0; i < POP_DIALOGUE_MESSAGES; i++) {
        free((void *)(uintptr_t)dialogue.messages[POP_SASL_CLIENT][i].octets);
        free((void *)(uintptr_t)dialogue.messages[POP_SASL_SERVER][i].octets);
    }
    g_free(mechanism);
    g_free(user);
    g_free(secret);
}
