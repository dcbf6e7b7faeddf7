/* show_request.c
 * Draws what the client says: commands, and its lines in an AUTH dialogue.
 *
 * RFC 1939 section 3, RFC 2449 section 4, RFC 5034 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/show.h"

static int hf_request = -1;
static int hf_request_command = -1;
static int hf_request_parameter = -1;
static int hf_request_data = -1;
static int hf_request_message = -1;
static int hf_request_lines = -1;
static int ett_request = -1;

static hf_register_info fields[] = {
    { &hf_request,
        { "Request", "pop.request", FT_STRING, BASE_NONE, NULL, 0, "A command line", HFILL } },
    { &hf_request_command,
        { "Request command", "pop.request.command", FT_STRING, BASE_NONE, NULL, 0,
            "The keyword of a command, as sent", HFILL } },
    { &hf_request_parameter,
        { "Request parameter", "pop.request.parameter", FT_STRING, BASE_NONE, NULL, 0,
            "Everything behind the keyword", HFILL } },
    { &hf_request_data,
        { "Client's line", "pop.request.data", FT_STRING, BASE_NONE, NULL, 0,
            "A client's line that is not a command", HFILL } },
    { &hf_request_message,
        { "Requested message", "pop.request.message", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of the message that the command asks for", HFILL } },
    { &hf_request_lines,
        { "Requested lines", "pop.request.lines", FT_UINT32, BASE_DEC, NULL, 0,
            "How many lines of the message's body TOP asks for", HFILL } },
};

static int *const subtrees[] = { &ett_request };

const pop_module pop_show_request_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

static void add_number(const pop_view *view, proto_tree *tree, int field,
    const pop_request *request, pop_argument_kind kind, uint32_t value)
{
    pop_span argument = pop_request_argument(request, kind);
    proto_tree_add_uint(
        tree, field, view->tvb, pop_view_offset(view, argument), (int)argument.length, value);
}

static void add_parts(const pop_view *view, proto_tree *tree, const pop_request *request)
{
    if (request->keyword.length > 0) {
        pop_view_add_text(view, tree, hf_request_command, request->keyword, 0);
    }
    if (request->parameter.length > 0) {
        pop_view_add_text(view, tree, hf_request_parameter, request->parameter, 0);
    }
    if (request->has_message) {
        add_number(view, tree, hf_request_message, request, POP_ARGUMENT_MESSAGE, request->message);
    }
    if (request->has_lines) {
        add_number(view, tree, hf_request_lines, request, POP_ARGUMENT_LINES, request->lines);
    }
}

void pop_show_request(const pop_view *view)
{
    proto_item *item = pop_view_add_text(view, view->tree, hf_request, view->text, view->length);
    if (view->tree != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_request);
        pop_request request;
        pop_request_parse(&request, (pop_version)view->record->version, view->text);
        if (pop_view_is_cut_off(view)) {
            pop_request_cut_off(&request);
        }
        pop_view_add_context(view, tree);
        add_parts(view, tree, &request);
        pop_show_auth(view, tree);
        pop_show_command_times(view, tree);
        pop_view_add_line_fragments(view, tree);
    } else {
        pop_show_auth(view, NULL);
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
}

void pop_show_empty_line(const pop_view *view)
{
    pop_span nothing = { view->text.octets, 0 };
    proto_item *item = pop_view_add_text(view, view->tree, hf_request, nothing, view->length);
    if (view->tree != NULL) {
        pop_view_add_context(view, proto_item_add_subtree(item, ett_request));
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies | POP_FLAW(EMPTY_LINE));
}

void pop_show_answer(const pop_view *view)
{
    proto_item *item = pop_view_add_text(
        view, view->tree, hf_request_data, view->text, view->length);
    if (view->tree != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_request);
        pop_view_add_context(view, tree);
        pop_show_auth(view, tree);
        pop_view_add_line_fragments(view, tree);
    } else {
        pop_show_auth(view, NULL);
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
}
