/* show_verified.c
 * Draws whether the digest or proof in a line of a login fits a secret that the user knows.
 *
 * RFC 1939 section 7 (APOP), RFC 5034 section 4 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/secrets.h"
#include "dissector/show.h"

static int hf_verified = -1;

static hf_register_info fields[] = {
    { &hf_verified,
        { "Verified", "pop.auth.verified", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether the digest or proof fits a secret of the user table (preference pop.secrets)",
            HFILL } },
};

const pop_module pop_show_verified_module = { .fields = fields, .field_count = POP_COUNT(fields) };

static pop_verification verify_apop(const pop_view *view)
{
    pop_request request;
    pop_request_parse(&request, (pop_version)view->record->version, view->text);
    pop_span digest = pop_request_argument(&request, POP_ARGUMENT_DIGEST);
    const char *timestamp = view->entry->auth->challenge;
    if (digest.length == 0 || timestamp == NULL) {
        return POP_VERIFICATION_NONE;
    }
    return pop_verify_apop(pop_secrets_verifier(), pop_view_string(view, request.arguments[0]),
        timestamp, pop_view_string(view, digest));
}

static pop_verification verify_line(const pop_view *view)
{
    const pop_entry *entry = view->entry;
    const pop_exchange *exchange = entry->exchange;
    bool by_client = view->record->direction == POP_FROM_CLIENT;
    if (exchange == NULL || entry->auth == NULL || pop_secrets_verifier() == NULL) {
        return POP_VERIFICATION_NONE;
    }
    if (entry->kind == POP_ENTRY_REQUEST && exchange->command != NULL
        && exchange->command->id == POP_COMMAND_APOP) {
        return verify_apop(view);
    }
    /* An initial response comes with the command; a status line holds no message. */
    if (exchange->dialogue == NULL || entry->kind == POP_ENTRY_STATUS
        || (entry->kind == POP_ENTRY_REQUEST && !exchange->dialogue->has_initial)) {
        return POP_VERIFICATION_NONE;
    }
    return pop_verify_message(pop_secrets_verifier(), exchange->dialogue,
        by_client ? POP_SASL_CLIENT : POP_SASL_SERVER, entry->auth->ordinal);
}

static proto_item *add_verified(const pop_view *view, proto_tree *tree, bool fits)
{
    proto_item *item = proto_tree_add_boolean(tree, hf_verified, view->tvb, 0, 0, fits);
    proto_item_set_generated(item);
    return item;
}

void pop_show_verified(const pop_view *view, proto_tree *tree)
{
    switch (verify_line(view)) {
    case POP_VERIFICATION_FITS:
        pop_expert_add(view->pinfo, add_verified(view, tree, true), POP_FLAW(AUTH_VERIFIED));
        break;
    case POP_VERIFICATION_DIFFERS:
        pop_expert_add(view->pinfo, add_verified(view, tree, false), POP_FLAW(AUTH_DIFFERS));
        break;
    case POP_VERIFICATION_TOO_COSTLY:
        pop_expert_add(view->pinfo, proto_tree_get_parent(tree), POP_FLAW(AUTH_NOT_VERIFIED));
        break;
    case POP_VERIFICATION_NONE:
        break;
    }
}
