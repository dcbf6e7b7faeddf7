/* host.c
 * The host's own protocol "pop" is adopted: its fields, its preferences, its ports. Where the host
 * has none, it is made. Public API only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/host.h"

#include <epan/dissectors/packet-tls.h>
#include <epan/prefs-int.h>

#include "dissector/compat.h"

/* A build for the tests sets another name, which no host has. */
#ifdef POP_HOST_NAME
#define FILTER_NAME POP_HOST_NAME
#define SHORT_NAME "POPOWN"
#define FULL_NAME "Post Office Protocol (no host)"
#else
#define FILTER_NAME "pop"
#define SHORT_NAME "POP"
#define FULL_NAME "Post Office Protocol"
#endif

enum {
    DISSECTOR_PLUGIN,
    DISSECTOR_BUILT_IN,
};

static const enum_val_t dissector_choices[] = {
    { "plugin", "This plugin (full decode)", DISSECTOR_PLUGIN },
    { "built-in", "Wireshark's built-in dissector", DISSECTOR_BUILT_IN },
    { NULL, NULL, -1 },
};

static int proto_pop = -1;
static bool host_has_protocol;
static module_t *preferences;
static pref_t *host_reassembly; /* the host's preference "desegment_data" */
static pop_host_bool own_reassembly = TRUE;
static int chosen_dissector = DISSECTOR_PLUGIN;

static dissector_handle_t host_handle; /* NULL where the host has no protocol "pop" */
static dissector_handle_t own_tcp_handle, own_tls_handle;
static bool extras_claimed;

/* --- Protocol, fields, preferences ------------------------------------------------------------ */

int pop_host_adopt_protocol(void)
{
    proto_pop = proto_get_id_by_filter_name(FILTER_NAME);
    host_has_protocol = proto_pop != -1;
    if (!host_has_protocol) {
        proto_pop = proto_register_protocol(FULL_NAME, SHORT_NAME, FILTER_NAME);
    }
    return proto_pop;
}

module_t *pop_host_preferences(void)
{
    preferences = host_has_protocol ? prefs_find_module(FILTER_NAME) : NULL;
    if (preferences == NULL) {
        preferences = prefs_register_protocol(proto_pop, NULL);
    }
    host_reassembly = host_has_protocol ? prefs_find_preference(preferences, "desegment_data")
                                        : NULL;
    if (host_reassembly == NULL) {
        prefs_register_bool_preference(preferences, "desegment_data",
            "Reassemble mails spanning multiple TCP segments",
            "Whether the mails of RETR and TOP are put together and decoded.", &own_reassembly);
    }
    if (host_has_protocol) {
        prefs_register_enum_preference(preferences, "dissector", "POP dissector",
            "Which dissector decodes POP: this plugin, or the one that Wireshark was built with.",
            &chosen_dissector, dissector_choices, FALSE);
    }
    return preferences;
}

void pop_host_add_fields(hf_register_info *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int id = host_has_protocol ? proto_registrar_get_id_byname(fields[i].hfinfo.abbrev) : -1;
        if (id > 0) {
            *fields[i].p_id = id;
        } else {
            proto_register_field_array(proto_pop, &fields[i], 1);
        }
    }
}

bool pop_host_reassembles(void)
{
    return host_reassembly != NULL ? prefs_get_bool_value(host_reassembly, pref_current)
                                   : own_reassembly;
}

bool pop_host_built_in_is_chosen(void)
{
    return chosen_dissector == DISSECTOR_BUILT_IN;
}

const char *pop_host_tcp_name(void)
{
    return host_has_protocol ? "pop-full" : proto_get_protocol_filter_name(proto_pop);
}

/* The preference "tcp.port" finds its dissector by the protocol's short name; where that is the
 * host's, ours needs another: two dissectors of one table must not be described alike. */
const char *pop_host_tcp_description(void)
{
    return host_has_protocol ? "POP (full decode)"
                             : proto_get_protocol_short_name(find_protocol_by_id(proto_pop));
}

/* --- Ports ------------------------------------------------------------------------------------ */

/* One dissector table and the handle of ours that belongs in it. */
typedef struct port_table {
    const char *name;
    dissector_handle_t own;
} port_table;

/* Ports to be changed: a table must not be changed while it is walked. */
typedef struct port_collection {
    dissector_handle_t wanted;
    bool initial; /* compare the handle that a port began with, not the one it has */
    GArray *ports;
} port_collection;

static void collect_port(
    const char *table_name _U_, ftenum_t type _U_, void *key, void *value, void *data)
{
    port_collection *collection = data;
    dtbl_entry_t *entry = value;
    dissector_handle_t handle = collection->initial ? dtbl_entry_get_initial_handle(entry)
                                                    : dtbl_entry_get_handle(entry);
    if (handle != NULL && handle == collection->wanted) {
        guint32 port = GPOINTER_TO_UINT(key);
        g_array_append_val(collection->ports, port);
    }
}

typedef void (*port_setter)(const char *table_name, const guint32 port, dissector_handle_t handle);

/* Gives every port of the table that has (or, `initial`, began with) handle `from` to handle
 * `to`. */
static void move_ports(const char *table_name, dissector_handle_t from, bool initial,
    dissector_handle_t to, port_setter set)
{
    port_collection collection = { from, initial, g_array_new(FALSE, FALSE, sizeof(guint32)) };
    dissector_table_foreach(table_name, collect_port, &collection);
    for (guint i = 0; i < collection.ports->len; i++) {
        set(table_name, g_array_index(collection.ports, guint32, i), to);
    }
    g_array_free(collection.ports, TRUE);
}

/* What the host's dissector never had: the ports of the old versions and of KPOP, and the name that
 * TLS has for the protocol (RFC 7301). */
static void claim_extras(void)
{
    if (!extras_claimed) {
        dissector_add_uint("tcp.port", POP_OLD_PORT, own_tcp_handle);
        dissector_add_uint("tcp.port", POP_KERBEROS_PORT, own_tcp_handle);
        dissector_add_string("tls.alpn", "pop3", own_tls_handle);
        extras_claimed = true;
    }
}

static void release_extras(void)
{
    if (extras_claimed) {
        dissector_delete_uint("tcp.port", POP_OLD_PORT, own_tcp_handle);
        dissector_delete_uint("tcp.port", POP_KERBEROS_PORT, own_tcp_handle);
        dissector_delete_string("tls.alpn", "pop3", own_tls_handle);
        extras_claimed = false;
    }
}

/* What has gone to the host's handle since the handoff (a preference, Decode As) becomes ours;
 * where the user wants the built-in dissector, all that is ours goes back. Runs before every first
 * pass, when preferences and Decode As are settled. */
static void settle_ports(void)
{
    const port_table tables[] = { { "tcp.port", own_tcp_handle }, { "tls.port", own_tls_handle } };
    if (chosen_dissector == DISSECTOR_BUILT_IN) {
        release_extras();
    } else {
        claim_extras();
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        const port_table *table = &tables[i];
        if (chosen_dissector == DISSECTOR_BUILT_IN) {
            move_ports(table->name, table->own, true, host_handle, dissector_add_uint);
            move_ports(table->name, table->own, false, host_handle, dissector_change_uint);
        } else {
            move_ports(table->name, host_handle, true, table->own, dissector_add_uint);
            move_ports(table->name, host_handle, false, table->own, dissector_change_uint);
        }
    }
}

void pop_host_claim_ports(dissector_handle_t tcp_handle, dissector_handle_t tls_handle)
{
    own_tcp_handle = tcp_handle;
    own_tls_handle = tls_handle;
    claim_extras();
    if (!host_has_protocol) {
        dissector_add_uint_with_preference("tcp.port", POP_TCP_PORT, tcp_handle);
        ssl_dissector_add(POP_TLS_PORT, tls_handle);
        return;
    }
    host_handle = find_dissector(FILTER_NAME);
    /* With dissector_add_uint() ours is the port's default; dissector_change_uint() would show it
     * in the Decode As dialog as a change that the user never made. */
    move_ports("tcp.port", host_handle, false, tcp_handle, dissector_add_uint);
    move_ports("tls.port", host_handle, false, tls_handle, dissector_add_uint);
    register_init_routine(settle_ports);
}
