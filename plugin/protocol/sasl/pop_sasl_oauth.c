/* pop_sasl_oauth.c
 * Messages that carry OAuth tokens: XOAUTH2, OAUTHBEARER, OAUTH10A, and the server's error in JSON.
 *
 * RFC 7628 section 3, RFC 6750, RFC 5849 section 3.5.1, Google's XOAUTH2 protocol.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_directives.h"
#include "sasl/pop_sasl_gs2.h"
#include "sasl/pop_sasl_json.h"
#include "sasl/pop_sasl_parsers.h"

#include <glib.h>

/* kvsep of RFC 7628 section 3.1. */
enum { SEPARATOR = 0x01 };

/* RFC 5849 section 3.5.1: the credentials of OAuth 1.0 are a list of their own. */
static void read_oauth1(pop_sasl_reader *reader, pop_sasl_part credentials)
{
    pop_span message = reader->octets;
    size_t behind = reader->at;
    reader->octets.length = credentials.offset + credentials.length;
    reader->at = credentials.offset;
    pop_sasl_directive directive;
    while (pop_sasl_next_directive(reader, &directive)) {
        pop_span name = pop_sasl_octets(reader, directive.name);
        pop_sasl_field_kind kind = POP_SASL_PARAMETER;
        if (pop_span_is(name, POP_SPAN("realm"))) {
            kind = POP_SASL_REALM;
        } else if (pop_span_is(name, POP_SPAN("oauth_token"))) {
            kind = POP_SASL_TOKEN;
        }
        pop_sasl_add_directive(reader, kind, &directive);
    }
    reader->octets = message;
    reader->at = behind;
}

/* auth=<scheme> SP <credentials>, as in HTTP's Authorization. An empty one asks the server for its
 * error message (RFC 7628 section 3.1). */
static void read_auth(pop_sasl_reader *reader, pop_sasl_part value)
{
    pop_sasl_part scheme = value;
    pop_sasl_part credentials = { 0, 0 };
    bool is_whole = pop_sasl_split(reader, value, ' ', &scheme, &credentials);
    pop_sasl_add_parameter(reader, POP_SPAN("auth"), scheme);
    if (!is_whole) {
        pop_sasl_require(reader, value.length == 0);
        return;
    }
    while (credentials.length > 0 && reader->octets.octets[credentials.offset] == ' ') {
        credentials.offset++;
        credentials.length--;
    }
    if (pop_span_is(pop_sasl_octets(reader, scheme), POP_SPAN("OAuth"))) {
        read_oauth1(reader, credentials);
    } else {
        pop_sasl_add(reader, POP_SASL_TOKEN, credentials);
        pop_sasl_require(reader, pop_sasl_is_graphic(pop_sasl_octets(reader, credentials)));
    }
}

static bool is_key(pop_span key)
{
    for (size_t i = 0; i < key.length; i++) {
        if (!g_ascii_isalpha(key.octets[i])) {
            return false;
        }
    }
    return key.length > 0;
}

/* kvpair = key "=" value kvsep (RFC 7628 section 3.1). */
static void read_pair(pop_sasl_reader *reader)
{
    pop_sasl_part key;
    pop_sasl_part value;
    pop_sasl_part pair = pop_sasl_take_until(reader, SEPARATOR);
    pop_sasl_require(reader, pop_sasl_take(reader, SEPARATOR));
    if (!pop_sasl_require(reader, pop_sasl_split(reader, pair, '=', &key, &value))) {
        return;
    }
    pop_span name = pop_sasl_octets(reader, key);
    pop_sasl_require(reader, is_key(name));
    if (pop_span_is(name, POP_SPAN("auth"))) {
        read_auth(reader, value);
    } else if (pop_span_is(name, POP_SPAN("user"))) {
        pop_sasl_add(reader, POP_SASL_USERNAME, value);
        pop_sasl_require(reader, value.length > 0);
    } else {
        pop_sasl_add_parameter(reader, name, value);
    }
}

/* *kvpair kvsep, and then the end. */
static void read_pairs(pop_sasl_reader *reader)
{
    bool is_closed = false;
    while (!is_closed && !pop_sasl_at_end(reader)) {
        is_closed = pop_sasl_take(reader, SEPARATOR);
        if (!is_closed) {
            read_pair(reader);
        }
    }
    pop_sasl_require(reader, is_closed && pop_sasl_at_end(reader));
}

/* RFC 7628 section 3.2.3: a client answers an error with one separator. */
static bool acknowledges_error(const pop_sasl_reader *reader)
{
    return reader->octets.length == 1 && reader->octets.octets[0] == SEPARATOR;
}

void pop_sasl_oauth_client(pop_sasl_reader *reader)
{
    pop_sasl_part authzid = { 0, 0 };
    if (acknowledges_error(reader) || !pop_sasl_take_gs2_header(reader, &authzid)) {
        return;
    }
    /* The token names nobody that can be read; whoever is named becomes the session's user. */
    if (authzid.length > 0) {
        pop_sasl_add_saslname(reader, POP_SASL_USERNAME, authzid);
    }
    if (pop_sasl_require(reader, pop_sasl_take(reader, SEPARATOR))) {
        read_pairs(reader);
    }
}

/* The same without the GS2 header, and with the user among the pairs. */
void pop_sasl_xoauth2_client(pop_sasl_reader *reader)
{
    if (!acknowledges_error(reader)) {
        read_pairs(reader);
    }
}

static void add_member(pop_sasl_reader *reader, const pop_sasl_json_member *member)
{
    size_t length = 0;
    char *name = pop_sasl_json_text(reader, member->name, &length);
    bool is_status = pop_span_is((pop_span){ (const uint8_t *)name, length }, POP_SPAN("status"));
    pop_sasl_field *field = pop_sasl_add(
        reader, is_status ? POP_SASL_ERROR : POP_SASL_PARAMETER, member->value);
    if (field == NULL || is_status) {
        pop_release(reader->allocator, name);
    } else {
        field->name = name;
    }
    if (field != NULL && member->is_string) {
        pop_release(reader->allocator, field->text);
        field->text = pop_sasl_json_text(reader, member->value, &field->text_length);
    }
}

/* RFC 7628 section 3.2.2: the server speaks only to say in JSON what is wrong. */
void pop_sasl_oauth_server(pop_sasl_reader *reader)
{
    reader->message.error = pop_sasl_json_open(reader);
    if (!reader->message.error) {
        return;
    }
    pop_sasl_json_member member;
    bool is_first = true;
    while (pop_sasl_json_next(reader, is_first, &member)) {
        if (!member.is_nested) {
            add_member(reader, &member);
        }
        is_first = false;
    }
}
