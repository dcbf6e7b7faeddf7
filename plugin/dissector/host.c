/* host.c
 * The host's own protocol "pop" is adopted: its fields, its preferences, its ports. Where the host
 * has none, it is made. Public API only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/host.h"

#include <epan/dissectors/packet-tls.h>
#include <epan/prefs-int.h>
#include <wsutil/wslog.h>

#include "dissector/compat.h"
#include "dissector/ports.h"

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

/* Behind the name of a field that the host has with another type. */
#define OTHER_NAME "_in_full"

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
static void (*host_apply)(void); /* the host's own, when preferences change; or NULL */

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
    pop_ports_add_preference(preferences);
    return preferences;
}

/* The host's field of that name, where ours can take its place: a value of another type would end
 * the dissection. */
static const header_field_info *adoptable_field(const header_field_info *ours)
{
    const header_field_info *found = proto_registrar_get_byname(ours->abbrev);
    return found != NULL && found->type == ours->type ? found : NULL;
}

/* Two fields of one name must be of one type: ours takes another name. */
static void get_out_of_the_way(header_field_info *ours)
{
    const header_field_info *found = proto_registrar_get_byname(ours->abbrev);
    if (found == NULL) {
        return;
    }
    const char *name = ours->abbrev;
    ours->abbrev = wmem_strconcat(wmem_epan_scope(), name, OTHER_NAME, NULL);
    ws_warning(
        "Wireshark has a field \"%s\" of type %s, not %s: what the POP plugin shows is \"%s\"",
        name, ftype_name(found->type), ftype_name(ours->type), ours->abbrev);
}

void pop_host_add_fields(hf_register_info *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const header_field_info *adopted = host_has_protocol ? adoptable_field(&fields[i].hfinfo)
                                                             : NULL;
        if (adopted != NULL) {
            *fields[i].p_id = adopted->id;
            continue;
        }
        if (host_has_protocol) {
            get_out_of_the_way(&fields[i].hfinfo);
        }
        proto_register_field_array(proto_pop, &fields[i], 1);
    }
}

bool pop_host_reassembles(void)
{
    return host_reassembly != NULL ? prefs_get_bool_value(host_reassembly, pref_current)
                                   : own_reassembly;
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

/* --- Which dissector -------------------------------------------------------------------------- */

bool pop_host_is_chosen(void)
{
    return chosen_dissector == DISSECTOR_BUILT_IN;
}

/* A change of the preference "tcp.port" goes at once to the dissector that is described as the
 * preferences are titled; not every program tells of a change before the next capture. */
static void title_preferences(void)
{
    if (host_handle != NULL) {
        preferences->title = pop_host_is_chosen() ? dissector_handle_get_description(host_handle)
                                                  : pop_host_tcp_description();
    }
}

/* Runs whenever preferences of the protocol have changed, and before every first pass, when Decode
 * As is settled as well. */
static void settle_ports(void)
{
    pop_ports_settle(chosen_dissector == DISSECTOR_PLUGIN);
    title_preferences();
}

static void apply_preferences(void)
{
    settle_ports();
    if (host_apply != NULL) {
        host_apply();
    }
}

int pop_host_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return call_dissector_only(host_handle, tvb, pinfo, tree, data);
}

static void claim_own_ports(dissector_handle_t tcp_handle, dissector_handle_t tls_handle)
{
    dissector_add_uint_with_preference("tcp.port", POP_TCP_PORT, tcp_handle);
    ssl_dissector_add(POP_TLS_PORT, tls_handle);
}

void pop_host_claim_ports(dissector_handle_t tcp_handle, dissector_handle_t tls_handle)
{
    host_handle = host_has_protocol ? find_dissector(FILTER_NAME) : NULL;
    if (!host_has_protocol) {
        claim_own_ports(tcp_handle, tls_handle);
    }
    pop_ports_register(host_handle, tcp_handle, tls_handle);
    host_apply = preferences->apply_cb;
    preferences->apply_cb = apply_preferences;
    settle_ports(); /* preferences are read later */
    register_init_routine(settle_ports);
}
