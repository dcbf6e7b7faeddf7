/* show_body.c
 * Draws the octets of a mail and the end of a multi-line reply, where a whole mail is handed on.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (RETR) and 11 (message format).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>

#include "dissector/expert.h"
#include "dissector/message.h"
#include "dissector/message_facts.h"
#include "dissector/show.h"

/* Deletions of one session that are listed; a frame may hold a million tree items at the most. */
#define DELETIONS_SHOWN 10000

static int hf_body = -1;
static int hf_end_of_message = -1;
static int hf_end_of_count = -1;
static int hf_deleted = -1;
static int ett_body = -1;

static hf_register_info fields[] = {
    { &hf_body,
        { "Message data", "pop.message.data", FT_NONE, BASE_NONE, NULL, 0,
            "Bytes of a message in this segment, as on the wire", HFILL } },
    { &hf_end_of_message,
        { "End of multi-line reply", "pop.eom", FT_NONE, BASE_NONE, NULL, 0,
            "The final line, a single dot", HFILL } },
    { &hf_end_of_count,
        { "End of counted message", "pop.message.end", FT_NONE, BASE_NONE, NULL, 0,
            "The announced number of bytes has come (POP, POP2)", HFILL } },
    { &hf_deleted,
        { "Deleted message", "pop.message.deleted", FT_UINT32, BASE_DEC, NULL, 0,
            "A message whose deletion took effect with this reply to QUIT", HFILL } },
};

static int *const subtrees[] = { &ett_body };

const pop_module pop_show_body_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* The last segment of a mail that never ended: known when the whole capture has been read. */
static bool is_last_of_unfinished(const pop_view *view, const pop_message *message)
{
    return PINFO_FD_VISITED(view->pinfo)
        && pop_entry_is_last_of_unfinished(view->entry, view->pinfo->num, message);
}

void pop_show_body(const pop_view *view)
{
    const pop_message *message = view->entry->exchange->message;
    pop_anomalies anomalies = pop_view_anomalies(view);
    bool unfinished = is_last_of_unfinished(view, message);
    if (unfinished) {
        anomalies |= POP_FLAW(MESSAGE_INCOMPLETE);
    }
    proto_item *item = NULL;
    if (view->tree != NULL) {
        item = proto_tree_add_none_format(view->tree, hf_body, view->tvb, view->offset,
            view->length, "Message data, %d bytes", view->length);
        proto_tree *tree = proto_item_add_subtree(item, ett_body);
        pop_message_show_reassembled_in(view, tree, message);
        pop_view_add_line_fragments(view, tree);
    }
    pop_expert_add(view->pinfo, item, anomalies);
    if (unfinished) {
        pop_message_facts_show(view, view->entry->exchange);
    }
}

void pop_show_deletions(const pop_view *view, proto_tree *tree, const pop_exchange *quit)
{
    const pop_deletions *deletions = quit->deletions;
    for (size_t i = 0; i < MIN(deletions->count, DELETIONS_SHOWN); i++) {
        uint32_t number = deletions->numbers[i];
        proto_item *item = pop_view_add_generated_number(view, tree, hf_deleted, number);
        proto_item *name = pop_view_add_unique_id(view, tree, quit->maildrop, number);
        if (name != NULL) {
            proto_item_append_text(item, ", %s",
                pop_view_readable(
                    view, pop_maildrop_unique_id(quit->maildrop, number, view->record->step)));
            pop_view_hide(name, true);
        }
    }
}

void pop_show_body_end(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    proto_item *item = NULL;
    if (view->tree != NULL) {
        int field = exchange->body == POP_BODY_COUNTED ? hf_end_of_count : hf_end_of_message;
        item = proto_tree_add_item(
            view->tree, field, view->tvb, view->offset, view->length, ENC_NA);
    }
    pop_expert_add(view->pinfo, item, pop_view_anomalies(view));
    if (exchange->message != NULL) {
        pop_message_facts_show(view, exchange);
        /* A mail in an ICMP error's quotation has been seen already. */
        if (pop_message_is_decoded(exchange) && !view->pinfo->flags.in_error_pkt) {
            pop_message_hand_over(view, proto_tree_get_root(view->tree), exchange->message);
        }
    }
}
