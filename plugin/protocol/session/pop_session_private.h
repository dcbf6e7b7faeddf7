/* pop_session_private.h
 * What the files of the session share among themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SESSION_PRIVATE_H
#define POP_SESSION_PRIVATE_H

#include "sasl/pop_sasl.h"
#include "session/pop_session.h"

/* A new entry for a unit; the caller fills in what the defaults leave open. Valid until the
 * next. */
pop_entry *pop_session_entry(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, pop_entry_kind kind);

/* The same, or the entry before it grown, where that one is of the same kind and exchange, adjoins
 * the unit and has nothing wrong with it. */
pop_entry *pop_session_entry_merged(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, pop_entry_kind kind, pop_exchange *exchange);

/* A line of which nothing is known: it stands behind a gap. */
void pop_session_out_of_step(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* What is counted of each segment; its entries begin anew. */
void pop_session_begin_segment(pop_session *session, const pop_segment *segment);

/* A new exchange, in no queue. */
pop_exchange *pop_session_exchange(pop_session *session);

/* Gives the exchange the session's next ordinal: from then on it is one of the session's. */
void pop_session_number(pop_session *session, pop_exchange *exchange);

/* The exchange waits, youngest of all, for its reply. */
void pop_session_enqueue(pop_session *session, pop_exchange *exchange);

/* Lets the octets of a body go to a new message of that exchange. */
pop_body_sink pop_session_begin_message(pop_session *session, pop_exchange *exchange);

/* What is wrong with a mail that has its end. */
static inline pop_anomalies pop_session_message_flaws(const pop_message *message)
{
    if (pop_message_is_whole(message)) {
        return 0;
    }
    return message->damaged ? POP_FLAW(MESSAGE_INCOMPLETE) : POP_FLAW(MESSAGE_TOO_LARGE);
}

/* One unit of the direction. */
void pop_session_client_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);
void pop_session_server_unit(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The server answers a submitted mail whose end was not seen: it is over. The exchange that is
 * answered, in no queue. */
pop_exchange *pop_session_break_submission(pop_session *session, const pop_segment *segment);

/* --- What follows a status line --------------------------------------------------------------- */

/* Octets of a unit on the wire, those in earlier segments included. */
uint64_t pop_session_octets_of(const pop_unit *unit);

/* The reply is whole: the next line of the server is another's. */
void pop_session_end_reply(
    pop_session *session, pop_exchange *exchange, const pop_segment *segment);

/* The reply under way broke off: what comes next is another's. */
void pop_session_abandon_reply(pop_session *session);

/* From the next line on: the body of that exchange's reply. `lf_style`: as in pop_framing. */
void pop_session_begin_body(
    pop_session *session, pop_exchange *exchange, pop_body body, bool lf_style);

/* The final "." of a body. */
void pop_session_end_body(pop_session *session, const pop_segment *segment, const pop_unit *unit);

bool pop_session_is_terminator(pop_span line);

/* What a line of LIST or UIDL tells of the maildrop; returns what is to be told of the line. */
pop_anomalies pop_session_note_listing(pop_session *session, pop_body body, pop_span line);

/* A line of a listing, its final "." included. */
void pop_session_listing_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* `frame` brought the entry's octets of the mail, which the message has already. */
void pop_session_note_octets(pop_entry *entry, pop_message *message, uint32_t frame);

/* Octets of a mail that the framing has handed to the message already. */
void pop_session_message_octets(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A line of a mail that came as a line: it was not known that a mail had begun, or there was a
 * gap. */
void pop_session_message_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The first line of a body that has just begun, where it came as a line. */
void pop_session_body_line(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The line behind a status line of which it was not known whether anything would follow. True where
 * it was part of the reply. */
bool pop_session_undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* --- What a positive reply changes ------------------------------------------------------------ */

void pop_session_take_effect(pop_session *session, pop_exchange *exchange);

/* The server accepts a login. */
void pop_session_log_in(pop_session *session, const pop_exchange *exchange);

/* --- Checks ----------------------------------------------------------------------------------- */

/* What is wrong, in the light of the session, with a command line, a status line, a mail's size. */
pop_anomalies pop_session_check_command(
    pop_session *session, const pop_request *request, const pop_unit *unit, bool tls);
pop_anomalies pop_session_check_status(const pop_session *session, const pop_unit *unit);
pop_anomalies pop_session_check_size(const pop_session *session, const pop_exchange *exchange);

/* --- Versions 1 and 2 ------------------------------------------------------------------------- */

/* Reads a command line for the version that the session is of; where that does not know it, and
 * another one that is possible does, the session is of that one. */
void pop_session_parse_request(pop_session *session, pop_span line, pop_request *request);

/* A line of the server may show that the session is of version 1 or 2. */
void pop_session_recognise_old(pop_session *session, pop_span line, bool greeting);

/* A line of the server, in a capture without the greeting on the port of versions 1 and 2, before a
 * command has told the version: true, it may be a line of a mail. The size of a mail that it tells
 * is remembered, in case the client asks for that next. */
bool pop_session_waits_for_version(pop_session *session, pop_span line);

/* A command of version 1 or 2 was sent: the mail that it concerns, the state that it ends. */
void pop_session_note_old_request(pop_session *session, pop_exchange *exchange);

/* Its reply came. */
void pop_session_note_old_reply(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply);

/* Where the oldest command waits for data without a status line (RETR, RCEV): from the server's
 * next octet on, that many octets are the mail. Between replies alone. */
void pop_session_expect_data(pop_session *session);

/* Between replies, before the server's octet at `at` of its stream: after a gap, which command is
 * answered next; data of a mail that no command waits for, or of unknown length. */
void pop_session_expect_old(pop_session *session, uint64_t at, uint8_t octet);

/* --- Logins ----------------------------------------------------------------------------------- */

/* An exchange for a command line, in no queue. */
pop_exchange *pop_session_exchange_for(
    pop_session *session, const pop_segment *segment, const pop_request *request);

/* A command line that is part of a login, or another one: notes on its entry what it says. */
void pop_session_begin_login(
    pop_session *session, const pop_segment *segment, pop_entry *entry, const pop_request *request);

/* True where the client's next line is an answer in an AUTH dialogue; and such a line. */
bool pop_session_expects_answer(const pop_session *session);
void pop_session_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* A challenge in the dialogue of that exchange. */
void pop_session_note_challenge(
    pop_session *session, pop_exchange *exchange, pop_entry *entry, pop_span text);

/* The status line that decides a login, or another one. */
void pop_session_decide_login(pop_session *session, const pop_segment *segment,
    pop_exchange *exchange, const pop_reply *reply, pop_entry *entry);

/* --- The record of a login -------------------------------------------------------------------- */

/* A new attempt, which the exchange decides: its command, or the dialogue that it opens, begins in
 * the segment. */
void pop_session_new_login(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange);

/* The attempt's next line, of the client, with what it says (NULL: nothing that can be read).
 * Returns the proof that the line holds. */
pop_login_proof pop_session_note_login_line(pop_session *session, const pop_segment *segment,
    pop_login *login, const pop_sasl_message *message);

/* The verdict: the status line in `reply`. */
void pop_session_note_verdict(pop_session *session, const pop_segment *segment,
    pop_exchange *exchange, const pop_reply *reply, const pop_auth_step *step);

/* A positive reply to the command came, with that entry: what it changes. */
void pop_session_accept(pop_session *session, pop_exchange *exchange, pop_entry *entry);

/* --- Replies before their commands ------------------------------------------------------------ */

/* A reply came that answers no command: an exchange of its own. */
void pop_session_note_early(pop_session *session, pop_exchange *exchange);

/* A command came, `sent` in no queue: the exchange of its reply, now the command's too, where that
 * had come before it; else NULL. */
pop_exchange *pop_session_take_early(
    pop_session *session, const pop_segment *segment, const pop_exchange *sent);

/* What the reply decided and changed, once its command is known. */
void pop_session_settle_early(
    pop_session *session, const pop_segment *segment, pop_exchange *early);

/* --- After a gap ------------------------------------------------------------------------------ */

/* That many octets will be missing in what the server sent, and may come late. */
void pop_session_remember_place(pop_session *session, uint64_t octets);

/* That many octets are missing in what the server sent, before the octets that come next. */
void pop_session_server_gap(pop_session *session, uint64_t octets);

/* A command was sent, and is about to be enqueued: how much its sender had of the replies
 * before. */
void pop_session_note_sent(
    pop_session *session, const pop_segment *segment, pop_exchange *exchange);

/* The same, before the next command after a gap in the client's stream, of which `next` will be the
 * exchange. */
void pop_session_note_missing_commands(pop_session *session, const pop_segment *segment,
    const pop_unit *unit, const pop_exchange *next);

#define POP_TERMINATOR_OCTETS 3

/* How the server words its positive replies to a command; form 0: there was none. */
pop_wording pop_session_wording(const pop_session *session, const pop_command *command);

/* A status line came: whether it is worded as the one before to the same command. It is kept as
 * that command's wording where it is sure that it answers it. */
void pop_session_compare_wording(
    pop_session *session, pop_exchange *exchange, const pop_reply *reply);

/* The size of the mail that a RETR asks for, as LIST told it. False where it did not. */
bool pop_session_listed_size(
    const pop_session *session, const pop_exchange *exchange, uint64_t *size);

/* Octets of the reply to come, as far as can be told; else false. */
bool pop_session_predicted_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets);

/* KPOP's greeting stands behind the server's part of the Kerberos exchange, which has no line end:
 * the greeting alone, where the line holds it, and what stands before it shown as it is; else the
 * line. */
pop_unit pop_session_kerberos_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit);

/* The piece of a line with which a segment ends that was cut off: as a line, where it is sure that
 * it is a command or a status line; else the piece. Such a line's last word may go on. */
pop_unit pop_session_cut_line(
    pop_session *session, const pop_segment *segment, const pop_unit *piece);

/* The wording of a status line, its numbers apart, as one number; never 0. */
uint32_t pop_session_form(const pop_reply *reply);

/* How well the status line, of the form `reply_form`, fits the command: 2, it names the mail or its
 * size; below 0, it names another, or is worded as no other reply to that command; in between, it
 * may be. */
int pop_session_fit(const pop_session *session, const pop_exchange *exchange,
    const pop_reply *reply, uint32_t reply_form);

/* In all of these: `at` is where a line begins in the server's stream.
 *
 * Passes over the replies that were complete before `at`, where it is sure. */
void pop_session_settle(pop_session *session, uint64_t at);

/* Passes over the commands before the one that a status line answers most likely. */
void pop_session_choose(pop_session *session, const pop_reply *reply, uint64_t at);

/* The line is no status line. True where it must be in the reply to the oldest command, whose
 * status line is missing: that reply is under way now. */
bool pop_session_enters_body(pop_session *session, uint64_t at);

/* A line of a mail in which octets are missing. True where it is the status line of another
 * reply. */
bool pop_session_breaks_message(const pop_session *session, pop_span line, uint64_t at);

/* A line of the server, of which nothing is known yet, begins at `at`: whether it shows that a
 * multi-line reply is under way, or over. */
void pop_session_note_line(pop_session *session, pop_span line, uint64_t at);

/* True where a line that looks like a status line must be one. */
bool pop_session_begins_surely(const pop_session *session, uint64_t at);

/* The mail has its end. Where its status line was not sure to be one, and nothing bears it out, it
 * may be the rest of another mail: it counts as damaged. */
void pop_session_check_start(const pop_session *session, pop_exchange *exchange);

/* The mail has its end: where nothing was missing but, perhaps, its head, its size tells. */
void pop_session_check_whole(pop_session *session, pop_exchange *exchange);

/* No lines followed a status line: it answered the next command that has a single-line reply. False
 * where none waits. */
bool pop_session_answers_single(pop_session *session);

/* A line that is no status line: true where it follows what was taken for the greeting, and was the
 * status line of a command; whether that has lines in its reply is undetermined now. */
bool pop_session_adopts_greeting(pop_session *session);

/* Where in its direction's stream the unit begins. */
static inline uint64_t pop_session_position(
    const pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t end = session->position[segment->direction] + unit->offset + unit->length;
    uint64_t octets = pop_session_octets_of(unit);
    return octets < end ? end - octets : 0;
}

#endif
