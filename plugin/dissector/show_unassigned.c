/* show_unassigned.c
 * Draws what has no place of its own: parts of lines, lines out of step, octets that are not
 * decoded.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/octets.h"
#include "dissector/hand_over.h"
#include "dissector/hiding.h"
#include "dissector/show.h"

static int hf_line_piece = -1;
static int hf_line_reassembled_in = -1;
static int hf_unexpected = -1;
static int hf_undecoded = -1;
static int hf_protected = -1;
static int hf_preamble = -1;
static int ett_unassigned = -1;

static hf_register_info fields[] = {
    { &hf_line_piece,
        { "Part of a line", "pop.line.part", FT_STRING, BASE_NONE, NULL, 0,
            "The beginning or middle of a line that ends in a later segment", HFILL } },
    { &hf_line_reassembled_in,
        { "Line ends in frame", "pop.line.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame in which the whole line is decoded", HFILL } },
    { &hf_unexpected,
        { "Unexpected line", "pop.unexpected", FT_STRING, BASE_NONE, NULL, 0,
            "A line that is neither a status line nor part of a multi-line reply", HFILL } },
    { &hf_protected,
        { "Protected data", "pop.protected", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes behind the security layer that the login negotiated (RFC 4422)", HFILL } },
    { &hf_preamble,
        { "PROXY header", "pop.proxy", FT_NONE, BASE_NONE, NULL, 0,
            "The header by which a proxy tells for whom it speaks, before the session", HFILL } },
    { &hf_undecoded,
        { "Undecoded data", "pop.undecoded", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes that are not decoded: protected, repeated, or out of step", HFILL } },
};

static heur_dtbl_entry_t *proxy_dissector;

static void find_dissectors(int protocol _U_)
{
    proxy_dissector = find_heur_dissector_by_unique_short_name("proxy_tcp");
}

static int *const subtrees[] = { &ett_unassigned };

const pop_module pop_show_unassigned_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees),
    .handoff = find_dissectors };

static proto_tree *add_subtree(const pop_view *view, proto_item *item)
{
    proto_tree *tree = proto_item_add_subtree(item, ett_unassigned);
    if (view->record->direction == POP_FROM_CLIENT || view->entry->kind != POP_ENTRY_PIECE) {
        pop_view_add_context(view, tree); /* else it stands with the reply */
    }
    if (view->entry->kind != POP_ENTRY_PIECE) {
        pop_view_add_line_fragments(view, tree);
    }
    return tree;
}

void pop_show_piece(const pop_view *view)
{
    pop_anomalies anomalies = view->entry->anomalies;
    const pop_line *line = view->entry->line;
    bool never_ends = PINFO_FD_VISITED(view->pinfo) && line->completed_in == 0;
    if (never_ends) {
        anomalies |= POP_FLAW(LINE_INCOMPLETE);
    }
    proto_item *item = NULL;
    if (view->tree != NULL) {
        pop_view part = *view;
        part.text = pop_octets(view->tvb, (uint32_t)view->offset, (uint32_t)view->length);
        part.secret = pop_hiding_octets(view) ? part.text : part.secret;
        item = pop_view_add_text(&part, view->tree, hf_line_piece, part.text, 0);
        proto_tree *tree = add_subtree(view, item);
        if (PINFO_FD_VISITED(view->pinfo) && line->completed_in != 0) {
            pop_view_add_generated_number(view, tree, hf_line_reassembled_in, line->completed_in);
        }
    }
    pop_expert_add(view->pinfo, item, anomalies);
}

/* A header of the PROXY protocol goes to the host's dissector for it, where that is there. */
void pop_show_preamble(const pop_view *view)
{
    proto_item *item = NULL;
    if (view->tree != NULL) {
        item = proto_tree_add_item(
            view->tree, hf_preamble, view->tvb, view->offset, view->length, ENC_NA);
        add_subtree(view, item);
    }
    if (proxy_dissector != NULL) {
        tvbuff_t *header = tvb_new_subset_length(view->tvb, view->offset, view->length);
        pop_hand_over_heuristic(
            proxy_dissector, header, view->pinfo, proto_tree_get_root(view->tree));
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
}

void pop_show_as_unexpected(const pop_view *view, proto_tree *tree)
{
    pop_view_hide(pop_view_add_text(view, tree, hf_unexpected, view->text, 0), true);
}

/* Octets of the client's that may be anything, a password too. */
static proto_item *add_hidden_octets(const pop_view *view, int field)
{
    proto_item *item = proto_tree_add_bytes_with_length(
        view->tree, field, view->tvb, view->offset, 0, (const guint8 *)"", 0);
    proto_item_append_text(item, "%d bytes " POP_HIDDEN, view->length);
    return item;
}

void pop_show_opaque(const pop_view *view)
{
    proto_item *item = NULL;
    if (view->tree != NULL) {
        int field = view->entry->kind == POP_ENTRY_PROTECTED ? hf_protected : hf_undecoded;
        item = field == hf_undecoded && pop_hiding_octets(view)
            ? add_hidden_octets(view, field)
            : proto_tree_add_item(view->tree, field, view->tvb, view->offset, view->length, ENC_NA);
        add_subtree(view, item);
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
}
