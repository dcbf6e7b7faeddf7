/* connection_ends.h
 * How the connections of a capture ended: a bare FIN or RST never reaches the dissector, but TCP's
 * tap.
 *
 * RFC 9293 sections 3.5.2 (reset) and 3.6 (closing).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CONNECTION_ENDS_H
#define POP_CONNECTION_ENDS_H

#include <epan/packet.h>

#include "text/pop_instant.h"

/* The first FIN or RST of a connection. */
typedef struct pop_connection_end {
    uint32_t tcp_stream;
    bool is_reset;
    pop_instant at;
    uint32_t port; /* of its sender ... */
    const char *address; /* ... as text */
} pop_connection_end;

typedef struct pop_connection_ends pop_connection_ends;

typedef void (*pop_connection_end_visitor)(const pop_connection_end *end, void *data);

/* Listens to TCP's tap from now on. `visit` (or NULL) is called for each connection that ends.
 * Where `dissects` is false the listener alone makes no program dissect packets. NULL where there
 * is no such tap. The listener stays until it is removed, or the program ends. */
pop_connection_ends *pop_connection_ends_new(
    bool dissects, pop_connection_end_visitor visit, void *data);

/* Listens no more, and takes all back. `ends` may be NULL. */
void pop_connection_ends_remove(pop_connection_ends *ends);

/* How the connection of that tcp.stream ended; NULL: it did not, as far as was seen. */
const pop_connection_end *pop_connection_end_of(
    const pop_connection_ends *ends, uint32_t tcp_stream);

/* Forgets them: the numbers of connections begin anew with each reading. `ends` may be NULL. */
void pop_connection_ends_forget(pop_connection_ends *ends);

#endif
