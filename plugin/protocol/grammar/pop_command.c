/* pop_command.c
 * The commands of the Post Office Protocol: what each takes, and what its reply looks like.
 *
 * RFC 918, RFC 937, RFC 1081, RFC 1082, RFC 1939, RFC 2449, RFC 2595, RFC 5034, RFC 6856.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_command.h"

#include "grammar/pop_capability.h"

#include <limits.h>
#include <string.h>

/* When a positive reply has the body that the row names. */
enum {
    NEVER,
    ALWAYS,
    WITHOUT_ARGUMENT,
    WITHOUT_NUMBER, /* no argument, or one that is no message number: LIST mangle(...) */
};

#define V1 (1U << POP_VERSION_1)
#define V2 (1U << POP_VERSION_2)
#define V3 (1U << POP_VERSION_3)
#define ANY UINT_MAX
#define S_AUTHORIZATION (1U << POP_STATE_AUTHORIZATION)
#define S_TRANSACTION (1U << POP_STATE_TRANSACTION)
#define S_POP1_START (1U << POP_STATE_POP1_START)
#define S_POP1_IDLE (1U << POP_STATE_POP1_IDLE)
#define S_POP1_SIZED (1U << POP_STATE_POP1_SIZED)
#define S_POP1_DATA (1U << POP_STATE_POP1_DATA)
#define S_POP2_AUTH (1U << POP_STATE_POP2_AUTH)
#define S_POP2_MBOX (1U << POP_STATE_POP2_MBOX)
#define S_POP2_ITEM (1U << POP_STATE_POP2_ITEM)
#define S_POP2_NEXT (1U << POP_STATE_POP2_NEXT)
#define ARGS(first, second, third)                                                                 \
    {                                                                                              \
        POP_ARGUMENT_##first, POP_ARGUMENT_##second, POP_ARGUMENT_##third                          \
    }

#define POP_BODY_NO_BODY POP_BODY_NONE
#define POP_BODY_MESSAGE_BODY POP_BODY_MESSAGE
#define POP_BODY_TEXT_LINES POP_BODY_TEXT

static const pop_command commands[] = {
#define POP_COMMAND(identifier, keyword, subcommand, versions, least, most, kinds, states, body,   \
    when, effect, document)                                                                        \
    { POP_COMMAND_##identifier, keyword, subcommand, versions, least, most, kinds, states,         \
        POP_BODY_##body, when, POP_EFFECT_##effect, document },
#include "grammar/pop_commands.def"
#undef POP_COMMAND
};

#define COMMANDS (sizeof commands / sizeof commands[0])

const pop_command *pop_command_of(pop_command_id id)
{
    return &commands[id];
}

static pop_span span_of(const char *text)
{
    return (pop_span){ (const uint8_t *)text, strlen(text) };
}

static bool row_fits(
    const pop_command *row, unsigned versions, pop_span keyword, pop_span subcommand)
{
    return (row->versions & versions) != 0 && pop_span_is(keyword, span_of(row->keyword))
        && (row->subcommand == NULL || pop_span_is(subcommand, span_of(row->subcommand)));
}

/* The first octet of each row's keyword: it tells most rows apart from each other. */
static pop_span initials(void)
{
    static uint8_t octets[COMMANDS];
    if (octets[0] == 0) { /* asked for the first time */
        for (size_t i = 0; i < COMMANDS; i++) {
            octets[i] = (uint8_t)commands[i].keyword[0];
        }
    }
    return (pop_span){ octets, COMMANDS };
}

static const pop_command *find_in(unsigned versions, pop_span keyword, pop_span subcommand)
{
    if (keyword.length == 0) {
        return NULL;
    }
    pop_span all = initials(), rest = all;
    const uint8_t *found = NULL;
    while ((found = pop_span_find(rest, pop_upper(keyword.octets[0]))) != NULL) {
        size_t row = (size_t)(found - all.octets);
        if (row_fits(&commands[row], versions, keyword, subcommand)) {
            return &commands[row];
        }
        rest = pop_span_part(all, row + 1, COMMANDS);
    }
    return NULL;
}

const pop_command *pop_command_find(pop_version version, pop_span keyword, pop_span subcommand)
{
    if (version != POP_VERSION_UNKNOWN) {
        return find_in(1U << version, keyword, subcommand);
    }
    static const unsigned newest_first[] = { V3, V2, V1 };
    const pop_command *command = NULL;
    for (size_t i = 0; i < 3 && command == NULL; i++) {
        command = find_in(newest_first[i], keyword, subcommand);
    }
    return command;
}

pop_body pop_command_body(const pop_command *command, pop_span first_argument)
{
    if (command == NULL) {
        return POP_BODY_UNDETERMINED;
    }
    bool has_body = false;
    uint64_t number = 0;
    switch (command->body_when) {
    case ALWAYS:
        has_body = true;
        break;
    case WITHOUT_ARGUMENT:
        has_body = first_argument.length == 0;
        break;
    case WITHOUT_NUMBER:
        has_body = !pop_span_number(first_argument, &number);
        break;
    default:
        break;
    }
    return has_body ? command->body : POP_BODY_NONE;
}

/* A header field: a name of printable octets without blanks, then a colon (RFC 5322 section
 * 2.2). */
static bool is_header_field(pop_span line)
{
    for (size_t i = 0; i < line.length; i++) {
        if (line.octets[i] == ':') {
            return i > 0;
        }
        if (line.octets[i] <= ' ' || line.octets[i] > '~') {
            return false;
        }
    }
    return false;
}

/* "number blank something": a scan listing where the rest begins with a number and nothing but
 * blanks or a third column follows, else a unique-id listing (RFC 1939 sections 5 and 7). */
static pop_body listing_from_line(pop_span line)
{
    uint64_t number = 0;
    pop_span rest = line;
    if (!pop_span_number(pop_next_token(&rest), &number)) {
        return POP_BODY_UNDETERMINED;
    }
    pop_span second = pop_next_token(&rest);
    if (second.length == 0) {
        return POP_BODY_UNDETERMINED;
    }
    return pop_span_number(second, &number) ? POP_BODY_SCAN_LISTING : POP_BODY_UNIQUE_ID_LISTING;
}

/* A line that begins with a capability of the table. */
static bool is_capability(pop_span line)
{
    return pop_capability_parse(line).id != POP_CAPABILITY_OTHER;
}

pop_body pop_body_from_line(pop_span line)
{
    if (pop_span_starts(line, POP_SPAN("+OK")) || pop_span_starts(line, POP_SPAN("-ERR"))
        || pop_span_starts(line, POP_SPAN("+ ")) || pop_span_is(line, POP_SPAN("+"))) {
        return POP_BODY_NONE;
    }
    pop_body listing = listing_from_line(line);
    if (listing != POP_BODY_UNDETERMINED) {
        return listing;
    }
    if (is_capability(line)) {
        return POP_BODY_CAPABILITIES;
    }
    return is_header_field(line) ? POP_BODY_MESSAGE : POP_BODY_TEXT;
}

bool pop_command_legal(const pop_command *command, pop_state state)
{
    return state == POP_STATE_UNKNOWN || (command->states & (1U << state)) != 0;
}

const char *pop_state_name(pop_state state)
{
    switch (state) {
#define POP_STATE(identifier, value, name)                                                         \
    case POP_STATE_##identifier:                                                                   \
        return name;
#include "grammar/pop_states.def"
#undef POP_STATE
    }
    return "unknown";
}
