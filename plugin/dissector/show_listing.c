/* show_listing.c
 * Draws the lines of a multi-line reply that is no mail.
 *
 * RFC 1939 section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/show.h"

#include <string.h>

static int hf_response_data = -1;
static int ett_response_data = -1;

static hf_register_info fields[] = {
    { &hf_response_data,
        { "Data", "pop.response.data", FT_STRING, BASE_NONE, NULL, 0,
            "A line of a multi-line reply that is not a mail", HFILL } },
};

static int *const subtrees[] = { &ett_response_data };

const pop_module pop_show_listing_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

static void show_line(const pop_view *view)
{
    proto_item *item = pop_view_add_text(
        view, view->tree, hf_response_data, view->text, view->length);
    if (view->tree != NULL) {
        proto_tree *tree = proto_item_add_subtree(item, ett_response_data);
        pop_view_add_context(view, tree);
    }
    pop_expert_add(view->pinfo, item, view->entry->anomalies);
}

/* The length of the first line of `rest`, its line end included. */
static size_t line_length(pop_span rest)
{
    const uint8_t *end = memchr(rest.octets, '\n', rest.length);
    return end == NULL ? rest.length : (size_t)(end - rest.octets) + 1;
}

void pop_show_listing(const pop_view *view)
{
    if (view->tree == NULL) {
        pop_expert_add(view->pinfo, NULL, view->entry->anomalies);
        return;
    }
    pop_view line = *view;
    pop_span rest = { tvb_get_ptr(view->tvb, view->offset, view->length), (size_t)view->length };
    while (rest.length > 0) {
        size_t length = line_length(rest);
        line.length = (int)length;
        line.text = pop_line_text(pop_span_part(rest, 0, length));
        show_line(&line);
        line.offset += (int)length;
        rest = pop_span_part(rest, length, rest.length);
    }
}
