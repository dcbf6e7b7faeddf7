/* pop_capability.c
 * A line of the reply to CAPA, taken apart.
 *
 * RFC 2449 sections 3 (grammar), 5 (CAPA) and 6 (capabilities).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_capability.h"

#include <string.h>

typedef struct capability_row {
    pop_capability_id id;
    pop_span tag;
    pop_capability_parameter kind;
} capability_row;

static void find_row(pop_capability *capability)
{
    static const capability_row rows[] = {
#define POP_CAPABILITY(identifier, tag, kind, document)                                            \
    { POP_CAPABILITY_##identifier, { (const uint8_t *)(tag), sizeof(tag) - 1 },                    \
        POP_PARAMETER_##kind },
#include "grammar/pop_capabilities.def"
#undef POP_CAPABILITY
    };
    capability->id = POP_CAPABILITY_OTHER;
    capability->kind = POP_PARAMETER_TEXT;
    for (size_t i = 0; i < POP_CAPABILITY_COUNT; i++) {
        if (pop_span_is(capability->tag, rows[i].tag)) {
            capability->id = rows[i].id;
            capability->kind = rows[i].kind;
        }
    }
}

static void split_parameters(pop_capability *capability, pop_span rest)
{
    while (capability->parameter_count < POP_CAPABILITY_PARAMETERS) {
        pop_span parameter = pop_next_token(&rest);
        if (parameter.length == 0) {
            return;
        }
        capability->parameters[capability->parameter_count++] = parameter;
    }
}

static void read_values(pop_capability *capability)
{
    bool numeric = capability->kind == POP_PARAMETER_SECONDS
        || capability->kind == POP_PARAMETER_DAYS;
    for (unsigned i = 0; i < capability->parameter_count; i++) {
        pop_span parameter = capability->parameters[i];
        if (numeric && i == 0) {
            capability->has_number = pop_span_number32(parameter, &capability->number);
            capability->never = pop_span_is(parameter, POP_SPAN("NEVER"));
        }
        if ((numeric || capability->kind == POP_PARAMETER_USER)
            && pop_span_is(parameter, POP_SPAN("USER"))) {
            capability->per_user = true;
        }
    }
}

pop_capability pop_capability_parse(pop_span line)
{
    pop_capability capability = { 0 };
    pop_span rest = line;
    capability.tag = pop_next_token(&rest);
    capability.rest = pop_span_trim(rest);
    find_row(&capability);
    split_parameters(&capability, rest);
    read_values(&capability);
    return capability;
}
