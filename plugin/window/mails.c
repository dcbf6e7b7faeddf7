/* mails.c
 * Which message a frame is of, and the session's messages before and after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/mails.h"

#include "session/pop_history.h"

/* --- Of a frame ------------------------------------------------------------------------------- */

/* From the best reason for a message on. */
enum {
    ENDS_HERE,
    IS_PART_OF_IT,
    NAMES_IT,
    REASONS,
};

typedef struct search {
    uint32_t frame;
    pop_mail found[REASONS]; /* the first by each reason */
} search;

/* The reply to a submitted mail is of its command. */
static const pop_exchange *with_message(const pop_exchange *exchange)
{
    const pop_exchange *command = exchange->submission == NULL ? exchange : exchange->submission;
    return command->message == NULL ? NULL : command;
}

/* What the session fetched under the number that the command names. */
static const pop_exchange *named_by(const pop_exchange *exchange)
{
    const pop_maildrop_mail *mail = exchange->has_message
        ? pop_maildrop_find(exchange->maildrop, exchange->message_number)
        : NULL;
    if (mail == NULL) {
        return NULL;
    }
    pop_mail_facts facts = pop_history_facts(exchange->maildrop, mail, UINT32_MAX);
    const pop_exchange *fetch = facts.retrieval == NULL ? facts.preview : facts.retrieval;
    return fetch == NULL ? NULL : with_message(fetch);
}

static bool ends_message(const pop_entry *entry, uint32_t frame)
{
    return entry->kind == POP_ENTRY_BODY_END
        || (entry->kind == POP_ENTRY_BODY
            && pop_entry_is_last_of_unfinished(entry, frame, entry->exchange->message));
}

static bool look_at(const pop_tap_place *place, void *data)
{
    search *looking = data;
    const pop_exchange *of = place->entry->exchange;
    if (of == NULL) {
        return true;
    }
    const pop_exchange *exchange = with_message(of);
    size_t reason = NAMES_IT;
    if (exchange != NULL) {
        bool ends = of == exchange && ends_message(place->entry, looking->frame);
        reason = ends ? ENDS_HERE : IS_PART_OF_IT;
    } else {
        exchange = named_by(of);
    }
    if (exchange != NULL && looking->found[reason].exchange == NULL) {
        looking->found[reason] = (pop_mail){ place->stream, place->session, exchange };
    }
    return reason != ENDS_HERE;
}

pop_mail pop_mail_of_frame(uint32_t frame)
{
    search looking = { .frame = frame };
    pop_tap_visit_frame(frame, look_at, &looking);
    size_t reason = ENDS_HERE;
    while (reason + 1 < REASONS && looking.found[reason].exchange == NULL) {
        reason++;
    }
    return looking.found[reason];
}

/* --- Of a session ----------------------------------------------------------------------------- */

bool pop_mail_is_one(const pop_exchange *exchange)
{
    return exchange->message != NULL && exchange->submission == NULL;
}

bool pop_mail_next(pop_mail *mail)
{
    for (const pop_exchange *exchange = mail->exchange->following; exchange != NULL;
         exchange = exchange->following) {
        if (pop_mail_is_one(exchange)) {
            mail->exchange = exchange;
            return true;
        }
    }
    return false;
}

bool pop_mail_previous(pop_mail *mail)
{
    const pop_exchange *found = NULL;
    for (const pop_exchange *exchange = mail->session->exchanges.first;
         exchange != NULL && exchange != mail->exchange; exchange = exchange->following) {
        found = pop_mail_is_one(exchange) ? exchange : found;
    }
    mail->exchange = found == NULL ? mail->exchange : found;
    return found != NULL;
}

pop_mail_ordinal pop_mail_ordinal_of(const pop_mail *mail)
{
    pop_mail_ordinal ordinal = { 0, 0 };
    for (const pop_exchange *exchange = mail->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        ordinal.count += pop_mail_is_one(exchange);
        ordinal.number = exchange == mail->exchange ? ordinal.count : ordinal.number;
    }
    return ordinal;
}

uint32_t pop_mail_first_frame(const pop_mail *mail)
{
    const pop_message *message = mail->exchange->message;
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment first;
    return pop_fragments_next(&walk, &first) ? first.frame : message->ended_in;
}

uint32_t pop_mail_last_frame(const pop_mail *mail)
{
    const pop_message *message = mail->exchange->message;
    return message->ended_in != 0 ? message->ended_in : message->fragments.last.frame;
}

const char *pop_mail_unique_id(const pop_mail *mail)
{
    const pop_exchange *exchange = mail->exchange;
    return exchange->has_message
        ? pop_maildrop_unique_id(exchange->maildrop, exchange->message_number, UINT32_MAX)
        : NULL;
}
