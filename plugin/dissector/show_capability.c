/* show_capability.c
 * Draws what a server says it can do: capabilities, mechanisms, languages, its software.
 *
 * RFC 2449 sections 5 and 6 (CAPA), RFC 5034 section 3 (SASL), RFC 6856 section 3 (LANG).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>

#include "dissector/show.h"

#include "grammar/pop_capability.h"
#include "grammar/pop_software.h"

static int hf_capability = -1;
static int hf_name = -1;
static int hf_parameter = -1;
static int hf_login_delay = -1;
static int hf_expire = -1;
static int hf_expire_never = -1;
static int hf_per_user = -1;
static int hf_utf8_user = -1;
static int hf_mechanism = -1;
static int hf_implementation = -1;
static int hf_software = -1;
static int hf_language = -1;

static hf_register_info fields[] = {
    { &hf_capability,
        { "Capability", "pop.capability", FT_STRING, BASE_NONE, NULL, 0,
            "A line of the reply to CAPA", HFILL } },
    { &hf_name,
        { "Capability tag", "pop.capability.name", FT_STRING, BASE_NONE, NULL, 0,
            "The capability's tag", HFILL } },
    { &hf_parameter,
        { "Capability parameter", "pop.capability.parameter", FT_STRING, BASE_NONE, NULL, 0,
            "A parameter of the capability", HFILL } },
    { &hf_login_delay,
        { "Least time between logins", "pop.capability.login_delay", FT_UINT32,
            BASE_DEC | BASE_UNIT_STRING, &units_second_seconds, 0,
            "LOGIN-DELAY: the least time between two logins of a user, in seconds", HFILL } },
    { &hf_expire,
        { "Messages are kept for", "pop.capability.expire", FT_UINT32, BASE_DEC | BASE_UNIT_STRING,
            &units_day_days, 0, "EXPIRE: how many days messages stay on the server", HFILL } },
    { &hf_expire_never,
        { "Messages are kept for good", "pop.capability.expire_never", FT_BOOLEAN, BASE_NONE, NULL,
            0, "EXPIRE NEVER: the server deletes no message of itself", HFILL } },
    { &hf_per_user,
        { "Differs from user to user", "pop.capability.per_user", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "USER: the value may be another after the login", HFILL } },
    { &hf_utf8_user,
        { "UTF-8 in names and passwords", "pop.capability.utf8_user", FT_BOOLEAN, BASE_NONE, NULL,
            0, "UTF8 USER: names and passwords may be UTF-8", HFILL } },
    { &hf_mechanism,
        { "SASL mechanism", "pop.capability.sasl", FT_STRING, BASE_NONE, NULL, 0,
            "A SASL mechanism that the server offers, by CAPA or AUTH", HFILL } },
    { &hf_implementation,
        { "Implementation", "pop.capability.implementation", FT_STRING, BASE_NONE, NULL, 0,
            "IMPLEMENTATION: what the server calls itself", HFILL } },
    { &hf_software,
        { "Server software", "pop.server.software", FT_STRING, BASE_NONE, NULL, 0,
            "What IMPLEMENTATION or a well-known greeting names", HFILL } },
    { &hf_language,
        { "Language", "pop.lang.tag", FT_STRING, BASE_NONE, NULL, 0,
            "A language tag, listed or chosen by LANG", HFILL } },
};

const pop_module pop_show_capability_module = { .fields = fields,
    .field_count = POP_COUNT(fields) };

static void add_flag(const pop_view *view, proto_tree *tree, int field, pop_span span)
{
    proto_tree_add_boolean(
        tree, field, view->tvb, pop_view_offset(view, span), (int)span.length, TRUE);
}

static void add_number(const pop_view *view, proto_tree *tree, const pop_capability *capability)
{
    pop_span span = capability->parameters[0];
    int field = capability->kind == POP_PARAMETER_SECONDS ? hf_login_delay : hf_expire;
    if (capability->has_number) {
        proto_tree_add_uint(tree, field, view->tvb, pop_view_offset(view, span), (int)span.length,
            capability->number);
    } else if (capability->never && capability->kind == POP_PARAMETER_DAYS) {
        add_flag(view, tree, hf_expire_never, span);
    }
    if (capability->per_user) {
        add_flag(view, tree, hf_per_user, capability->parameters[capability->parameter_count - 1]);
    }
}

static void add_mechanisms(const pop_view *view, proto_tree *tree, const pop_capability *capability)
{
    for (unsigned i = 0; i < capability->parameter_count; i++) {
        pop_view_add_text(view, tree, hf_mechanism, capability->parameters[i], 0);
    }
}

static void add_typed(const pop_view *view, proto_tree *tree, const pop_capability *capability)
{
    switch (capability->kind) {
    case POP_PARAMETER_SECONDS:
    case POP_PARAMETER_DAYS:
        add_number(view, tree, capability);
        break;
    case POP_PARAMETER_MECHANISMS:
        add_mechanisms(view, tree, capability);
        break;
    case POP_PARAMETER_SOFTWARE:
        pop_view_hide(pop_view_add_text(view, tree, hf_implementation, capability->rest, 0), true);
        pop_view_add_generated_string(
            view, view->tree, hf_software, pop_view_string(view, capability->rest));
        break;
    case POP_PARAMETER_USER:
        if (capability->per_user) {
            add_flag(view, tree, hf_utf8_user, capability->parameters[0]);
        }
        break;
    case POP_PARAMETER_NONE:
    case POP_PARAMETER_TEXT:
        break;
    }
}

/* The line itself says the capability, its tag and its parameters. */
static void add_hidden(const pop_view *view, proto_tree *tree, int field, pop_span span)
{
    pop_view_hide(pop_view_add_text(view, tree, field, span, 0), true);
}

void pop_show_capability(const pop_view *view, proto_tree *tree)
{
    pop_capability capability = pop_capability_parse(view->text);
    add_hidden(view, tree, hf_capability, view->text);
    add_hidden(view, tree, hf_name, capability.tag);
    for (unsigned i = 0; i < capability.parameter_count; i++) {
        add_hidden(view, tree, hf_parameter, capability.parameters[i]);
    }
    add_typed(view, tree, &capability);
}

void pop_show_offered_mechanism(const pop_view *view, proto_tree *tree)
{
    pop_view_add_text(view, tree, hf_mechanism, pop_span_trim(view->text), 0);
}

void pop_show_language(const pop_view *view, proto_tree *tree, pop_span text)
{
    pop_span language = pop_next_token(&text);
    if (language.length > 0) {
        pop_view_add_text(view, tree, hf_language, language, 0);
    }
}

void pop_show_software(const pop_view *view, proto_tree *tree, pop_span greeting)
{
    const char *software = pop_software_of_greeting(greeting);
    if (software != NULL) {
        pop_view_add_generated_string(view, tree, hf_software, software);
    }
}
