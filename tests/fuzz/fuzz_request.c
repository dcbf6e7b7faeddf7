/* fuzz_request.c
 * A command line, in each version: spans lie within the line, numbers and counts agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "grammar/pop_request.h"

static void check_request(pop_version version, pop_span line)
{
    pop_request request;
    pop_request_parse(&request, version, line);
    fuzz_check_part(request.line, line);
    fuzz_check_part(request.keyword, line);
    fuzz_check_part(request.parameter, line);
    for (unsigned i = 0; i < MIN(request.argument_count, POP_REQUEST_ARGUMENTS); i++) {
        fuzz_check_part(request.arguments[i], line);
        g_assert_cmpuint(request.arguments[i].length, >, 0);
    }
    for (int kind = POP_ARGUMENT_NONE; kind <= POP_ARGUMENT_INITIAL_RESPONSE; kind++) {
        fuzz_check_part(pop_request_argument(&request, (pop_argument_kind)kind), line);
    }
    g_assert_cmpint(
        pop_command_body(request.command, request.arguments[0]), <=, POP_BODY_UNDETERMINED);
    if (request.command != NULL) {
        g_assert_true(
            version == POP_VERSION_UNKNOWN || (request.command->versions & (1U << version)) != 0);
        pop_span keyword = { (const uint8_t *)request.command->keyword, request.keyword.length };
        g_assert_true(pop_span_is(keyword, request.keyword));
    }
}

void fuzz_request(const uint8_t *octets, size_t length)
{
    pop_span line = fuzz_copy(octets, length);
    for (int version = POP_VERSION_UNKNOWN; version <= POP_VERSION_3; version++) {
        check_request((pop_version)version, line);
    }
    free((void *)(uintptr_t)line.octets);
}
