/* pop_sasl.h
 * What each message of a SASL exchange holds: decoded octets in, named fields out.
 *
 * RFC 5034 (carrier), RFC 4422, and the documents of the mechanisms, which
 * pop_sasl_mechanisms.def names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_H
#define POP_SASL_H

#include "text/pop_text.h"

/* One row of the table of mechanisms; the table is the only place that knows them. */
typedef struct pop_sasl_mechanism pop_sasl_mechanism;

typedef enum pop_sasl_sender {
    POP_SASL_CLIENT,
    POP_SASL_SERVER,
} pop_sasl_sender;

/* What a field of a message is. The names are those of the display fields pop.auth.*. */
typedef enum pop_sasl_field_kind {
    POP_SASL_USERNAME,
    POP_SASL_AUTHZID,
    POP_SASL_PASSWORD,
    POP_SASL_TOKEN,
    POP_SASL_REALM,
    POP_SASL_NONCE,
    POP_SASL_CNONCE,
    POP_SASL_SALT,
    POP_SASL_ITERATIONS,
    POP_SASL_DIGEST,
    POP_SASL_PROOF,
    POP_SASL_SIGNATURE,
    POP_SASL_CHANNEL_BINDING,
    POP_SASL_ERROR,
    POP_SASL_PROMPT, /* text that the server shows: "Username:", an OTP challenge */
    POP_SASL_PARAMETER, /* anything else, with a name of its own: qop, cipher, scope, ... */
} pop_sasl_field_kind;

typedef struct pop_sasl_field {
    pop_sasl_field_kind kind;
    char *name; /* of a parameter, as the message spells it; NULL for the other kinds */
    char *text; /* the value, unescaped, NUL behind it; bytes outside UTF-8 stay as they are. Values
                 * that are binary (the nonces of NTLM and KERBEROS_V4) are in hexadecimal */
    size_t text_length; /* octets of text (a value may hold NULs) */
    uint32_t number; /* the value of POP_SASL_ITERATIONS */
    size_t offset; /* where the value's octets stand in the decoded message ... */
    size_t length; /* ... escapes, quotes and all */
} pop_sasl_field;

/* Which dissector of the host understands the octets, where one does. */
typedef enum pop_sasl_payload {
    POP_SASL_PAYLOAD_NONE,
    POP_SASL_PAYLOAD_NTLMSSP,
    POP_SASL_PAYLOAD_GSSAPI,
} pop_sasl_payload;

/* The security layer that a message chooses (RFC 4422 section 3.7): only the client's choice
 * counts. */
typedef enum pop_sasl_layer {
    POP_SASL_LAYER_NOT_SAID,
    POP_SASL_LAYER_NONE,
    POP_SASL_LAYER_INTEGRITY,
    POP_SASL_LAYER_CONFIDENTIALITY,
} pop_sasl_layer;

/* A message taken apart. All memory is the allocator's that made it. */
typedef struct pop_sasl_message {
    pop_sasl_field *fields; /* in the order of the message */
    size_t field_count;
    pop_sasl_payload payload;
    pop_sasl_layer layer;
    bool malformed; /* the mechanism's grammar is broken; fields hold what could be read */
    bool error; /* the server says that the exchange failed (SCRAM e=, OAuth JSON) */
} pop_sasl_message;

/* The mechanism of that name, without case; NULL where the table does not know it. Names of a
 * family (SCRAM-*, GS2-*, ECDSA...) find the family's row. */
const pop_sasl_mechanism *pop_sasl_find(pop_span name);

/* How many lines the client sends in a successful exchange without the server's having to say
 * anything new first: 1 for PLAIN, 2 for LOGIN, 3 for SCRAM-* (with the last, empty one). 0 where
 * that depends on the exchange (GSSAPI, NTLM, unknown mechanisms: mechanism may be NULL). */
unsigned pop_sasl_client_messages(const pop_sasl_mechanism *mechanism);

/* True where the client speaks first, so that AUTH may carry an initial response (RFC 5034 s. 4).
 * True for unknown mechanisms: nothing speaks against it. */
bool pop_sasl_client_first(const pop_sasl_mechanism *mechanism);

/* True where a security layer may begin when the exchange ends (RFC 4422 section 3.7), so that a
 * message's POP_SASL_LAYER_NOT_SAID means "not known" rather than "none". True for unknown ones. */
bool pop_sasl_has_layers(const pop_sasl_mechanism *mechanism);

/* Takes apart one decoded message. `mechanism` may be NULL (nothing is known, no fields).
 * `ordinal` counts the sender's messages in this exchange from 0; an initial response is the
 * client's message 0. An empty message is legal everywhere. Never fails: bad input sets
 * `malformed`.
 * Bounds: at most 64 fields are returned; further ones are dropped and `malformed` is set. */
pop_sasl_message pop_sasl_parse(const pop_sasl_mechanism *mechanism, pop_sasl_sender sender,
    unsigned ordinal, pop_span octets, const pop_allocator *allocator);

/* Gives back all memory of a message: for callers whose allocator does not end with the message. */
void pop_sasl_release(pop_sasl_message *message, const pop_allocator *allocator);

/* What a prompt of LOGIN asks for: POP_SASL_USERNAME, POP_SASL_PASSWORD, or, where that is not
 * known, POP_SASL_PROMPT. */
pop_sasl_field_kind pop_sasl_login_prompt(const char *prompt);

/* Decodes the base64 of one line (RFC 5034 section 4, RFC 4648 section 4). "=" alone is the empty
 * initial response. Returns false where the text is not base64 (bad octet, bad padding, length);
 * then *octets_out holds what could be decoded before the fault, perhaps nothing. The octets are
 * from the allocator. */
bool pop_sasl_decode(pop_span text, const pop_allocator *allocator, pop_span *octets_out);

#endif
