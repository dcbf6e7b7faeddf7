/* pop_transport.c
 * What the session runs through: TLS, and security layers of SASL.
 *
 * RFC 2595 section 4 (STLS), RFC 4422 section 3.7 (layers), RFC 8446 section 5.1 (records).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_transport.h"

void pop_transport_stls_sent(pop_transport *transport)
{
    transport->stls_waiting++;
}

void pop_transport_stls_answered(pop_transport *transport)
{
    transport->stls_waiting -= transport->stls_waiting > 0 ? 1 : 0;
}

void pop_transport_start_tls(pop_transport *transport)
{
    transport->tls_started = true;
    transport->stls_waiting = 0;
}

void pop_transport_enter_tls(pop_transport *transport)
{
    transport->in_tls = true;
}

void pop_transport_expect_layer(pop_transport *transport)
{
    transport->layer_may_begin[POP_FROM_CLIENT] = true;
    transport->layer_may_begin[POP_FROM_SERVER] = true;
}

/* A SASL security layer (RFC 4422 section 3.7: each buffer begins with its length in four octets,
 * and no line of the protocol begins with NUL); or, where the host does not take TLS off us, its
 * records, of content types 20 to 23 (RFC 8446 section 5.1). */
bool pop_transport_turns_opaque(
    pop_transport *transport, const pop_segment *segment, uint8_t octet, bool between_lines)
{
    if (transport->layer_may_begin[segment->direction]) {
        transport->layer_may_begin[segment->direction] = false;
        transport->layered |= octet == 0;
        return octet == 0;
    }
    return transport->tls_started && !segment->tls && between_lines && octet >= 20 && octet <= 23;
}
