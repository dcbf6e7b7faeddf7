/* show_maildrop.c
 * Draws, where a session ends, its maildrop: the mails that it knew and what became of each of
 * them.
 *
 * RFC 1939 sections 5 (the TRANSACTION state) and 6 (the UPDATE state).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>

#include "dissector/compat.h"
#include "dissector/room.h"
#include "dissector/show.h"
#include "dissector/wire_text.h"

#include "session/pop_history.h"

/* A frame may hold a million tree items at the most. All maildrops of a session share the mails. */
#define MAILS_SHOWN 1000
#define MAILDROPS_SHOWN 100
#define COMMANDS_SHOWN 16 /* of one mail */

static int hf_maildrop = -1;
static int hf_name = -1;
static int hf_stat_count = -1;
static int hf_stat_size = -1;
static int hf_known = -1;
static int hf_unlisted = -1;
static int hf_retrieved = -1;
static int hf_previewed = -1;
static int hf_deleted = -1;
static int hf_restored = -1;
static int hf_marked = -1;
static int hf_octets = -1;
static int hf_duration = -1;
static int hf_message = -1;
static int hf_uid = -1;
static int hf_size = -1;
static int hf_fate = -1;
static int hf_retrieved_in = -1;
static int hf_previewed_in = -1;
static int hf_deleted_in = -1;
static int hf_restored_in = -1;
static int ett_maildrop = -1;
static int ett_mail = -1;

static const value_string fates[] = {
    { POP_MAIL_KEPT, "kept" },
    { POP_MAIL_DELETED, "deleted" },
    { POP_MAIL_RESTORED, "restored by RSET" },
    { POP_MAIL_MARKED, "marked as deleted, without effect" },
    { POP_MAIL_UNKNOWN, "not known" },
    { 0, NULL },
};

static hf_register_info fields[] = {
    { &hf_maildrop,
        { "Maildrop", "pop.maildrop", FT_NONE, BASE_NONE, NULL, 0,
            "What the session knew of its messages, and what became of them", HFILL } },
    { &hf_name,
        { "Maildrop name", "pop.maildrop.name", FT_STRING, BASE_NONE, NULL, 0,
            "The maildrop or folder that a command chose", HFILL } },
    { &hf_stat_count,
        { "Messages by STAT", "pop.maildrop.stat.count", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of messages, as STAT (or a folder's greeting) told it first", HFILL } },
    { &hf_stat_size,
        { "Size by STAT", "pop.maildrop.stat.size", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "The bytes of all messages, as STAT told it first", HFILL } },
    { &hf_known,
        { "Messages known", "pop.maildrop.known", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages that a listing named, or that were fetched, previewed or marked as deleted",
            HFILL } },
    { &hf_unlisted,
        { "Messages not listed here", "pop.maildrop.unlisted", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages that are known, and left out for their number; those that were used come "
            "first",
            HFILL } },
    { &hf_retrieved,
        { "Messages retrieved", "pop.maildrop.retrieved", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages fetched by RETR", HFILL } },
    { &hf_previewed,
        { "Messages previewed", "pop.maildrop.previewed", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages fetched in part by TOP", HFILL } },
    { &hf_deleted,
        { "Messages deleted", "pop.maildrop.deleted", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages marked as deleted, where an accepted QUIT made that true", HFILL } },
    { &hf_restored,
        { "Messages restored", "pop.maildrop.restored", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages whose deletion mark RSET took away", HFILL } },
    { &hf_marked,
        { "Deletions without effect", "pop.maildrop.marked", FT_UINT32, BASE_DEC, NULL, 0,
            "Messages marked as deleted, where no accepted QUIT was seen", HFILL } },
    { &hf_octets,
        { "Bytes retrieved", "pop.maildrop.octets", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "Bytes of the messages fetched by RETR, dot-stuffing undone",
            HFILL } },
    { &hf_duration,
        { "Session duration", "pop.maildrop.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the session's first segment to this one", HFILL } },
    { &hf_message,
        { "Message in the maildrop", "pop.maildrop.message", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of a message in the maildrop", HFILL } },
    { &hf_uid,
        { "Unique-id in the maildrop", "pop.maildrop.uid", FT_STRING, BASE_NONE, NULL, 0,
            "The unique-id of a message in the maildrop", HFILL } },
    { &hf_size,
        { "Size in the maildrop", "pop.maildrop.size", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0,
            "The bytes of a message in the maildrop, by LIST, or as it was retrieved", HFILL } },
    { &hf_fate,
        { "Fate", "pop.maildrop.fate", FT_UINT8, BASE_DEC, VALS(fates), 0,
            "Whether the message was deleted in the end", HFILL } },
    { &hf_retrieved_in,
        { "Retrieved in", "pop.maildrop.retrieved_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame in which the reply to RETR ends, or as far as it was seen", HFILL } },
    { &hf_previewed_in,
        { "Previewed in", "pop.maildrop.previewed_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame in which the reply to TOP ends, or as far as it was seen", HFILL } },
    { &hf_deleted_in,
        { "Marked as deleted in", "pop.maildrop.deleted_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame of an accepted DELE", HFILL } },
    { &hf_restored_in,
        { "Restored in", "pop.maildrop.restored_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame of the accepted RSET", HFILL } },
};

static int *const subtrees[] = { &ett_maildrop, &ett_mail };

const pop_module pop_show_maildrop_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* --- One mail --------------------------------------------------------------------------------- */

static proto_item *add_number(const pop_view *view, proto_tree *tree, int field, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(tree, field, view->tvb, 0, 0, value);
    proto_item_set_generated(item);
    return item;
}

static void add_number64(const pop_view *view, proto_tree *tree, int field, uint64_t value)
{
    proto_item_set_generated(proto_tree_add_uint64(tree, field, view->tvb, 0, 0, value));
}

/* Where a mail was fetched, how much of it, and how long that took. */
static void add_fetch(
    const pop_view *view, proto_tree *tree, int field, const pop_exchange *exchange)
{
    const pop_instant *seen = exchange->end.frame != 0 ? &exchange->end : &exchange->status_line;
    const pop_message *message = exchange->message;
    proto_item *item = add_number(view, tree, field, seen->frame);
    if (message == NULL) {
        return;
    }
    if (exchange->request.frame != 0) {
        nstime_t elapsed = pop_elapsed(*seen, exchange->request);
        proto_item_append_text(
            item, " (%" PRIu64 " bytes, %.6f s", message->total, nstime_to_sec(&elapsed));
    } else {
        proto_item_append_text(item, " (%" PRIu64 " bytes", message->total);
    }
    proto_item_append_text(item, pop_message_is_whole(message) ? ")" : ", not whole)");
}

static void add_action(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    switch (pop_history_action(exchange)) {
    case POP_ACTION_RETRIEVAL:
        add_fetch(view, tree, hf_retrieved_in, exchange);
        break;
    case POP_ACTION_PREVIEW:
        add_fetch(view, tree, hf_previewed_in, exchange);
        break;
    case POP_ACTION_DELETION:
        add_number(view, tree, hf_deleted_in, exchange->request.frame);
        break;
    case POP_ACTION_NONE:
        break;
    }
}

static void append_times(proto_item *item, const char *action, uint32_t times)
{
    if (times == 1) {
        proto_item_append_text(item, ", %s", action);
    } else if (times > 1) {
        proto_item_append_text(item, ", %s %u times", action, times);
    }
}

static void write_head(const pop_view *view, proto_item *item, const pop_mail_facts *facts)
{
    if (facts->has_size) {
        proto_item_append_text(item, ", %" PRIu64 " bytes", facts->size);
    }
    if (facts->unique_id != NULL) {
        wmem_strbuf_t *unique_id = wmem_strbuf_new(view->pinfo->pool, ", ");
        pop_wire_append(unique_id, pop_view_readable(view, facts->unique_id));
        proto_item_append_text(item, "%s", pop_wire_label(unique_id));
    }
    append_times(item, "previewed", facts->previews);
    append_times(item, "retrieved", facts->retrievals);
    proto_item_append_text(item, ", %s", val_to_str_const(facts->fate, fates, ""));
}

/* A filter for a mail's unique-id finds all that happened to it: the end of the session is that
 * only where a mark as deleted comes to nothing there. (That a mark took effect stands with QUIT's
 * reply.) */
static void add_lost_uid(const pop_view *view, proto_tree *tree, const pop_maildrop *maildrop,
    const pop_mail_facts *facts)
{
    if (facts->fate == POP_MAIL_MARKED) {
        proto_item *item = pop_view_add_unique_id(view, tree, maildrop, facts->number);
        if (item != NULL) {
            proto_item_set_hidden(item);
        }
    }
}

static void add_mail(const pop_view *view, proto_tree *tree, const pop_maildrop *maildrop,
    const pop_maildrop_mail *mail)
{
    pop_mail_facts facts = pop_history_facts(maildrop, mail, view->record->step);
    proto_item *item = add_number(view, tree, hf_message, facts.number);
    write_head(view, item, &facts);
    proto_tree *parts = proto_item_add_subtree(item, ett_mail);
    if (facts.unique_id != NULL) {
        pop_view_add_generated_string(view, parts, hf_uid, facts.unique_id);
    }
    add_lost_uid(view, parts, maildrop, &facts);
    if (facts.has_size) {
        add_number64(view, parts, hf_size, facts.size);
    }
    unsigned shown = 0;
    for (const pop_exchange *action = facts.actions; action != NULL && shown < COMMANDS_SHOWN;
         action = action->next_of_mail, shown++) {
        add_action(view, parts, action);
    }
    if (facts.fate == POP_MAIL_RESTORED) {
        add_number(view, parts, hf_restored_in, maildrop->reset->request.frame);
    }
    add_number(view, parts, hf_fate, facts.fate);
}

/* --- The maildrop ----------------------------------------------------------------------------- */

static void add_stat(const pop_view *view, proto_tree *tree, const pop_maildrop_stat *stat)
{
    if (stat->step != 0 && stat->step <= view->record->step) {
        add_number(view, tree, hf_stat_count, stat->count);
        if (stat->has_size) {
            add_number64(view, tree, hf_stat_size, stat->size);
        }
    }
}

/* What did not happen is not counted out. */
static void add_count(const pop_view *view, proto_tree *tree, int field, uint32_t value)
{
    if (value > 0) {
        add_number(view, tree, field, value);
    }
}

static void add_sums(const pop_view *view, proto_tree *tree, const pop_maildrop_sums *sums)
{
    add_number(view, tree, hf_known, sums->known);
    add_count(view, tree, hf_previewed, sums->previewed);
    add_count(view, tree, hf_retrieved, sums->retrieved);
    if (sums->retrieved > 0) {
        add_number64(view, tree, hf_octets, sums->retrieved_octets);
    }
    add_count(view, tree, hf_deleted, sums->deleted);
    add_count(view, tree, hf_restored, sums->restored);
    add_count(view, tree, hf_marked, sums->marked);
}

/* Returns how many mails it has drawn, of `room` at the most. */
static size_t add_mails(
    const pop_view *view, proto_tree *tree, const pop_maildrop *maildrop, size_t room)
{
    const pop_maildrop_mail *mails[MAILS_SHOWN];
    size_t count = pop_history_mails(maildrop, view->record->step, mails, room);
    size_t drawn = 0;
    for (size_t i = 0; i < MIN(count, room) && pop_room_left(tree); i++) {
        add_mail(view, tree, maildrop, mails[i]);
        drawn++;
    }
    add_count(view, tree, hf_unlisted, (uint32_t)(count - drawn));
    return drawn;
}

static void append_count(proto_item *item, uint32_t count, const char *what)
{
    if (count > 0) {
        proto_item_append_text(item, ", %u %s", count, what);
    }
}

static void write_title(const pop_view *view, proto_item *item, const pop_maildrop *maildrop,
    const pop_maildrop_sums *sums)
{
    uint32_t count = MAX(sums->known, maildrop->stat.count);
    if (maildrop->name != NULL) {
        wmem_strbuf_t *name = wmem_strbuf_new(view->pinfo->pool, " ");
        pop_wire_append_quoted(name, pop_view_readable(view, maildrop->name));
        proto_item_append_text(item, "%s", pop_wire_label(name));
    }
    proto_item_append_text(item, ": %u message%s", count, plurality(count, "", "s"));
    append_count(item, sums->previewed, "previewed");
    append_count(item, sums->retrieved, "retrieved");
    append_count(item, sums->deleted, "deleted");
    append_count(item, sums->restored, "restored");
    append_count(item, sums->marked, "marked as deleted without effect");
}

static void add_duration(const pop_view *view, proto_tree *tree)
{
    if (view->record->stream != NULL) {
        nstime_t duration = pop_elapsed(
            pop_instant_of(view->pinfo), view->record->stream->session->began);
        proto_item_set_generated(
            proto_tree_add_time(tree, hf_duration, view->tvb, 0, 0, &duration));
    }
}

static size_t add_maildrop(const pop_view *view, const pop_maildrop *maildrop, size_t room)
{
    pop_maildrop_sums sums = pop_history_sums(maildrop, view->record->step);
    proto_item *item = proto_tree_add_item(view->tree, hf_maildrop, view->tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    write_title(view, item, maildrop, &sums);
    proto_tree *tree = proto_item_add_subtree(item, ett_maildrop);
    if (maildrop->name != NULL) {
        pop_view_add_generated_string(view, tree, hf_name, maildrop->name);
    }
    add_stat(view, tree, &maildrop->stat);
    add_sums(view, tree, &sums);
    add_duration(view, tree);
    return add_mails(view, tree, maildrop, room);
}

void pop_show_maildrop(const pop_view *view, const pop_maildrop *maildrop)
{
    size_t room = MAILS_SHOWN;
    unsigned shown = 0;
    if (view->tree == NULL) {
        return;
    }
    for (; maildrop != NULL && shown < MAILDROPS_SHOWN; maildrop = maildrop->former) {
        if (maildrop->count > 0 || maildrop->stat.step != 0) {
            room -= add_maildrop(view, maildrop, room);
            shown++;
        }
    }
}
