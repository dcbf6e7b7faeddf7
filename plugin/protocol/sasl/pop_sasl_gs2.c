/* pop_sasl_gs2.c
 * The head that SCRAM, GS2, OAuth, SAML and OpenID messages share, and the mechanisms that have
 * little else: GS2-*, SAML20, OPENID20.
 *
 * RFC 5801 section 4, RFC 5802 section 5.1, RFC 6595, RFC 6616.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_gs2.h"
#include "sasl/pop_sasl_parsers.h"

#include <string.h>

/* Copies a saslname with its escapes undone; false where an equals sign begins neither of them
 * (RFC 5802 section 5.1, "n"). Such a sign is kept. */
static bool unescape_saslname(pop_span name, char *text, size_t *length_out)
{
    bool is_well_formed = true;
    size_t length = 0;
    for (size_t i = 0; i < name.length; i++) {
        pop_span escape = pop_span_part(name, i, 3);
        char octet = (char)name.octets[i];
        if (pop_span_is(escape, POP_SPAN("=2C"))) {
            octet = ',';
            i += 2;
        } else if (pop_span_is(escape, POP_SPAN("=3D"))) {
            octet = '=';
            i += 2;
        } else if (octet == '=') {
            is_well_formed = false;
        }
        text[length++] = octet;
    }
    text[length] = '\0';
    *length_out = length;
    return is_well_formed;
}

void pop_sasl_add_saslname(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part)
{
    pop_span name = pop_sasl_octets(reader, part);
    pop_sasl_field *field = pop_sasl_add(reader, kind, part);
    if (field != NULL) {
        pop_sasl_require(reader, unescape_saslname(name, field->text, &field->text_length));
    }
    pop_sasl_require(reader, name.length > 0 && pop_sasl_is_utf8(name));
}

/* gs2-cb-flag = ("p=" cb-name) / "n" / "y", and the comma behind it. */
static bool take_cb_flag(pop_sasl_reader *reader)
{
    bool names_binding = pop_sasl_take_word(reader, POP_SPAN("p="));
    pop_sasl_part flag = pop_sasl_take_until(reader, ',');
    if (!pop_sasl_require(reader, pop_sasl_take(reader, ','))) {
        return false;
    }
    pop_span octets = pop_sasl_octets(reader, flag);
    bool is_flag = octets.length == 1 && (octets.octets[0] == 'n' || octets.octets[0] == 'y');
    pop_sasl_add_parameter(reader, POP_SPAN("gs2-cb-flag"), flag);
    return pop_sasl_require(reader, names_binding ? octets.length > 0 : is_flag);
}

bool pop_sasl_take_gs2_header(pop_sasl_reader *reader, pop_sasl_part *authzid_out)
{
    pop_sasl_part authzid = { reader->at, 0 };
    /* "F" stands where the mechanism's first token had no standard head (RFC 5801 section 4). */
    pop_sasl_take_word(reader, POP_SPAN("F,"));
    if (!take_cb_flag(reader)) {
        return false;
    }
    if (pop_sasl_take_word(reader, POP_SPAN("a="))) {
        authzid = pop_sasl_take_until(reader, ',');
        pop_sasl_add_saslname(reader, POP_SASL_AUTHZID, authzid);
    }
    if (authzid_out != NULL) {
        *authzid_out = authzid;
    }
    return pop_sasl_require(reader, pop_sasl_take(reader, ','));
}

/* RFC 5801 section 4: behind the header stands the first token without the head of RFC 2743 section
 * 3.1, so that no GSS-API dissector knows it. Later tokens are whole. */
void pop_sasl_gs2_client(pop_sasl_reader *reader)
{
    if (reader->ordinal > 0) {
        return;
    }
    reader->message.payload = POP_SASL_PAYLOAD_NONE;
    if (pop_sasl_take_gs2_header(reader, NULL)) {
        pop_sasl_require(reader, !pop_sasl_at_end(reader));
    }
}

/* A first message of a GS2 header and a value; then "=", which only says that the user has logged
 * in elsewhere (RFC 6595, RFC 6616). */
static void read_web_client(pop_sasl_reader *reader, pop_span name)
{
    if (pop_span_is(reader->octets, POP_SPAN("="))) {
        return;
    }
    if (pop_sasl_take_gs2_header(reader, NULL)) {
        pop_sasl_add_parameter(reader, name, pop_sasl_take_rest(reader));
    }
}

void pop_sasl_saml20_client(pop_sasl_reader *reader)
{
    read_web_client(reader, POP_SPAN("idp-identifier"));
}

void pop_sasl_openid20_client(pop_sasl_reader *reader)
{
    read_web_client(reader, POP_SPAN("auth-identifier"));
}

static bool has_scheme(pop_span octets)
{
    const uint8_t *colon = pop_span_find(octets, ':');
    return colon != NULL
        && pop_span_starts(
            pop_span_part(octets, (size_t)(colon - octets.octets), 3), POP_SPAN("://"));
}

/* The URI to which the user is sent, or an outcome: openid.error, or what OpenID knows of the
 * user. */
void pop_sasl_web_server(pop_sasl_reader *reader)
{
    if (pop_sasl_take_word(reader, POP_SPAN("openid.error="))) {
        reader->message.error = true;
        pop_sasl_add(reader, POP_SASL_ERROR, pop_sasl_take_rest(reader));
    } else {
        pop_span name = has_scheme(reader->octets) ? POP_SPAN("redirect") : POP_SPAN("outcome");
        pop_sasl_add_parameter(reader, name, pop_sasl_take_rest(reader));
    }
    pop_sasl_require(reader, pop_sasl_is_utf8(reader->octets));
}
