/* show_auth.c
 * Draws what the lines of a login hold: names, passwords, digests, what SASL mechanisms exchange,
 * and the server's verdict.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 5034 section 4 (AUTH), RFC 4422 (SASL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/show.h"

#include "dissector/hand_over.h"
#include "dissector/hiding.h"
#include "dissector/memory.h"
#include "dissector/readable.h"
#include "sasl/pop_sasl.h"

static int hf_mechanism = -1;
static int hf_initial_response = -1;
static int hf_data = -1;
static int hf_challenge = -1;
static int hf_username = -1;
static int hf_rejected = -1;
static int hf_authzid = -1;
static int hf_password = -1;
static int hf_token = -1;
static int hf_realm = -1;
static int hf_nonce = -1;
static int hf_cnonce = -1;
static int hf_salt = -1;
static int hf_iterations = -1;
static int hf_digest = -1;
static int hf_proof = -1;
static int hf_signature = -1;
static int hf_channel_binding = -1;
static int hf_error = -1;
static int hf_prompt = -1;
static int hf_parameter = -1;
static int hf_parameter_name = -1;
static int hf_parameter_value = -1;
static int hf_result = -1;
static int hf_apop_timestamp = -1;
static int hf_apop_digest = -1;
static int hf_apop_offered = -1;
static int ett_auth = -1;

static dissector_handle_t ntlmssp_handle, gssapi_handle;

static const value_string result_names[] = {
    { POP_AUTH_ACCEPTED, "accepted" },
    { POP_AUTH_REJECTED, "rejected" },
    { POP_AUTH_CANCELLED, "cancelled" },
    { POP_AUTH_UNANSWERED, "unanswered" },
    { 0, NULL },
};

#define STRING_FIELD(variable, title, name, text)                                                  \
    {                                                                                              \
        &(variable),                                                                               \
        {                                                                                          \
            title, "pop.auth." name, FT_STRING, BASE_NONE, NULL, 0, text, HFILL                    \
        }                                                                                          \
    }

static hf_register_info fields[] = {
    STRING_FIELD(hf_mechanism, "Mechanism", "mechanism",
        "How the user logs in: USER, APOP, RPOP or the SASL mechanism"),
    STRING_FIELD(hf_initial_response, "Initial response", "initial_response",
        "The first answer, sent with the AUTH command (base64)"),
    { &hf_data,
        { "Decoded data", "pop.auth.data", FT_BYTES, BASE_NONE, NULL, 0,
            "A challenge or answer after base64", HFILL } },
    STRING_FIELD(hf_challenge, "Answers the challenge", "challenge",
        "The challenge that this line answers; for APOP the greeting's timestamp"),
    STRING_FIELD(hf_username, "User name", "username", "Who wants to be logged in"),
    STRING_FIELD(hf_rejected, "Rejected user", "rejected", "Whose login this reply rejects"),
    STRING_FIELD(hf_authzid, "Authorization identity", "authzid", "As whom the user wants to act"),
    STRING_FIELD(hf_password, "Password", "password", "The password, as the login has it"),
    STRING_FIELD(hf_token, "Token", "token", "The bearer token of an OAuth login"),
    STRING_FIELD(hf_realm, "Realm", "realm", "The realm, domain or target of the login"),
    STRING_FIELD(hf_nonce, "Nonce", "nonce", "The server's nonce or challenge"),
    STRING_FIELD(hf_cnonce, "Client nonce", "cnonce", "The client's nonce"),
    STRING_FIELD(hf_salt, "Salt", "salt", "The salt for the password's hash"),
    { &hf_iterations,
        { "Iterations", "pop.auth.iterations", FT_UINT32, BASE_DEC, NULL, 0,
            "How often the password is hashed", HFILL } },
    STRING_FIELD(hf_digest, "Digest", "digest", "A digest that proves knowledge of the secret"),
    STRING_FIELD(hf_proof, "Proof", "proof", "The client's proof (SCRAM)"),
    STRING_FIELD(hf_signature, "Server signature", "signature",
        "What proves to the client that the server knows the secret"),
    STRING_FIELD(hf_channel_binding, "Channel binding", "channel_binding",
        "What ties the login to the TLS connection"),
    STRING_FIELD(hf_error, "Error", "error", "Why the login failed, where the mechanism says it"),
    STRING_FIELD(hf_prompt, "Prompt", "prompt", "A text that asks the user for something"),
    STRING_FIELD(hf_parameter, "SASL parameter", "parameter", "Another value of the mechanism"),
    STRING_FIELD(hf_parameter_name, "Parameter name", "parameter.name", "The parameter's name"),
    STRING_FIELD(hf_parameter_value, "Parameter value", "parameter.value", "The parameter's value"),
    { &hf_result,
        { "Login", "pop.auth.result", FT_UINT8, BASE_DEC, VALS(result_names), 0,
            "The verdict on the login", HFILL } },
    { &hf_apop_timestamp,
        { "APOP timestamp", "pop.apop.timestamp", FT_STRING, BASE_NONE, NULL, 0,
            "The timestamp by which a greeting offers APOP", HFILL } },
    { &hf_apop_digest,
        { "APOP digest", "pop.apop.digest", FT_STRING, BASE_NONE, NULL, 0,
            "MD5 of the greeting's timestamp and the shared secret", HFILL } },
    { &hf_apop_offered,
        { "APOP was offered", "pop.apop.offered", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether the greeting held a timestamp", HFILL } },
};

static int *const subtrees[] = { &ett_auth };

static void find_dissectors(int protocol)
{
    ntlmssp_handle = find_dissector_add_dependency("ntlmssp", protocol);
    gssapi_handle = find_dissector_add_dependency("gssapi", protocol);
}

const pop_module pop_show_auth_module = { .fields = fields,
    .field_count = POP_COUNT(fields),
    .subtrees = subtrees,
    .subtree_count = POP_COUNT(subtrees),
    .handoff = find_dissectors };

/* --- SASL messages ---------------------------------------------------------------------------- */

static int field_of(pop_sasl_field_kind kind)
{
    switch (kind) {
    case POP_SASL_USERNAME:
        return hf_username;
    case POP_SASL_AUTHZID:
        return hf_authzid;
    case POP_SASL_PASSWORD:
        return hf_password;
    case POP_SASL_TOKEN:
        return hf_token;
    case POP_SASL_REALM:
        return hf_realm;
    case POP_SASL_NONCE:
        return hf_nonce;
    case POP_SASL_CNONCE:
        return hf_cnonce;
    case POP_SASL_SALT:
        return hf_salt;
    case POP_SASL_ITERATIONS:
        return hf_iterations;
    case POP_SASL_DIGEST:
        return hf_digest;
    case POP_SASL_PROOF:
        return hf_proof;
    case POP_SASL_SIGNATURE:
        return hf_signature;
    case POP_SASL_CHANNEL_BINDING:
        return hf_channel_binding;
    case POP_SASL_ERROR:
        return hf_error;
    case POP_SASL_PROMPT:
        return hf_prompt;
    case POP_SASL_PARAMETER:
        break;
    }
    return hf_parameter;
}

/* Text for a string field: what is no UTF-8 is read octet by octet. */
static const char *field_text(packet_info *pinfo, const pop_sasl_field *field)
{
    return pop_readable(pinfo->pool, field->text, field->text_length);
}

static void add_parameter(
    const pop_view *view, proto_tree *tree, tvbuff_t *tvb, const pop_sasl_field *field)
{
    const char *name = pop_view_readable(view, field->name);
    const char *text = field_text(view->pinfo, field);
    int offset = (int)field->offset, length = (int)field->length;
    proto_item *item = proto_tree_add_string(tree, hf_parameter, tvb, offset, length,
        wmem_strdup_printf(view->pinfo->pool, "%s=%s", name, text));
    proto_tree *parts = proto_item_add_subtree(item, ett_auth);
    proto_tree_add_string(parts, hf_parameter_name, tvb, offset, length, name);
    proto_tree_add_string(parts, hf_parameter_value, tvb, offset, length, text);
}

static void add_field(
    const pop_view *view, proto_tree *tree, tvbuff_t *tvb, const pop_sasl_field *field)
{
    int offset = (int)field->offset, length = (int)field->length;
    if (field->kind == POP_SASL_PARAMETER) {
        add_parameter(view, tree, tvb, field);
    } else if (field->kind == POP_SASL_ITERATIONS) {
        proto_tree_add_uint(tree, hf_iterations, tvb, offset, length, field->number);
    } else {
        proto_tree_add_string(
            tree, field_of(field->kind), tvb, offset, length, field_text(view->pinfo, field));
    }
}

static void hand_on(const pop_view *view, proto_tree *tree, tvbuff_t *tvb, pop_sasl_payload payload)
{
    dissector_handle_t handle = NULL;
    if (payload == POP_SASL_PAYLOAD_NTLMSSP) {
        handle = ntlmssp_handle;
    } else if (payload == POP_SASL_PAYLOAD_GSSAPI) {
        handle = gssapi_handle;
    }
    if (handle != NULL && tvb_captured_length(tvb) > 0) {
        pop_hand_over(handle, tvb, view->pinfo, tree);
    }
}

static pop_sasl_sender sender_of(const pop_view *view)
{
    return view->record->direction == POP_FROM_CLIENT ? POP_SASL_CLIENT : POP_SASL_SERVER;
}

/* A message of which the secrets are not to be seen: not as a source of data either. What else it
 * says is shown where it is well formed, so that it is known to be something else. */
static void show_hidden_message(
    const pop_view *view, proto_tree *tree, int offset, const pop_sasl_message *message)
{
    proto_item *item = proto_tree_add_bytes_with_length(
        tree, hf_data, view->tvb, offset, 0, (const guint8 *)"", 0);
    proto_item_set_text(item, "Decoded data: " POP_HIDDEN);
    proto_tree *parts = proto_item_add_subtree(item, ett_auth);
    for (size_t i = 0; tree != NULL && !message->malformed && i < message->field_count; i++) {
        pop_sasl_field field = message->fields[i];
        field.offset = (size_t)offset;
        field.length = 0;
        if (field.kind == POP_SASL_PASSWORD || field.kind == POP_SASL_TOKEN) {
            field.text = wmem_strdup(view->pinfo->pool, POP_HIDDEN);
            field.text_length = strlen(POP_HIDDEN);
        }
        add_field(view, parts, view->tvb, &field);
    }
}

static bool names_user(const pop_sasl_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].kind == POP_SASL_USERNAME) {
            return true;
        }
    }
    return false;
}

/* Whose login the line is part of, where it does not say it itself. */
static void add_username(const pop_view *view, proto_tree *tree)
{
    const char *user = view->entry->auth->user;
    if (tree != NULL && user != NULL) {
        pop_view_add_generated_string(view, tree, hf_username, user);
    }
}

static pop_sasl_message parse(const pop_view *view, pop_span octets)
{
    const char *name = view->entry->exchange->dialogue->mechanism;
    pop_span mechanism = { (const uint8_t *)name, name == NULL ? 0 : strlen(name) };
    return pop_sasl_parse(pop_sasl_find(mechanism), sender_of(view), view->entry->auth->ordinal,
        octets, pop_scope_allocator(view->pinfo->pool));
}

static void show_plain_message(
    const pop_view *view, proto_tree *tree, pop_span octets, const pop_sasl_message *message)
{
    tvbuff_t *tvb = tvb_new_child_real_data(
        view->tvb, octets.octets, (guint)octets.length, (int)octets.length);
    add_new_data_source(view->pinfo, tvb, "Decoded SASL message");
    proto_item *item = proto_tree_add_item(tree, hf_data, tvb, 0, -1, ENC_NA);
    proto_tree *parts = proto_item_add_subtree(item, ett_auth);
    for (size_t i = 0; tree != NULL && i < message->field_count; i++) {
        add_field(view, parts, tvb, &message->fields[i]);
    }
    hand_on(view, tree, tvb, message->payload);
}

/* Decodes the base64 in `text` and takes the message apart. NTLM and GSSAPI run in every pass, with
 * or without a tree: they follow the exchange themselves. */
static void show_message(const pop_view *view, proto_tree *tree, pop_span text)
{
    pop_span octets = { NULL, 0 };
    bool decoded = pop_sasl_decode(text, pop_scope_allocator(view->pinfo->pool), &octets);
    if (!decoded || octets.length == 0) {
        add_username(view, tree);
        return;
    }
    pop_sasl_message message = parse(view, octets);
    if (view->secret.length > 0) {
        show_hidden_message(view, tree, pop_view_offset(view, text), &message);
    } else {
        show_plain_message(view, tree, octets, &message);
    }
    if (!names_user(&message)) {
        add_username(view, tree);
    }
}

/* --- Lines ------------------------------------------------------------------------------------ */

static void show_apop(const pop_view *view, proto_tree *tree, const pop_request *request)
{
    pop_span digest = pop_request_argument(request, POP_ARGUMENT_DIGEST);
    pop_view_add_text(view, tree, hf_username, request->arguments[0], 0);
    if (digest.length > 0) {
        pop_view_add_text(view, tree, hf_apop_digest, digest, 0);
        pop_view_add_text(view, tree, hf_digest, digest, 0);
    }
    proto_item_set_generated(proto_tree_add_boolean(
        tree, hf_apop_offered, view->tvb, 0, 0, view->entry->auth->challenge != NULL));
}

static void show_login_command(const pop_view *view, proto_tree *tree)
{
    pop_request request;
    pop_request_parse(&request, (pop_version)view->record->version, view->text);
    pop_span initial = pop_request_argument(&request, POP_ARGUMENT_INITIAL_RESPONSE);
    if (request.command == NULL || request.argument_count == 0) {
        return;
    }
    switch (request.command->id) {
    case POP_COMMAND_POP2_HELO:
        pop_view_add_text(view, tree, hf_username, request.arguments[0], 0);
        pop_view_add_text(view, tree, hf_password, request.arguments[1], 0);
        break;
    case POP_COMMAND_POP1_USER:
    case POP_COMMAND_USER:
    case POP_COMMAND_RPOP:
        pop_view_add_text(view, tree, hf_username, request.arguments[0], 0);
        break;
    case POP_COMMAND_POP1_PASS:
    case POP_COMMAND_PASS:
        add_username(view, tree);
        pop_view_add_text(view, tree, hf_password, request.arguments[0], 0);
        break;
    case POP_COMMAND_APOP:
        show_apop(view, tree, &request);
        break;
    case POP_COMMAND_AUTH:
        if (initial.length > 0) {
            pop_view_add_text(view, tree, hf_initial_response, initial, 0);
            show_message(view, tree, initial);
        }
        break;
    default:
        break;
    }
}

static void show_verdict(const pop_view *view, proto_tree *tree)
{
    const pop_auth_step *step = view->entry->auth;
    if (step->result == POP_AUTH_UNDECIDED || tree == NULL) {
        return;
    }
    pop_view_add_generated_number(view, tree, hf_result, step->result);
    add_username(view, tree);
    if (step->result == POP_AUTH_REJECTED && step->user != NULL) { /* as the label says */
        pop_view_hide(pop_view_add_generated_string(view, tree, hf_rejected, step->user), true);
    }
    if (step->error != NULL) {
        pop_view_add_generated_string(view, tree, hf_error, step->error);
    }
}

/* True where the line is one of a login, decided or not. */
static bool is_login(const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    if (exchange == NULL) {
        return false;
    }
    if (entry->auth != NULL || exchange->dialogue != NULL) {
        return true;
    }
    /* AUTH without a mechanism only asks which there are. */
    return exchange->command != NULL && exchange->command->arguments[0] != POP_ARGUMENT_MECHANISM
        && (exchange->command->effect == POP_EFFECT_NAME_USER
            || exchange->command->effect == POP_EFFECT_LOG_IN);
}

static void show_octets(const pop_view *view, proto_tree *tree)
{
    switch ((pop_entry_kind)view->entry->kind) {
    case POP_ENTRY_REQUEST:
        show_login_command(view, tree);
        break;
    case POP_ENTRY_ANSWER:
        show_message(view, tree, view->text);
        break;
    case POP_ENTRY_CHALLENGE:
        show_message(view, tree, pop_reply_parse(view->text, true).description);
        break;
    case POP_ENTRY_STATUS:
        show_verdict(view, tree);
        break;
    default:
        break;
    }
}

static void show_timestamp(const pop_view *view, proto_tree *tree)
{
    pop_span timestamp = pop_reply_timestamp(pop_reply_parse(view->text, false).description);
    if (timestamp.length > 0) {
        pop_view_add_text(view, tree, hf_apop_timestamp, timestamp, 0);
    }
}

void pop_show_auth(const pop_view *view, proto_tree *tree)
{
    const pop_entry *entry = view->entry;
    if (entry->kind == POP_ENTRY_GREETING) {
        show_timestamp(view, tree);
        return;
    }
    if (!is_login(entry)) {
        return;
    }
    const char *mechanism = pop_exchange_mechanism(entry->exchange);
    if (mechanism != NULL && tree != NULL) {
        pop_view_add_generated_string(view, tree, hf_mechanism, mechanism);
    }
    if (entry->auth == NULL) {
        return;
    }
    bool answers = entry->auth->challenge != NULL && entry->auth->challenge[0] != '\0';
    if (answers && tree != NULL) {
        pop_view_add_generated_string(view, tree, hf_challenge, entry->auth->challenge);
    }
    if (entry->kind == POP_ENTRY_REQUEST && pop_view_is_cut_off(view)) {
        return; /* half a name, a password or a digest would look like a whole one */
    }
    show_octets(view, tree);
    pop_show_verified(view, tree);
}

void pop_show_unanswered_login(const pop_view *view)
{
    if (view->tree != NULL && pop_session_login_waits(view->record->stream->session)) {
        pop_view_add_generated_number(view, view->tree, hf_result, POP_AUTH_UNANSWERED);
    }
}
