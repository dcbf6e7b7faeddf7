/* pop_session_predict.c
 * What can be told of a reply to come: how long it will be, how its status line will be worded.
 *
 * RFC 1939 sections 3 (replies), 5 (LIST, RETR) and 11 (sizes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include "grammar/pop_listing.h"
#include "session/pop_session_private.h"

/* Octets of a status line that count as its wording (RFC 1939 section 3 allows as many). */
#define WORDING_LIMIT 512

#define WORDINGS_AT_ONCE 4 /* that memory is taken for */

static uint64_t add_to_form(uint64_t form, uint64_t octets)
{
    form = (form ^ octets) * UINT64_C(1099511628211); /* FNV-1a, but for more than one octet ... */
    return form ^ form >> 32; /* ... of which the higher ones have to come down */
}

/* A status line without its numbers, as one number. Eight octets at once where there is no digit
 * among them: the same words take the same steps, whatever the numbers between them. */
uint32_t pop_session_form(const pop_reply *reply)
{
    pop_span line = pop_span_part(reply->line, 0, WORDING_LIMIT);
    uint64_t form = UINT64_C(14695981039346656037), eight;
    size_t at = 0;
    while (at < line.length) {
        if (line.length - at >= sizeof eight) {
            memcpy(&eight, line.octets + at, sizeof eight);
            if (!pop_has_digit(eight)) {
                form = add_to_form(form, eight);
                at += sizeof eight;
                continue;
            }
        }
        if (pop_is_digit(line.octets[at])) {
            form = add_to_form(form, '0');
            while (at < line.length && pop_is_digit(line.octets[at])) {
                at++;
            }
        } else {
            form = add_to_form(form, line.octets[at++]);
        }
    }
    return (uint32_t)form | 1;
}

/* A session uses few of the commands that there are: their wordings stand in a list, in the order
 * in which they were first answered. NULL where none was. */
static pop_wording *find(const pop_session *session, const pop_command *command)
{
    for (size_t i = 0; i < session->wording_count; i++) {
        if (session->wordings[i].command == command->id) {
            return &session->wordings[i];
        }
    }
    return NULL;
}

static pop_wording *add(pop_session *session, const pop_command *command)
{
    if (session->wording_count % WORDINGS_AT_ONCE == 0) {
        session->wordings = pop_resize(session->allocator, session->wordings,
            (session->wording_count + WORDINGS_AT_ONCE) * sizeof *session->wordings);
    }
    pop_wording *wording = &session->wordings[session->wording_count++];
    *wording = (pop_wording){ .command = command->id };
    return wording;
}

pop_wording pop_session_wording(const pop_session *session, const pop_command *command)
{
    const pop_wording *wording = find(session, command);
    return wording != NULL ? *wording : (pop_wording){ .command = command->id };
}

void pop_session_compare_wording(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply)
{
    if (exchange->command == NULL || reply->status != POP_STATUS_POSITIVE) {
        return;
    }
    uint32_t form = pop_session_form(reply);
    pop_wording *wording = find(session, exchange->command);
    exchange->worded_alike = wording != NULL && wording->form == form;
    if (exchange->unsure) {
        return;
    }
    wording = wording != NULL ? wording : add(session, exchange->command);
    wording->form = form;
    wording->octets = (uint32_t)MIN(exchange->reply_octets, UINT32_MAX);
}

static bool asks_for_mail(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->command->id == POP_COMMAND_RETR
        && exchange->has_message;
}

bool pop_session_listed_size(
    const pop_session *session, const pop_exchange *exchange, uint64_t *size)
{
    return asks_for_mail(exchange)
        && pop_maildrop_size(exchange->maildrop, exchange->message_number, session->step, size);
}

bool pop_session_predicted_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets)
{
    if (exchange->command == NULL) {
        return false;
    }
    uint64_t size = 0;
    uint32_t status_octets = pop_session_wording(session, exchange->command).octets;
    if (exchange->body == POP_BODY_NONE) {
        *octets = status_octets;
        return status_octets > 0;
    }
    if (session->sizes_wrong || !pop_session_listed_size(session, exchange, &size)) {
        return false;
    }
    *octets = status_octets + size + POP_TERMINATOR_OCTETS;
    return true;
}

static bool names_another_mail(const pop_exchange *exchange, pop_span text)
{
    pop_listing listing;
    bool parsed = exchange->command->body == POP_BODY_SCAN_LISTING
        ? pop_scan_listing_parse(text, &listing)
        : pop_unique_id_listing_parse(text, &listing);
    return !parsed || listing.message != exchange->message_number;
}

int pop_session_fit(const pop_session *session, const pop_exchange *exchange,
    const pop_reply *reply, uint32_t reply_form)
{
    if (exchange->name == NULL) {
        return 1; /* a command that was not seen may be any */
    }
    if (exchange->command == NULL || reply->status != POP_STATUS_POSITIVE) {
        return 0;
    }
    bool is_listing = exchange->command->body == POP_BODY_SCAN_LISTING
        || exchange->command->body == POP_BODY_UNIQUE_ID_LISTING;
    if (is_listing && exchange->has_message) {
        return names_another_mail(exchange, reply->description) ? -2 : 2;
    }
    uint64_t listed = 0, announced = 0;
    if (!session->sizes_wrong && pop_session_listed_size(session, exchange, &listed)
        && pop_reply_announced_size(reply->description, &announced)) {
        return listed == announced ? 2 : -2;
    }
    uint32_t form = pop_session_wording(session, exchange->command).form;
    if (form == 0) {
        return 0;
    }
    return form == reply_form ? 1 : -1;
}
