/* pop_history.c
 * What was done with the mails of a maildrop: fetched, previewed, deleted; and whether that took
 * effect.
 *
 * RFC 1939 sections 5 (RETR, DELE, RSET), 6 (the UPDATE state) and 7 (TOP); RFC 937 (POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_history.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* --- Noting ----------------------------------------------------------------------------------- */

pop_mail_action pop_history_action(const pop_exchange *exchange)
{
    if (exchange->command == NULL || !exchange->has_message) {
        return POP_ACTION_NONE;
    }
    switch (exchange->command->id) {
    case POP_COMMAND_RETR:
    case POP_COMMAND_POP2_RETR:
        return POP_ACTION_RETRIEVAL;
    case POP_COMMAND_TOP:
        return POP_ACTION_PREVIEW;
    case POP_COMMAND_DELE:
    case POP_COMMAND_POP2_ACKD:
        return POP_ACTION_DELETION;
    default:
        return POP_ACTION_NONE;
    }
}

static pop_mail_history *history_for(pop_maildrop *maildrop, pop_maildrop_mail *mail)
{
    if (mail->history == 0) {
        if (maildrop->history_count == maildrop->history_capacity) {
            maildrop->history_capacity = maildrop->history_capacity == 0
                ? 8
                : maildrop->history_capacity * 2;
            maildrop->histories = pop_resize(maildrop->allocator, maildrop->histories,
                maildrop->history_capacity * sizeof *maildrop->histories);
        }
        maildrop->histories[maildrop->history_count++] = (pop_mail_history){ .first = NULL };
        mail->history = (uint32_t)maildrop->history_count;
    }
    return &maildrop->histories[mail->history - 1];
}

static void add_retrieval(
    pop_maildrop *maildrop, pop_mail_history *history, const pop_exchange *exchange)
{
    if (history->retrievals++ == 0) {
        history->retrieval = exchange;
        maildrop->retrieved++;
    }
    history->latest_retrieval = exchange;
}

static void add_action(pop_maildrop *maildrop, pop_mail_history *history, pop_exchange *exchange)
{
    switch (pop_history_action(exchange)) {
    case POP_ACTION_RETRIEVAL:
        add_retrieval(maildrop, history, exchange);
        break;
    case POP_ACTION_PREVIEW:
        history->preview = history->previews++ == 0 ? exchange : history->preview;
        break;
    case POP_ACTION_DELETION:
        history->deletion = exchange;
        break;
    case POP_ACTION_NONE:
        break;
    }
}

void pop_history_note(pop_maildrop *maildrop, pop_exchange *exchange)
{
    if (maildrop->quit != NULL || pop_history_action(exchange) == POP_ACTION_NONE) {
        return;
    }
    pop_maildrop_mail *mail = pop_maildrop_mail_for(maildrop, exchange->message_number);
    if (mail == NULL) {
        return;
    }
    pop_mail_history *history = history_for(maildrop, mail);
    if (history->latest == NULL) {
        history->first = exchange;
    } else {
        history->latest->next_of_mail = exchange;
    }
    history->latest = exchange;
    add_action(maildrop, history, exchange);
}

void pop_history_note_reset(pop_maildrop *maildrop, const pop_exchange *exchange)
{
    if (maildrop->quit == NULL) {
        maildrop->reset = exchange;
    }
}

void pop_history_note_quit(pop_maildrop *maildrop, const pop_exchange *exchange)
{
    for (; maildrop != NULL && maildrop->quit == NULL; maildrop = maildrop->former) {
        maildrop->quit = exchange;
    }
}

/* Its reply was not seen, or is a guess. */
static bool is_missed(const pop_exchange *exchange)
{
    return exchange != NULL && (exchange->status == POP_STATUS_NONE || exchange->guessed);
}

/* The oldest of which nothing is known stays: what it did is not known, whatever a later one
 * did. */
static void expect(const pop_exchange **expected, const pop_exchange *exchange)
{
    if (!is_missed(*expected)) {
        *expected = exchange;
    }
}

static void expect_deletion(pop_maildrop *maildrop, const pop_exchange *exchange)
{
    const pop_maildrop_mail *known = pop_maildrop_find(maildrop, exchange->message_number);
    if (known != NULL) { /* else there may be no such mail */
        pop_maildrop_mail *mail = &maildrop->mails[known - maildrop->mails];
        expect(&history_for(maildrop, mail)->expected_deletion, exchange);
    }
}

void pop_history_expect(pop_maildrop *maildrop, const pop_exchange *exchange)
{
    if (exchange->command == NULL || maildrop->quit != NULL) {
        return;
    }
    if (pop_history_action(exchange) == POP_ACTION_DELETION) {
        expect_deletion(maildrop, exchange);
    } else if (exchange->command->effect == POP_EFFECT_UNDELETE) {
        expect(&maildrop->expected_reset, exchange);
    } else if (exchange->command->effect == POP_EFFECT_QUIT) {
        /* For those before, the first one stands: so each is visited once. */
        expect(&maildrop->expected_quit, exchange);
        for (maildrop = maildrop->former; maildrop != NULL && maildrop->expected_quit == NULL;
             maildrop = maildrop->former) {
            maildrop->expected_quit = exchange;
        }
    }
}

bool pop_history_misses_quit(const pop_maildrop *maildrop)
{
    return is_missed(maildrop->expected_quit);
}

/* --- Telling ---------------------------------------------------------------------------------- */

/* NULL: no command was seen that does anything with the mail. */
static const pop_mail_history *history_of(
    const pop_maildrop *maildrop, const pop_maildrop_mail *mail)
{
    return mail->history == 0 ? NULL : &maildrop->histories[mail->history - 1];
}

/* Commands are answered in the order in which they were sent, and their ordinals say that order. */
static bool is_behind(const pop_exchange *one, const pop_exchange *other)
{
    return one != NULL && (other == NULL || one->ordinal > other->ordinal);
}

static pop_mail_fate fate_of(const pop_maildrop *maildrop, const pop_mail_history *history)
{
    const pop_exchange *deletion = history == NULL ? NULL : history->deletion;
    const pop_exchange *expected = history == NULL ? NULL : history->expected_deletion;
    bool missed = is_missed(expected) && is_behind(expected, deletion);
    const pop_exchange *latest = missed ? expected : deletion;
    if (latest == NULL) {
        return POP_MAIL_KEPT;
    }
    if (is_behind(maildrop->reset, latest)) {
        return maildrop->reset->guessed ? POP_MAIL_UNKNOWN
            : deletion == NULL          ? POP_MAIL_KEPT
                                        : POP_MAIL_RESTORED;
    }
    bool perhaps_reset = is_missed(maildrop->expected_reset)
        && is_behind(maildrop->expected_reset, latest);
    if (missed || perhaps_reset || latest->guessed) {
        return POP_MAIL_UNKNOWN;
    }
    if (maildrop->quit != NULL) {
        return maildrop->quit->guessed ? POP_MAIL_UNKNOWN : POP_MAIL_DELETED;
    }
    return pop_history_misses_quit(maildrop) ? POP_MAIL_UNKNOWN : POP_MAIL_MARKED;
}

/* A mail of whose size no listing told is as large as it was when it came. */
static void note_size(pop_mail_facts *facts, const pop_exchange *retrieval)
{
    const pop_message *message = retrieval == NULL ? NULL : retrieval->message;
    if (!facts->has_size && message != NULL && pop_message_is_whole(message)) {
        facts->has_size = true;
        facts->size = message->total;
    }
}

static void add_history(pop_mail_facts *facts, const pop_mail_history *history)
{
    facts->actions = history->first;
    facts->retrieval = history->retrieval;
    facts->preview = history->preview;
    facts->deletion = history->deletion;
    facts->retrievals = history->retrievals;
    facts->previews = history->previews;
    note_size(facts, history->retrieval);
    note_size(facts, history->latest_retrieval);
}

pop_mail_facts pop_history_facts(
    const pop_maildrop *maildrop, const pop_maildrop_mail *mail, uint32_t step)
{
    pop_mail_facts facts = { .number = mail->number };
    facts.unique_id = pop_maildrop_unique_id(maildrop, mail->number, step);
    facts.has_size = pop_maildrop_size(maildrop, mail->number, step, &facts.size);
    const pop_mail_history *history = history_of(maildrop, mail);
    if (history != NULL) {
        add_history(&facts, history);
    }
    facts.fate = fate_of(maildrop, history);
    return facts;
}

static bool came_before(const pop_exchange *fetch, uint32_t ordinal, uint32_t frame)
{
    return fetch != NULL && fetch->ordinal < ordinal && fetch->message != NULL
        && fetch->message->ended_in != 0 && fetch->message->ended_in <= frame;
}

const pop_exchange *pop_history_fetch_before(
    const pop_maildrop *maildrop, uint32_t number, uint32_t ordinal, uint32_t frame)
{
    const pop_maildrop_mail *mail = pop_maildrop_find(maildrop, number);
    const pop_mail_history *history = mail == NULL ? NULL : history_of(maildrop, mail);
    if (history == NULL) {
        return NULL;
    }
    return came_before(history->retrieval, ordinal, frame) ? history->retrieval
        : came_before(history->preview, ordinal, frame)    ? history->preview
                                                           : NULL;
}

uint32_t pop_history_retrieved(const pop_maildrop *maildrop)
{
    return maildrop->retrieved;
}

static bool is_known(const pop_maildrop_mail *mail, uint32_t step)
{
    return mail->history != 0 || (mail->size_step != 0 && mail->size_step <= step)
        || (mail->unique_id_step != 0 && mail->unique_id_step <= step);
}

static int by_number(const void *one, const void *other)
{
    const pop_maildrop_mail *const *first = one, *const *second = other;
    return ((*first)->number > (*second)->number) - ((*first)->number < (*second)->number);
}

static int by_importance(const void *one, const void *other)
{
    const pop_maildrop_mail *const *first = one, *const *second = other;
    int untouched = ((*first)->history == 0) - ((*second)->history == 0);
    return untouched != 0 ? untouched : by_number(one, other);
}

size_t pop_history_mails(
    const pop_maildrop *maildrop, uint32_t step, const pop_maildrop_mail **mails, size_t room)
{
    const pop_maildrop_mail **known = g_new(const pop_maildrop_mail *, maildrop->count);
    size_t count = 0;
    for (size_t i = 0; i < maildrop->count; i++) {
        if (is_known(&maildrop->mails[i], step)) {
            known[count++] = &maildrop->mails[i];
        }
    }
    if (count > room) {
        qsort(known, count, sizeof(pop_maildrop_mail *), by_importance);
    }
    size_t taken = count < room ? count : room;
    if (taken > 0) {
        memcpy(mails, known, taken * sizeof(pop_maildrop_mail *));
        qsort(mails, taken, sizeof(pop_maildrop_mail *), by_number);
    }
    g_free(known);
    return count;
}

static void add_mail(pop_maildrop_sums *sums, const pop_mail_facts *facts)
{
    sums->retrieved += facts->retrievals > 0;
    sums->previewed += facts->previews > 0;
    sums->deleted += facts->fate == POP_MAIL_DELETED;
    sums->restored += facts->fate == POP_MAIL_RESTORED;
    sums->marked += facts->fate == POP_MAIL_MARKED;
    for (const pop_exchange *action = facts->actions; action != NULL;
         action = action->next_of_mail) {
        if (pop_history_action(action) == POP_ACTION_RETRIEVAL && action->message != NULL) {
            sums->retrieved_octets += action->message->total;
        }
    }
}

pop_maildrop_sums pop_history_sums(const pop_maildrop *maildrop, uint32_t step)
{
    pop_maildrop_sums sums = { 0 };
    for (size_t i = 0; i < maildrop->count; i++) {
        const pop_maildrop_mail *mail = &maildrop->mails[i];
        sums.known += is_known(mail, step);
        if (mail->history != 0) {
            pop_mail_facts facts = pop_history_facts(maildrop, mail, step);
            add_mail(&sums, &facts);
        }
    }
    return sums;
}
