/* pop_transport.h
 * What the session runs through: TLS, and security layers of SASL.
 *
 * RFC 2595 section 4 (STLS), RFC 4422 section 3.7 (layers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TRANSPORT_H
#define POP_TRANSPORT_H

#include "session/pop_segment.h"

/* Written by the functions below. */
typedef struct pop_transport {
    bool tls_started; /* a positive reply to STLS was seen */
    bool in_tls; /* octets have come through TLS */
    uint32_t stls_waiting; /* STLS commands, sent in clear, that have no reply yet */
    bool layer_may_begin[2]; /* per direction: a SASL security layer */
    bool layered; /* one has begun */
} pop_transport;

/* STLS was sent in clear; it was answered; the answer was positive. */
void pop_transport_stls_sent(pop_transport *transport);
void pop_transport_stls_answered(pop_transport *transport);
void pop_transport_start_tls(pop_transport *transport);

/* Octets have come through TLS. */
void pop_transport_enter_tls(pop_transport *transport);

/* A login was accepted whose mechanism may have brought a layer. */
void pop_transport_expect_layer(pop_transport *transport);

/* Asked before each unit, with its first octet, so that cuts change nothing: whether octets that
 * are no lines begin with it. `between_lines`: at this octet a line would begin. */
bool pop_transport_turns_opaque(
    pop_transport *transport, const pop_segment *segment, uint8_t octet, bool between_lines);

#endif
