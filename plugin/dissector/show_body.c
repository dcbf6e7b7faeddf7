/* show_body.c
 * Draws the octets of a mail and the end of a multi-line reply, where a whole mail is handed on.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (RETR) and 11 (message format).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/message.h"
#include "dissector/show.h"
#include "mail/pop_header.h"

/* Deletions of one session that are listed; a frame may hold a million tree items at the most. */
#define DELETIONS_SHOWN 10000

static int hf_body = -1;
static int hf_end_of_message = -1;
static int hf_end_of_count = -1;
static int hf_announced_list = -1;
static int hf_announced_reply = -1;
static int hf_length = -1;
static int hf_complete = -1;
static int hf_subject = -1;
static int hf_deleted = -1;
static int ett_body = -1;

static hf_register_info fields[] = {
    { &hf_body,
        { "Message data", "pop.message.data", FT_NONE, BASE_NONE, NULL, 0,
            "Octets of a mail in this segment, as on the wire", HFILL } },
    { &hf_end_of_message,
        { "End of multi-line reply", "pop.eom", FT_NONE, BASE_NONE, NULL, 0,
            "The final line, a single dot", HFILL } },
    { &hf_end_of_count,
        { "End of counted message", "pop.message.end", FT_NONE, BASE_NONE, NULL, 0,
            "The announced number of octets has come (POP, POP2)", HFILL } },
    { &hf_announced_list,
        { "Size by LIST", "pop.message.announced.list", FT_UINT64, BASE_DEC, NULL, 0,
            "The mail's octets as LIST announced them", HFILL } },
    { &hf_announced_reply,
        { "Size by status text", "pop.message.announced.reply", FT_UINT64, BASE_DEC, NULL, 0,
            "The mail's octets as the text of the status line announced them", HFILL } },
    { &hf_length,
        { "Message length", "pop.message.length", FT_UINT64, BASE_DEC, NULL, 0,
            "The mail's octets as received, dot-stuffing undone", HFILL } },
    { &hf_complete,
        { "Message complete", "pop.message.complete", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether all of the mail was captured", HFILL } },
    { &hf_deleted,
        { "Deleted message", "pop.message.deleted", FT_UINT32, BASE_DEC, NULL, 0,
            "A mail whose deletion took effect with this reply to QUIT", HFILL } },
    { &hf_subject,
        { "Subject", "pop.message.subject", FT_STRING, BASE_NONE, NULL, 0,
            "The mail's Subject, decoded (RFC 2047)", HFILL } },
};

static int *const subtrees[] = { &ett_body };

const pop_module pop_show_body_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

static void add_complete(const pop_view *view, proto_tree *tree, bool complete)
{
    proto_item_set_generated(proto_tree_add_boolean(tree, hf_complete, view->tvb, 0, 0, complete));
}

/* The last segment of a mail that never ended: known when the whole capture has been read. */
static bool is_last_of_unfinished(const pop_view *view, const pop_message *message)
{
    return PINFO_FD_VISITED(view->pinfo)
        && pop_entry_is_last_of_unfinished(view->entry, view->pinfo->num, message);
}

void pop_show_body(const pop_view *view)
{
    const pop_message *message = view->entry->exchange->message;
    pop_anomalies anomalies = view->entry->anomalies;
    bool unfinished = is_last_of_unfinished(view, message);
    if (unfinished) {
        anomalies |= POP_FLAW(MESSAGE_INCOMPLETE);
    }
    proto_item *item = NULL;
    if (view->tree != NULL) {
        item = proto_tree_add_none_format(view->tree, hf_body, view->tvb, view->offset,
            view->length, "Message data, %d bytes", view->length);
        proto_tree *tree = proto_item_add_subtree(item, ett_body);
        pop_view_add_context(view, tree);
        pop_message_show_reassembled_in(view, tree, message);
        if (unfinished) {
            add_complete(view, tree, false);
        }
    }
    pop_expert_add(view->pinfo, item, anomalies);
}

static void add_uint64(const pop_view *view, proto_tree *tree, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, field, view->tvb, 0, 0, value));
}

static void add_subject(const pop_view *view, proto_tree *tree, const pop_message *message)
{
    char *subject = pop_header_subject((pop_span){ message->octets, message->length });
    if (subject != NULL) {
        pop_view_add_generated_string(view, tree, hf_subject, subject);
        g_free(subject);
    }
}

static void add_message_facts(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    uint64_t size = 0;
    if (exchange->has_message
        && pop_maildrop_size(
            exchange->maildrop, exchange->message_number, view->record->step, &size)) {
        add_uint64(view, tree, hf_announced_list, size);
    }
    if (exchange->has_announced_size) {
        add_uint64(view, tree, hf_announced_reply, exchange->announced_size);
    }
    add_uint64(view, tree, hf_length, message->total);
    add_complete(view, tree, pop_message_is_whole(message));
    add_subject(view, tree, message);
}

void pop_show_deletions(const pop_view *view, proto_tree *tree, const pop_exchange *quit)
{
    const pop_deletions *deletions = quit->deletions;
    for (size_t i = 0; i < MIN(deletions->count, DELETIONS_SHOWN); i++) {
        uint32_t number = deletions->numbers[i];
        proto_item *item = proto_tree_add_uint(tree, hf_deleted, view->tvb, 0, 0, number);
        proto_item_set_generated(item);
        pop_view_add_unique_id(
            view, proto_item_add_subtree(item, ett_body), quit->maildrop, number);
    }
}

static void show_message_end(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    if (tree != NULL) {
        add_message_facts(view, tree, exchange);
        pop_message_show_fragments(view, tree, message);
    }
}

void pop_show_body_end(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    proto_item *item = NULL;
    proto_tree *tree = NULL;
    if (view->tree != NULL) {
        int field = exchange->body == POP_BODY_COUNTED ? hf_end_of_count : hf_end_of_message;
        item = proto_tree_add_item(
            view->tree, field, view->tvb, view->offset, view->length, ENC_NA);
        tree = proto_item_add_subtree(item, ett_body);
        pop_view_add_context(view, tree);
        pop_show_exchange(view, tree);
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
    if (exchange->message != NULL) {
        show_message_end(view, tree, exchange);
        /* A mail in an ICMP error's quotation has been seen already. */
        if (pop_message_is_decoded(exchange) && !view->pinfo->flags.in_error_pkt) {
            pop_message_hand_over(view, proto_tree_get_root(view->tree), exchange->message);
        }
    }
}
