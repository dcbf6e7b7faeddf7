/* pop_sasl_digest.c
 * The messages of DIGEST-MD5: challenge, response, and the server's answer to it.
 *
 * RFC 2831 section 2.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_directives.h"
#include "sasl/pop_sasl_parsers.h"

#include <string.h>

/* RFC 2831 sections 2.1.1 and 2.1.2: a challenge is shorter than the one, a response shorter than
 * the other. */
enum { CHALLENGE_LIMIT = 2048, RESPONSE_LIMIT = 4096 };

typedef enum directive_id {
    REALM,
    NONCE,
    QOP,
    STALE,
    MAXBUF,
    CHARSET,
    ALGORITHM,
    CIPHER,
    USERNAME,
    CNONCE,
    NC,
    DIGEST_URI,
    RESPONSE,
    AUTHZID,
    RSPAUTH,
    DIRECTIVE_COUNT,
} directive_id;

#define BIT(id) (1U << (id))

static bool is_number(pop_span text)
{
    uint32_t ignored = 0;
    return pop_span_number32(text, &ignored);
}

static bool is_nonce_count(pop_span text)
{
    return text.length == 8 && pop_sasl_is_hex(text);
}

static bool is_md5(pop_span text)
{
    return text.length == 32 && pop_sasl_is_hex(text);
}

static const struct directive_rule {
    const char *name;
    pop_sasl_field_kind kind;
    bool (*fits)(pop_span text); /* NULL: any value does */
} rules[DIRECTIVE_COUNT] = {
    [REALM] = { "realm", POP_SASL_REALM, NULL },
    [NONCE] = { "nonce", POP_SASL_NONCE, NULL },
    [QOP] = { "qop", POP_SASL_PARAMETER, NULL },
    [STALE] = { "stale", POP_SASL_PARAMETER, NULL },
    [MAXBUF] = { "maxbuf", POP_SASL_PARAMETER, is_number },
    [CHARSET] = { "charset", POP_SASL_PARAMETER, NULL },
    [ALGORITHM] = { "algorithm", POP_SASL_PARAMETER, NULL },
    [CIPHER] = { "cipher", POP_SASL_PARAMETER, NULL },
    [USERNAME] = { "username", POP_SASL_USERNAME, NULL },
    [CNONCE] = { "cnonce", POP_SASL_CNONCE, NULL },
    [NC] = { "nc", POP_SASL_PARAMETER, is_nonce_count },
    [DIGEST_URI] = { "digest-uri", POP_SASL_PARAMETER, NULL },
    [RESPONSE] = { "response", POP_SASL_DIGEST, is_md5 },
    [AUTHZID] = { "authzid", POP_SASL_AUTHZID, NULL },
    [RSPAUTH] = { "rspauth", POP_SASL_SIGNATURE, is_md5 },
};

/* DIRECTIVE_COUNT for the extensions that RFC 2831 allows (auth-param). */
static directive_id find_directive(pop_span name)
{
    size_t id = 0;
    while (id < DIRECTIVE_COUNT) {
        pop_span rule = { (const uint8_t *)rules[id].name, strlen(rules[id].name) };
        if (pop_span_is(name, rule)) {
            break;
        }
        id++;
    }
    return (directive_id)id;
}

static pop_span text_of(const pop_sasl_field *field)
{
    return (pop_span){ (const uint8_t *)field->text, field->text_length };
}

/* RFC 2831 section 2.1.2: the client names one of the qualities that it was offered. */
static void choose_layer(pop_sasl_reader *reader, pop_span qop)
{
    pop_sasl_layer *layer = &reader->message.layer;
    if (pop_span_is(qop, POP_SPAN("auth"))) {
        *layer = POP_SASL_LAYER_NONE;
    } else if (pop_span_is(qop, POP_SPAN("auth-int"))) {
        *layer = POP_SASL_LAYER_INTEGRITY;
    } else if (pop_span_is(qop, POP_SPAN("auth-conf"))) {
        *layer = POP_SASL_LAYER_CONFIDENTIALITY;
    } else {
        *layer = POP_SASL_LAYER_NOT_SAID;
        pop_sasl_require(reader, false);
    }
}

/* Adds a field for every directive; BIT()s of those that were there. */
static unsigned read_directives(pop_sasl_reader *reader, bool chooses_layer)
{
    unsigned seen = 0;
    pop_sasl_directive directive;
    while (pop_sasl_next_directive(reader, &directive)) {
        directive_id id = find_directive(pop_sasl_octets(reader, directive.name));
        bool is_known = id < DIRECTIVE_COUNT;
        pop_sasl_field_kind kind = is_known ? rules[id].kind : POP_SASL_PARAMETER;
        const pop_sasl_field *field = pop_sasl_add_directive(reader, kind, &directive);
        if (field == NULL) {
            return seen;
        }
        if (!is_known) {
            continue;
        }
        pop_sasl_require(reader, rules[id].fits == NULL || rules[id].fits(text_of(field)));
        /* RFC 2831 section 2.1.1: only a realm, of those that the server offers, may come twice. */
        pop_sasl_require(reader, (id == REALM && !chooses_layer) || (seen & BIT(id)) == 0);
        if (id == QOP && chooses_layer) {
            choose_layer(reader, text_of(field));
        }
        seen |= BIT(id);
    }
    return seen;
}

static void require_directives(pop_sasl_reader *reader, unsigned seen, unsigned required)
{
    pop_sasl_require(reader, (seen & required) == required);
}

/* The challenge, or the answer to a response, which is known by its rspauth (section 2.1.3). */
void pop_sasl_digest_server(pop_sasl_reader *reader)
{
    pop_sasl_require(reader, reader->octets.length < CHALLENGE_LIMIT);
    unsigned seen = read_directives(reader, false);
    if ((seen & BIT(RSPAUTH)) == 0) {
        require_directives(reader, seen, BIT(NONCE) | BIT(ALGORITHM));
    }
}

void pop_sasl_digest_client(pop_sasl_reader *reader)
{
    pop_sasl_require(reader, reader->octets.length < RESPONSE_LIMIT);
    unsigned seen = read_directives(reader, true);
    require_directives(reader, seen,
        BIT(USERNAME) | BIT(NONCE) | BIT(CNONCE) | BIT(NC) | BIT(DIGEST_URI) | BIT(RESPONSE));
    /* RFC 2831 section 2.1.2: without a qop it is "auth". */
    if ((seen & (BIT(QOP) | BIT(RESPONSE))) == BIT(RESPONSE)) {
        reader->message.layer = POP_SASL_LAYER_NONE;
    }
}
