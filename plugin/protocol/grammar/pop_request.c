/* pop_request.c
 * A command line, taken apart.
 *
 * RFC 1939 section 3, RFC 2449 section 4 (grammar), and the table of commands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_request.h"

#include <string.h>

static void split_arguments(pop_request *request)
{
    pop_span rest = request->parameter;
    for (;;) {
        pop_span argument = pop_next_token(&rest);
        if (argument.length == 0) {
            return;
        }
        if (request->argument_count < POP_REQUEST_ARGUMENTS) {
            request->arguments[request->argument_count] = argument;
        }
        request->argument_count++;
    }
}

/* RFC 1939 section 7: PASS takes one argument, whose blanks belong to it; USER likewise in
 * practice. */
static void take_whole_line_argument(pop_request *request)
{
    if (request->command->arguments[0] == POP_ARGUMENT_STRING && request->parameter.length > 0) {
        request->arguments[0] = request->parameter;
        request->argument_count = 1;
    }
}

static void read_number(
    pop_request *request, pop_argument_kind kind, bool *has_out, uint32_t *value_out)
{
    pop_span argument = pop_request_argument(request, kind);
    if (argument.length == 0) {
        return;
    }
    *has_out = pop_span_number32(argument, value_out);
    /* Where a missing number means the multi-line form, other words are an extension's
     * (Qpopper's "LIST mangle(...)"), not a mistake. */
    if (!*has_out
        && pop_command_body(request->command, argument)
            == pop_command_body(request->command, POP_SPAN("1"))) {
        request->anomalies |= POP_FLAW(ARGUMENT_NOT_NUMBER);
    }
}

static void check_arguments(pop_request *request)
{
    const pop_command *command = request->command;
    if (request->argument_count < command->least_arguments
        || request->argument_count > command->most_arguments) {
        request->anomalies |= POP_FLAW(ARGUMENT_COUNT);
    }
    read_number(request, POP_ARGUMENT_MESSAGE, &request->has_message, &request->message);
    read_number(request, POP_ARGUMENT_LINES, &request->has_lines, &request->lines);
}

void pop_request_parse(pop_request *request, pop_version version, pop_span line)
{
    *request = (pop_request){ .line = line };
    pop_span rest = line;
    request->keyword = pop_next_token(&rest);
    /* One blank parts keyword and argument; further ones may belong to a password. */
    request->parameter = pop_span_part(rest, 1, rest.length);
    request->anomalies |= pop_control_flaws(line);
    if (request->keyword.length == 0) {
        request->anomalies |= POP_FLAW(EMPTY_LINE);
        return;
    }
    split_arguments(request);
    request->command = pop_command_find(version, request->keyword, request->arguments[0]);
    if (request->command == NULL) {
        request->anomalies |= POP_FLAW(UNKNOWN_COMMAND);
        return;
    }
    take_whole_line_argument(request);
    check_arguments(request);
}

void pop_request_cut_off(pop_request *request)
{
    request->anomalies &= ~(POP_FLAW(ARGUMENT_COUNT) | POP_FLAW(ARGUMENT_NOT_NUMBER));
    for (unsigned i = 0; i < POP_REQUEST_ARGUMENTS && i < request->argument_count; i++) {
        pop_span *argument = &request->arguments[i];
        if (argument->length == 0
            || argument->octets + argument->length < request->line.octets + request->line.length) {
            continue;
        }
        pop_argument_kind kind = i < POP_ARGUMENT_KINDS ? request->command->arguments[i]
                                                        : POP_ARGUMENT_NONE;
        request->has_message &= kind != POP_ARGUMENT_MESSAGE;
        request->has_lines &= kind != POP_ARGUMENT_LINES;
        *argument = (pop_span){ NULL, 0 };
    }
}

pop_span pop_request_argument(const pop_request *request, pop_argument_kind kind)
{
    if (request->command != NULL) {
        for (unsigned i = 0; i < POP_ARGUMENT_KINDS && i < request->argument_count; i++) {
            if (request->command->arguments[i] == kind) {
                return request->arguments[i];
            }
        }
    }
    return (pop_span){ NULL, 0 };
}

pop_span pop_request_undefined(const pop_request *request)
{
    if (request->command == NULL) {
        return pop_span_trim(request->line);
    }
    if (request->anomalies & POP_FLAW(ARGUMENT_NOT_NUMBER)) {
        return request->parameter;
    }
    unsigned most = request->command->most_arguments;
    if (request->argument_count <= most || most >= POP_REQUEST_ARGUMENTS) {
        return (pop_span){ NULL, 0 };
    }
    size_t before = (size_t)(request->arguments[most].octets - request->line.octets);
    return pop_span_trim(pop_span_part(request->line, before, request->line.length));
}
