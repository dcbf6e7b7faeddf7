/* show_session.c
 * Draws, once for a frame, what is true of all that it has of a session; and how the session ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <epan/to_str.h>

#include "dissector/expert.h"
#include "dissector/show.h"
#include "dissector/wire_text.h"
#include "session/pop_history.h"

static int hf_stream = -1;
static int hf_state = -1;
static int hf_session_user = -1;
static int hf_user = -1;
static int hf_client = -1;
static int hf_server = -1;
static int hf_version = -1;
static int hf_tls = -1;
static int ett_session = -1;

static const value_string state_names[] = {
#define POP_STATE(identifier, value, name) { value, name },
#include "grammar/pop_states.def"
#undef POP_STATE
    { 0, NULL },
};

static hf_register_info fields[] = {
    { &hf_stream,
        { "Session", "pop.stream", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of the session in the capture, from 0", HFILL } },
    { &hf_state,
        { "State", "pop.session.state", FT_UINT8, BASE_DEC, VALS(state_names), 0,
            "The state of the session in which these lines were sent", HFILL } },
    { &hf_session_user,
        { "Logged in", "pop.session.user", FT_STRING, BASE_NONE, NULL, 0,
            "Who is logged in, from the accepting reply on", HFILL } },
    { &hf_user,
        { "User", "pop.user", FT_STRING, BASE_NONE, NULL, 0,
            "Who is logged in, else whose login this is", HFILL } },
    { &hf_client,
        { "Client", "pop.client", FT_STRING, BASE_NONE, NULL, 0,
            "The client's address, whoever sent this frame", HFILL } },
    { &hf_server,
        { "Server", "pop.server.address", FT_STRING, BASE_NONE, NULL, 0,
            "The server's address, whoever sent this frame", HFILL } },
    { &hf_version,
        { "Version", "pop.version", FT_UINT8, BASE_DEC, NULL, 0,
            "The version of the protocol: 1 (RFC 918), 2 (RFC 937) or 3 (RFC 1939)", HFILL } },
    { &hf_tls,
        { "TLS", "pop.session.tls", FT_BOOLEAN, BASE_NONE, NULL, 0, "These bytes came through TLS",
            HFILL } },
};

static int *const subtrees[] = { &ett_session };

const pop_module pop_show_session_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees) };

/* --- Who it is -------------------------------------------------------------------------------- */

/* Who is logged in with this entry: the reply that accepts a login is the first. */
static const char *logged_in(const pop_entry *entry)
{
    bool accepts = entry->auth != NULL && entry->auth->result == POP_AUTH_ACCEPTED;
    return accepts && entry->user == NULL ? entry->auth->user : entry->user;
}

/* Whose login the entry is part of; NULL: it is none, or nobody is named. */
static const char *logs_in(const pop_entry *entry)
{
    if (entry->auth != NULL) {
        return entry->auth->user;
    }
    const pop_exchange *exchange = entry->exchange;
    bool names = exchange != NULL && exchange->command != NULL
        && exchange->command->effect == POP_EFFECT_NAME_USER;
    return names ? exchange->argument : NULL;
}

/* Who is logged in, else whose login this is; NULL: nobody is named. */
static const char *user_of(const pop_record *record)
{
    const char *found = NULL;
    for (uint32_t i = record->entry_count; i > 0; i--) {
        const pop_entry *entry = &record->entries[i - 1];
        const char *user = logged_in(entry);
        if (user != NULL) {
            return user;
        }
        found = found == NULL ? logs_in(entry) : found;
    }
    return found;
}

static const char *state_name(const pop_record *record)
{
    uint8_t state = record->entry_count == 0 ? 0 : record->entries[0].state;
    return val_to_str_const(state, state_names, "state not known");
}

static void write_label(const pop_view *view, proto_item *item, const char *user)
{
    wmem_strbuf_t *label = wmem_strbuf_new(view->pinfo->pool, "");
    wmem_strbuf_append_printf(label, ", %s", state_name(view->record));
    if (user != NULL) {
        wmem_strbuf_append(label, ", ");
        pop_wire_append_quoted(label, pop_view_readable(view, user));
    }
    proto_item_append_text(item, "%s", pop_wire_label(label));
}

/* --- The subtree ------------------------------------------------------------------------------ */

static bool is_same(const char *one, const char *other)
{
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

/* States and users in their order, each where it differs from the one before. `state` and `user`
 * are those of the frame's call before; 0 and NULL: none. */
static void add_course(const pop_view *view, proto_tree *tree, unsigned state, const char *user)
{
    const pop_record *record = view->record;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = &record->entries[i];
        const char *now = logged_in(entry);
        if (entry->state != state) {
            pop_view_add_generated_number(view, tree, hf_state, entry->state);
        }
        if (now != NULL && !is_same(now, user)) {
            pop_view_add_generated_string(view, tree, hf_session_user, now);
        }
        state = entry->state;
        user = now;
    }
}

/* Addresses are written out: done where somebody asks for them. */
static void add_address(const pop_view *view, proto_tree *tree, int field, const address *end)
{
    if (proto_field_is_referenced(tree, field)) {
        pop_view_add_generated_string(view, tree, field, address_to_str(view->pinfo->pool, end));
    }
}

static void add_ends(const pop_view *view, proto_tree *tree)
{
    bool sent_by_client = view->record->sender == POP_FROM_CLIENT;
    const address *source = &view->pinfo->src, *destination = &view->pinfo->dst;
    add_address(view, tree, hf_client, sent_by_client ? source : destination);
    add_address(view, tree, hf_server, sent_by_client ? destination : source);
}

/* What is as it nearly always is says nothing to a reader. */
static void add_version_and_tls(const pop_view *view, proto_tree *tree, const pop_record *before)
{
    const pop_record *record = view->record;
    if (before == NULL || before->version != record->version) {
        pop_view_hide(pop_view_add_generated_number(view, tree, hf_version, record->version),
            record->version == POP_VERSION_3);
    }
    if (before == NULL || before->tls != record->tls) {
        proto_item *item = proto_tree_add_boolean(tree, hf_tls, view->tvb, 0, 0, record->tls);
        proto_item_set_generated(item);
        pop_view_hide(item, !record->tls);
    }
}

static bool changes(const pop_record *record, const pop_record *before)
{
    const pop_entry *last = before->entry_count == 0 ? NULL
                                                     : &before->entries[before->entry_count - 1];
    if (record->version != before->version || record->tls != before->tls || last == NULL) {
        return true;
    }
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const char *user = logged_in(&record->entries[i]);
        if (record->entries[i].state != last->state
            || (user != NULL && !is_same(user, logged_in(last)))) {
            return true;
        }
    }
    return false;
}

/* `before`: the record of the session's call before in this frame; NULL: this is the first, and
 * all is told. */
static void add_session(const pop_view *view, const pop_record *before)
{
    const char *user = user_of(view->record);
    proto_item *item = pop_view_add_generated_number(
        view, view->tree, hf_stream, view->record->stream->number);
    if (pop_view_is_seen(view->tree)) {
        write_label(view, item, user);
    }
    proto_tree *tree = proto_item_add_subtree(item, ett_session);
    const pop_entry *last = before == NULL || before->entry_count == 0
        ? NULL
        : &before->entries[before->entry_count - 1];
    add_course(view, tree, last == NULL ? 0 : last->state, last == NULL ? NULL : logged_in(last));
    if (user != NULL && (before == NULL || !is_same(user, user_of(before)))) {
        pop_view_add_generated_string(view, tree, hf_user, user);
    }
    if (before == NULL) {
        add_ends(view, tree);
    }
    add_version_and_tls(view, tree, before);
}

void pop_show_held_session(const pop_view *view)
{
    pop_view_hide(
        pop_view_add_generated_number(view, view->tree, hf_stream, view->record->stream->number),
        true);
    add_version_and_tls(view, view->tree, NULL);
}

void pop_show_session(const pop_view *view)
{
    if (view->tree == NULL) {
        return;
    }
    if (view->record->stream == NULL) { /* quoted in an ICMP error: there is no session */
        add_version_and_tls(view, view->tree, NULL);
        return;
    }
    const pop_record *before = pop_transcript_before(view->record, view->pinfo);
    if (before == NULL || changes(view->record, before)) {
        add_session(view, before);
    }
}

/* --- The session's end ------------------------------------------------------------------------ */

/* Some servers write a status line into a mail that they cannot finish. */
static bool breaks_off_with_error(const pop_message *message)
{
    size_t start = message->length;
    while (start > 0 && (start == message->length || message->octets[start - 1] != '\n')) {
        start--;
    }
    pop_span last = { message->octets + start, message->length - start };
    return message->total == message->length && pop_span_starts(last, POP_SPAN("-ERR"));
}

void pop_show_session_end(const pop_view *view, proto_item *item)
{
    const pop_stream *stream = view->record->stream;
    if (!pop_transcript_ends_with(view->record, view->pinfo)) {
        return;
    }
    const pop_session *session = stream->session;
    pop_anomalies anomalies = 0;
    if (session->exchanges.waiting.count > 0) {
        anomalies |= POP_FLAW(NO_REPLY);
    }
    if (session->reply.exchange != NULL && session->reply.body != POP_BODY_UNDETERMINED) {
        anomalies |= POP_FLAW(NO_TERMINATOR);
    }
    if (session->reply.message != NULL && breaks_off_with_error(session->reply.message)) {
        anomalies |= POP_FLAW(ERROR_IN_BODY);
    }
    if (session->deletions != NULL && !pop_history_misses_quit(session->maildrop)) {
        anomalies |= POP_FLAW(DELETIONS_LOST);
    }
    pop_show_unanswered_login(view);
    if (session->maildrop->quit == NULL) { /* else it stands with the reply to QUIT */
        pop_show_maildrop(view, session->maildrop);
    }
    pop_expert_add(view->pinfo, item, anomalies);
}
