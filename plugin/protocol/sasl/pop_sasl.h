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

#include "sasl/pop_sasl_base64.h"
#include "sasl/pop_sasl_message.h"

/* One row of the table of mechanisms; the table is the only place that knows them. */
typedef struct pop_sasl_mechanism pop_sasl_mechanism;

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

#endif
