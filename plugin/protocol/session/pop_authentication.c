/* pop_authentication.c
 * Follows a login, from its first line to its verdict: USER and PASS, APOP, RPOP, and the dialogue
 * of AUTH; and keeps a record of each attempt.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 5034 section 4 (AUTH), RFC 4422 sections 2
 * (identities) and 3 (SASL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_authentication.h"

#include <glib.h>
#include <string.h>

#include "sasl/pop_sasl_prompt.h"

/* --- The record of an attempt ----------------------------------------------------------------- */

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

static void new_login(pop_session *session, const pop_segment *segment, pop_exchange *exchange)
{
    pop_login *login = pop_keep(session->allocator, sizeof *login);
    pop_access_add_login(&session->access, login);
    exchange->login = login;
    login->exchange = exchange;
    login->mechanism = pop_exchange_mechanism(exchange);
    login->proof = proof_of_command(exchange);
    login->tls = segment->tls;
    login->begun = exchange->request.frame != 0 ? exchange->request : segment->at;
    login->proof_line = exchange->request;
    login->user = exchange->argument;
    login->user_line = login->user == NULL ? (pop_instant){ 0, 0, 0 } : exchange->request;
    if (is_pass(exchange) && session->access.naming != NULL) {
        note_naming(login, session->access.naming);
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
    const pop_sasl_field *user = acting != NULL ? acting : owner;
    if (user == NULL) {
        return;
    }
    login->user = copy_of(session, user);
    login->user_line = segment->at;
    bool differs = acting != NULL && owner != NULL && strcmp(acting->text, owner->text) != 0;
    login->owner = differs ? copy_of(session, owner) : NULL;
}

/* Returns the proof that the line holds. */
static pop_login_proof note_login_line(pop_session *session, const pop_segment *segment,
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

/* Seconds within which a second status line contradicts a verdict; a later one tells that the
 * server ends an idle session. */
#define CONTRADICTED_WITHIN 30

/* Octets kept of a challenge, to be shown with its answer. */
#define CHALLENGE_LIMIT 4096

static pop_auth_step *new_step(pop_session *session, pop_entry *entry, uint32_t ordinal)
{
    pop_auth_step *step = pop_keep(session->allocator, sizeof *step);
    step->ordinal = ordinal;
    step->place = ordinal;
    entry->auth = step;
    return step;
}

/* The mechanism's name, empty where the AUTH command was not seen. */
static const pop_sasl_mechanism *mechanism_of(const pop_dialogue *dialogue)
{
    const char *name = dialogue->mechanism == NULL ? "" : dialogue->mechanism;
    return pop_sasl_find((pop_span){ (const uint8_t *)name, strlen(name) });
}

/* Who the login is of that the exchange is part of, as far as it is known; NULL: it is not. */
static const char *user_of(const pop_exchange *exchange)
{
    return exchange->login == NULL ? NULL : exchange->login->user;
}

/* --- What messages say ------------------------------------------------------------------------ */

static bool has_field(const pop_sasl_message *message, pop_sasl_field_kind kind)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static const char *error_of(pop_session *session, const pop_sasl_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        const pop_sasl_field *field = &message->fields[i];
        if (field->kind == POP_SASL_ERROR) {
            pop_span text = { (const uint8_t *)field->text, field->text_length };
            return pop_span_keep(session->allocator, text);
        }
    }
    return NULL;
}

static uint32_t iterations_of(const pop_sasl_message *message)
{
    for (size_t i = 0; i < message->field_count; i++) {
        if (message->fields[i].kind == POP_SASL_ITERATIONS) {
            return message->fields[i].number;
        }
    }
    return 0;
}

static void note_layer(pop_dialogue *dialogue, const pop_sasl_message *message)
{
    if (message->layer == POP_SASL_LAYER_NOT_SAID) {
        return;
    }
    dialogue->layer_chosen = message->layer != POP_SASL_LAYER_NONE;
    dialogue->layer_possible = dialogue->layer_chosen;
}

/* What an answer tells: whether a secret goes by in clear, which layer comes. */
static pop_anomalies note_client_message(
    pop_dialogue *dialogue, const pop_sasl_message *message, bool tls)
{
    note_layer(dialogue, message);
    bool secret = has_field(message, POP_SASL_PASSWORD) || has_field(message, POP_SASL_TOKEN);
    return (message->malformed ? POP_FLAW(AUTH_MALFORMED) : 0)
        | (secret && !tls ? POP_FLAW(CLEARTEXT_PASSWORD) : 0);
}

/* Keeps a decoded message, from the session's allocator, for whoever verifies the login. */
static void keep_message(
    pop_dialogue *dialogue, pop_sasl_sender sender, uint32_t ordinal, pop_span octets)
{
    if (ordinal < POP_DIALOGUE_MESSAGES && octets.length > 0
        && octets.length <= POP_DIALOGUE_MESSAGE_LIMIT) {
        dialogue->messages[sender][ordinal] = octets;
    }
}

/* Tells of the step whose login it is now, and what the line holds. */
static pop_anomalies read_answer(pop_session *session, const pop_segment *segment,
    const pop_exchange *exchange, pop_auth_step *step, pop_span text)
{
    uint32_t ordinal = step->ordinal;
    pop_dialogue *dialogue = exchange->dialogue;
    pop_span octets = { NULL, 0 };
    if (!pop_sasl_decode(text, session->allocator, &octets)) {
        note_login_line(session, segment, exchange->login, NULL);
        return POP_FLAW(BAD_BASE64);
    }
    keep_message(dialogue, POP_SASL_CLIENT, ordinal, octets);
    pop_sasl_message message = pop_sasl_parse(
        mechanism_of(dialogue), POP_SASL_CLIENT, step->place, octets, session->allocator);
    step->proof = note_login_line(session, segment, exchange->login, &message);
    pop_anomalies flaws = note_client_message(dialogue, &message, segment->tls);
    pop_sasl_release(&message, session->allocator);
    return flaws;
}

/* --- Commands --------------------------------------------------------------------------------- */

/* RFC 5034 section 4: AUTH with a mechanism opens a dialogue; the initial response is its first
 * answer. */
static void begin_dialogue(pop_session *session, const pop_segment *segment, pop_entry *entry,
    const pop_request *request, pop_span mechanism)
{
    pop_dialogue *dialogue = pop_keep(session->allocator, sizeof *dialogue);
    dialogue->mechanism = pop_span_keep_upper(session->allocator, mechanism);
    dialogue->layer_possible = pop_sasl_has_layers(mechanism_of(dialogue));
    entry->exchange->dialogue = dialogue;
    new_login(session, segment, entry->exchange);
    pop_auth_step *step = new_step(session, entry, 0);
    if (request->argument_count > 1) {
        pop_span initial = pop_request_argument(request, POP_ARGUMENT_INITIAL_RESPONSE);
        dialogue->answers++;
        dialogue->has_initial = true;
        bool cut_off = (entry->anomalies & (POP_FLAW(LINE_TOO_LONG) | POP_FLAW(LINE_INCOMPLETE)))
            != 0;
        entry->anomalies |= cut_off ? 0
                                    : read_answer(session, segment, entry->exchange, step, initial);
    }
    step->user = entry->exchange->login->user;
}

/* A command that is a login by itself. */
static pop_auth_step *begin_login(
    pop_session *session, const pop_segment *segment, pop_entry *entry)
{
    new_login(session, segment, entry->exchange);
    pop_auth_step *step = new_step(session, entry, 0);
    step->user = entry->exchange->login->user;
    step->proof = entry->exchange->login->proof;
    return step;
}

void pop_login_begin(
    pop_session *session, const pop_segment *segment, pop_entry *entry, const pop_request *request)
{
    if (request->command == NULL) {
        return;
    }
    pop_span mechanism = pop_request_argument(request, POP_ARGUMENT_MECHANISM);
    switch (request->command->id) {
    case POP_COMMAND_PASS:
    case POP_COMMAND_POP1_PASS:
    case POP_COMMAND_POP2_HELO:
        entry->anomalies |= segment->tls || session->access.passwords_are_dummies
            ? 0
            : POP_FLAW(CLEARTEXT_PASSWORD);
        begin_login(session, segment, entry);
        break;
    case POP_COMMAND_APOP:
        begin_login(session, segment, entry)->challenge = session->service.timestamp;
        break;
    case POP_COMMAND_RPOP:
        begin_login(session, segment, entry);
        break;
    case POP_COMMAND_USER:
    case POP_COMMAND_POP1_USER:
        pop_access_note_naming(&session->access, entry->exchange);
        new_step(session, entry, 0)->user = entry->exchange->argument;
        break;
    case POP_COMMAND_AUTH:
        if (mechanism.length > 0) {
            begin_dialogue(session, segment, entry, request, mechanism);
        }
        break;
    default:
        break;
    }
}

/* --- Answers and challenges ------------------------------------------------------------------- */

/* The client's answers, but for the one that came with the command. */
static uint32_t lines_of(const pop_dialogue *dialogue)
{
    return dialogue->answers - dialogue->has_initial;
}

/* RFC 5034 section 4: until the verdict the client's lines are answers, whatever they look like.
 * The server reads one line for each challenge; before any has come, a client that pipelines can
 * only send as many as its mechanism has. What it sends beyond that are commands. */
bool pop_login_expects_answer(const pop_session *session)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    if (youngest == NULL || youngest->dialogue == NULL) {
        return false;
    }
    const pop_dialogue *dialogue = youngest->dialogue;
    unsigned most = pop_sasl_client_messages(mechanism_of(dialogue));
    return most == 0 || dialogue->answers < most || lines_of(dialogue) < dialogue->challenges
        || dialogue->may_be_asked;
}

void pop_login_lose_lines(pop_exchange *exchange)
{
    pop_dialogue *dialogue = exchange->dialogue;
    dialogue->lacks_lines = dialogue->may_be_asked = true;
    dialogue->challenge = NULL;
    dialogue->unread = (pop_exchange_queue){ NULL, NULL, 0 };
}

void pop_login_lose_answer(pop_exchange *exchange)
{
    exchange->dialogue->lacks_lines = true;
    exchange->dialogue->may_be_asked = false;
    exchange->dialogue->challenge = NULL;
}

/* An answer that the server reads as a command: its text may be a secret, and is no name. */
static void name_after_login(pop_exchange *answer, const pop_exchange *login)
{
    answer->command = login->command;
    answer->name = login->name;
}

/* An answer that came before its challenge: should the verdict come instead, the server reads the
 * line as a command, and its reply must find one. */
static void note_unread(
    pop_session *session, const pop_segment *segment, pop_dialogue *dialogue, pop_span text)
{
    pop_request request;
    pop_request_parse(&request, session->version, text);
    if (request.keyword.length == 0 || dialogue->unread.count >= session->limits.queue) {
        return;
    }
    pop_exchange *exchange = pop_session_exchange_for(session, segment, &request);
    if (request.command == NULL) {
        name_after_login(exchange, session->exchanges.waiting.youngest);
    }
    pop_exchange_queue_add(&dialogue->unread, exchange);
}

/* LOGIN's prompts say what is asked for, whatever their order
 * (draft-murchison-sasl-login section 2); the answer is the message of that place. */
static uint32_t place_of(const pop_dialogue *dialogue, uint32_t ordinal)
{
    bool is_login = dialogue->mechanism != NULL && strcmp(dialogue->mechanism, "LOGIN") == 0;
    if (!is_login || dialogue->challenge == NULL) {
        return ordinal;
    }
    switch (pop_sasl_login_prompt(dialogue->challenge)) {
    case POP_SASL_USERNAME:
        return 0;
    case POP_SASL_PASSWORD:
        return 1;
    default:
        return ordinal;
    }
}

void pop_login_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->exchanges.waiting.youngest;
    pop_dialogue *dialogue = exchange->dialogue;
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_ANSWER);
    entry->exchange = exchange;
    uint32_t ordinal = dialogue->answers++;
    pop_auth_step *step = new_step(session, entry, ordinal);
    step->place = place_of(dialogue, ordinal);
    step->challenge = dialogue->challenge;
    exchange->secret_step = exchange->secret == NULL ? session->step : exchange->secret_step;
    exchange->secret = pop_span_keep(
        session->allocator, pop_span_head(unit->text, POP_EXCHANGE_SECRET_LIMIT));
    if (pop_span_is(unit->text, POP_SPAN("*"))) {
        dialogue->cancelled = true;
    } else if (session->doubt.out_of_step[POP_FROM_CLIENT]) { /* its beginning may be lost */
        note_login_line(session, segment, exchange->login, NULL);
    } else if (!unit->too_long) {
        entry->anomalies |= read_answer(session, segment, exchange, step, unit->text);
    }
    step->user = user_of(exchange);
    bool was_asked = dialogue->challenge != NULL || dialogue->asked_by_status;
    if (!was_asked && !dialogue->lacks_lines) {
        note_unread(session, segment, dialogue, unit->text);
    }
    dialogue->challenge = NULL; /* answered */
    dialogue->asked_by_status = dialogue->may_be_asked = false;
}

void pop_login_begin_unseen(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange)
{
    exchange->body = POP_BODY_NONE;
    exchange->dialogue = pop_keep(session->allocator, sizeof *exchange->dialogue);
    new_login(session, segment, exchange);
}

/* The word in capitals that a command would have may be a name in base64: text, decoded. */
static bool encodes_text(pop_span word, const pop_allocator *allocator)
{
    pop_span text = { NULL, 0 };
    if (!pop_sasl_decode(word, allocator, &text) || text.length == 0) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (!g_ascii_isprint(text.octets[i])) {
            return false;
        }
    }
    return true;
}

/* A word of letters may be base64, too: not one that a command would have. */
static bool looks_encoded(pop_span word, const pop_allocator *allocator)
{
    bool lower = false, upper = false;
    for (size_t i = 0; i < word.length; i++) {
        lower |= g_ascii_islower(word.octets[i]);
        upper |= g_ascii_isupper(word.octets[i]);
    }
    if (word.length < 4 || !pop_sasl_is_base64(word)) {
        return false;
    }
    return (lower && upper) || word.octets[word.length - 1] == '=' || encodes_text(word, allocator);
}

/* The AUTH that was refused, and behind which the client has sent nothing but answers; else
 * NULL. */
static pop_exchange *refused_dialogue(const pop_session *session)
{
    pop_exchange *last = session->exchanges.last;
    if (last == NULL || session->exchanges.waiting.oldest != NULL) {
        return NULL;
    }
    last = last->answers_refused != NULL ? last->answers_refused : last;
    return last->dialogue != NULL && last->status_line.frame != 0
            && last->status != POP_STATUS_POSITIVE
        ? last
        : NULL;
}

bool pop_login_is_late_answer(const pop_session *session, const pop_request *request)
{
    return request->command == NULL && request->argument_count == 0
        && refused_dialogue(session) != NULL && looks_encoded(request->keyword, session->allocator);
}

void pop_login_late_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *refused = refused_dialogue(session);
    if (refused == NULL) { /* it is no late answer */
        return;
    }
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_ANSWER);
    entry->exchange = refused;
    pop_auth_step *step = new_step(session, entry, refused->dialogue->answers++);
    entry->anomalies |= read_answer(session, segment, refused, step, unit->text);
    step->user = user_of(refused);
    pop_exchange *read_as_command = pop_session_exchange(session);
    name_after_login(read_as_command, refused);
    read_as_command->answers_refused = refused;
    read_as_command->request = segment->at;
    read_as_command->secret_step = session->step;
    read_as_command->secret = pop_span_keep(
        session->allocator, pop_span_head(unit->text, POP_EXCHANGE_SECRET_LIMIT));
    pop_session_note_sent(session, segment, read_as_command);
    pop_exchanges_send(&session->exchanges, read_as_command);
}

/* A challenge as text: decoded where that gives text, else as it stands. */
static const char *challenge_text(pop_session *session, pop_span text, pop_span octets)
{
    while (octets.length > 0 && octets.octets[octets.length - 1] == '\0') {
        octets.length--; /* the draft of LOGIN ends its prompts with NUL */
    }
    bool readable = octets.length > 0
        && g_utf8_validate((const char *)octets.octets, (gssize)octets.length, NULL);
    return pop_span_keep(
        session->allocator, pop_span_head(readable ? octets : text, CHALLENGE_LIMIT));
}

void pop_login_challenge(
    pop_session *session, pop_exchange *exchange, pop_entry *entry, pop_span text)
{
    pop_dialogue *dialogue = exchange->dialogue;
    if (dialogue->lacks_lines && pop_habits_client_waits(&session->habits)) {
        /* Each line of the client's answered one, seen or not. */
        dialogue->challenges = MAX(dialogue->challenges, lines_of(dialogue));
        pop_doubt_find_step(&session->doubt, POP_FROM_CLIENT, true);
    }
    uint32_t ordinal = dialogue->challenges++;
    pop_auth_step *step = new_step(session, entry, ordinal);
    step->user = user_of(exchange);
    pop_exchange_queue_take(&dialogue->unread);
    dialogue->asked_by_status = (entry->anomalies & POP_FLAW(CHALLENGE_AS_STATUS)) != 0;
    if (dialogue->asked_by_status && !looks_encoded(text, session->allocator)) {
        return;
    }
    pop_span octets = { NULL, 0 };
    if (!pop_sasl_decode(text, session->allocator, &octets)) {
        entry->anomalies |= POP_FLAW(BAD_BASE64);
    } else {
        keep_message(dialogue, POP_SASL_SERVER, ordinal, octets);
        pop_sasl_message message = pop_sasl_parse(
            mechanism_of(dialogue), POP_SASL_SERVER, ordinal, octets, session->allocator);
        entry->anomalies |= message.malformed ? POP_FLAW(AUTH_MALFORMED) : 0;
        dialogue->error = error_of(session, &message);
        step->iterations = iterations_of(&message);
        pop_sasl_release(&message, session->allocator);
    }
    dialogue->challenge = challenge_text(session, text, octets);
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

static pop_span kept_text(const char *text)
{
    return (pop_span){ (const uint8_t *)text, text == NULL ? 0 : strlen(text) };
}

/* RFC 1939 section 7: PASS follows the USER that was accepted. Where none was, or its PASS has had
 * its verdict, a server that says what it said then has looked at the password, too. */
static bool judges_password(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply)
{
    const pop_exchange *naming = exchange->login == NULL ? NULL : exchange->login->naming;
    if (naming == NULL || naming->argument == NULL) {
        return !session->start_seen; /* else there was no name */
    }
    if (naming->status == POP_STATUS_NEGATIVE) {
        return false;
    }
    const pop_login *first = naming->login;
    return first == NULL || first == exchange->login || first->result != POP_AUTH_REJECTED
        || pop_span_equals(kept_text(first->text), text_of(reply));
}

/* True where a negative reply to the exchange is a verdict: on a name or a proof, not on the
 * command as such. */
static bool judges_login(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply)
{
    if (pop_span_starts(reply->code, POP_SPAN("AUTH"))) { /* RFC 3206 section 4 */
        return true;
    }
    if (session->access.user != NULL) {
        return false; /* out of place */
    }
    if (is_pass(exchange)) {
        return judges_password(session, exchange, reply);
    }
    bool names = exchange->command != NULL && exchange->command->effect == POP_EFFECT_NAME_USER;
    const pop_login *latest = session->access.last_login;
    return !names
        || (exchange->argument != NULL && (latest == NULL || latest->result != POP_AUTH_REJECTED));
}

/* What the exchange began was no attempt: it is forgotten, where no reply has decided it. */
static void withdraw_login(pop_session *session, pop_exchange *exchange)
{
    pop_login *login = exchange->login;
    if (login == NULL || login->result != POP_AUTH_UNDECIDED) {
        return;
    }
    pop_access_withdraw_login(&session->access, login);
    if (login->naming != NULL && login->naming->login == login) {
        login->naming->login = NULL;
    }
    exchange->login = NULL;
}

/* Where the USER before an accepted PASS was refused, the server keeps to the one that it
 * accepted. */
static void settle_user(const pop_session *session, pop_login *login)
{
    bool refused = login->naming != NULL && login->naming->status == POP_STATUS_NEGATIVE;
    if (login->result == POP_AUTH_ACCEPTED && refused) {
        login->user = session->access.claimed_user;
    }
}

static void note_verdict(pop_session *session, const pop_segment *segment, pop_exchange *exchange,
    const pop_reply *reply, const pop_auth_step *step)
{
    if (exchange->login == NULL) { /* a name that is refused ends the login at once */
        new_login(session, segment, exchange);
    }
    pop_login *login = exchange->login;
    login->result = step->result;
    login->decided = segment->at;
    login->error = step->error;
    login->text = pop_span_keep(session->allocator, text_of(reply));
    login->code = reply->code.length == 0 ? NULL : pop_span_keep(session->allocator, reply->code);
    settle_user(session, login);
}

bool pop_login_is_asked(const pop_exchange *exchange, const pop_reply *reply)
{
    return exchange != NULL && exchange->dialogue != NULL && exchange->dialogue->answers == 0
        && exchange->dialogue->challenges == 0 && exchange->dialogue->mechanism != NULL
        && reply->status == POP_STATUS_POSITIVE;
}

bool pop_login_is_given_up(const pop_session *session, pop_span line)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    if (youngest == NULL || youngest->dialogue == NULL || !youngest->dialogue->asked_by_status) {
        return false;
    }
    pop_request request;
    pop_request_parse(&request, session->version, line);
    return request.command != NULL && request.anomalies == 0;
}

void pop_login_give_up(pop_session *session)
{
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    withdraw_login(session, exchange);
    exchange->status = POP_STATUS_POSITIVE;
    exchange->end = exchange->status_line;
    exchange->body = POP_BODY_NONE;
}

static bool decides_login(const pop_exchange *exchange)
{
    if (exchange->dialogue != NULL) {
        return true;
    }
    if (exchange->command == NULL) {
        return false;
    }
    switch (exchange->command->id) {
    case POP_COMMAND_PASS:
    case POP_COMMAND_APOP:
    case POP_COMMAND_RPOP:
    case POP_COMMAND_POP1_PASS:
    case POP_COMMAND_POP2_HELO:
        return true;
    case POP_COMMAND_POP1_USER:
    case POP_COMMAND_USER: /* a refused name ends the login, an accepted one does not */
        return exchange->status == POP_STATUS_NEGATIVE;
    default:
        return false;
    }
}

bool pop_session_login_waits(const pop_session *session)
{
    for (const pop_exchange *exchange = session->exchanges.waiting.oldest; exchange != NULL;
         exchange = exchange->next) {
        if (decides_login(exchange)) {
            return true;
        }
    }
    return false;
}

static pop_auth_result result_of(const pop_exchange *exchange)
{
    if (exchange->status == POP_STATUS_POSITIVE) {
        return POP_AUTH_ACCEPTED;
    }
    return exchange->dialogue != NULL && exchange->dialogue->cancelled ? POP_AUTH_CANCELLED
                                                                       : POP_AUTH_REJECTED;
}

static void end_dialogue(pop_session *session, const pop_exchange *exchange, pop_auth_step *step)
{
    pop_dialogue *dialogue = exchange->dialogue;
    if (step->result == POP_AUTH_ACCEPTED && dialogue->layer_possible) {
        pop_transport_expect_layer(&session->transport);
    }
    step->error = step->result == POP_AUTH_REJECTED ? dialogue->error : NULL;
    if (dialogue->unread.count > 0) {
        /* Sent as answers and never asked for: the server goes on to read them as commands. */
        pop_exchanges_send_before(&session->exchanges, &dialogue->unread);
    }
}

void pop_login_decide(pop_session *session, const pop_segment *segment, pop_exchange *exchange,
    const pop_reply *reply, pop_entry *entry)
{
    if (reply->status == POP_STATUS_NONE) {
        return; /* no verdict so far */
    }
    if (!decides_login(exchange)) {
        return;
    }
    if (exchange->verdict_in_doubt && exchange->status == POP_STATUS_POSITIVE) {
        return;
    }
    pop_auth_step *step = new_step(session, entry, 0);
    step->result = result_of(exchange);
    bool judged = step->result != POP_AUTH_REJECTED || judges_login(session, exchange, reply);
    if (!judged) {
        step->result = POP_AUTH_UNDECIDED;
    } else if (step->result == POP_AUTH_REJECTED) {
        entry->anomalies |= POP_FLAW(LOGIN_FAILED);
    }
    if (exchange->dialogue != NULL) {
        end_dialogue(session, exchange, step);
    }
    if (!judged) {
        withdraw_login(session, exchange);
        return;
    }
    note_verdict(session, segment, exchange, reply, step);
    step->user = user_of(exchange);
}

bool pop_login_decided_by(const pop_exchange *exchange)
{
    return exchange->login != NULL && exchange->login->exchange == exchange;
}

void pop_login_refuse(const pop_exchange *exchange)
{
    if (pop_login_decided_by(exchange) && exchange->login->result == POP_AUTH_UNDECIDED) {
        exchange->login->result = POP_AUTH_REJECTED;
        exchange->login->decided = exchange->status_line;
    }
}

void pop_login_note_words(pop_session *session, const pop_exchange *exchange, pop_span line)
{
    if (pop_login_decided_by(exchange) && exchange->login->result == POP_AUTH_UNDECIDED) {
        exchange->login->text = pop_span_keep(
            session->allocator, pop_span_part(pop_span_trim(line), 0, POP_LOGIN_TEXT_LIMIT));
    }
}

bool pop_login_contradict(pop_session *session, const pop_segment *segment, const pop_reply *reply)
{
    pop_login *login = session->access.last_login;
    pop_exchange *exchange = session->exchanges.last;
    if (login == NULL || login->exchange != exchange || login->decided.frame == 0
        || segment->at.seconds - login->decided.seconds > CONTRADICTED_WITHIN) {
        return false;
    }
    bool accepted = login->result == POP_AUTH_ACCEPTED;
    if (accepted ? reply->status == POP_STATUS_POSITIVE : reply->status != POP_STATUS_POSITIVE) {
        return false;
    }
    login->result = accepted ? POP_AUTH_UNDECIDED : login->result;
    pop_access_miss_verdict(&session->access, exchange);
    return true;
}
