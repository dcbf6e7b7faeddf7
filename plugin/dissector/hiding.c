/* hiding.c
 * Where the preference says so, passwords and tokens are not shown.
 *
 * RFC 1939 section 7 (PASS), RFC 937 (HELO), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/hiding.h"

#include <string.h>

#include "dissector/memory.h"
#include "dissector/settings.h"
#include "sasl/pop_sasl.h"

static const pop_span nothing = { NULL, 0 };

static bool is_secret(const pop_sasl_field *field)
{
    return field->kind == POP_SASL_PASSWORD || field->kind == POP_SASL_TOKEN;
}

/* A message that is not understood may be a secret; one of a known mechanism, well formed, is what
 * it says that it is. */
static bool may_hold_secret(
    const pop_view *view, const pop_sasl_mechanism *mechanism, pop_span octets)
{
    const pop_allocator *packet = pop_scope_allocator(view->pinfo->pool);
    pop_sasl_message message = pop_sasl_parse(
        mechanism, POP_SASL_CLIENT, view->entry->auth->ordinal, octets, packet);
    bool found = message.malformed
        || (message.field_count == 0 && message.payload == POP_SASL_PAYLOAD_NONE);
    for (size_t i = 0; i < message.field_count; i++) {
        found = found || is_secret(&message.fields[i]);
    }
    return found;
}

/* `text`: base64. Empty messages and "*", which cancels, are no secrets. */
static bool is_secret_answer(const pop_view *view, pop_span text)
{
    const pop_dialogue *dialogue = view->entry->exchange->dialogue;
    pop_span octets;
    if (dialogue == NULL || view->entry->auth == NULL || pop_span_is(text, POP_SPAN("*"))) {
        return false;
    }
    if (!pop_sasl_decode(text, pop_scope_allocator(view->pinfo->pool), &octets)) {
        return true;
    }
    const char *name = dialogue->mechanism == NULL ? "" : dialogue->mechanism;
    const pop_sasl_mechanism *mechanism = pop_sasl_find(
        (pop_span){ (const uint8_t *)name, strlen(name) });
    return octets.length > 0 && may_hold_secret(view, mechanism, octets);
}

static pop_span secret_of_command(const pop_view *view)
{
    pop_request request;
    pop_request_parse(&request, (pop_version)view->record->version, view->text);
    pop_span initial = pop_request_argument(&request, POP_ARGUMENT_INITIAL_RESPONSE);
    if (request.command == NULL) {
        return nothing;
    }
    switch (request.command->id) {
    case POP_COMMAND_PASS:
    case POP_COMMAND_POP1_PASS:
        return request.parameter;
    case POP_COMMAND_POP2_HELO: /* the rest of the line, behind the user's name */
        if (request.argument_count < 2) {
            return nothing;
        }
        return pop_span_part(view->text, (size_t)(request.arguments[1].octets - view->text.octets),
            view->text.length);
    case POP_COMMAND_AUTH:
        return initial.length > 0 && is_secret_answer(view, initial) ? initial : nothing;
    default:
        return nothing;
    }
}

pop_span pop_hiding_secret(const pop_view *view)
{
    if (!pop_settings_hide_passwords() || view->record->direction != POP_FROM_CLIENT
        || view->entry->exchange == NULL) {
        return nothing;
    }
    if (view->entry->kind == POP_ENTRY_REQUEST) {
        return secret_of_command(view);
    }
    return view->entry->kind == POP_ENTRY_ANSWER && is_secret_answer(view, view->text) ? view->text
                                                                                       : nothing;
}

bool pop_hiding_octets(const pop_view *view)
{
    return pop_settings_hide_passwords() && view->record->direction == POP_FROM_CLIENT;
}
