/* collector.c
 * What a report is about: the sessions that a tap told of, and, where a filter chooses, which of
 * their exchanges it let through.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/collector.h"

#include <epan/to_str.h>

static void begin(pop_collector *collector)
{
    wmem_allocator_t *scope = collector->scope;
    collector->by_session = wmem_map_new(scope, g_direct_hash, g_direct_equal);
    collector->exchanges = wmem_map_new(scope, g_direct_hash, g_direct_equal);
    collector->sessions = wmem_array_new(scope, sizeof(pop_seen_session *));
}

pop_collector *pop_collector_new(bool selective, pop_connection_ends *ends)
{
    pop_collector *collector = g_new0(pop_collector, 1);
    collector->scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    collector->selective = selective;
    collector->ends = ends;
    begin(collector);
    return collector;
}

void pop_collector_free(pop_collector *collector)
{
    if (collector != NULL) {
        wmem_destroy_allocator(collector->scope);
        g_free(collector);
    }
}

void pop_collector_reset(pop_collector *collector)
{
    wmem_free_all(collector->scope);
    begin(collector);
    pop_connection_ends_forget(collector->ends);
}

/* Of the SYN the time alone is known; the session's first frame stands for its frame, or the first
 * whose octets are held, where nothing of it has been decoded yet. */
static pop_instant opening_of(const pop_tap_record *told)
{
    bool has_begun = told->session->began.frame != 0;
    pop_instant opened = has_begun ? told->session->began : told->at;
    if (told->opened != NULL) {
        opened.seconds = told->opened->secs;
        opened.nanoseconds = told->opened->nsecs;
    }
    return opened;
}

static pop_seen_session *new_session(pop_collector *collector, const pop_tap_record *told)
{
    pop_seen_session *seen = wmem_new0(collector->scope, pop_seen_session);
    seen->session = told->session;
    seen->stream = told->stream;
    seen->has_tcp_stream = told->has_tcp_stream;
    seen->tcp_stream = told->tcp_stream;
    seen->opened = opening_of(told);
    seen->client = address_to_str(collector->scope, told->client);
    seen->server = address_to_str(collector->scope, told->server);
    seen->client_port = told->client_port;
    seen->server_port = told->server_port;
    wmem_map_insert(collector->by_session, told->session, seen);
    wmem_array_append_one(collector->sessions, seen);
    return seen;
}

static void note_exchanges(pop_collector *collector, const pop_tap_record *told)
{
    for (uint32_t i = 0; i < told->entry_count; i++) {
        pop_exchange *exchange = told->entries[i].entry->exchange;
        if (exchange != NULL) {
            wmem_map_insert(collector->exchanges, exchange, exchange);
        }
    }
}

const pop_seen_session *pop_collector_take(
    pop_collector *collector, const pop_tap_record *told, bool *is_new_out)
{
    pop_seen_session *seen = wmem_map_lookup(collector->by_session, told->session);
    if (is_new_out != NULL) {
        *is_new_out = seen == NULL;
    }
    if (seen == NULL) {
        seen = new_session(collector, told);
    }
    if (collector->selective) {
        note_exchanges(collector, told);
    }
    return seen;
}

bool pop_collector_has(const pop_collector *collector, const pop_exchange *exchange)
{
    return !collector->selective || wmem_map_contains(collector->exchanges, exchange);
}

const pop_connection_end *pop_collector_end_of(
    const pop_collector *collector, const pop_seen_session *seen)
{
    return seen->has_tcp_stream ? pop_connection_end_of(collector->ends, seen->tcp_stream) : NULL;
}
