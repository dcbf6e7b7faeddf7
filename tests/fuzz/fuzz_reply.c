/* fuzz_reply.c
 * A line of the server: as a status line of each version, as a greeting, as what may stand behind
 * one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "grammar/pop_reply.h"

static void check_reply(pop_reply reply, pop_span line)
{
    uint64_t announced = 0;
    fuzz_check_part(reply.line, line);
    fuzz_check_part(reply.indicator, line);
    fuzz_check_part(reply.description, line);
    fuzz_check_part(reply.code, line);
    fuzz_check_part(pop_reply_timestamp(reply.description), line);
    pop_reply_announced_size(reply.description, &announced);
    pop_reply_code_meaning(reply.code);
    g_assert_cmpint(reply.status, <=, POP_STATUS_CHALLENGE);
    if (reply.status == POP_STATUS_NONE) {
        g_assert_cmpuint(reply.description.length, ==, line.length);
    }
}

void fuzz_reply(const uint8_t *octets, size_t length)
{
    pop_span line = fuzz_copy(octets, length);
    check_reply(pop_reply_parse(line, false), line);
    check_reply(pop_reply_parse(line, true), line);
    check_reply(pop_reply_parse_old(POP_VERSION_1, line), line);
    check_reply(pop_reply_parse_old(POP_VERSION_2, line), line);
    g_assert_cmpint(pop_body_from_line(line), <=, POP_BODY_UNDETERMINED);
    free((void *)(uintptr_t)line.octets);
}
