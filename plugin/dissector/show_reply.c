/* show_reply.c
 * Draws the server's status lines, its greeting, its challenges.
 *
 * RFC 1939 sections 3, 5 and 7, RFC 2449 section 8 (extended response codes), RFC 5034 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/show.h"
#include "grammar/pop_listing.h"

static int hf_response = -1;
static int hf_response_indicator = -1;
static int hf_response_description = -1;
static int hf_response_code = -1;
static int hf_last_message = -1;
static int hf_count_messages = -1;
static int hf_count_octets = -1;
static int ett_response = -1;

static hf_register_info fields[] = {
    { &hf_response,
        { "Response", "pop.response", FT_STRING, BASE_NONE, NULL, 0, "A status line", HFILL } },
    { &hf_response_indicator,
        { "Response indicator", "pop.response.indicator", FT_STRING, BASE_NONE, NULL, 0,
            "The status: +OK, -ERR, or + before a challenge", HFILL } },
    { &hf_response_description,
        { "Response description", "pop.response.description", FT_STRING, BASE_NONE, NULL, 0,
            "Everything behind the status", HFILL } },
    { &hf_response_code,
        { "Response code", "pop.response.code", FT_STRING, BASE_NONE, NULL, 0,
            "Extended response code without its brackets (RFC 2449)", HFILL } },
    { &hf_count_messages,
        { "Announced messages", "pop.count.messages", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of messages that a POP2 server announces", HFILL } },
    { &hf_count_octets,
        { "Announced bytes", "pop.count.octets", FT_UINT32, BASE_DEC, NULL, 0,
            "The length of the message or mailbox that a POP or POP2 server announces", HFILL } },
    { &hf_last_message,
        { "Last message accessed", "pop.last.message", FT_UINT32, BASE_DEC, NULL, 0,
            "The highest message number accessed, by LAST (RFC 1460); 0: none", HFILL } },
};

static int *const subtrees[] = { &ett_response };

const pop_module pop_show_reply_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

static void add_code(const pop_view *view, proto_tree *tree, pop_span code)
{
    const char *meaning = pop_reply_code_meaning(code);
    proto_item *item = pop_view_add_text(view, tree, hf_response_code, code, 0);
    if (meaning != NULL) {
        proto_item_append_text(item, " (%s)", meaning);
    }
}

static void add_parts(const pop_view *view, proto_tree *tree, const pop_reply *reply)
{
    if (reply->indicator.length > 0) {
        pop_view_add_text(view, tree, hf_response_indicator, reply->indicator, 0);
    }
    if (reply->description.length > 0) {
        pop_view_add_text(view, tree, hf_response_description, reply->description, 0);
    }
    if (reply->code.length > 0) {
        add_code(view, tree, reply->code);
    }
}

/* Of a malformed status line: its first word is the indicator where it looks like one. */
static void add_first_word(const pop_view *view, proto_tree *tree)
{
    pop_span rest = view->text;
    pop_span word = pop_next_token(&rest);
    if (word.length > 0 && (word.octets[0] == '+' || word.octets[0] == '-')) {
        pop_view_add_text(view, tree, hf_response_indicator, word, 0);
    }
}

static void add_last(const pop_view *view, proto_tree *tree, pop_span text)
{
    pop_span token = pop_next_token(&text);
    uint32_t number = 0;
    if (pop_span_number32(token, &number)) {
        proto_tree_add_uint(tree, hf_last_message, view->tvb, pop_view_offset(view, token),
            (int)token.length, number);
    }
}

/* Versions 1 and 2: "#n" of RFC 937 counts mails, the other marks octets. */
static void add_count(const pop_view *view, proto_tree *tree, const pop_reply *reply)
{
    bool mails = view->record->version == POP_VERSION_2 && reply->indicator.octets[0] == '#';
    pop_span rest = reply->description;
    pop_span token = pop_next_token(&rest);
    proto_tree_add_uint(tree, mails ? hf_count_messages : hf_count_octets, view->tvb,
        pop_view_offset(view, token), (int)token.length, reply->count);
}

/* "UIDL 3" answered by the unique-id, and no status before it. */
static void add_values_of_malformed(const pop_view *view, proto_tree *tree)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (exchange == NULL || exchange->command == NULL || !exchange->has_message) {
        return;
    }
    pop_body kind = exchange->command->body;
    if (pop_listing_is_of(kind, view->text, exchange->message_number)) {
        pop_show_one_listing(view, tree, kind, view->text);
    } else if (pop_listing_is_value(kind, view->text)) {
        pop_show_bare_value(view, tree, kind, view->text);
    }
}

static void add_values(const pop_view *view, proto_tree *tree, const pop_reply *reply)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (exchange == NULL || exchange->command == NULL || reply->status != POP_STATUS_POSITIVE
        || exchange->body != POP_BODY_NONE || pop_view_is_cut_off(view)) {
        return;
    }
    if (reply->has_count) {
        add_count(view, tree, reply);
    }
    switch (exchange->command->id) {
    case POP_COMMAND_STAT:
        pop_show_stat(view, tree, reply->description);
        break;
    case POP_COMMAND_LAST:
        add_last(view, tree, reply->description);
        break;
    case POP_COMMAND_LANG:
        pop_show_language(view, tree, reply->description);
        break;
    default:
        if (!pop_show_one_listing(view, tree, exchange->command->body, reply->description)
            && exchange->has_message) {
            pop_show_bare_value(view, tree, exchange->command->body, reply->description);
        }
        break;
    }
}

static pop_reply parse(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    bool in_dialogue = exchange != NULL && exchange->dialogue != NULL;
    pop_version version = (pop_version)view->record->version;
    return version == POP_VERSION_3 ? pop_reply_parse(view->text, in_dialogue)
                                    : pop_reply_parse_old(version, view->text);
}

static void show_line(const pop_view *view, proto_item *item)
{
    proto_tree *tree = proto_item_add_subtree(item, ett_response);
    pop_reply reply = parse(view);
    if ((view->entry->anomalies & POP_FLAW(STATUS_MALFORMED)) != 0) {
        add_first_word(view, tree);
        add_values_of_malformed(view, tree);
        pop_view_add_line_fragments(view, tree);
        return;
    }
    add_parts(view, tree, &reply);
    if (view->entry->kind == POP_ENTRY_STATUS) {
        add_values(view, tree, &reply);
    }
    pop_view_add_line_fragments(view, tree);
}

/* What stands beside the status line. */
static void show_meaning(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (view->entry->kind == POP_ENTRY_GREETING) {
        pop_show_software(view, view->tree, parse(view).description);
    }
    if (exchange != NULL && exchange->deletions != NULL) {
        pop_show_deletions(view, view->tree, exchange);
    }
}

void pop_show_status(const pop_view *view)
{
    proto_item *item = pop_view_add_text(view, view->tree, hf_response, view->text, view->length);
    if (view->tree != NULL) {
        show_line(view, item);
        show_meaning(view);
    }
    pop_show_auth(view, view->tree);
    pop_expert_add(view->pinfo, item, pop_view_anomalies(view));
}

void pop_show_malformed(const pop_view *view)
{
    proto_item *item = pop_view_add_text(view, view->tree, hf_response, view->text, view->length);
    if (view->tree != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_response);
        uint64_t empty_lines = pop_view_empty_lines(view->entry);
        if (empty_lines > 1) {
            proto_item_append_text(item, "(%" PRIu64 " empty lines)", empty_lines);
        }
        add_first_word(view, tree);
        pop_show_as_unexpected(view, tree);
        pop_view_add_line_fragments(view, tree);
    }
    pop_expert_add(view->pinfo, item, pop_view_anomalies(view));
}
