/* pop_checks.c
 * What is wrong with a line, or worth a note, in the light of the session.
 *
 * RFC 1939 sections 3 to 6, RFC 2449 section 4 (lengths), RFC 2595 section 4 (STLS), RFC 6856
 * (UTF-8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_checks.h"

#include <string.h>

#define STATUS_LINE_LIMIT 512 /* RFC 1939 section 3, with CRLF */
#define ARGUMENT_LIMIT 40 /* RFC 1939 section 3 */

static bool has_eight_bit(pop_span text)
{
    uint64_t bits = 0;
    size_t i = 0;
    for (; i + sizeof bits <= text.length; i += sizeof bits) { /* eight octets at once */
        uint64_t eight;
        memcpy(&eight, text.octets + i, sizeof eight);
        bits |= eight;
    }
    for (; i < text.length; i++) {
        bits |= text.octets[i];
    }
    return (bits & POP_IN_ALL(0x80)) != 0;
}

/* A pipelined command is judged by the state that it will meet: a login that waits for its verdict
 * may well have changed it. */
static bool in_wrong_state(const pop_session *session, const pop_command *command)
{
    return session->exchanges.waiting.count == 0
        && !pop_command_legal(command, session->access.state);
}

static bool has_long_argument(const pop_request *request)
{
    if (request->command != NULL && request->command->id == POP_COMMAND_AUTH) {
        return false; /* RFC 5034 section 4 sets another limit */
    }
    for (unsigned i = 0; i < request->argument_count && i < POP_REQUEST_ARGUMENTS; i++) {
        if (request->arguments[i].length > ARGUMENT_LIMIT) {
            return true;
        }
    }
    return false;
}

static bool sends_login(const pop_request *request)
{
    return request->command != NULL && request->command->effect == POP_EFFECT_LOG_IN
        && request->argument_count > 0;
}

static pop_anomalies check_login(pop_session *session, bool tls)
{
    pop_anomalies flaws = 0;
    if (!tls && session->service.offers_tls) {
        flaws |= POP_FLAW(LOGIN_WITHOUT_OFFERED_TLS);
    }
    if (tls && session->transport.tls_started && !session->service.capabilities_in_tls) {
        flaws |= POP_FLAW(CAPABILITIES_NOT_ASKED_AGAIN);
        pop_service_note_not_asked_again(&session->service); /* said once */
    }
    return flaws;
}

pop_anomalies pop_check_command(
    pop_session *session, const pop_request *request, const pop_unit *unit, bool tls)
{
    pop_anomalies flaws = 0;
    if (pop_unit_octets(unit) > POP_COMMAND_LINE_LIMIT) {
        flaws |= POP_FLAW(COMMAND_TOO_LONG);
    } else if (has_long_argument(request)) {
        flaws |= POP_FLAW(ARGUMENT_TOO_LONG);
    }
    if (!session->service.utf8 && has_eight_bit(request->line)) {
        flaws |= POP_FLAW(EIGHT_BIT);
    }
    if (session->exchanges.quit_sent) {
        flaws |= POP_FLAW(DATA_AFTER_QUIT);
    } else if (request->command != NULL && in_wrong_state(session, request->command)) {
        flaws |= POP_FLAW(WRONG_STATE);
    }
    if (sends_login(request)) {
        flaws |= check_login(session, tls);
    }
    if (request->command != NULL && request->command->effect == POP_EFFECT_QUIT) {
        pop_exchanges_note_quit(&session->exchanges);
    }
    return flaws;
}

pop_anomalies pop_check_status(const pop_session *session, const pop_unit *unit)
{
    pop_anomalies flaws = 0;
    if (pop_unit_octets(unit) > STATUS_LINE_LIMIT) {
        flaws |= POP_FLAW(STATUS_TOO_LONG);
    }
    if (!session->service.utf8 && !session->service.language_chosen && has_eight_bit(unit->text)) {
        flaws |= POP_FLAW(EIGHT_BIT);
    }
    return flaws;
}

pop_anomalies pop_check_size(const pop_session *session, const pop_exchange *exchange)
{
    bool whole_mail = exchange->message != NULL && pop_message_is_whole(exchange->message)
        && exchange->command != NULL && exchange->command->id == POP_COMMAND_RETR;
    if (!whole_mail) {
        return 0;
    }
    uint64_t listed = exchange->message->total;
    pop_maildrop_size(exchange->maildrop, exchange->message_number, session->step, &listed);
    bool differs = listed != exchange->message->total
        || (exchange->has_announced_size && exchange->announced_size != exchange->message->total);
    return differs ? POP_FLAW(SIZE_MISMATCH) : 0;
}

pop_anomalies pop_check_message(const pop_message *message)
{
    if (pop_message_is_whole(message)) {
        return 0;
    }
    return message->damaged ? POP_FLAW(MESSAGE_INCOMPLETE) : POP_FLAW(MESSAGE_TOO_LARGE);
}
