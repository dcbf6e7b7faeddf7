/* fuzz_capability.c
 * A line of the reply to CAPA, taken apart: spans lie within it, parameters in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "grammar/pop_capability.h"

void fuzz_capability(const uint8_t *octets, size_t length)
{
    pop_span line = fuzz_copy(octets, length);
    pop_capability capability = pop_capability_parse(line);
    g_assert_cmpint(capability.id, <=, POP_CAPABILITY_OTHER);
    g_assert_cmpint(capability.kind, <=, POP_PARAMETER_TEXT);
    g_assert_cmpuint(capability.parameter_count, <=, POP_CAPABILITY_PARAMETERS);
    fuzz_check_part(capability.tag, line);
    fuzz_check_part(capability.rest, line);
    const uint8_t *behind = line.octets;
    for (unsigned i = 0; i < capability.parameter_count; i++) {
        pop_span parameter = capability.parameters[i];
        g_assert_cmpuint(parameter.length, >, 0);
        fuzz_check_part(parameter, capability.rest);
        g_assert_true(parameter.octets >= behind);
        behind = parameter.octets + parameter.length;
    }
    free((void *)(uintptr_t)line.octets);
}
