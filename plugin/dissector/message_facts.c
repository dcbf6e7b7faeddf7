/* message_facts.c
 * Draws what is known of a mail where it ends: the subtree pop.message.
 *
 * What the mail itself says is worked out for the fields alone that the tree shows or somebody asks
 * for: proto_field_is_referenced() comes before each value.
 *
 * RFC 5322 section 3.6 (header fields), RFC 2045 (parts).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/message_facts.h"

#include <epan/unit_strings.h>
#include <wsutil/str_util.h>

#include "dissector/contents.h"
#include "dissector/expert.h"
#include "dissector/known_files.h"
#include "dissector/message.h"
#include "dissector/room.h"
#include "dissector/settings.h"
#include "dissector/wire_text.h"
#include "mail/pop_head.h"
#include "mail/pop_header.h"
#include "mail/pop_mail_text.h"

static int hf_message = -1;
static int hf_length = -1;
static int hf_complete = -1;
static int hf_sha256 = -1;
static int hf_subject = -1;
static int hf_from = -1;
static int hf_date = -1;
static int hf_message_id = -1;
static int hf_to = -1;
static int hf_cc = -1;
static int hf_address = -1;
static int hf_announced_list = -1;
static int hf_announced_reply = -1;
static int hf_text = -1;
static int hf_attachment = -1;
static int hf_attachment_name = -1;
static int hf_attachment_type = -1;
static int hf_attachment_size = -1;
static int hf_attachment_sha256 = -1;
static int ett_message = -1;
static int ett_attachment = -1;

static hf_register_info fields[] = {
    { &hf_message,
        { "Message", "pop.message", FT_UINT32, BASE_DEC, NULL, 0,
            "A message that ends here or never ends: its number, 0 where it has none", HFILL } },
    { &hf_length,
        { "Message length", "pop.message.length", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The message's bytes as received, dot-stuffing undone", HFILL } },
    { &hf_complete,
        { "Message complete", "pop.message.complete", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether all of the message was captured", HFILL } },
    { &hf_sha256,
        { "SHA-256", "pop.message.sha256", FT_STRING, BASE_NONE, NULL, 0,
            "The SHA-256 of the message's bytes; empty where they are not complete", HFILL } },
    { &hf_subject,
        { "Subject", "pop.message.subject", FT_STRING, BASE_NONE, NULL, 0,
            "The message's Subject, decoded (RFC 2047)", HFILL } },
    { &hf_from,
        { "From", "pop.message.from", FT_STRING, BASE_NONE, NULL, 0,
            "The message's From, decoded (RFC 2047)", HFILL } },
    { &hf_date,
        { "Date", "pop.message.date", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
            "The time that the message's Date names; 1970 where it has none", HFILL } },
    { &hf_message_id,
        { "Message-ID", "pop.message.message_id", FT_STRING, BASE_NONE, NULL, 0,
            "The message's Message-ID", HFILL } },
    { &hf_to,
        { "To", "pop.message.to", FT_STRING, BASE_NONE, NULL, 0,
            "One of those whom the message is addressed to, decoded", HFILL } },
    { &hf_cc,
        { "Cc", "pop.message.cc", FT_STRING, BASE_NONE, NULL, 0,
            "One of those who are to get a copy, decoded", HFILL } },
    { &hf_address,
        { "Address", "pop.message.address", FT_STRING, BASE_NONE, NULL, 0,
            "An address of From, To or Cc without its name, in lower case", HFILL } },
    { &hf_announced_list,
        { "Size by LIST", "pop.message.announced.list", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The message's bytes as LIST announced them", HFILL } },
    { &hf_announced_reply,
        { "Size by status text", "pop.message.announced.reply", FT_UINT64,
            BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes, 0,
            "The message's bytes as the text of the status line announced them", HFILL } },
    { &hf_text,
        { "Message text", "pop.message.text", FT_STRING, BASE_NONE, NULL, 0,
            "What a reader of the message would see: encodings and markup undone", HFILL } },
    { &hf_attachment,
        { "Attachment", "pop.message.attachment", FT_STRING, BASE_NONE, NULL, 0,
            "The number of an attachment, as in Export Objects: 2.1 is the first in the attached "
            "message 2",
            HFILL } },
    { &hf_attachment_name,
        { "Attachment name", "pop.message.attachment.name", FT_STRING, BASE_NONE, NULL, 0,
            "The file name that the sender gave the attachment, decoded; empty where there is none",
            HFILL } },
    { &hf_attachment_type,
        { "Attachment type", "pop.message.attachment.type", FT_STRING, BASE_NONE, NULL, 0,
            "The attachment's media type; by its first bytes where the message does not say it",
            HFILL } },
    { &hf_attachment_size,
        { "Attachment size", "pop.message.attachment.size", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The attachment's bytes, decoded", HFILL } },
    { &hf_attachment_sha256,
        { "Attachment SHA-256", "pop.message.attachment.sha256", FT_STRING, BASE_NONE, NULL, 0,
            "The SHA-256 of the attachment's bytes, decoded", HFILL } },
};

static int *const subtrees[] = { &ett_message, &ett_attachment };

const pop_module pop_message_facts_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* A mail that is being drawn. */
typedef struct facts_view {
    const pop_view *view;
    proto_tree *tree; /* of pop.message; NULL where nothing is drawn */
    proto_item *item; /* of pop.message */
    const pop_exchange *exchange;
    const pop_message *message;
    pop_span octets;
    pop_contents_wanted wanted;
    bool is_cut; /* something was left out so far */
} facts_view;

/* --- Items ------------------------------------------------------------------------------------ */

static bool asks_any(const facts_view *facts, const int *const ids[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (proto_field_is_referenced(facts->tree, *ids[i])) {
            return true;
        }
    }
    return false;
}

static void add_number(const facts_view *facts, proto_tree *tree, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, field, facts->view->tvb, 0, 0, value));
}

/* The text is valid UTF-8. */
static proto_item *add_string(
    const facts_view *facts, proto_tree *tree, int field, const char *value)
{
    proto_item *item = proto_tree_add_string(tree, field, facts->view->tvb, 0, 0, value);
    proto_item_set_generated(item);
    return item;
}

static void add_strings(const facts_view *facts, int field, const GPtrArray *values)
{
    for (guint i = 0; i < values->len && pop_room_left(facts->tree); i++) {
        add_string(facts, facts->tree, field, g_ptr_array_index(values, i));
    }
}

/* --- What the session knows ------------------------------------------------------------------- */

static void add_measures(const facts_view *facts)
{
    add_number(facts, facts->tree, hf_length, facts->message->total);
    proto_item_set_generated(proto_tree_add_boolean(
        facts->tree, hf_complete, facts->view->tvb, 0, 0, pop_message_is_whole(facts->message)));
}

static void add_announced(const facts_view *facts)
{
    const pop_exchange *exchange = facts->exchange;
    uint64_t size = 0;
    if (exchange->has_message
        && pop_maildrop_size(
            exchange->maildrop, exchange->message_number, facts->view->record->step, &size)) {
        add_number(facts, facts->tree, hf_announced_list, size);
    }
    if (exchange->has_announced_size) {
        add_number(facts, facts->tree, hf_announced_reply, exchange->announced_size);
    }
}

/* --- What the header says --------------------------------------------------------------------- */

/* A message without a date has the value 0, so that the n-th values belong together, and says that
 * it has none. */
static void add_date(const facts_view *facts, const pop_head *head)
{
    nstime_t date = { .secs = head->has_date ? (time_t)head->date : 0 };
    const char *none = pop_message_is_whole(facts->message) ? "none" : "none in what was captured";
    tvbuff_t *tvb = facts->view->tvb;
    proto_item *item = head->has_date
        ? proto_tree_add_time(facts->tree, hf_date, tvb, 0, 0, &date)
        : proto_tree_add_time_format_value(facts->tree, hf_date, tvb, 0, 0, &date, "%s", none);
    proto_item_set_generated(item);
}

static void add_head(facts_view *facts, const pop_head *head)
{
    add_string(facts, facts->tree, hf_subject, head->subject);
    add_string(facts, facts->tree, hf_from, head->from);
    add_date(facts, head);
    add_string(facts, facts->tree, hf_message_id, head->message_id);
    add_strings(facts, hf_to, head->to);
    add_strings(facts, hf_cc, head->cc);
    add_strings(facts, hf_address, head->addresses);
    facts->is_cut = facts->is_cut || head->is_cut;
}

static bool asks_for_head(const facts_view *facts)
{
    static const int *const ids[] = { &hf_subject, &hf_from, &hf_date, &hf_message_id, &hf_to,
        &hf_cc, &hf_address };
    return asks_any(facts, ids, POP_COUNT(ids))
        || pop_expert_asks_for(facts->tree, POP_ANOMALY_CONTENTS_CUT);
}

static void show_header(facts_view *facts)
{
    if (proto_field_is_referenced(facts->tree, hf_sha256)) {
        add_string(facts, facts->tree, hf_sha256, pop_contents_sha256(facts->message));
    }
    if (asks_for_head(facts)) {
        pop_head *head = pop_head_read(facts->octets);
        add_head(facts, head);
        pop_head_free(head);
    }
}

/* As it was before the header was read for more. */
static void show_subject_alone(const facts_view *facts)
{
    if (proto_field_is_referenced(facts->tree, hf_subject)) {
        char *subject = pop_header_subject(facts->octets);
        add_string(facts, facts->tree, hf_subject, subject == NULL ? "" : subject);
        g_free(subject);
    }
}

/* --- Text and attachments --------------------------------------------------------------------- */

static void show_text(facts_view *facts)
{
    if (!proto_field_is_referenced(facts->tree, hf_text)
        && !pop_expert_asks_for(facts->tree, POP_ANOMALY_CONTENTS_CUT)) {
        return;
    }
    bool is_cut = false;
    GString *text = pop_mail_text(facts->octets, pop_settings_text_limit(), &is_cut);
    add_string(facts, facts->tree, hf_text, text->str);
    facts->is_cut = facts->is_cut || is_cut;
    g_string_free(text, TRUE);
}

/* Tells, where the list has the digest, by which name. */
static void tell_known(const facts_view *facts, proto_item *item, const char *sha256)
{
    const char *name = pop_known_file_name(sha256);
    if (name != NULL && *name != '\0') {
        pop_expert_add_text(facts->view->pinfo, item, POP_ANOMALY_KNOWN_FILE, name);
    } else if (name != NULL) {
        pop_expert_add(facts->view->pinfo, item, POP_FLAW(KNOWN_FILE));
    }
}

static void write_attachment_label(
    const facts_view *facts, proto_item *item, const pop_kept_attachment *attachment)
{
    wmem_strbuf_t *label = wmem_strbuf_new(facts->view->pinfo->pool, ", ");
    if (attachment->name[0] != '\0') {
        pop_wire_append_quoted(label, attachment->name);
        wmem_strbuf_append(label, ", ");
    }
    wmem_strbuf_append_printf(
        label, "%" PRIu64 " byte%s", attachment->size, plurality(attachment->size, "", "s"));
    proto_item_append_text(item, "%s", pop_wire_label(label));
}

static void show_attachment(const facts_view *facts, const pop_kept_attachment *attachment)
{
    proto_item *item = add_string(facts, facts->tree, hf_attachment, attachment->number);
    if (pop_view_is_seen(facts->tree)) {
        write_attachment_label(facts, item, attachment);
    }
    proto_tree *tree = proto_item_add_subtree(item, ett_attachment);
    add_string(facts, tree, hf_attachment_name, attachment->name);
    add_string(facts, tree, hf_attachment_type, attachment->type);
    add_number(facts, tree, hf_attachment_size, attachment->size);
    add_string(facts, tree, hf_attachment_sha256, attachment->sha256);
    tell_known(facts, item, attachment->sha256);
}

static bool asks_for_known(const facts_view *facts)
{
    return pop_known_files_asked() && pop_expert_asks_for(facts->tree, POP_ANOMALY_KNOWN_FILE);
}

static void show_attachments(facts_view *facts)
{
    static const int *const ids[] = { &hf_attachment, &hf_attachment_name, &hf_attachment_type,
        &hf_attachment_size, &hf_attachment_sha256 };
    if (!asks_any(facts, ids, POP_COUNT(ids)) && !asks_for_known(facts)
        && !pop_expert_asks_for(facts->tree, POP_ANOMALY_CONTENTS_CUT)) {
        return;
    }
    const pop_kept_attachments *attachments = pop_contents_attachments(facts->message);
    uint32_t shown = 0;
    while (shown < attachments->count && pop_room_left(facts->tree)) {
        show_attachment(facts, &attachments->rows[shown++]);
    }
    facts->is_cut = facts->is_cut || attachments->is_cut || shown < attachments->count;
}

/* --- All of it -------------------------------------------------------------------------------- */

static void write_label(const facts_view *facts)
{
    char *subject = pop_header_subject(facts->octets);
    wmem_strbuf_t *label = wmem_strbuf_new(facts->view->pinfo->pool, ", ");
    if (subject != NULL && subject[0] != '\0') {
        pop_wire_append_quoted(label, subject);
        wmem_strbuf_append(label, ", ");
    }
    g_free(subject);
    wmem_strbuf_append_printf(label, "%s%" PRIu64 " byte%s",
        pop_message_is_whole(facts->message) ? "" : "incomplete, ", facts->message->total,
        plurality(facts->message->total, "", "s"));
    proto_item_append_text(facts->item, "%s", pop_wire_label(label));
}

/* They always stand in this order, so that the n-th values belong together. */
static void show_facts(facts_view *facts)
{
    add_measures(facts);
    if (facts->wanted == POP_CONTENTS_OFF) {
        show_subject_alone(facts);
    } else {
        show_header(facts);
    }
    add_announced(facts);
    if (facts->wanted >= POP_CONTENTS_ALL) {
        show_text(facts);
    }
    if (facts->wanted >= POP_CONTENTS_ATTACHMENTS) {
        show_attachments(facts);
    }
}

static void tell_anomalies(const facts_view *facts)
{
    if (facts->wanted != POP_CONTENTS_OFF && asks_for_known(facts)) {
        tell_known(facts, facts->item, pop_contents_sha256(facts->message));
    }
    if (facts->is_cut) {
        pop_expert_add(facts->view->pinfo, facts->item, POP_FLAW(CONTENTS_CUT));
    }
}

/* Without a tree nothing is drawn; the listeners of expert items are told all the same. */
static bool is_anything_asked(const pop_view *view)
{
    return view->tree != NULL || pop_expert_asks_for(NULL, POP_ANOMALY_KNOWN_FILE);
}

void pop_message_facts_show(const pop_view *view, const pop_exchange *exchange)
{
    if (!is_anything_asked(view)) {
        return;
    }
    const pop_message *message = exchange->message;
    facts_view facts = { .view = view,
        .exchange = exchange,
        .message = message,
        .octets = { message->octets, message->length },
        .wanted = pop_settings_contents() };
    if (view->tree != NULL) {
        facts.item = pop_view_add_generated_number(
            view, view->tree, hf_message, exchange->has_message ? exchange->message_number : 0);
        facts.tree = proto_item_add_subtree(facts.item, ett_message);
    }
    if (pop_view_is_seen(view->tree)) {
        write_label(&facts);
    }
    show_facts(&facts);
    tell_anomalies(&facts);
    if (view->tree != NULL) {
        pop_message_show_fragments(view, facts.tree, message);
    }
}
