/* pop_sasl_otp.c
 * SASL mechanisms of one-time passwords: OTP, SKEY, SECURID.
 *
 * RFC 2444 with RFC 2289 and RFC 2243, RFC 2222 section 7.3, RFC 2808.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_parsers.h"

/* [authzid] NUL, with which the messages of OTP and SECURID begin. */
static bool read_authzid(pop_sasl_reader *reader)
{
    pop_sasl_part authzid = pop_sasl_take_until(reader, '\0');
    if (authzid.length > 0) {
        pop_sasl_add(reader, POP_SASL_AUTHZID, authzid);
    }
    return pop_sasl_require(reader, pop_sasl_take(reader, '\0'));
}

/* Takes a word and the space behind it, if there is one. */
static pop_sasl_part take_spaced_word(pop_sasl_reader *reader)
{
    pop_sasl_part word = pop_sasl_take_until(reader, ' ');
    pop_sasl_take(reader, ' ');
    return word;
}

/* The sequence number and the seed (RFC 2289 section 6.1, RFC 2222 section 7.3). */
static void read_sequence_and_seed(pop_sasl_reader *reader)
{
    uint32_t ignored = 0;
    pop_sasl_part sequence = take_spaced_word(reader);
    pop_sasl_add_parameter(reader, POP_SPAN("sequence"), sequence);
    pop_sasl_require(reader, pop_span_number32(pop_sasl_octets(reader, sequence), &ignored));
    pop_sasl_part seed = take_spaced_word(reader);
    pop_sasl_add_parameter(reader, POP_SPAN("seed"), seed);
    pop_sasl_require(reader, pop_sasl_is_graphic(pop_sasl_octets(reader, seed)));
}

static void add_whole_as_prompt(pop_sasl_reader *reader)
{
    pop_sasl_add(reader, POP_SASL_PROMPT, (pop_sasl_part){ 0, reader->octets.length });
}

/* RFC 2289 section 6.1 with RFC 2243 section 2: otp-<algorithm> <sequence> <seed> ext[,<sets>]. */
void pop_sasl_otp_server(pop_sasl_reader *reader)
{
    add_whole_as_prompt(reader);
    if (!pop_sasl_require(reader, pop_sasl_take_word(reader, POP_SPAN("otp-")))) {
        return;
    }
    pop_sasl_add_parameter(reader, POP_SPAN("algorithm"), take_spaced_word(reader));
    read_sequence_and_seed(reader);
    pop_sasl_part extensions = pop_sasl_take_rest(reader);
    if (extensions.length > 0) {
        pop_sasl_add_parameter(reader, POP_SPAN("extensions"), extensions);
    }
    /* RFC 2444 section 3: the challenge must be an extended one. */
    pop_sasl_require(reader, pop_span_starts(pop_sasl_octets(reader, extensions), POP_SPAN("ext")));
}

/* RFC 2444 section 3: [authzid] NUL authcid. */
static void read_otp_identities(pop_sasl_reader *reader)
{
    if (!read_authzid(reader)) {
        return;
    }
    pop_sasl_part user = pop_sasl_take_rest(reader);
    pop_sasl_add(reader, POP_SASL_USERNAME, user);
    pop_sasl_require(reader, user.length > 0 && pop_sasl_is_utf8(pop_sasl_octets(reader, user)));
}

/* RFC 2243 section 4.1: what follows the one-time password where the answer also starts a new
 * sequence: its parameters and its first password. */
static void read_new_sequence(pop_sasl_reader *reader)
{
    if (!pop_sasl_require(reader, pop_sasl_take(reader, ':'))) {
        return;
    }
    pop_sasl_add_parameter(reader, POP_SPAN("new-params"), pop_sasl_take_until(reader, ':'));
    if (pop_sasl_require(reader, pop_sasl_take(reader, ':'))) {
        pop_sasl_add_parameter(reader, POP_SPAN("new-otp"), pop_sasl_take_rest(reader));
    }
}

/* RFC 2243 sections 3 and 4: hex:, word:, init-hex: and init-word: answers. */
static void read_otp_answer(pop_sasl_reader *reader)
{
    bool renews = pop_span_starts(reader->octets, POP_SPAN("init-"));
    pop_sasl_part type = pop_sasl_take_until(reader, ':');
    if (!pop_sasl_require(reader, pop_sasl_take(reader, ':'))) {
        pop_sasl_add(reader, POP_SASL_DIGEST, type);
        return;
    }
    pop_sasl_add_parameter(reader, POP_SPAN("type"), type);
    pop_sasl_part digest = pop_sasl_take_until(reader, ':');
    pop_sasl_add(reader, POP_SASL_DIGEST, digest);
    pop_sasl_require(reader, digest.length > 0);
    if (renews) {
        read_new_sequence(reader);
    }
    pop_sasl_require(reader, pop_sasl_at_end(reader));
}

void pop_sasl_otp_client(pop_sasl_reader *reader)
{
    if (reader->ordinal == 0) {
        read_otp_identities(reader);
    } else {
        read_otp_answer(reader);
    }
}

/* RFC 2222 section 7.3: <sequence> SP <seed>. */
void pop_sasl_skey_server(pop_sasl_reader *reader)
{
    add_whole_as_prompt(reader);
    read_sequence_and_seed(reader);
    pop_sasl_require(reader, pop_sasl_at_end(reader));
}

/* RFC 2222 section 7.3: the authorization identity, then the password as six words of at most four
 * letters, or as its 64 bits. Six words are longer than 8 octets. */
void pop_sasl_skey_client(pop_sasl_reader *reader)
{
    pop_sasl_part rest = pop_sasl_take_rest(reader);
    if (reader->ordinal == 0) {
        pop_sasl_add(reader, POP_SASL_AUTHZID, rest);
        pop_sasl_add(reader, POP_SASL_USERNAME, rest);
    } else if (rest.length == 8) {
        pop_sasl_add_hex(reader, POP_SASL_DIGEST, rest);
    } else {
        pop_sasl_add(reader, POP_SASL_DIGEST, rest);
        pop_sasl_require(reader, rest.length > 8);
    }
}

/* RFC 2808 section 4: [authzid] NUL authcid NUL passcode NUL [pin NUL]. */
void pop_sasl_securid_client(pop_sasl_reader *reader)
{
    if (!read_authzid(reader)) {
        return;
    }
    pop_sasl_part user = pop_sasl_take_until(reader, '\0');
    pop_sasl_add(reader, POP_SASL_USERNAME, user);
    pop_sasl_require(reader, user.length > 0);
    if (!pop_sasl_require(reader, pop_sasl_take(reader, '\0'))) {
        return;
    }
    pop_sasl_add(reader, POP_SASL_PASSWORD, pop_sasl_take_until(reader, '\0'));
    if (!pop_sasl_require(reader, pop_sasl_take(reader, '\0')) || pop_sasl_at_end(reader)) {
        return;
    }
    pop_sasl_add_parameter(reader, POP_SPAN("pin"), pop_sasl_take_until(reader, '\0'));
    pop_sasl_require(reader, pop_sasl_take(reader, '\0') && pop_sasl_at_end(reader));
}

/* RFC 2808 section 4: "passcode" NUL asks for the next passcode, "pin" NUL [suggestion NUL] for a
 * new PIN. */
void pop_sasl_securid_server(pop_sasl_reader *reader)
{
    pop_sasl_part request = pop_sasl_take_until(reader, '\0');
    pop_span word = pop_sasl_octets(reader, request);
    bool asks_pin = pop_span_is(word, POP_SPAN("pin"));
    pop_sasl_add(reader, POP_SASL_PROMPT, request);
    pop_sasl_require(reader, asks_pin || pop_span_is(word, POP_SPAN("passcode")));
    if (!pop_sasl_require(reader, pop_sasl_take(reader, '\0')) || pop_sasl_at_end(reader)) {
        return;
    }
    pop_sasl_add_parameter(reader, POP_SPAN("suggested-pin"), pop_sasl_take_until(reader, '\0'));
    pop_sasl_require(reader, asks_pin && pop_sasl_take(reader, '\0') && pop_sasl_at_end(reader));
}
