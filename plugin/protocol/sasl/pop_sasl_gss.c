/* pop_sasl_gss.c
 * What can be read in the messages of GSSAPI, GSS-SPNEGO and KERBEROS_V4: not the tokens, which a
 * dissector of the host takes apart, but the choice of a security layer that ends the exchange.
 *
 * RFC 4752 section 3, RFC 4121 section 4.2.6.2, RFC 1964 section 1.2.2, RFC 2743 section 3.1,
 * RFC 2222 section 7.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_parsers.h"

#include <stdio.h>
#include <string.h>

/* The bits of a layer mask (RFC 4752 section 3.3). */
enum {
    MASK_NONE = 1,
    MASK_INTEGRITY = 2,
    MASK_CONFIDENTIALITY = 4,
    MASK_ALL = MASK_NONE | MASK_INTEGRITY | MASK_CONFIDENTIALITY,
};

/* The layer message: mask, and the longest wrapped buffer that its sender takes (24 bits). */
enum { LAYER_MESSAGE_LENGTH = 4 };

static uint8_t octet_at(const pop_sasl_reader *reader, size_t offset)
{
    return pop_sasl_holds(reader, offset, 1) ? reader->octets.octets[offset] : 0;
}

/* Big-endian; octets beyond the end are 0. */
static uint32_t number_at(const pop_sasl_reader *reader, size_t offset, size_t octets)
{
    uint32_t number = 0;
    for (size_t i = 0; i < octets; i++) {
        number = number << 8 | octet_at(reader, offset + i);
    }
    return number;
}

/* RFC 4121 section 4.2.6.2: TOK_ID 05 04, flags, filler, EC, RRC, SND_SEQ, and then the plaintext
 * with EC octets of checksum behind it, all of it rotated right by RRC. Senders use 0 or EC, which
 * leaves the plaintext in one piece; other rotations are not undone. */
static bool find_in_rfc4121(const pop_sasl_reader *reader, pop_sasl_part *plain_out)
{
    enum { HEADER = 16, FLAG_SEALED = 0x02 };
    if (number_at(reader, 0, 2) != 0x0504 || !pop_sasl_holds(reader, 0, HEADER)
        || (octet_at(reader, 2) & FLAG_SEALED) != 0) {
        return false;
    }
    size_t rotated = reader->octets.length - HEADER;
    size_t checksum = number_at(reader, 4, 2);
    if (rotated == 0 || checksum > rotated) {
        return false;
    }
    size_t start = number_at(reader, 6, 2) % rotated;
    size_t length = rotated - checksum;
    *plain_out = (pop_sasl_part){ HEADER + start, length };
    return start + length <= rotated;
}

/* Where the inner token stands behind the head of RFC 2743 section 3.1: 60 <length of all> 06
 * <length> <OID>. False where there is no such head or it does not fit the message. */
static bool find_inner_token(const pop_sasl_reader *reader, size_t *inner_out)
{
    size_t at = 2;
    size_t length = octet_at(reader, 1);
    if (octet_at(reader, 0) != 0x60) {
        return false;
    }
    if (length > 0x80 && length <= 0x84) {
        size_t octets = length - 0x80;
        length = number_at(reader, at, octets);
        at += octets;
    } else if (length >= 0x80) {
        return false;
    }
    if (!pop_sasl_holds(reader, at, length) || at + length != reader->octets.length
        || octet_at(reader, at) != 0x06
        || !pop_sasl_holds(reader, at + 2, octet_at(reader, at + 1))) {
        return false;
    }
    *inner_out = at + 2 + octet_at(reader, at + 1);
    return true;
}

/* RFC 1964 section 1.2.2: TOK_ID 02 01, SGN_ALG, SEAL_ALG, filler, SND_SEQ, checksum, and then
 * confounder, plaintext and 1 to 8 octets of padding that hold their number. */
static bool find_in_rfc1964(const pop_sasl_reader *reader, pop_sasl_part *plain_out)
{
    enum { SEQUENCE_END = 16, CONFOUNDER = 8, SEAL_NONE = 0xFFFF, SIGN_DES3 = 0x0400 };
    size_t inner = 0;
    if (!find_inner_token(reader, &inner) || number_at(reader, inner, 2) != 0x0201
        || number_at(reader, inner + 4, 2) != SEAL_NONE) {
        return false;
    }
    size_t checksum = number_at(reader, inner + 2, 2) == SIGN_DES3 ? 20 : 8;
    size_t start = inner + SEQUENCE_END + checksum + CONFOUNDER;
    if (!pop_sasl_holds(reader, start, LAYER_MESSAGE_LENGTH + 1)) {
        return false;
    }
    size_t length = reader->octets.length - start;
    size_t padding = octet_at(reader, reader->octets.length - 1);
    if (padding == 0 || padding > 8 || padding > length) {
        return false;
    }
    *plain_out = (pop_sasl_part){ start, length - padding };
    return true;
}

/* A layer message without a token around it: mask, maximum, and behind them nothing or a name. */
static bool is_bare_layer(const pop_sasl_reader *reader, pop_sasl_part *plain_out)
{
    uint8_t mask = octet_at(reader, 0);
    pop_span name = pop_span_part(reader->octets, LAYER_MESSAGE_LENGTH, reader->octets.length);
    *plain_out = (pop_sasl_part){ 0, reader->octets.length };
    return pop_sasl_holds(reader, 0, LAYER_MESSAGE_LENGTH) && mask >= 1 && mask <= MASK_ALL
        && pop_sasl_is_utf8(name);
}

static bool find_layer_message(const pop_sasl_reader *reader, pop_sasl_part *plain_out)
{
    return (find_in_rfc4121(reader, plain_out) || find_in_rfc1964(reader, plain_out)
               || is_bare_layer(reader, plain_out))
        && plain_out->length >= LAYER_MESSAGE_LENGTH;
}

/* A parameter whose text is not what stands in the message but what it means. */
static void add_meaning(
    pop_sasl_reader *reader, pop_span name, pop_sasl_part part, const char *text)
{
    pop_sasl_field *field = pop_sasl_add_bare(reader, POP_SASL_PARAMETER, part);
    if (field != NULL) {
        pop_span meaning = { (const uint8_t *)text, strlen(text) };
        field->name = pop_span_copy(reader->allocator, name);
        field->text = pop_span_copy(reader->allocator, meaning);
        field->text_length = meaning.length;
    }
}

/* The layers that are offered or chosen, and the size limit. */
static void add_layer(pop_sasl_reader *reader, pop_sasl_part plain)
{
    static const char *const names[MASK_ALL + 1] = {
        "",
        "none",
        "integrity",
        "none, integrity",
        "confidentiality",
        "none, confidentiality",
        "integrity, confidentiality",
        "none, integrity, confidentiality",
    };
    char number[16];
    (void)snprintf(number, sizeof(number), "%u", number_at(reader, plain.offset + 1, 3));
    add_meaning(reader, POP_SPAN("security-layer"), (pop_sasl_part){ plain.offset, 1 },
        names[octet_at(reader, plain.offset) & MASK_ALL]);
    add_meaning(reader, POP_SPAN("max-size"), (pop_sasl_part){ plain.offset + 1, 3 }, number);
}

/* The first token has the head of RFC 2743; Windows sends bare NTLM in SPNEGO's place, too. */
static void check_token(pop_sasl_reader *reader)
{
    size_t ignored = 0;
    if (pop_span_starts(reader->octets, POP_SPAN("NTLMSSP\0"))) {
        reader->message.payload = POP_SASL_PAYLOAD_NTLMSSP;
    } else if (octet_at(reader, 0) == 0x60) {
        pop_sasl_require(reader, find_inner_token(reader, &ignored));
    }
}

/* Bare octets are no GSS-API token, so that dissector has nothing to say of them. */
static bool read_layer(pop_sasl_reader *reader, pop_sasl_part *plain_out)
{
    if (!find_layer_message(reader, plain_out)) {
        check_token(reader);
        return false;
    }
    if (plain_out->offset == 0) {
        reader->message.payload = POP_SASL_PAYLOAD_NONE;
    }
    add_layer(reader, *plain_out);
    return true;
}

/* RFC 4752 section 3.1: the client sets one bit. */
static void choose_layer(pop_sasl_reader *reader, uint8_t mask)
{
    switch (mask) {
    case MASK_NONE:
        reader->message.layer = POP_SASL_LAYER_NONE;
        break;
    case MASK_INTEGRITY:
        reader->message.layer = POP_SASL_LAYER_INTEGRITY;
        break;
    case MASK_CONFIDENTIALITY:
        reader->message.layer = POP_SASL_LAYER_CONFIDENTIALITY;
        break;
    default:
        pop_sasl_require(reader, false);
        break;
    }
}

/* RFC 4752 section 3.1: one bit of the mask, the size limit, and the authorization identity, which
 * ends with the message. */
void pop_sasl_gssapi_client(pop_sasl_reader *reader)
{
    pop_sasl_part plain = { 0, 0 };
    if (!read_layer(reader, &plain)) {
        pop_sasl_require(reader,
            reader->ordinal > 0 || octet_at(reader, 0) == 0x60
                || reader->message.payload == POP_SASL_PAYLOAD_NTLMSSP);
        return;
    }
    choose_layer(reader, octet_at(reader, plain.offset));
    if (plain.length > LAYER_MESSAGE_LENGTH) {
        pop_sasl_part authzid = {
            plain.offset + LAYER_MESSAGE_LENGTH,
            plain.length - LAYER_MESSAGE_LENGTH,
        };
        pop_sasl_add(reader, POP_SASL_AUTHZID, authzid);
        pop_sasl_add(reader, POP_SASL_USERNAME, authzid);
        pop_sasl_require(reader, pop_sasl_is_utf8(pop_sasl_octets(reader, authzid)));
    }
}

/* RFC 4752 section 3.2: the mask of the layers on offer and the size limit. */
void pop_sasl_gssapi_server(pop_sasl_reader *reader)
{
    pop_sasl_part plain = { 0, 0 };
    if (read_layer(reader, &plain)) {
        uint8_t mask = octet_at(reader, plain.offset);
        pop_sasl_require(reader,
            plain.length == LAYER_MESSAGE_LENGTH && (mask & MASK_ALL) != 0 && mask <= MASK_ALL);
    }
}

/* RFC 2222 section 7.1: 32 random bits, and in the end 8 octets in DES. */
void pop_sasl_kerberos_v4_server(pop_sasl_reader *reader)
{
    pop_sasl_part message = pop_sasl_take_rest(reader);
    if (message.length == 4) {
        pop_sasl_add_hex(reader, POP_SASL_NONCE, message);
    } else {
        pop_sasl_require(reader, message.length == 8);
    }
}
