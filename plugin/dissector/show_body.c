/* show_body.c
 * Draws the octets of a mail and the end of a multi-line reply, where a whole mail is handed on.
 *
 * RFC 1939 sections 3 (multi-line replies), 5 (RETR) and 11 (message format).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>
#include <wsutil/str_util.h>

#include "dissector/expert.h"
#include "dissector/message.h"
#include "dissector/show.h"
#include "dissector/wire_text.h"
#include "mail/pop_header.h"

/* Deletions of one session that are listed; a frame may hold a million tree items at the most. */
#define DELETIONS_SHOWN 10000

static int hf_message = -1;
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
    { &hf_message,
        { "Message", "pop.message", FT_UINT32, BASE_DEC, NULL, 0,
            "A message that ends here or never ends: its number, 0 where it has none", HFILL } },
    { &hf_body,
        { "Message data", "pop.message.data", FT_NONE, BASE_NONE, NULL, 0,
            "Bytes of a message in this segment, as on the wire", HFILL } },
    { &hf_end_of_message,
        { "End of multi-line reply", "pop.eom", FT_NONE, BASE_NONE, NULL, 0,
            "The final line, a single dot", HFILL } },
    { &hf_end_of_count,
        { "End of counted message", "pop.message.end", FT_NONE, BASE_NONE, NULL, 0,
            "The announced number of bytes has come (POP, POP2)", HFILL } },
    { &hf_announced_list,
        { "Size by LIST", "pop.message.announced.list", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The message's bytes as LIST announced them", HFILL } },
    { &hf_announced_reply,
        { "Size by status text", "pop.message.announced.reply", FT_UINT64,
            BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes, 0,
            "The message's bytes as the text of the status line announced them", HFILL } },
    { &hf_length,
        { "Message length", "pop.message.length", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The message's bytes as received, dot-stuffing undone", HFILL } },
    { &hf_complete,
        { "Message complete", "pop.message.complete", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether all of the message was captured", HFILL } },
    { &hf_deleted,
        { "Deleted message", "pop.message.deleted", FT_UINT32, BASE_DEC, NULL, 0,
            "A message whose deletion took effect with this reply to QUIT", HFILL } },
    { &hf_subject,
        { "Subject", "pop.message.subject", FT_STRING, BASE_NONE, NULL, 0,
            "The message's Subject, decoded (RFC 2047)", HFILL } },
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

static void add_uint64(const pop_view *view, proto_tree *tree, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, field, view->tvb, 0, 0, value));
}

/* The facts of a message always stand in this order, so that the n-th values belong together. */
static void add_facts(
    const pop_view *view, proto_tree *tree, const pop_exchange *exchange, const char *subject)
{
    const pop_message *message = exchange->message;
    uint64_t size = 0;
    add_uint64(view, tree, hf_length, message->total);
    add_complete(view, tree, pop_message_is_whole(message));
    pop_view_add_generated_string(view, tree, hf_subject, subject);
    if (exchange->has_message
        && pop_maildrop_size(
            exchange->maildrop, exchange->message_number, view->record->step, &size)) {
        add_uint64(view, tree, hf_announced_list, size);
    }
    if (exchange->has_announced_size) {
        add_uint64(view, tree, hf_announced_reply, exchange->announced_size);
    }
}

static void write_label(const pop_view *view, proto_item *item, const char *subject)
{
    const pop_message *message = view->entry->exchange->message;
    wmem_strbuf_t *label = wmem_strbuf_new(view->pinfo->pool, ", ");
    if (subject[0] != '\0') {
        pop_wire_append_quoted(label, subject);
        wmem_strbuf_append(label, ", ");
    }
    wmem_strbuf_append_printf(label, "%s%" PRIu64 " byte%s",
        pop_message_is_whole(message) ? "" : "incomplete, ", message->total,
        plurality(message->total, "", "s"));
    proto_item_append_text(item, "%s", wmem_strbuf_get_str(label));
}

/* A message that ends here, or is known never to end. */
static void show_message(const pop_view *view, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    if (view->tree == NULL) {
        return;
    }
    char *found = pop_header_subject((pop_span){ message->octets, message->length });
    const char *subject = found == NULL ? "" : found;
    proto_item *item = pop_view_add_generated_number(
        view, view->tree, hf_message, exchange->has_message ? exchange->message_number : 0);
    if (pop_view_is_seen(view->tree)) {
        write_label(view, item, subject);
    }
    proto_tree *tree = proto_item_add_subtree(item, ett_body);
    add_facts(view, tree, exchange, subject);
    pop_message_show_fragments(view, tree, message);
    g_free(found);
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
        pop_message_show_reassembled_in(view, tree, message);
        pop_view_add_line_fragments(view, tree);
    }
    pop_expert_add(view->pinfo, item, anomalies);
    if (unfinished) {
        show_message(view, view->entry->exchange);
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
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
    if (exchange->message != NULL) {
        show_message(view, exchange);
        /* A mail in an ICMP error's quotation has been seen already. */
        if (pop_message_is_decoded(exchange) && !view->pinfo->flags.in_error_pkt) {
            pop_message_hand_over(view, proto_tree_get_root(view->tree), exchange->message);
        }
    }
}
