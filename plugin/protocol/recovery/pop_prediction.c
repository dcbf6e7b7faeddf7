/* pop_prediction.c
 * What can be told of a reply to come: how long it will be, whether a status line fits it.
 *
 * RFC 1939 sections 3 (replies), 5 (LIST, RETR) and 11 (sizes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "recovery/pop_prediction.h"

#include "grammar/pop_listing.h"

/* Mails before one, and behind it, whose sizes may be the same. */
#define NEIGHBOURS 8

static bool names_another_mail(const pop_exchange *exchange, pop_span text)
{
    pop_listing listing;
    bool parsed = exchange->command->body == POP_BODY_SCAN_LISTING
        ? pop_scan_listing_parse(text, &listing)
        : pop_unique_id_listing_parse(text, &listing);
    return !parsed || listing.message != exchange->message_number;
}

/* Whether one of the mails that are likely to be fetched next, or were before, has that size. */
static bool is_size_of_others(
    const pop_session *session, const pop_exchange *exchange, uint64_t size)
{
    uint64_t other = 0;
    uint32_t from = exchange->message_number > NEIGHBOURS ? exchange->message_number - NEIGHBOURS
                                                          : 1;
    for (uint32_t i = 0; i < 2 * NEIGHBOURS + 1; i++) {
        if (from + i != exchange->message_number
            && pop_maildrop_size(exchange->maildrop, from + i, session->step, &other)
            && other == size) {
            return true;
        }
    }
    return false;
}

/* The size of a mail tells which it is where no other has the same. */
static pop_fit fit_of_size(
    const pop_session *session, const pop_exchange *exchange, uint64_t listed, uint64_t announced)
{
    if (listed != announced) {
        return POP_FIT_NOT;
    }
    return is_size_of_others(session, exchange, listed) ? POP_FIT_WELL : POP_FIT_SURELY;
}

pop_fit pop_predict_fit(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply, uint32_t form)
{
    if (exchange->name == NULL) {
        return POP_FIT_WELL;
    }
    if (exchange->command == NULL || reply->status != POP_STATUS_POSITIVE) {
        return POP_FIT_PERHAPS;
    }
    bool is_listing = exchange->command->body == POP_BODY_SCAN_LISTING
        || exchange->command->body == POP_BODY_UNIQUE_ID_LISTING;
    if (is_listing && exchange->has_message) {
        if (names_another_mail(exchange, reply->description)) {
            return POP_FIT_NOT;
        }
        /* What a command that is lost had for a reply, such as STAT, may look the same. */
        return session->doubt.client_lost == 0 ? POP_FIT_SURELY : POP_FIT_WELL;
    }
    uint64_t listed = 0, announced = 0;
    if (!session->habits.lists_wrongly && pop_exchange_listed_size(exchange, session->step, &listed)
        && pop_reply_announced_size(reply->description, &announced)) {
        return fit_of_size(session, exchange, listed, announced);
    }
    uint32_t known = pop_habits_wording(&session->habits, exchange->command).form;
    if (known == 0) {
        return POP_FIT_PERHAPS;
    }
    return form == known ? POP_FIT_WELL : POP_FIT_ODD;
}

bool pop_predict_contradicts(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply)
{
    uint64_t listed = 0, announced = 0;
    return !session->habits.lists_wrongly && !session->habits.announces_wrongly
        && pop_exchange_listed_size(exchange, session->step, &listed)
        && pop_reply_announced_size(reply->description, &announced) && announced != listed
        && is_size_of_others(session, exchange, announced);
}

bool pop_predict_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets_out)
{
    if (exchange->command == NULL) {
        return false;
    }
    uint64_t size = 0;
    uint32_t status_octets = pop_habits_wording(&session->habits, exchange->command).octets;
    if (exchange->body == POP_BODY_NONE) {
        *octets_out = status_octets;
        return status_octets > 0;
    }
    if (status_octets == 0 || session->habits.lists_wrongly
        || !pop_exchange_listed_size(exchange, session->step, &size)) {
        return false;
    }
    *octets_out = status_octets + size + POP_TERMINATOR_OCTETS;
    return true;
}

/* "+OK", with its line end. */
#define SHORTEST_STATUS_LINE 5

bool pop_predict_least_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets_out)
{
    uint64_t size = 0;
    if (exchange->body != POP_BODY_MESSAGE || session->habits.lists_wrongly
        || !pop_exchange_listed_size(exchange, session->step, &size)) {
        return false;
    }
    *octets_out = SHORTEST_STATUS_LINE + size + POP_TERMINATOR_OCTETS;
    return true;
}

bool pop_predict_mail(const pop_session *session, uint64_t *octets_out)
{
    const pop_exchange *exchange = session->reply.exchange;
    const pop_message *message = session->reply.message;
    *octets_out = exchange->announced_size;
    return !session->habits.lists_wrongly && message != NULL && !message->head_lost
        && (pop_exchange_listed_size(exchange, session->step, octets_out)
            || exchange->has_announced_size)
        && *octets_out >= message->total;
}

bool pop_predict_identifies(const pop_session *session, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    uint64_t listed = 0;
    return message != NULL && pop_message_is_whole(message) && !session->habits.lists_wrongly
        && pop_exchange_listed_size(exchange, session->step, &listed) && listed == message->total
        && !is_size_of_others(session, exchange, listed);
}

/* "Name:" as a header begins (RFC 5322 section 2.2), or the "From " of a mailbox file. */
static bool begins_like_header(pop_span octets)
{
    size_t length = 0;
    while (length < octets.length && octets.octets[length] > ' ' && octets.octets[length] < 0x7F
        && octets.octets[length] != ':') {
        length++;
    }
    return pop_span_starts(octets, POP_SPAN("From "))
        || (length > 0 && length < octets.length && octets.octets[length] == ':');
}

bool pop_predict_bears_out(const pop_session *session, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    uint64_t listed = 0;
    bool is_listed = pop_exchange_listed_size(exchange, session->step, &listed);
    bool is_announced = exchange->has_announced_size;
    if ((is_announced && exchange->announced_size == message->total)
        || (is_listed && listed == message->total)) {
        return true;
    }
    if ((is_announced && !session->habits.announces_wrongly)
        || (is_listed && !session->habits.lists_wrongly)) {
        return false;
    }
    return exchange->worded_alike
        || begins_like_header((pop_span){ message->octets, message->length });
}
