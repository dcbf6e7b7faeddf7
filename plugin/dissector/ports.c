/* ports.c
 * What the plugin has in the host's tables of ports and names, and how it is given back.
 *
 * RFC 7301 (names of protocols in TLS; "pop3" is registered with IANA).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/ports.h"

#include <epan/range.h>

/* Of what KPOP is given by custom. It lies among the ports that systems give to clients. */
#define KERBEROS_PORT 1109
#define LAST_PORT 65535

#define TCP_PORTS "tcp.port"
#define TLS_PORTS "tls.port"
#define TLS_NAMES "tls.alpn"
#define TLS_NAME "pop3"

static dissector_handle_t host_handle; /* NULL where the host has no protocol "pop" */
static dissector_handle_t own_tcp_handle, own_tls_handle;
static range_t *kerberos_ports; /* the preference */

/* --- What the host has for POP ---------------------------------------------------------------- */

/* A port with the handle that it begins with, and the one that it has: another where the user
 * decided so (Decode As, a preference). */
typedef struct table_entry {
    guint32 port;
    dissector_handle_t initial, current;
} table_entry;

/* Ports to be changed: a table must not be changed while it is walked. */
typedef struct entry_collection {
    dissector_handle_t wanted;
    GArray *entries;
} entry_collection;

static void collect_entry(
    const char *table _U_, ftenum_t type _U_, void *key, void *value, void *data)
{
    entry_collection *collection = data;
    table_entry entry = { .port = GPOINTER_TO_UINT(key),
        .initial = dtbl_entry_get_initial_handle(value),
        .current = dtbl_entry_get_handle(value) };
    if (entry.initial == collection->wanted || entry.current == collection->wanted) {
        g_array_append_val(collection->entries, entry);
    }
}

/* Sets the handle that the port begins with, NULL for none; what the user has decided for it
 * stays. With dissector_change_uint() alone, Decode As would show a change that the user never
 * made. */
static void set_initial(const char *table, const table_entry *entry, dissector_handle_t to)
{
    if (to != NULL) {
        dissector_add_uint(table, entry->port, to);
    } else {
        dissector_delete_uint(table, entry->port, entry->initial);
    }
    if (entry->current != entry->initial) {
        dissector_change_uint(table, entry->port, entry->current);
    }
}

/* The entry has `from`, or began with it. */
static void move_entry(
    const char *table, const table_entry *entry, dissector_handle_t from, dissector_handle_t to)
{
    if (entry->initial == from) {
        set_initial(table, entry, to);
    } else {
        dissector_change_uint(table, entry->port, to);
    }
}

/* Gives every port of the table that has handle `from`, or began with it, to handle `to`. */
static void move_entries(const char *table, dissector_handle_t from, dissector_handle_t to)
{
    if (from == NULL || to == NULL) {
        return;
    }
    entry_collection collection = { from, g_array_new(FALSE, FALSE, sizeof(table_entry)) };
    dissector_table_foreach(table, collect_entry, &collection);
    for (guint i = 0; i < collection.entries->len; i++) {
        move_entry(table, &g_array_index(collection.entries, table_entry, i), from, to);
    }
    g_array_free(collection.entries, TRUE);
}

/* --- What the host's dissector never had ------------------------------------------------------ */

/* A port of TCP that is the plugin's alone. */
typedef struct extra_port {
    guint32 port;
    dissector_handle_t former; /* which it began with before; NULL: none */
} extra_port;

static wmem_array_t *extra_ports; /* extra_port; in epan scope; NULL: none */
static bool name_claimed;
static dissector_handle_t name_former; /* as extra_port's */

static table_entry entry_of(guint32 port)
{
    return (table_entry){ port, dissector_get_default_uint_handle(TCP_PORTS, port),
        dissector_get_uint_handle(find_dissector_table(TCP_PORTS), port) };
}

/* A port that is ours already came from the host, and goes back there. */
static void claim_port(guint32 port)
{
    table_entry entry = entry_of(port);
    if (entry.initial != own_tcp_handle && entry.current != own_tcp_handle) {
        extra_port extra = { port, entry.initial };
        wmem_array_append_one(extra_ports, extra);
        set_initial(TCP_PORTS, &entry, own_tcp_handle);
    }
}

static void claim_ports(void)
{
    extra_ports = wmem_array_new(wmem_epan_scope(), sizeof(extra_port));
    claim_port(POP_OLD_PORT);
    for (guint i = 0; kerberos_ports != NULL && i < kerberos_ports->nranges; i++) {
        for (guint32 port = kerberos_ports->ranges[i].low; port <= kerberos_ports->ranges[i].high;
             port++) {
            claim_port(port);
        }
    }
}

/* A port that begins with another's handle now has been taken from us, by a preference. */
static void release_ports(void)
{
    for (guint i = 0; extra_ports != NULL && i < wmem_array_get_count(extra_ports); i++) {
        const extra_port *extra = wmem_array_index(extra_ports, i);
        table_entry entry = entry_of(extra->port);
        if (entry.initial == own_tcp_handle) {
            set_initial(TCP_PORTS, &entry, extra->former);
        }
    }
    if (extra_ports != NULL) {
        wmem_destroy_array(extra_ports);
        extra_ports = NULL;
    }
}

static dissector_handle_t initial_of_name(void)
{
    return dissector_get_default_string_handle(TLS_NAMES, TLS_NAME);
}

/* As set_initial(), for the name that TLS has for the protocol. */
static void set_initial_of_name(dissector_handle_t to)
{
    dissector_handle_t initial = initial_of_name();
    dissector_handle_t current = dissector_get_string_handle(
        find_dissector_table(TLS_NAMES), TLS_NAME);
    if (to != NULL) {
        dissector_add_string(TLS_NAMES, TLS_NAME, to);
    } else {
        dissector_delete_string(TLS_NAMES, TLS_NAME, initial);
    }
    if (current != initial) {
        dissector_change_string(TLS_NAMES, TLS_NAME, current);
    }
}

static void claim_name(void)
{
    name_former = initial_of_name();
    name_claimed = true;
    set_initial_of_name(own_tls_handle);
}

static void release_name(void)
{
    if (name_claimed && initial_of_name() == own_tls_handle) {
        set_initial_of_name(name_former);
    }
    name_claimed = false;
}

/* --- Both ------------------------------------------------------------------------------------- */

static void give_back(void)
{
    release_ports();
    release_name();
    move_entries(TCP_PORTS, own_tcp_handle, host_handle);
    move_entries(TLS_PORTS, own_tls_handle, host_handle);
}

static void take(void)
{
    move_entries(TCP_PORTS, host_handle, own_tcp_handle);
    move_entries(TLS_PORTS, host_handle, own_tls_handle);
    claim_ports();
    claim_name();
}

void pop_ports_settle(bool ours)
{
    give_back();
    if (ours) {
        take();
    }
}

void pop_ports_register(
    dissector_handle_t host, dissector_handle_t own_tcp, dissector_handle_t own_tls)
{
    host_handle = host;
    own_tcp_handle = own_tcp;
    own_tls_handle = own_tls;
}

void pop_ports_add_preference(module_t *preferences)
{
    kerberos_ports = range_empty(wmem_epan_scope());
    prefs_register_range_preference(preferences, "kpop_ports", "KPOP TCP ports",
        "Where servers speak KPOP, which begins with a Kerberos exchange: 1109 by custom. None by "
        "default, since systems give that port to clients, too.",
        &kerberos_ports, LAST_PORT);
}

bool pop_ports_is_kerberos(uint32_t port)
{
    return port == KERBEROS_PORT || value_is_in_range(kerberos_ports, port);
}
