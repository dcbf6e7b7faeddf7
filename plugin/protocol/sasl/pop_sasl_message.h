/* pop_sasl_message.h
 * A message of a SASL exchange, taken apart: its fields, and what it says of layers.
 *
 * RFC 4422 section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_MESSAGE_H
#define POP_SASL_MESSAGE_H

#include "text/pop_text.h"

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

#endif
