/* statistics.c
 * Statistics > POP, and tshark's "-z pop,tree": what is counted over a whole capture.
 *
 * Each thing is counted in the frame where it is complete, so that a display filter limits what is
 * counted, and one pass counts what two do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/statistics.h"

#include <epan/stats_tree.h>
#include <epan/to_str.h>

#include "analysis/labels.h"
#include "analysis/statistics_nodes.h"
#include "dissector/compat.h"
#include "dissector/tap.h"
#include "grammar/pop_capability.h"
#include "session/pop_history.h"

/* The nodes below the root, each with children that are made as they come. */
typedef enum root_node {
    COMMANDS,
    REPLIES,
    CODES,
    LOGINS,
    CAPABILITIES,
    MAILS,
    BY_USER,
    BY_SERVER,
    OCTETS_BY_USER,
    OCTETS_BY_SERVER,
    ROOT_COUNT
} root_node;

static const char *const root_names[ROOT_COUNT] = {
    [COMMANDS] = "Commands",
    [REPLIES] = "Replies",
    [CODES] = "Response codes",
    [LOGINS] = "Login attempts",
    [CAPABILITIES] = "Capabilities offered",
    [MAILS] = "Mails",
    [BY_USER] = "Mails fetched, by user",
    [BY_SERVER] = "Mails fetched, by server",
    [OCTETS_BY_USER] = "Octets of mails fetched, by user",
    [OCTETS_BY_SERVER] = "Octets of mails fetched, by server",
};

/* Their ids: the same in each tree. */
static int roots[ROOT_COUNT];

/* Counts one more at a node below the root, and gives its id. */
static int tick_root(stats_tree *tree, root_node root)
{
    tick_stat_node(tree, root_names[root], 0, TRUE);
    return roots[root];
}

/* --- Commands and replies --------------------------------------------------------------------- */

static const char *name_of(packet_info *pinfo, const pop_exchange *exchange)
{
    if (exchange->command == NULL && exchange->name != NULL) {
        return pop_label_text(pinfo->pool, exchange->name, "");
    }
    return exchange->command == NULL ? "(command not seen)"
                                     : pop_label_command(pinfo->pool, exchange->command);
}

static void count_command(stats_tree *tree, packet_info *pinfo, const pop_entry *entry)
{
    if (entry->exchange != NULL) { /* an empty line is no command */
        pop_node_tick(tree, tick_root(tree, COMMANDS), name_of(pinfo, entry->exchange), false);
    }
}

static pop_span text_of(const pop_tap_entry *told)
{
    pop_span text = told->octets;
    while (text.length > 0
        && (text.octets[text.length - 1] == '\n' || text.octets[text.length - 1] == '\r')) {
        text.length--;
    }
    return text;
}

static void count_code(stats_tree *tree, packet_info *pinfo, const pop_tap_entry *told)
{
    pop_reply reply = pop_reply_parse(text_of(told), told->entry->exchange->dialogue != NULL);
    if (reply.code.length > 0) {
        const char *code = pop_label_upper(pinfo->pool, reply.code);
        pop_node_tick(tree, tick_root(tree, CODES), code, false);
    }
}

/* The share of "-ERR" below a command is its error rate. */
static void count_reply(stats_tree *tree, packet_info *pinfo, const pop_exchange *exchange)
{
    bool positive = exchange->status == POP_STATUS_POSITIVE;
    int command = pop_node_tick(tree, tick_root(tree, REPLIES), name_of(pinfo, exchange), true);
    pop_node_tick(tree, command, positive ? "positive" : "negative", false);
}

/* --- Logins ----------------------------------------------------------------------------------- */

static const char *mechanism_of(packet_info *pinfo, const pop_login *login)
{
    return pop_label_text(pinfo->pool, login->mechanism, "(not seen)");
}

/* An attempt is counted where it is known to be one: at its verdict. */
static void count_attempt(stats_tree *tree, packet_info *pinfo, const pop_login *login)
{
    pop_node_tick(tree, tick_root(tree, LOGINS), mechanism_of(pinfo, login), true);
}

static bool is_naming(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->command->effect == POP_EFFECT_NAME_USER;
}

static void count_login(
    stats_tree *tree, packet_info *pinfo, const pop_entry *entry, bool is_first_pass)
{
    const pop_exchange *exchange = entry->exchange;
    const pop_login *login = exchange == NULL ? NULL : exchange->login;
    if (login == NULL || login->exchange != exchange) {
        return;
    }
    bool begins = entry->kind == POP_ENTRY_REQUEST && !is_naming(exchange);
    bool decides = entry->kind == POP_ENTRY_STATUS;
    /* What stays without a verdict is known when the whole capture has been read. */
    bool unanswered = begins && !is_first_pass && exchange->status_line.frame == 0;
    if (decides || unanswered) {
        count_attempt(tree, pinfo, login);
    }
    if (decides) {
        int parent = pop_node_id(tree, roots[LOGINS], mechanism_of(pinfo, login));
        pop_node_tick(tree, parent, pop_label_result(login->result), false);
    }
}

/* --- Capabilities ----------------------------------------------------------------------------- */

static void count_capability(stats_tree *tree, packet_info *pinfo, pop_span line)
{
    pop_capability capability = pop_capability_parse(line);
    if (capability.tag.length == 0) {
        return;
    }
    const char *tag = pop_label_upper(pinfo->pool, capability.tag);
    bool lists = capability.kind == POP_PARAMETER_MECHANISMS;
    int node = pop_node_tick(tree, tick_root(tree, CAPABILITIES), tag, lists);
    for (unsigned i = 0; lists && i < capability.parameter_count; i++) {
        const char *mechanism = pop_label_upper(pinfo->pool, capability.parameters[i]);
        pop_node_tick(tree, node, mechanism, false);
    }
}

static void count_capabilities(stats_tree *tree, packet_info *pinfo, const pop_tap_entry *told)
{
    const pop_exchange *exchange = told->entry->exchange;
    if (exchange == NULL || exchange->body != POP_BODY_CAPABILITIES) {
        return;
    }
    pop_span rest = told->octets;
    while (rest.length > 0) {
        const uint8_t *end = pop_span_find(rest, '\n');
        size_t length = end == NULL ? rest.length : (size_t)(end - rest.octets) + 1;
        pop_tap_entry line = { told->entry, pop_span_part(rest, 0, length) };
        count_capability(tree, pinfo, text_of(&line));
        rest = pop_span_part(rest, length, rest.length);
    }
}

/* --- Mails ------------------------------------------------------------------------------------ */

/* How many, and how large. */
static void note_size(stats_tree *tree, root_node root, const char *name, uint64_t octets)
{
    avg_stat_node_add_value_int(tree, root_names[root], 0, TRUE, (int)MIN(octets, G_MAXINT));
    pop_node_note_size(tree, roots[root], name, octets);
}

static void add_octets(stats_tree *tree, root_node root, const char *name, uint64_t octets)
{
    pop_node_add_octets(tree, 0, root_names[root], octets);
    pop_node_add_octets(tree, roots[root], name, octets);
}

static const char *way_of(const pop_exchange *exchange)
{
    if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_SUBMIT) {
        return "submitted";
    }
    return pop_history_action(exchange) == POP_ACTION_PREVIEW ? "previewed" : "fetched";
}

static void count_mail(
    stats_tree *tree, packet_info *pinfo, const pop_tap_record *record, const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    if (exchange == NULL || exchange->message == NULL) {
        return;
    }
    uint64_t octets = exchange->message->total;
    const char *way = way_of(exchange);
    note_size(tree, MAILS, way, octets);
    if (strcmp(way, "fetched") == 0) {
        const char *server = address_to_str(pinfo->pool, record->server);
        const char *user = pop_label_text(pinfo->pool, entry->user, "(nobody)");
        note_size(tree, BY_USER, user, octets);
        note_size(tree, BY_SERVER, server, octets);
        add_octets(tree, OCTETS_BY_USER, user, octets);
        add_octets(tree, OCTETS_BY_SERVER, server, octets);
    }
}

/* --- The tap ---------------------------------------------------------------------------------- */

static void count_entry(
    stats_tree *tree, packet_info *pinfo, const pop_tap_record *record, const pop_tap_entry *told)
{
    const pop_entry *entry = told->entry;
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_REQUEST:
        count_command(tree, pinfo, entry);
        break;
    case POP_ENTRY_STATUS:
        count_reply(tree, pinfo, entry->exchange);
        count_code(tree, pinfo, told);
        break;
    case POP_ENTRY_LISTING:
        count_capabilities(tree, pinfo, told);
        break;
    case POP_ENTRY_BODY_END:
        count_mail(tree, pinfo, record, entry);
        break;
    default:
        break;
    }
    count_login(tree, pinfo, entry, record->is_first_pass);
}

static tap_packet_status take(stats_tree *tree, packet_info *pinfo, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    const pop_tap_record *record = told;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        count_entry(tree, pinfo, record, &record->entries[i]);
    }
    return TAP_PACKET_REDRAW;
}

static void begin(stats_tree *tree)
{
    pop_nodes_begin(tree);
    for (int i = 0; i < ROOT_COUNT; i++) {
        roots[i] = stats_tree_create_node(tree, root_names[i], 0, STAT_DT_INT, TRUE);
    }
}

static void end(stats_tree *tree)
{
    pop_nodes_end(tree);
}

/* With the protocol, not with the listeners, which sharkd leaves out. */
static void register_tree(int protocol _U_)
{
    stats_tree_register_plugin(POP_TAP_NAME, "pop",
        "POP" POP_MENU_SEPARATOR "Commands, Logins and Mails", 0, take, begin, end);
}

const pop_analysis_module pop_statistics_module = { .register_with_protocol = register_tree };
