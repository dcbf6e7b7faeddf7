/* packet-pop.c
 * Post Office Protocol: the entry from TCP and from TLS, and the registration of all that is drawn.
 *
 * RFC 1939 (POP3) and its extensions; RFC 937 (POP2); RFC 918 (POP).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/packet-pop.h"

#include <epan/packet.h>

#include "dissector/columns.h"
#include "dissector/contents.h"
#include "dissector/expert.h"
#include "dissector/heuristic.h"
#include "dissector/host.h"
#include "dissector/inert_media.h"
#include "dissector/known_files.h"
#include "dissector/message.h"
#include "dissector/message_facts.h"
#include "dissector/secrets.h"
#include "dissector/settings.h"
#include "dissector/show.h"
#include "dissector/summary.h"
#include "dissector/tap.h"
#include "dissector/tls.h"
#include "dissector/wire_text.h"

static int proto_pop = -1;
static int ett_pop = -1;
static dissector_handle_t tls_app_handle; /* ours, for what comes out of TLS */

static int *const subtrees[] = { &ett_pop };

static const pop_module own_module = { .subtrees = subtrees, .subtree_count = POP_COUNT(subtrees) };

static const pop_module *const modules[] = {
    &own_module,
    &pop_expert_module,
    &pop_settings_module,
    &pop_secrets_module,
    &pop_view_module,
    &pop_show_session_module,
    &pop_show_pdu_module,
    &pop_show_request_module,
    &pop_show_reply_module,
    &pop_show_exchange_module,
    &pop_show_auth_module,
    &pop_show_verified_module,
    &pop_show_listing_module,
    &pop_show_capability_module,
    &pop_show_body_module,
    &pop_show_unassigned_module,
    &pop_show_held_module,
    &pop_show_maildrop_module,
    &pop_message_module,
    &pop_message_facts_module,
    &pop_known_files_module,
    &pop_inert_media_module,
    &pop_tls_module,
};

/* --- Drawing ---------------------------------------------------------------------------------- */

/* Commands and replies that the root line names. */
#define NAMED_IN_ROOT 4

/* What the frame holds, on the line that is seen while the tree is closed. */
static void write_root(
    tvbuff_t *tvb, packet_info *pinfo, proto_item *item, const pop_record *record)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    unsigned named = 0;
    for (uint32_t i = 0; i < record->entry_count && named <= NAMED_IN_ROOT; named++) {
        const pop_pdu pdu = pop_pdu_at(record, i);
        wmem_strbuf_append(text, named == 0 ? ", " : "; ");
        if (named < NAMED_IN_ROOT) {
            pop_summary_append(text, tvb, pinfo, &pdu);
        } else {
            wmem_strbuf_append(text, "...");
        }
        i += pdu.count;
    }
    proto_item_append_text(item, "%s", pop_wire_label(text));
}

static void show_pdus(const pop_view *frame, proto_item *item)
{
    const pop_record *record = frame->record;
    bool all_drawn = true;
    for (uint32_t i = 0; i < record->entry_count;) {
        const pop_pdu pdu = pop_pdu_at(record, i);
        all_drawn = pop_show_pdu(frame, &pdu) && all_drawn;
        i += pdu.count;
    }
    if (!all_drawn) {
        pop_anomalies at_the_end = record->entries[record->entry_count - 1].anomalies;
        pop_expert_add(
            frame->pinfo, item, POP_FLAW(NOT_DRAWN) | (at_the_end & POP_FLAW(TOO_MANY_LINES)));
    }
}

/* Without a tree the host's call would return NULL, but not at once. */
static proto_item *add_layer(tvbuff_t *tvb, proto_tree *tree)
{
    return tree == NULL ? NULL : proto_tree_add_item(tree, proto_pop, tvb, 0, -1, ENC_NA);
}

static void show_record(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record)
{
    proto_item *item = add_layer(tvb, tree);
    proto_tree *pop_tree = proto_item_add_subtree(item, ett_pop);
    pop_view frame = { .pinfo = pinfo, .tree = pop_tree, .tvb = tvb, .record = record };
    if (pop_view_is_seen(pop_tree)) {
        write_root(tvb, pinfo, item, record);
    }
    pop_show_ordered(&frame);
    show_pdus(&frame, item);
    pop_show_session(&frame);
    pop_show_session_end(&frame, item);
    pop_expert_add(pinfo, item, record->anomalies);
}

/* --- The way in ------------------------------------------------------------------------------- */

static void read_record(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record)
{
    if (record->held != NULL) {
        pop_show_held(tvb, pinfo, add_layer(tvb, tree), record);
        pop_tap_queue(tvb, pinfo, record); /* it may be all that is seen of the session */
        return;
    }
    pop_columns_write(tvb, pinfo, record);
    if (tree != NULL || pop_show_leaves_trace(pinfo, record)) {
        show_record(tvb, pinfo, tree, record);
    }
    pop_tap_queue(tvb, pinfo, record);
}

/* Where the user has chosen the host's dissector, a file of exported PDUs or a script may still
 * name ours. */
static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pop_host_is_chosen()) {
        return pop_host_dissect(tvb, pinfo, tree, data);
    }
    if (!pop_tls_takes_over(tvb, pinfo, tree, data, tls_app_handle)) {
        pop_transcript_read(tvb, pinfo, tree, false, read_record);
    }
    return (int)tvb_captured_length(tvb);
}

static int dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pop_host_is_chosen()) {
        return pop_host_dissect(tvb, pinfo, tree, data);
    }
    pop_transcript_read(tvb, pinfo, tree, true, read_record);
    return (int)tvb_captured_length(tvb);
}

static void dissect_untaken(packet_info *pinfo, proto_tree *tree, const pop_tcp_segment *segment)
{
    pop_transcript_read_untaken(pinfo, tree, segment, read_record);
}

/* --- Registration ----------------------------------------------------------------------------- */

int pop_dissector_register(void)
{
    proto_pop = pop_host_adopt_protocol();
    module_t *preferences = pop_host_preferences();
    pop_expert_register(proto_pop);
    pop_tap_register();
    pop_contents_register();
    for (size_t i = 0; i < POP_COUNT(modules); i++) {
        const pop_module *module = modules[i];
        pop_host_add_fields(module->fields, module->field_count);
        if (module->subtree_count > 0) {
            proto_register_subtree_array(module->subtrees, (int)module->subtree_count);
        }
        if (module->preferences != NULL) {
            module->preferences(preferences);
        }
    }
    return proto_pop;
}

void pop_dissector_handoff(void)
{
    for (size_t i = 0; i < POP_COUNT(modules); i++) {
        if (modules[i]->handoff != NULL) {
            modules[i]->handoff(proto_pop);
        }
    }
    pop_transcript_register(proto_pop);
    dissector_handle_t tcp_handle = register_dissector_with_description(
        pop_host_tcp_name(), pop_host_tcp_description(), dissect_tcp, proto_pop);
    tls_app_handle = register_dissector_with_description(
        "pop-full-tls", "POP over TLS (full decode)", dissect_tls, proto_pop);
    pop_host_claim_ports(tcp_handle, tls_app_handle);
    pop_heuristic_register(proto_pop, tcp_handle);
    pop_segment_register(tcp_handle, dissect_untaken);
}
