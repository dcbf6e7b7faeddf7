/* show_pdu.c
 * Draws one command or one reply as a subtree, with all that belongs to it in it.
 *
 * RFC 1939 section 3 (commands and replies).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/room.h"
#include "dissector/show.h"
#include "dissector/summary.h"
#include "dissector/wire_text.h"

static int hf_reply = -1;
static int hf_submission = -1;
static int ett_pdu = -1;

static hf_register_info fields[] = {
    { &hf_reply,
        { "Reply", "pop.reply", FT_NONE, BASE_NONE, NULL, 0,
            "What this segment has of a reply, of the greeting or of a challenge", HFILL } },
    { &hf_submission,
        { "Submitted message", "pop.submission", FT_NONE, BASE_NONE, NULL, 0,
            "What this segment has of a message that the client sends (XTND XMIT)", HFILL } },
};

static int *const subtrees[] = { &ett_pdu };

const pop_module pop_show_pdu_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* --- Entries ---------------------------------------------------------------------------------- */

static void show_entry(const pop_view *view)
{
    switch ((pop_entry_kind)view->entry->kind) {
    case POP_ENTRY_STATUS:
    case POP_ENTRY_GREETING:
    case POP_ENTRY_CHALLENGE:
        pop_show_status(view);
        break;
    case POP_ENTRY_REQUEST:
        if (!pop_pdu_is_told(view->entry)) {
            pop_show_request(view);
        }
        break;
    case POP_ENTRY_ANSWER:
        pop_show_answer(view);
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
        if (view->entry->ends_line_here) {
            pop_show_empty_line(view);
        } else {
            pop_show_piece(view);
        }
        break;
    case POP_ENTRY_UNEXPECTED:
        pop_show_malformed(view);
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

bool pop_show_leaves_trace(const packet_info *pinfo, const pop_record *record)
{
    for (uint32_t i = 0; i < record->entry_count; i++) {
        if (leaves_trace(pinfo, &record->entries[i])) {
            return true;
        }
    }
    return PINFO_FD_VISITED(pinfo);
}

/* Draws the entries, as many as the frame's tree has room for; the others go their way undrawn. */
static bool show_entries(const pop_view *frame, proto_tree *tree, const pop_pdu *pdu)
{
    bool all_drawn = true;
    for (uint32_t i = 0; i < pdu->count; i++) {
        const pop_entry *entry = &pdu->entries[i];
        all_drawn = all_drawn && pop_room_left(tree);
        proto_tree *drawn_in = all_drawn ? tree : NULL;
        if (drawn_in != NULL || leaves_trace(frame->pinfo, entry)) {
            pop_view view = pop_view_of(frame->tvb, frame->pinfo, drawn_in, frame->record, entry);
            show_entry(&view);
        }
    }
    return all_drawn;
}

/* --- Replies ---------------------------------------------------------------------------------- */

static const char *label_of(const pop_view *frame, const pop_pdu *pdu)
{
    if (pdu->entries[0].kind == POP_ENTRY_UNEXPECTED) { /* a frame may have very many */
        return pop_summary_malformed;
    }
    wmem_strbuf_t *label = wmem_strbuf_new(frame->pinfo->pool, "");
    pop_summary_append(label, frame->tvb, frame->pinfo, pdu);
    return pop_wire_label(label);
}

static proto_tree *add_subtree(const pop_view *frame, const pop_pdu *pdu, int field)
{
    int offset = (int)pdu->entries[0].offset;
    int end = (int)(pop_pdu_last(pdu)->offset + pop_pdu_last(pdu)->length);
    proto_item *item = proto_tree_add_item(
        frame->tree, field, frame->tvb, offset, end - offset, ENC_NA);
    if (pop_view_is_seen(frame->tree)) {
        proto_item_set_text(item, "%s", label_of(frame, pdu));
    }
    return proto_item_add_subtree(item, ett_pdu);
}

/* A subtree for all of it; what is true of the whole stands at its end. */
static bool show_whole(const pop_view *frame, const pop_pdu *pdu, int field)
{
    if (frame->tree == NULL) {
        return show_entries(frame, NULL, pdu);
    }
    pop_view view = *frame;
    view.tree = add_subtree(frame, pdu, field);
    view.entry = pdu->entries;
    view.message_number = pop_view_message_number(pdu->entries);
    pop_view_add_context(&view, view.tree);
    bool all_drawn = show_entries(frame, view.tree, pdu);
    pop_show_times(&view, pdu);
    return all_drawn;
}

/* The accepted QUIT ends the session's dealings with its maildrop. */
static void show_maildrop(const pop_view *frame, const pop_pdu *pdu)
{
    if (pdu->entries[0].kind == POP_ENTRY_STATUS
        && pdu->exchange->maildrop->quit == pdu->exchange) {
        pop_show_maildrop(frame, pdu->exchange->maildrop);
    }
}

bool pop_show_pdu(const pop_view *frame, const pop_pdu *pdu)
{
    bool all_drawn = true;
    switch (pdu->kind) {
    case POP_PDU_REPLY:
        all_drawn = show_whole(frame, pdu, hf_reply);
        show_maildrop(frame, pdu);
        break;
    case POP_PDU_SUBMISSION:
        all_drawn = show_whole(frame, pdu, hf_submission);
        break;
    case POP_PDU_COMMAND:
    case POP_PDU_UNASSIGNED:
        all_drawn = show_entries(frame, frame->tree, pdu);
        break;
    }
    return all_drawn;
}
