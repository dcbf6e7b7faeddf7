/* pop_session_login.c
 * The session keeps a record of each attempt to log in, from its first line to its verdict.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 5034 section 4 (AUTH), RFC 4422 section 2
 * (identities).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

#include <string.h>

/* --- The client's lines ----------------------------------------------------------------------- */

static void append(pop_session *session, pop_login *login)
{
    login->attempt = ++session->login_count;
    if (session->last_login == NULL) {
        session->first_login = login;
    } else {
        session->last_login->next = login;
    }
    session->last_login = login;
}

static bool is_pass(const pop_exchange *exchange)
{
    return exchange->command != NULL
        && (exchange->command->id == POP_COMMAND_PASS
            || exchange->command->id == POP_COMMAND_POP1_PASS);
}

static pop_login_proof proof_of_command(const pop_exchange *exchange)
{
    if (exchange->command != NULL && exchange->command->id == POP_COMMAND_APOP) {
        return POP_LOGIN_DIGEST;
    }
    bool has_password = is_pass(exchange)
        || (exchange->command != NULL && exchange->command->id == POP_COMMAND_POP2_HELO);
    return has_password ? POP_LOGIN_PASSWORD : POP_LOGIN_NO_PROOF;
}

/* PASS logs in whom the USER before it names. */
static void note_naming(pop_login *login, pop_exchange *naming)
{
    naming->login = naming->login == NULL ? login : naming->login;
    login->naming = naming;
    login->user = naming->argument;
    login->begun = naming->request;
    login->user_line = naming->request;
}

void pop_session_new_login(pop_session *session, const pop_segment *segment, pop_exchange *exchange)
{
    pop_login *login = pop_keep(session->allocator, sizeof *login);
    append(session, login);
    exchange->login = login;
    login->exchange = exchange;
    login->mechanism = pop_exchange_mechanism(exchange);
    login->proof = proof_of_command(exchange);
    login->tls = segment->tls;
    login->begun = exchange->request.frame != 0 ? exchange->request : segment->at;
    login->proof_line = exchange->request;
    login->user = exchange->argument;
    login->user_line = login->user == NULL ? (pop_instant){ 0, 0, 0 } : exchange->request;
    if (is_pass(exchange) && session->naming != NULL) {
        note_naming(login, session->naming);
    }
}

static const pop_sasl_field *last_field(const pop_sasl_message *message, pop_sasl_field_kind kind)
{
    const pop_sasl_field *found = NULL;
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].kind == kind && message->fields[i].text_length > 0) {
            found = &message->fields[i];
        }
    }
    return found;
}

static pop_login_proof proof_in(const pop_sasl_message *message)
{
    static const struct {
        pop_sasl_field_kind kind;
        pop_login_proof proof;
    } rows[] = { { POP_SASL_PASSWORD, POP_LOGIN_PASSWORD }, { POP_SASL_TOKEN, POP_LOGIN_TOKEN },
        { POP_SASL_PROOF, POP_LOGIN_SCRAM_PROOF }, { POP_SASL_DIGEST, POP_LOGIN_DIGEST } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (last_field(message, rows[i].kind) != NULL) {
            return rows[i].proof;
        }
    }
    return POP_LOGIN_NO_PROOF;
}

static const char *copy_of(pop_session *session, const pop_sasl_field *field)
{
    pop_span text = { (const uint8_t *)field->text, field->text_length };
    return pop_span_keep(session->allocator, text);
}

/* RFC 4422 section 2: the identity to act as, where the message has one, is the user; the one whose
 * proof it is then owns the proof. */
static void note_user(pop_session *session, const pop_segment *segment, pop_login *login,
    const pop_sasl_message *message)
{
    const pop_sasl_field *acting = last_field(message, POP_SASL_AUTHZID);
    const pop_sasl_field *owner = last_field(message, POP_SASL_USERNAME);
    if (acting == NULL && owner == NULL) {
        return;
    }
    login->user = copy_of(session, acting != NULL ? acting : owner);
    login->user_line = segment->at;
    bool differs = acting != NULL && owner != NULL && strcmp(acting->text, owner->text) != 0;
    login->owner = differs ? copy_of(session, owner) : NULL;
}

pop_login_proof pop_session_note_login_line(pop_session *session, const pop_segment *segment,
    pop_login *login, const pop_sasl_message *message)
{
    pop_login_proof proof = message == NULL ? POP_LOGIN_NO_PROOF : proof_in(message);
    if (login == NULL) {
        return proof;
    }
    if (login->proof == POP_LOGIN_NO_PROOF) {
        login->proof_line = segment->at;
    }
    if (message != NULL) {
        note_user(session, segment, login, message);
        login->proof = proof != POP_LOGIN_NO_PROOF ? proof : login->proof;
    }
    return proof;
}

/* --- The verdict ------------------------------------------------------------------------------ */

/* The text without the code in brackets before it. */
static pop_span text_of(const pop_reply *reply)
{
    pop_span text = reply->description;
    if (reply->code.length > 0) {
        size_t behind = (size_t)(reply->code.octets - text.octets) + reply->code.length + 1;
        text = pop_span_part(text, behind, text.length);
    }
    return pop_span_part(pop_span_trim(text), 0, POP_LOGIN_TEXT_LIMIT);
}

/* Where the USER before an accepted PASS was refused, the server keeps to the one that it
 * accepted. */
static void settle_user(const pop_session *session, pop_login *login)
{
    bool refused = login->naming != NULL && login->naming->status == POP_STATUS_NEGATIVE;
    if (login->result == POP_AUTH_ACCEPTED && refused) {
        login->user = session->claimed_user;
    }
}

void pop_session_note_verdict(pop_session *session, const pop_segment *segment,
    pop_exchange *exchange, const pop_reply *reply, const pop_auth_step *step)
{
    if (exchange->login == NULL) { /* a name that is refused ends the login at once */
        pop_session_new_login(session, segment, exchange);
    }
    pop_login *login = exchange->login;
    login->result = step->result;
    login->decided = segment->at;
    login->error = step->error;
    login->text = pop_span_keep(session->allocator, text_of(reply));
    login->code = reply->code.length == 0 ? NULL : pop_span_keep(session->allocator, reply->code);
    settle_user(session, login);
}
