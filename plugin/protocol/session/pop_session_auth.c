/* pop_session_auth.c
 * The session follows a login: USER and PASS, APOP, RPOP, and the dialogue of AUTH, to its verdict.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 5034 section 4 (AUTH), RFC 4422 section 3 (SASL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

#include <glib.h>
#include <string.h>

/* Octets kept of a challenge, to be shown with its answer. */
#define CHALLENGE_LIMIT 4096

static pop_auth_step *new_step(pop_session *session, pop_entry *entry, uint32_t ordinal)
{
    pop_auth_step *step = pop_keep(session->allocator, sizeof *step);
    step->ordinal = ordinal;
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
        pop_session_note_login_line(session, segment, exchange->login, NULL);
        return POP_FLAW(BAD_BASE64);
    }
    keep_message(dialogue, POP_SASL_CLIENT, ordinal, octets);
    pop_sasl_message message = pop_sasl_parse(
        mechanism_of(dialogue), POP_SASL_CLIENT, ordinal, octets, session->allocator);
    step->proof = pop_session_note_login_line(session, segment, exchange->login, &message);
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
    pop_session_new_login(session, segment, entry->exchange);
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
    pop_session_new_login(session, segment, entry->exchange);
    pop_auth_step *step = new_step(session, entry, 0);
    step->user = entry->exchange->login->user;
    step->proof = entry->exchange->login->proof;
    return step;
}

void pop_session_begin_login(
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
        entry->anomalies |= segment->tls || session->kerberos_port ? 0
                                                                   : POP_FLAW(CLEARTEXT_PASSWORD);
        begin_login(session, segment, entry);
        break;
    case POP_COMMAND_APOP:
        begin_login(session, segment, entry)->challenge = session->timestamp;
        break;
    case POP_COMMAND_RPOP:
        begin_login(session, segment, entry);
        break;
    case POP_COMMAND_USER:
    case POP_COMMAND_POP1_USER:
        session->naming = entry->exchange;
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

/* RFC 5034 section 4: until the verdict the client's lines are answers, whatever they look like.
 * The server reads one line for each challenge; before any has come, a client that pipelines can
 * only send as many as its mechanism has. What it sends beyond that are commands. */
bool pop_session_expects_answer(const pop_session *session)
{
    const pop_exchange *youngest = session->queue.youngest;
    if (youngest == NULL || youngest->dialogue == NULL) {
        return false;
    }
    const pop_dialogue *dialogue = youngest->dialogue;
    unsigned most = pop_sasl_client_messages(mechanism_of(dialogue));
    uint32_t lines = dialogue->answers - dialogue->has_initial;
    return most == 0 || dialogue->answers < most || lines < dialogue->challenges;
}

/* An answer that came before its challenge: should the verdict come instead, the server reads the
 * line as a command, and its reply must find one. */
static void note_unread(
    pop_session *session, const pop_segment *segment, pop_dialogue *dialogue, pop_span text)
{
    pop_request request;
    pop_request_parse(&request, session->version, text);
    if (request.keyword.length > 0 && dialogue->unread.count < session->limits.queue) {
        pop_exchange_queue_add(
            &dialogue->unread, pop_session_exchange_for(session, segment, &request));
    }
}

void pop_session_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_exchange *exchange = session->queue.youngest;
    pop_dialogue *dialogue = exchange->dialogue;
    pop_entry *entry = pop_session_entry(session, segment, unit, POP_ENTRY_ANSWER);
    entry->exchange = exchange;
    uint32_t ordinal = dialogue->answers++;
    pop_auth_step *step = new_step(session, entry, ordinal);
    step->challenge = dialogue->challenge;
    if (pop_span_is(unit->text, POP_SPAN("*"))) {
        dialogue->cancelled = true;
    } else if (!unit->too_long) {
        entry->anomalies |= read_answer(session, segment, exchange, step, unit->text);
    }
    step->user = user_of(exchange);
    if (dialogue->challenge == NULL) {
        note_unread(session, segment, dialogue, unit->text);
    }
    dialogue->challenge = NULL; /* answered */
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

void pop_session_note_challenge(
    pop_session *session, pop_exchange *exchange, pop_entry *entry, pop_span text)
{
    pop_dialogue *dialogue = exchange->dialogue;
    uint32_t ordinal = dialogue->challenges++;
    pop_auth_step *step = new_step(session, entry, ordinal);
    step->user = user_of(exchange);
    pop_exchange_queue_take(&dialogue->unread);
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
    for (const pop_exchange *exchange = session->queue.oldest; exchange != NULL;
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

/* Lines that were sent as answers and never asked for: the server goes on to read them as
 * commands. */
static void give_back_unread(pop_session *session, pop_dialogue *dialogue)
{
    pop_exchange *exchange;
    pop_exchange_queue later = session->queue;
    session->queue = (pop_exchange_queue){ NULL, NULL, 0 };
    while ((exchange = pop_exchange_queue_take(&dialogue->unread)) != NULL) {
        pop_session_enqueue(session, exchange);
    }
    pop_exchange_queue_add_all(&session->queue, &later);
}

/* Of a dialogue in which octets of the server are missing, a challenge may be among them: the
 * client's lines were answers then. */
static bool may_lack_challenges(const pop_session *session, const pop_exchange *exchange)
{
    return session->gap_end > exchange->server_at;
}

static void end_dialogue(pop_session *session, const pop_exchange *exchange, pop_auth_step *step)
{
    pop_dialogue *dialogue = exchange->dialogue;
    if (step->result == POP_AUTH_ACCEPTED && dialogue->layer_possible) {
        session->protected[POP_FROM_CLIENT] = true;
        session->protected[POP_FROM_SERVER] = true;
    }
    step->error = step->result == POP_AUTH_REJECTED ? dialogue->error : NULL;
    if (dialogue->unread.count > 0 && !may_lack_challenges(session, exchange)) {
        give_back_unread(session, dialogue);
    }
}

void pop_session_decide_login(pop_session *session, const pop_segment *segment,
    pop_exchange *exchange, const pop_reply *reply, pop_entry *entry)
{
    if (!decides_login(exchange)) {
        return;
    }
    pop_auth_step *step = new_step(session, entry, 0);
    step->result = result_of(exchange);
    if (step->result == POP_AUTH_REJECTED) {
        entry->anomalies |= POP_FLAW(LOGIN_FAILED);
    }
    if (exchange->dialogue != NULL) {
        end_dialogue(session, exchange, step);
    }
    pop_session_note_verdict(session, segment, exchange, reply, step);
    step->user = user_of(exchange);
}
