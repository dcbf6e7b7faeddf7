/* pop_sasl_scram.c
 * The four messages of SCRAM-* and SCRAM-*-PLUS.
 *
 * RFC 5802 sections 5 and 7, RFC 7677.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_gs2.h"
#include "sasl/pop_sasl_parsers.h"

/* The attributes that a message must have, in this order (RFC 5802 section 5). */
static const char client_first[] = "nr";
static const char server_first[] = "rsi";
static const char client_final[] = "crp";
static const char server_final[] = "v";
static const char server_error[] = "e";

/* Takes attr-val = ALPHA "=" value. */
static bool take_attribute(pop_sasl_reader *reader, pop_sasl_part *name, pop_sasl_part *value)
{
    pop_sasl_part attribute = pop_sasl_take_until(reader, ',');
    if (!pop_sasl_split(reader, attribute, '=', name, value) || name->length != 1) {
        return false;
    }
    uint8_t letter = reader->octets.octets[name->offset];
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

/* Extensions come last, but for the reserved "m=", which comes first, and those of the client's
 * final message, which stand before the proof (RFC 5802 section 7). */
static bool may_extend(const char *required, size_t met, uint8_t letter)
{
    if (required == client_final) {
        return met == 2;
    }
    return required[met] == '\0' || (met == 0 && letter == 'm');
}

static void add_iterations(pop_sasl_reader *reader, pop_sasl_part value)
{
    uint32_t number = 0;
    bool is_number = pop_span_number32(pop_sasl_octets(reader, value), &number);
    pop_sasl_field *field = pop_sasl_add(reader, POP_SASL_ITERATIONS, value);
    if (field != NULL) {
        field->number = number;
    }
    pop_sasl_require(reader, is_number && number > 0);
}

static void add_base64(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part value)
{
    pop_sasl_add(reader, kind, value);
    pop_sasl_require(reader, pop_sasl_is_base64(pop_sasl_octets(reader, value)));
}

/* RFC 5802 section 5.1. The nonce of the client's first message is its own half alone. */
static void add_attribute(
    pop_sasl_reader *reader, const char *required, uint8_t letter, pop_sasl_part value)
{
    switch (letter) {
    case 'n':
        pop_sasl_add_saslname(reader, POP_SASL_USERNAME, value);
        break;
    case 'r':
        pop_sasl_add(reader, required == client_first ? POP_SASL_CNONCE : POP_SASL_NONCE, value);
        pop_sasl_require(reader, pop_sasl_is_graphic(pop_sasl_octets(reader, value)));
        break;
    case 's':
        add_base64(reader, POP_SASL_SALT, value);
        break;
    case 'i':
        add_iterations(reader, value);
        break;
    case 'c':
        add_base64(reader, POP_SASL_CHANNEL_BINDING, value);
        break;
    case 'p':
        add_base64(reader, POP_SASL_PROOF, value);
        break;
    case 'v':
        add_base64(reader, POP_SASL_SIGNATURE, value);
        break;
    default: /* 'e' */
        reader->message.error = true;
        pop_sasl_add(reader, POP_SASL_ERROR, value);
        pop_sasl_require(reader, value.length > 0);
        break;
    }
}

static void add_extension(pop_sasl_reader *reader, pop_sasl_part name, pop_sasl_part value)
{
    pop_sasl_add_parameter(reader, pop_sasl_octets(reader, name), value);
    pop_span octets = pop_sasl_octets(reader, value);
    pop_sasl_require(reader, octets.length > 0 && pop_sasl_is_utf8(octets));
}

/* Reads attributes to the end. One that stands where it must not is shown as an extension. */
static void read_attributes(pop_sasl_reader *reader, const char *required)
{
    size_t met = 0;
    do {
        pop_sasl_part name;
        pop_sasl_part value;
        if (!pop_sasl_require(reader, take_attribute(reader, &name, &value))) {
            continue;
        }
        uint8_t letter = reader->octets.octets[name.offset];
        if (required[met] != '\0' && letter == (uint8_t)required[met]) {
            add_attribute(reader, required, letter, value);
            met++;
        } else {
            pop_sasl_require(reader, may_extend(required, met, letter));
            add_extension(reader, name, value);
        }
    } while (pop_sasl_take(reader, ','));
    pop_sasl_require(reader, required[met] == '\0');
}

/* A GS2 header never begins with a "c", so the message tells which it is; its place in the exchange
 * need not be trusted. */
void pop_sasl_scram_client(pop_sasl_reader *reader)
{
    if (pop_span_starts(reader->octets, POP_SPAN("c="))) {
        read_attributes(reader, client_final);
    } else if (pop_sasl_take_gs2_header(reader, NULL)) {
        read_attributes(reader, client_first);
    }
}

/* By content too: the first message is the server's second line where AUTH had no initial
 * response. */
void pop_sasl_scram_server(pop_sasl_reader *reader)
{
    if (pop_span_starts(reader->octets, POP_SPAN("v="))) {
        read_attributes(reader, server_final);
    } else if (pop_span_starts(reader->octets, POP_SPAN("e="))) {
        read_attributes(reader, server_error);
    } else {
        read_attributes(reader, server_first);
    }
}
