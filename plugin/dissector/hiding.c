/* hiding.c
 * Where the preference says so, passwords and tokens are not shown.
 *
 * RFC 1939 section 7 (PASS), RFC 937 (HELO), RFC 5034 section 4 (AUTH), draft-murchison-sasl-login
 * section 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/hiding.h"

#include <string.h>

#include "sasl/pop_sasl_prompt.h"

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
        mechanism, POP_SASL_CLIENT, view->entry->auth->place, octets, packet);
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

static pop_span initial_secret(const pop_view *view, const pop_request *request)
{
    pop_span initial = pop_request_argument(request, POP_ARGUMENT_INITIAL_RESPONSE);
    bool hidden = initial.length > 0 && view->entry->exchange != NULL
        && is_secret_answer(view, initial);
    return hidden ? initial : nothing;
}

static pop_span secret_of_command(const pop_view *view)
{
    pop_request request;
    pop_request_parse(&request, (pop_version)view->record->version, view->text);
    pop_span undefined = pop_state_is_before_login((pop_state)view->entry->state)
        ? pop_request_undefined(&request)
        : nothing;
    if (request.command == NULL || undefined.length > 0) {
        return undefined;
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
        return initial_secret(view, &request);
    default:
        return nothing;
    }
}

/* LOGIN's answers are names or passwords: the prompt says which. */
static bool is_answer_of_login(const pop_exchange *exchange)
{
    const pop_dialogue *dialogue = exchange->dialogue;
    return dialogue != NULL && dialogue->mechanism != NULL
        && strcmp(dialogue->mechanism, "LOGIN") == 0;
}

static bool asks_for_name(const pop_auth_step *step)
{
    return step != NULL && step->challenge != NULL
        && pop_sasl_login_prompt(step->challenge) == POP_SASL_USERNAME;
}

static pop_span secret_of_answer(const pop_view *view)
{
    bool hidden = is_answer_of_login(view->entry->exchange)
        ? view->text.length > 0 && !asks_for_name(view->entry->auth)
        : is_secret_answer(view, view->text);
    return hidden ? view->text : nothing;
}

/* --- Echoes ----------------------------------------------------------------------------------- */

static bool is_part_of_word(const uint8_t *at, pop_span text)
{
    return at >= text.octets && at < text.octets + text.length && g_ascii_isalnum(*at);
}

/* Where `word` stands in `text` as a word of its own, whatever its case. */
static pop_span find_word(pop_span text, pop_span word)
{
    for (size_t i = 0; word.length > 0 && i + word.length <= text.length; i++) {
        pop_span here = pop_span_part(text, i, word.length);
        if (pop_span_is(here, word) && !is_part_of_word(here.octets - 1, text)
            && !is_part_of_word(here.octets + here.length, text)) {
            return here;
        }
    }
    return nothing;
}

/* From the first to the last word of the secret that the server's line has. */
static pop_span echo_in(pop_span text, const char *secret)
{
    pop_span rest = { (const uint8_t *)secret, strlen(secret) };
    pop_span echo = find_word(text, rest);
    for (pop_span word = pop_next_token(&rest); word.length > 0; word = pop_next_token(&rest)) {
        pop_span found = find_word(text, word);
        if (found.length > 0 && echo.length > 0) {
            const uint8_t *begin = MIN(echo.octets, found.octets);
            const uint8_t *end = MAX(echo.octets + echo.length, found.octets + found.length);
            echo = (pop_span){ begin, (size_t)(end - begin) };
        } else if (found.length > 0) {
            echo = found;
        }
    }
    return echo;
}

/* What the server may echo: what the client had sent when the view's octets came, not what it sends
 * with a later line of the dialogue. */
static const char *secret_so_far(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    return exchange != NULL && exchange->secret_step <= view->record->step ? exchange->secret
                                                                           : NULL;
}

/* --- Of a view -------------------------------------------------------------------------------- */

pop_span pop_hiding_secret(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (!pop_settings_hide_passwords()) {
        return nothing;
    }
    if (view->record->direction == POP_FROM_SERVER) {
        const char *secret = secret_so_far(view);
        return secret != NULL && view->text.length > 0 ? echo_in(view->text, secret) : nothing;
    }
    if (view->entry->kind == POP_ENTRY_REQUEST) {
        return secret_of_command(view);
    }
    return view->entry->kind == POP_ENTRY_ANSWER && exchange != NULL ? secret_of_answer(view)
                                                                     : nothing;
}

bool pop_hiding_octets(const pop_view *view)
{
    return pop_settings_hide_passwords()
        && (view->record->direction == POP_FROM_CLIENT || secret_so_far(view) != NULL);
}

bool pop_hiding_name(const pop_exchange *exchange)
{
    return exchange->command == NULL && exchange->secret != NULL && pop_settings_hide_passwords();
}
