/* collector.h
 * What a report is about: the sessions that a tap told of, and, where a filter chooses, which of
 * their exchanges it let through.
 *
 * It keeps pointers into file scope, to what is complete when a report is written. So whoever has
 * one resets it at the end of the reading (reading.h). A filter chooses rows; what a row says is
 * always said of the whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_COLLECTOR_H
#define POP_COLLECTOR_H

#include "analysis/connection_ends.h"
#include "analysis/report.h"
#include "dissector/tap.h"

typedef struct pop_seen_session {
    const pop_session *session;
    uint32_t stream; /* pop.stream */
    bool has_tcp_stream;
    uint32_t tcp_stream;
    pop_instant opened; /* when the SYN was seen, else the first segment */
    const char *client, *server; /* addresses, as text */
    uint32_t client_port, server_port;
} pop_seen_session;

typedef struct pop_collector {
    wmem_allocator_t *scope; /* of one reading of the capture */
    bool selective; /* a filter chooses */
    wmem_map_t *by_session; /* pop_session -> pop_seen_session */
    wmem_array_t *sessions; /* pop_seen_session *, in the order in which they were told of */
    wmem_map_t *exchanges; /* pop_exchange -> itself, that the filter let through */
    pop_connection_ends *ends; /* NULL: they are not known */
} pop_collector;

/* `ends` is not the collector's. */
pop_collector *pop_collector_new(bool selective, pop_connection_ends *ends);
void pop_collector_free(pop_collector *collector);

/* Forgets everything: the reading is at its end, or begins anew. The connections' ends, too. */
void pop_collector_reset(pop_collector *collector);

/* Takes note of a segment. Returns its session; `is_new_out` (or NULL) tells whether it is the
 * first segment of that session. */
const pop_seen_session *pop_collector_take(
    pop_collector *collector, const pop_tap_record *told, bool *is_new_out);

/* How the session's connection ended; NULL: that was not seen, or is not known. */
const pop_connection_end *pop_collector_end_of(
    const pop_collector *collector, const pop_seen_session *seen);

/* True where the exchange, or one that belongs to it, was let through. */
bool pop_collector_has(const pop_collector *collector, const pop_exchange *exchange);

#endif
