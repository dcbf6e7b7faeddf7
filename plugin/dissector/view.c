/* view.c
 * One entry as the drawing functions see it, and what they share: text, generated items, context.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/view.h"

#include "dissector/hiding.h"
#include "dissector/octets.h"
#include "dissector/readable.h"
#include "dissector/settings.h"

static int hf_command = -1;
static int hf_message_number = -1;
static int hf_message_uid = -1;
static int hf_line_fragments = -1;
static int hf_line_fragment = -1;
static int ett_line_fragments = -1;

static hf_register_info fields[] = {
    { &hf_command,
        { "Command", "pop.command", FT_STRING, BASE_NONE, NULL, 0,
            "The command that this line or reply belongs to, in upper case", HFILL } },
    { &hf_message_number,
        { "Message number", "pop.message.number", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of the message that this command or reply concerns", HFILL } },
    { &hf_message_uid,
        { "Unique-id", "pop.message.uid", FT_STRING, BASE_NONE, NULL, 0,
            "The unique-id of the message that this command or reply concerns, once UIDL has told "
            "it",
            HFILL } },
    { &hf_line_fragments,
        { "Line fragments", "pop.line.fragments", FT_NONE, BASE_NONE, NULL, 0,
            "The segments that this line was put together from", HFILL } },
    { &hf_line_fragment,
        { "Line fragment", "pop.line.fragment", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "A segment with a part of this line", HFILL } },
};

static int *const subtrees[] = { &ett_line_fragments };

const pop_module pop_view_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* --- The view --------------------------------------------------------------------------------- */

static bool is_line(const pop_entry *entry)
{
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_GREETING:
    case POP_ENTRY_REQUEST:
    case POP_ENTRY_ANSWER:
    case POP_ENTRY_STATUS:
    case POP_ENTRY_CHALLENGE:
    case POP_ENTRY_UNEXPECTED:
        return true;
    default:
        return false;
    }
}

static bool ends_line_here(const pop_entry *entry)
{
    return entry->ends_line_here
        && (is_line(entry) || entry->kind == POP_ENTRY_LISTING
            || entry->kind == POP_ENTRY_PREAMBLE);
}

static void view_whole_line(pop_view *view)
{
    const pop_line *line = view->entry->line;
    view->tvb = tvb_new_child_real_data(
        view->tvb, line->octets, (guint)line->length, (int)MIN(line->total, G_MAXINT));
    view->offset = 0;
    view->length = (int)line->length;
}

pop_view pop_view_read(
    tvbuff_t *tvb, packet_info *pinfo, const pop_record *record, const pop_entry *entry)
{
    pop_view view = { .pinfo = pinfo,
        .tvb = tvb,
        .offset = (int)entry->offset,
        .length = (int)entry->length,
        .record = record,
        .entry = entry,
        .message_number = pop_view_message_number(entry) };
    if (ends_line_here(entry)) {
        view_whole_line(&view);
    }
    if (is_line(entry)) {
        pop_span line = pop_octets(view.tvb, (uint32_t)view.offset, (uint32_t)view.length);
        view.text = pop_line_text(pop_span_part(line, 0, pop_settings_line_limit()));
        view.text = pop_view_is_cut_off(&view) ? pop_line_without_cr(view.text) : view.text;
        if (pop_view_empty_lines(entry) > 1) {
            view.text.length = 0;
        }
    }
    view.secret = pop_hiding_secret(&view);
    return view;
}

pop_view pop_view_of(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record,
    const pop_entry *entry)
{
    pop_view view = pop_view_read(tvb, pinfo, record, entry);
    view.tree = tree;
    if (ends_line_here(entry)) { /* so that its parts can be shown */
        add_new_data_source(pinfo, view.tvb, "Reassembled POP line");
    }
    return view;
}

bool pop_view_wants(const pop_view *view, const pop_module *module)
{
    for (size_t i = 0; i < module->field_count; i++) {
        if (proto_field_is_referenced(view->tree, *module->fields[i].p_id)) {
            return true;
        }
    }
    return false;
}

/* --- Text ------------------------------------------------------------------------------------- */

int pop_view_offset(const pop_view *view, pop_span span)
{
    return span.octets == NULL ? view->offset
                               : view->offset + (int)(span.octets - view->text.octets);
}

static unsigned encoding_of(pop_span span)
{
    bool utf8 = g_utf8_validate((const char *)span.octets, (gssize)span.length, NULL);
    return utf8 ? ENC_UTF_8 : ENC_ISO_8859_1;
}

static const char *plain_string(const pop_view *view, pop_span span)
{
    if (span.octets == NULL || span.length == 0) {
        return "";
    }
    if (pop_span_is_printable(span)) { /* nearly each: nothing to look at or to convert */
        return wmem_strndup(view->pinfo->pool, (const char *)span.octets, span.length);
    }
    return (const char *)tvb_get_string_enc(view->pinfo->pool, view->tvb,
        pop_view_offset(view, span), (int)span.length, encoding_of(span));
}

/* The octets of the span before the first secret one; all where it has none. */
static size_t length_before_secret(const pop_view *view, pop_span span)
{
    const uint8_t *secret = view->secret.octets;
    if (view->secret.length == 0 || secret + view->secret.length <= span.octets
        || span.octets + span.length <= secret) {
        return span.length;
    }
    return secret > span.octets ? (size_t)(secret - span.octets) : 0;
}

const char *pop_view_string(const pop_view *view, pop_span span)
{
    size_t length = length_before_secret(view, span);
    const char *text = plain_string(view, pop_span_part(span, 0, length));
    if (length == span.length) {
        return text;
    }
    const uint8_t *behind = view->secret.octets + view->secret.length;
    pop_span rest = { NULL, 0 };
    if (behind < span.octets + span.length) {
        rest = pop_span_part(span, (size_t)(behind - span.octets), span.length);
    }
    return wmem_strdup_printf(
        view->pinfo->pool, "%s%s%s", text, POP_HIDDEN, plain_string(view, rest));
}

const char *pop_view_readable(const pop_view *view, const char *kept)
{
    return pop_readable(view->pinfo->pool, kept, strlen(kept));
}

proto_item *pop_view_add_text(
    const pop_view *view, proto_tree *tree, int field, pop_span span, int item_length)
{
    if (tree == NULL) {
        return NULL;
    }
    size_t shown = length_before_secret(view, span);
    int length = item_length > 0 && shown == span.length ? item_length : (int)shown;
    const char *text = proto_field_is_referenced(tree, field) ? pop_view_string(view, span) : "";
    return proto_tree_add_string(tree, field, view->tvb, pop_view_offset(view, span), length, text);
}

/* --- Context ---------------------------------------------------------------------------------- */

void pop_view_hide(proto_item *item, bool hidden)
{
    if (hidden) {
        proto_item_set_hidden(item);
    }
}

bool pop_view_is_seen(const proto_tree *tree)
{
    return tree != NULL && PTREE_DATA(tree)->visible;
}

proto_item *pop_view_add_generated_number(
    const pop_view *view, proto_tree *tree, int field, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, field, view->tvb, 0, 0, value);
    proto_item_set_generated(item);
    return item;
}

proto_item *pop_view_add_generated_string(
    const pop_view *view, proto_tree *tree, int field, const char *value)
{
    const char *text = pop_view_readable(view, value);
    proto_item *item = proto_tree_add_string(tree, field, view->tvb, 0, 0, text);
    proto_item_set_generated(item);
    return item;
}

proto_item *pop_view_add_unique_id(
    const pop_view *view, proto_tree *tree, const pop_maildrop *maildrop, uint32_t number)
{
    const char *unique_id = pop_maildrop_unique_id(maildrop, number, view->record->step);
    return unique_id == NULL ? NULL
                             : pop_view_add_generated_string(view, tree, hf_message_uid, unique_id);
}

uint32_t pop_view_message_number(const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    return exchange != NULL && exchange->has_message ? exchange->message_number : 0;
}

/* The mail that a line concerns: its number and, once UIDL has told it, its unique-id. */
static void add_mail(const pop_view *view, proto_tree *tree)
{
    if (view->message_number == 0) {
        return;
    }
    pop_view_hide(
        pop_view_add_generated_number(view, tree, hf_message_number, view->message_number), true);
    const pop_exchange *exchange = view->entry->exchange;
    const pop_maildrop *maildrop = exchange != NULL ? exchange->maildrop : view->record->maildrop;
    pop_view_hide(pop_view_add_unique_id(view, tree, maildrop, view->message_number), true);
}

void pop_view_add_line_fragments(const pop_view *view, proto_tree *tree)
{
    const pop_line *line = view->entry->line;
    if (!view->entry->ends_line_here) {
        return;
    }
    proto_item *item = proto_tree_add_none_format(tree, hf_line_fragments, view->tvb, 0, 0,
        "Line of %" PRIu64 " bytes in %u segments", line->total, line->piece_count);
    proto_item_set_generated(item);
    proto_tree *pieces = proto_item_add_subtree(item, ett_line_fragments);
    for (uint32_t i = 0; i < MIN(line->piece_count, POP_LINE_PIECES); i++) {
        proto_item *piece = pop_view_add_generated_number(
            view, pieces, hf_line_fragment, line->pieces[i].frame);
        proto_item_append_text(piece, ", %u bytes", line->pieces[i].length);
    }
}

void pop_view_add_context(const pop_view *view, proto_tree *tree)
{
    const pop_entry *entry = view->entry;
    if (tree == NULL) {
        return;
    }
    if (entry->exchange != NULL && entry->exchange->name != NULL) {
        const char *name = pop_hiding_name(entry->exchange) ? POP_HIDDEN : entry->exchange->name;
        pop_view_hide(pop_view_add_generated_string(view, tree, hf_command, name), true);
    }
    add_mail(view, tree);
}

nstime_t pop_elapsed(pop_instant later, pop_instant earlier)
{
    nstime_t to = { .secs = (time_t)later.seconds, .nsecs = later.nanoseconds };
    nstime_t from = { .secs = (time_t)earlier.seconds, .nsecs = earlier.nanoseconds };
    nstime_t elapsed;
    nstime_delta(&elapsed, &to, &from);
    return elapsed;
}
