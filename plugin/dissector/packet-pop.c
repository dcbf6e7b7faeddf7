/* packet-pop.c
 * Post Office Protocol: the entry from TCP and from TLS, and the registration of all that is drawn.
 *
 * RFC 1939 (POP3) and its extensions; RFC 937 (POP2); RFC 918 (POP).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/packet-pop.h"

#include <epan/exceptions.h>
#include <epan/packet.h>

#include "dissector/columns.h"
#include "dissector/expert.h"
#include "dissector/heuristic.h"
#include "dissector/host.h"
#include "dissector/inert_media.h"
#include "dissector/message.h"
#include "dissector/room.h"
#include "dissector/secrets.h"
#include "dissector/settings.h"
#include "dissector/show.h"
#include "dissector/tap.h"
#include "dissector/tls.h"
#include "dissector/withheld.h"

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
    &pop_show_request_module,
    &pop_show_reply_module,
    &pop_show_exchange_module,
    &pop_show_auth_module,
    &pop_show_verified_module,
    &pop_show_listing_module,
    &pop_show_capability_module,
    &pop_show_body_module,
    &pop_show_stray_module,
    &pop_show_maildrop_module,
    &pop_message_module,
    &pop_inert_media_module,
    &pop_tls_module,
};

/* --- Drawing ---------------------------------------------------------------------------------- */

/* A line that stood where a status line must stand, and before the proper one: known later. */
static bool is_no_answer(const pop_view *view)
{
    return PINFO_FD_VISITED(view->pinfo) && view->entry->exchange->answered_late
        && (view->entry->anomalies & POP_FLAW(STATUS_MALFORMED)) != 0;
}

static void show_entry(const pop_view *view)
{
    switch ((pop_entry_kind)view->entry->kind) {
    case POP_ENTRY_GREETING:
        pop_show_greeting(view);
        break;
    case POP_ENTRY_REQUEST:
        pop_show_request(view);
        break;
    case POP_ENTRY_ANSWER:
        pop_show_answer(view);
        break;
    case POP_ENTRY_STATUS:
        if (is_no_answer(view)) {
            pop_show_unexpected(view);
        } else {
            pop_show_status(view);
        }
        break;
    case POP_ENTRY_CHALLENGE:
        pop_show_challenge(view);
        break;
    case POP_ENTRY_LISTING:
        pop_show_listing(view);
        break;
    case POP_ENTRY_BODY:
        pop_show_body(view);
        break;
    case POP_ENTRY_BODY_END:
        pop_show_body_end(view);
        break;
    case POP_ENTRY_PIECE:
        pop_show_piece(view);
        break;
    case POP_ENTRY_UNEXPECTED:
        pop_show_unexpected(view);
        break;
    case POP_ENTRY_PREAMBLE:
        pop_show_preamble(view);
        break;
    case POP_ENTRY_OPAQUE:
    case POP_ENTRY_PROTECTED:
        pop_show_opaque(view);
        break;
    }
}

/* Where no tree is drawn, most entries leave no trace: those with nothing wrong, no login to hand
 * on and no mail that ends. */
static bool leaves_trace(const packet_info *pinfo, const pop_entry *entry)
{
    return PINFO_FD_VISITED(pinfo) || entry->anomalies != 0 || entry->auth != NULL
        || (entry->kind != POP_ENTRY_REQUEST && entry->kind != POP_ENTRY_STATUS
            && entry->kind != POP_ENTRY_BODY);
}

static bool any_leaves_trace(const packet_info *pinfo, const pop_record *record)
{
    for (uint32_t i = 0; i < record->entry_count; i++) {
        if (leaves_trace(pinfo, &record->entries[i])) {
            return true;
        }
    }
    return PINFO_FD_VISITED(pinfo);
}

/* Draws the entries, as many as the frame's tree has room for; the others go their way undrawn. */
static void show_entries(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, proto_item *item, const pop_record *record)
{
    bool all_drawn = true;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        all_drawn = all_drawn && pop_room_left(tree);
        proto_tree *drawn_in = all_drawn ? tree : NULL;
        const pop_entry *entry = &record->entries[i];
        if (drawn_in != NULL || leaves_trace(pinfo, entry)) {
            pop_view view = pop_view_of(tvb, pinfo, drawn_in, record, entry);
            show_entry(&view);
        }
    }
    if (!all_drawn) {
        pop_anomalies at_the_end = record->entries[record->entry_count - 1].anomalies;
        pop_expert_add(pinfo, item, POP_FLAW(NOT_DRAWN) | (at_the_end & POP_FLAW(TOO_MANY_LINES)));
    }
}

static void show_record(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record)
{
    /* Without a tree the call would return NULL, but not at once. */
    proto_item *item = tree == NULL ? NULL
                                    : proto_tree_add_item(tree, proto_pop, tvb, 0, -1, ENC_NA);
    proto_tree *pop_tree = proto_item_add_subtree(item, ett_pop);
    pop_view whole = { .pinfo = pinfo, .tree = pop_tree, .tvb = tvb, .record = record };
    pop_show_session(&whole);
    show_entries(tvb, pinfo, pop_tree, item, record);
    pop_show_session_end(&whole, item);
}

/* --- The way in ------------------------------------------------------------------------------- */

static int dissect(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct tcpinfo *tcp, bool tls)
{
    const pop_record *record = pop_transcript_record(tvb, pinfo, tcp, tls);
    pop_columns_write(tvb, pinfo, record);
    if (tree != NULL || any_leaves_trace(pinfo, record)) {
        show_record(tvb, pinfo, tree, record);
    }
    pop_tap_queue(tvb, pinfo, record);
    return (int)tvb_captured_length(tvb);
}

static int dissect_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pop_tls_takes_over(tvb, pinfo, tree, data, tls_app_handle)) {
        return (int)tvb_captured_length(tvb);
    }
    return dissect(tvb, pinfo, tree, data, false);
}

static int dissect_tls(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect(tvb, pinfo, tree, NULL, true);
}

/* Where it throws, the frame ends all the same: its number of calls would be taken for that of the
 * next look at it. */
static int dissect_segment(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const struct tcpinfo *tcp)
{
    volatile int length = 0;
    TRY
    {
        length = dissect(tvb, pinfo, tree, tcp, false);
    }
    FINALLY
    {
        pop_transcript_end_frame();
    }
    ENDTRY;
    return length;
}

/* Not put in line, where it would cost every frame. */
G_GNUC_NO_INLINE static int dissect_uncalled(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree)
{
    struct tcpinfo tcp = { 0 };
    tvbuff_t *tvb = pop_withheld_segment(frame, pinfo, &tcp);
    return tvb == NULL ? 0 : dissect_segment(tvb, pinfo, tree, &tcp);
}

/* Called behind all others for every frame. */
static int dissect_withheld(tvbuff_t *frame, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    int length = pop_transcript_was_called(pinfo) ? 0 : dissect_uncalled(frame, pinfo, tree);
    pop_transcript_end_frame();
    return length;
}

/* --- Registration ----------------------------------------------------------------------------- */

int pop_dissector_register(void)
{
    proto_pop = pop_host_adopt_protocol();
    module_t *preferences = pop_host_preferences();
    pop_expert_register(proto_pop);
    pop_tap_register();
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
    pop_transcript_register();
    dissector_handle_t tcp_handle = create_dissector_handle_with_name_and_description(
        dissect_tcp, proto_pop, pop_host_tcp_name(), pop_host_tcp_description());
    tls_app_handle = create_dissector_handle_with_name_and_description(
        dissect_tls, proto_pop, "pop-full-tls", "POP over TLS (full decode)");
    pop_host_claim_ports(tcp_handle, tls_app_handle);
    pop_heuristic_register(proto_pop, tcp_handle);
    register_postdissector(create_dissector_handle(dissect_withheld, proto_pop));
}
