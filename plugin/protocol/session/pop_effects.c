/* pop_effects.c
 * What a positive reply changes in the session: who is logged in, TLS, the maildrop, what comes
 * next.
 *
 * RFC 1939 sections 4 to 6, RFC 2595 section 4 (STLS), RFC 6856 section 2.1 (UTF8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_effects.h"

#include "grammar/pop_listing.h"
#include "session/pop_history.h"
#include "session/pop_submission.h"

void pop_effects_init(pop_session *session)
{
    session->maildrop = pop_maildrop_new(session->allocator, session->limits.maildrop);
}

/* --- Logins ----------------------------------------------------------------------------------- */

void pop_effect_log_in(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->body != POP_BODY_NONE) {
        return; /* AUTH without a mechanism only lists them */
    }
    if (exchange->verdict_in_doubt) {
        pop_access_miss_verdict(&session->access, exchange);
    } else {
        pop_access_log_in(&session->access, exchange);
    }
}

/* The verdict of a login was not seen, or was none: that commands behind it are accepted shows
 * that the login was, too, as far as can be told. */
static void log_in_after_all(pop_session *session, pop_entry *entry)
{
    const pop_exchange *login = session->access.unseen_verdict;
    if (login != NULL) {
        pop_access_log_in_after_all(&session->access, login);
        entry->anomalies |= POP_FLAW(UNCERTAIN);
    }
}

/* Servers accept NOOP and RSET from whom they have not let in, too. */
static bool shows_nothing(const pop_access *access, const pop_command *command)
{
    return access->unseen_verdict != NULL && access->unseen_verdict->status_line.frame != 0
        && (command->id == POP_COMMAND_NOOP || command->id == POP_COMMAND_RSET);
}

/* A command that is legal in one state alone and was accepted tells the state, where that is not
 * known. */
static void learn_state(pop_session *session, const pop_exchange *exchange, pop_entry *entry)
{
    const pop_access *access = &session->access;
    bool is_known = access->state != POP_STATE_UNKNOWN
        && !(access->state == POP_STATE_AUTHORIZATION && access->unseen_verdict != NULL);
    unsigned states = exchange->command->states;
    if (is_known || exchange->verdict_in_doubt || shows_nothing(access, exchange->command)) {
        return;
    }
    if (states == 1U << POP_STATE_TRANSACTION) {
        pop_access_enter(&session->access, POP_STATE_TRANSACTION);
        log_in_after_all(session, entry);
    } else if (states == 1U << POP_STATE_AUTHORIZATION && access->state == POP_STATE_UNKNOWN) {
        pop_access_enter(&session->access, POP_STATE_AUTHORIZATION);
    } else {
        return;
    }
    entry->state = (uint8_t)access->state;
    entry->user = access->user;
}

/* --- Commands --------------------------------------------------------------------------------- */

/* RFC 2595 section 4: after TLS has begun, what was sent in clear does not count. */
static void start_tls(pop_session *session)
{
    pop_transport_start_tls(&session->transport);
    pop_exchanges_forget_waiting(&session->exchanges);
}

/* RFC 1939 section 5: DELE marks a mail, and the UPDATE state removes it. */
static void mark_deleted(pop_session *session, const pop_exchange *exchange)
{
    if (!exchange->has_message) {
        return;
    }
    if (session->deletions == NULL) {
        session->deletions = pop_keep(session->allocator, sizeof *session->deletions);
    }
    pop_deletions *deletions = session->deletions;
    if (deletions->count == deletions->capacity) {
        deletions->capacity = deletions->capacity == 0 ? 16 : deletions->capacity * 2;
        deletions->numbers = pop_resize(session->allocator, deletions->numbers,
            deletions->capacity * sizeof *deletions->numbers);
    }
    deletions->numbers[deletions->count++] = exchange->message_number;
}

static void change_maildrop(pop_session *session, const pop_exchange *exchange)
{
    if (exchange->argument != NULL) { /* XTND BBOARDS without a group only lists them */
        pop_maildrop *maildrop = pop_maildrop_new(session->allocator, session->limits.maildrop);
        maildrop->name = exchange->argument;
        maildrop->former = session->maildrop;
        session->maildrop = maildrop;
    }
}

static void take_effect(pop_session *session, pop_exchange *exchange)
{
    switch (exchange->command->effect) {
    case POP_EFFECT_NAME_USER:
        pop_access_claim(&session->access, exchange->argument);
        break;
    case POP_EFFECT_LOG_IN:
        pop_effect_log_in(session, exchange);
        break;
    case POP_EFFECT_START_TLS:
        start_tls(session);
        break;
    case POP_EFFECT_ENABLE_UTF8:
        pop_service_enable_utf8(&session->service);
        break;
    case POP_EFFECT_CHANGE_MAILDROP:
        change_maildrop(session, exchange);
        break;
    case POP_EFFECT_SUBMIT:
        pop_submission_begin(session, exchange);
        break;
    case POP_EFFECT_DELETE:
        mark_deleted(session, exchange);
        break;
    case POP_EFFECT_UNDELETE:
        session->deletions = NULL;
        pop_history_note_reset(session->maildrop, exchange);
        break;
    case POP_EFFECT_QUIT:
        exchange->deletions = session->deletions;
        session->deletions = NULL;
        exchange->maildrop = session->maildrop;
        pop_history_note_quit(session->maildrop, exchange);
        break;
    case POP_EFFECT_CHOOSE_LANGUAGE:
        pop_service_choose_language(&session->service, exchange->body == POP_BODY_NONE);
        break;
    case POP_EFFECT_NOTHING:
        break;
    }
}

void pop_miss_effect(pop_session *session, const pop_exchange *exchange)
{
    pop_effect effect = exchange->command == NULL ? POP_EFFECT_NOTHING : exchange->command->effect;
    if (effect == POP_EFFECT_LOG_IN && exchange->body == POP_BODY_NONE
        && session->access.state == POP_STATE_AUTHORIZATION) {
        pop_access_miss_verdict(&session->access, exchange);
    }
    pop_history_expect(session->maildrop, exchange);
    session->deletions_missed |= effect == POP_EFFECT_DELETE || effect == POP_EFFECT_UNDELETE
        || effect == POP_EFFECT_CHANGE_MAILDROP;
}

void pop_miss_commands(pop_session *session)
{
    session->deletions_missed = true;
    pop_access_forget_names(&session->access); /* one of them may have named another user */
}

void pop_doubt_effects(pop_session *session)
{
    session->deletions_missed = true;
    for (pop_maildrop *maildrop = session->maildrop; maildrop != NULL;
         maildrop = maildrop->former) {
        pop_maildrop_forget_told(maildrop);
    }
}

void pop_take_effect(pop_session *session, pop_exchange *exchange, pop_entry *entry)
{
    learn_state(session, exchange, entry);
    if (exchange->command->effect == POP_EFFECT_QUIT && session->deletions_missed) {
        entry->anomalies |= POP_FLAW(UNCERTAIN); /* which mails it deletes */
    }
    take_effect(session, exchange);
    pop_history_note(session->maildrop, exchange);
}

/* --- The maildrop ----------------------------------------------------------------------------- */

pop_anomalies pop_effect_listing(pop_session *session, pop_body body, pop_span line)
{
    pop_listing listing;
    bool overflowed = session->maildrop->overflowed;
    if (body == POP_BODY_SCAN_LISTING && pop_scan_listing_parse(line, &listing)) {
        pop_maildrop_note_size(session->maildrop, listing.message, listing.size, session->step);
        if (session->reply.exchange != NULL) { /* else it is the listing of one mail */
            session->reply.exchange->listed_octets += listing.size;
        }
    } else if (body == POP_BODY_UNIQUE_ID_LISTING && pop_unique_id_listing_parse(line, &listing)) {
        pop_maildrop_note_unique_id(
            session->maildrop, listing.message, listing.value_text, session->step);
    }
    return !overflowed && session->maildrop->overflowed ? POP_FLAW(MAILDROP_FULL) : 0;
}

void pop_effect_bare_value(pop_session *session, const pop_exchange *exchange, pop_span value)
{
    uint64_t size = 0;
    uint32_t number = exchange->message_number;
    if (exchange->command->body == POP_BODY_UNIQUE_ID_LISTING) {
        pop_maildrop_note_unique_id(session->maildrop, number, value, session->step);
    } else if (pop_span_number(value, &size)) {
        pop_maildrop_note_size(session->maildrop, number, size, session->step);
    }
}

void pop_effect_stat(pop_session *session, pop_maildrop_stat stat)
{
    pop_maildrop_note_stat(session->maildrop, stat);
}
