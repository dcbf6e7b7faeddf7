/* show_listing.c
 * Draws the lines of a multi-line reply that is no message, and the numbers of STAT, LIST and UIDL.
 *
 * RFC 1939 sections 3, 5 (STAT, LIST) and 7 (UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>

#include "dissector/expert.h"
#include "dissector/hiding.h"
#include "dissector/octets.h"
#include "dissector/room.h"
#include "dissector/show.h"

#include <string.h>

#include "grammar/pop_listing.h"

static int hf_response_data = -1;
static int hf_stat_count = -1;
static int hf_stat_size = -1;
static int hf_list_message = -1;
static int hf_list_size = -1;
static int hf_uidl_message = -1;
static int hf_uidl_uid = -1;
static int ett_response_data = -1;

static hf_register_info fields[] = {
    { &hf_response_data,
        { "Data", "pop.response.data", FT_STRING, BASE_NONE, NULL, 0,
            "A line of a multi-line reply that is not a message", HFILL } },
    { &hf_stat_count,
        { "Messages in the maildrop", "pop.stat.count", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of messages, by STAT", HFILL } },
    { &hf_stat_size,
        { "Size of the maildrop", "pop.stat.size", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The bytes of all messages together, by STAT", HFILL } },
    { &hf_list_message,
        { "Listed message", "pop.list.message", FT_UINT32, BASE_DEC, NULL, 0,
            "The message number in a scan listing", HFILL } },
    { &hf_list_size,
        { "Listed size", "pop.list.size", FT_UINT64, BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes,
            0, "The bytes of a message in a scan listing", HFILL } },
    { &hf_uidl_message,
        { "Message of the unique-id", "pop.uidl.message", FT_UINT32, BASE_DEC, NULL, 0,
            "The message number in a unique-id listing", HFILL } },
    { &hf_uidl_uid,
        { "Listed unique-id", "pop.uidl.uid", FT_STRING, BASE_NONE, NULL, 0,
            "The unique-id in a unique-id listing", HFILL } },
};

static int *const subtrees[] = { &ett_response_data };

const pop_module pop_show_listing_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* --- Numbers ---------------------------------------------------------------------------------- */

static void add_uint(
    const pop_view *view, proto_tree *tree, int field, pop_span span, uint32_t value)
{
    proto_tree_add_uint(
        tree, field, view->tvb, pop_view_offset(view, span), (int)span.length, value);
}

static void add_uint64(
    const pop_view *view, proto_tree *tree, int field, pop_span span, uint64_t value)
{
    proto_tree_add_uint64(
        tree, field, view->tvb, pop_view_offset(view, span), (int)span.length, value);
}

void pop_show_stat(const pop_view *view, proto_tree *tree, pop_span text)
{
    pop_listing listing; /* a number of mails and a number of octets: a scan listing by its form */
    if (pop_scan_listing_parse(text, &listing)) {
        add_uint(view, tree, hf_stat_count, listing.message_text, listing.message);
        add_uint64(view, tree, hf_stat_size, listing.value_text, listing.size);
    }
}

bool pop_show_one_listing(const pop_view *view, proto_tree *tree, pop_body kind, pop_span text)
{
    pop_listing listing;
    if (kind == POP_BODY_SCAN_LISTING && pop_scan_listing_parse(text, &listing)) {
        add_uint(view, tree, hf_list_message, listing.message_text, listing.message);
        add_uint64(view, tree, hf_list_size, listing.value_text, listing.size);
    } else if (kind == POP_BODY_UNIQUE_ID_LISTING && pop_unique_id_listing_parse(text, &listing)) {
        add_uint(view, tree, hf_uidl_message, listing.message_text, listing.message);
        pop_view_add_text(view, tree, hf_uidl_uid, listing.value_text, 0);
    } else {
        return false;
    }
    return true;
}

void pop_show_bare_value(const pop_view *view, proto_tree *tree, pop_body kind, pop_span text)
{
    pop_span value = pop_listing_bare_value(text);
    uint64_t size = 0;
    if (kind == POP_BODY_UNIQUE_ID_LISTING && value.length > 0) {
        pop_view_add_text(view, tree, hf_uidl_uid, value, 0);
    } else if (kind == POP_BODY_SCAN_LISTING && pop_span_number(value, &size)) {
        add_uint64(view, tree, hf_list_size, value, size);
    }
}

/* --- Lines ------------------------------------------------------------------------------------ */

static void show_line(const pop_view *view)
{
    proto_item *item = pop_view_add_text(
        view, view->tree, hf_response_data, view->text, view->length);
    if (view->tree != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_response_data);
        pop_body kind = view->entry->exchange->body;
        pop_show_one_listing(view, tree, kind, view->text);
        if (kind == POP_BODY_CAPABILITIES) {
            pop_show_capability(view, tree);
        } else if (kind == POP_BODY_MECHANISMS) {
            pop_show_offered_mechanism(view, tree);
        } else if (kind == POP_BODY_LANGUAGES) {
            pop_show_language(view, tree, view->text);
        }
        pop_view_add_line_fragments(view, tree);
    }
    pop_expert_add(view->pinfo, item, pop_view_anomalies(view));
}

/* The length of the first line of `rest`, its line end included. */
static size_t line_length(pop_span rest)
{
    const uint8_t *end = pop_span_find(rest, '\n');
    return end == NULL ? rest.length : (size_t)(end - rest.octets) + 1;
}

/* A listing may have 100,000 lines, and a filter that asks for none of their fields. */
static bool are_lines_wanted(const pop_view *view)
{
    return view->entry->anomalies != 0 || pop_view_wants(view, &pop_show_listing_module)
        || pop_view_wants(view, &pop_show_capability_module)
        || pop_view_wants(view, &pop_view_module) || pop_expert_asks_for_room(view->tree);
}

void pop_show_listing(const pop_view *view)
{
    if (view->tree == NULL || !are_lines_wanted(view)) {
        pop_expert_add(view->pinfo, NULL, pop_view_anomalies(view));
        return;
    }
    pop_view line = *view;
    pop_span rest = pop_octets(view->tvb, (uint32_t)view->offset, (uint32_t)view->length);
    while (rest.length > 0) {
        if (!pop_room_left(view->tree)) {
            pop_expert_add(view->pinfo, proto_tree_get_parent(view->tree), POP_FLAW(NOT_DRAWN));
            return;
        }
        size_t length = line_length(rest);
        line.length = (int)length;
        line.text = pop_line_text(pop_span_part(rest, 0, length));
        line.secret = pop_hiding_secret(&line);
        show_line(&line);
        line.offset += (int)length;
        rest = pop_span_part(rest, length, rest.length);
    }
}
