/* pop_after_gap.c
 * Reads the server on after octets of its were lost for good, or where a capture begins in
 * mid-session: asks recovery what can be told, and does it.
 *
 * RFC 1939 section 3, RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_after_gap.h"

#include <glib.h>

#include "recovery/pop_prediction.h"
#include "recovery/pop_recovery.h"
#include "session/pop_authentication.h"
#include "session/pop_checks.h"
#include "session/pop_client.h"
#include "session/pop_effects.h"
#include "session/pop_links.h"
#include "session/pop_mail_of_unseen.h"
#include "session/pop_multi_line.h"
#include "session/pop_server.h"
#include "session/pop_status.h"

/* --- Replies that were not seen --------------------------------------------------------------- */

/* The commands before that one (NULL: all) had their replies among what is lost. */
static void pass_over_until(pop_session *session, const pop_exchange *first)
{
    while (session->exchanges.waiting.oldest != first) {
        pop_miss_effect(session, pop_exchanges_take(&session->exchanges));
    }
}

/* Passes over the replies that were complete before `at`, where that is sure. `line`: what stands
 * there, as far as it is known (NULL: it is not). */
static void settle(pop_session *session, uint64_t at, const pop_span *line)
{
    pop_doubt *doubt = &session->doubt;
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    if (!doubt->whom || session->habits.client_overlaps
        || (doubt->settled_for == youngest && at < doubt->settled_until)) {
        return;
    }
    pop_settlement settlement = pop_recover_first_unanswered(session, at);
    pop_doubt_settle(doubt, youngest, settlement.until);
    if (settlement.first == NULL) {
        return;
    }
    if (line != NULL && settlement.first->server_at == at
        && pop_reply_status_of(*line) == POP_STATUS_NONE) {
        pop_session_note_overlap(session); /* a reply goes on there */
        return;
    }
    if (session->reply.exchange != NULL) {
        pop_reply_break_off(session);
    }
    pass_over_until(session, settlement.first);
    pop_doubt_expect(doubt, settlement.first->server_at, false);
    pop_doubt_find_step(doubt, POP_FROM_SERVER, settlement.first->server_at == at);
}

static void pass_over_by_size(pop_session *session, uint64_t at)
{
    pop_passage passage = pop_recover_passed_by_size(session, at);
    if (passage.ends_reply) {
        pop_reply_break_off(session);
    }
    pass_over_until(session, passage.next);
    if (session->doubt.expects) {
        pop_doubt_expect(&session->doubt, passage.expected_at, passage.about);
    }
}

/* --- Octets are lost -------------------------------------------------------------------------- */

static void lose_login_lines(pop_exchange *exchange)
{
    if (exchange != NULL && exchange->dialogue != NULL) {
        pop_login_lose_lines(exchange);
    }
}

/* Where the mail under way ends. Of one of which octets are lost already, that was told then, or
 * cannot be told. */
static void note_end_of_mail(pop_session *session, uint64_t begin)
{
    uint64_t end = 0;
    const pop_message *message = session->reply.message;
    if (message != NULL && message->damaged) {
        return;
    }
    if (pop_recover_end_of_mail(session, begin, &end)) {
        pop_doubt_expect(&session->doubt, end, true);
    } else {
        pop_doubt_expect_nowhere(&session->doubt);
    }
}

/* Where the next reply begins, as far as could be told before the octets that are lost now. */
static void note_expected_end(pop_session *session, uint64_t begin, uint64_t unfinished)
{
    if (session->reply.exchange != NULL) {
        note_end_of_mail(session, begin);
    } else if (!pop_doubt_of_server(&session->doubt)) {
        pop_doubt_expect(&session->doubt, begin - unfinished, false);
    }
}

/* `taken` was taken for the one that is answered: of those sent so far, it is a guess who waits.
 * `in_order`: it was the oldest, and what was taken is a reply to one of them. */
static void guess_who_waits(pop_session *session, const pop_exchange *taken, bool in_order)
{
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    youngest = youngest == NULL ? taken : youngest;
    if (in_order) {
        pop_doubt_guess_waiting(&session->doubt, youngest->server_at);
    } else {
        pop_doubt_guess_unseen(&session->doubt, youngest->server_at);
    }
}

bool pop_begin_awaited_body(pop_session *session)
{
    pop_exchange *exchange = session->reply.exchange;
    const pop_line *begun = session->framing[POP_FROM_SERVER].unfinished;
    uint32_t frame = begun == NULL || begun->length == 0 ? 0 : begun->pieces[0].frame;
    if (session->reply.body != POP_BODY_UNDETERMINED || exchange->guessed
        || !pop_exchange_has_lines(exchange) || (frame != 0 && begun->octets[0] == '.')) {
        return false;
    }
    pop_reply_begin_body(session, exchange, exchange->body, false); /* what was begun is its */
    if (frame != 0 && session->reply.message != NULL) {
        pop_message_note_fragment(session->reply.message, frame);
    }
    return session->reply.message != NULL;
}

static void damage_reply(pop_session *session)
{
    pop_message *message = session->reply.message;
    if (message != NULL) {
        message->damaged = true;
        message->head_lost = false;
        /* The terminator may be among what is lost: from here on the mail is read by lines. */
        if (session->reply.body != POP_BODY_COUNTED) {
            pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
            pop_doubt_watch_reply(&session->doubt, true);
        }
    } else if (session->reply.body == POP_BODY_UNDETERMINED) {
        guess_who_waits(session, session->reply.exchange, false); /* it may go on all the same */
        pop_reply_break_off(session);
    }
}

void pop_lose_server(pop_session *session, uint64_t octets, uint64_t unfinished)
{
    uint64_t at = session->position[POP_FROM_SERVER];
    if (!session->service.greeted) {
        pop_session_see_start(session, false); /* the greeting may be what is lost */
    }
    note_expected_end(session, at - octets, unfinished);
    pop_doubt_lose_server(&session->doubt, at - octets, at);
    lose_login_lines(session->exchanges.waiting.oldest);
    lose_login_lines(session->exchanges.waiting.youngest);
    damage_reply(session);
    if (session->version == POP_VERSION_3) {
        settle(session, at - 1, NULL); /* what is read next tells of the commands sent then */
        pass_over_by_size(session, at);
    }
}

/* --- The end of a reply in doubt -------------------------------------------------------------- */

/* Whether the mail that ends here is one, and whole: where its status line was not sure to be one,
 * and nothing bears it out, it may be the rest of another; where nothing was lost but, perhaps, its
 * head, its size tells. */
static void judge_message(pop_session *session)
{
    const pop_exchange *exchange = session->reply.exchange;
    pop_message *message = session->reply.message;
    uint64_t listed = 0;
    if (message == NULL) {
        return;
    }
    if (exchange->unsure && !pop_predict_bears_out(session, exchange)) {
        message->damaged = true;
    }
    if (message->head_lost && pop_exchange_listed_size(exchange, session->step, &listed)
        && listed == message->total) {
        message->damaged = false; /* nothing of it but its status line */
    }
}

/* The unit ended a reply. Behind a gap, "." may be the rest of a longer line. */
static void leave_reply(
    pop_session *session, const pop_unit *unit, const pop_exchange *exchange, uint64_t at)
{
    pop_doubt *doubt = &session->doubt;
    if (exchange != NULL && exchange->guessed) {
        if (pop_recover_is_known_by_size(session, exchange)) {
            pop_doubt_know_waiting(doubt, exchange->ordinal);
        } else {
            guess_who_waits(session, exchange, true);
        }
    }
    bool is_end = unit->kind != POP_UNIT_LINE || at != doubt->lost_until;
    pop_doubt_find_step(doubt, POP_FROM_SERVER, is_end || !doubt->out_of_step[POP_FROM_SERVER]);
    /* Of a client that does not wait for all replies, some may be to come for what seems
     * answered. */
    bool may_come = session->exchanges.waiting.oldest != NULL
        || pop_doubt_guesses_all_to_come(doubt)
        || (doubt->guesses_unseen && !pop_habits_client_waits(&session->habits));
    pop_doubt_ask_whom(doubt, doubt->whom && may_come);
    pop_doubt_watch_reply(doubt, false);
}

/* --- Status lines ----------------------------------------------------------------------------- */

/* What follows a status line. Where it may be another command's, the next line will tell. */
static void follow_body(
    pop_session *session, const pop_unit *unit, pop_exchange *exchange, pop_body body)
{
    if (exchange->guessed && body != POP_BODY_UNDETERMINED) {
        pop_under_way_begin(&session->reply, exchange, POP_BODY_UNDETERMINED);
    } else {
        pop_reply_await_body(session, exchange, body, unit->bare_lf);
    }
    pop_doubt_watch_reply(&session->doubt, exchange->unsure || exchange->guessed);
}

/* It is told as the reply to a command that may be another: nothing follows from it. */
static void guess_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_exchange *exchange, const pop_reply *reply)
{
    pop_entry *entry = pop_tell(session, segment, unit, POP_ENTRY_STATUS);
    entry->anomalies |= reply->anomalies | pop_check_status(session, unit);
    entry->exchange = exchange;
    entry->ends_reply = true;
    exchange->guessed = true;
    exchange->user = session->access.user;
    exchange->reply_before = session->reply.last_end;
    exchange->status = reply->status;
    exchange->status_line = segment->at;
    exchange->reply_octets = pop_unit_octets(unit);
    pop_miss_effect(session, exchange);
    pop_reply_end(session, exchange, segment);
    if (reply->status != POP_STATUS_POSITIVE) {
        exchange->body = POP_BODY_NONE;
    } else if (exchange->body == POP_BODY_NONE) {
        pop_link_one_line(session, exchange, entry);
    } else {
        exchange->has_announced_size = pop_reply_announced_size(
            reply->description, &exchange->announced_size);
        entry->ends_reply = false;
        follow_body(session, unit, exchange, exchange->body);
    }
}

static void sure_answer(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    pop_exchange *exchange, const pop_reply *reply)
{
    pop_entry *entry = pop_status_answer(session, segment, unit, exchange, reply);
    if (reply->status != POP_STATUS_POSITIVE) {
        return;
    }
    pop_body body = pop_status_take_positive(session, exchange, reply, entry);
    if (body != POP_BODY_NONE) {
        entry->ends_reply = false;
        follow_body(session, unit, exchange, body);
    }
}

/* A guess leaves in doubt which of the commands sent so far are answered next. */
static void note_choice(
    pop_session *session, const pop_choice *choice, uint32_t ordinal, bool is_oldest, bool surely)
{
    if (choice->sure) {
        pop_doubt_know_waiting(&session->doubt, ordinal);
    } else if (choice->exchange != NULL) {
        bool in_order = is_oldest && surely
            && pop_habits_client_waited(&session->habits, choice->exchange->server_at);
        guess_who_waits(session, choice->exchange, in_order);
        if (choice->contradicted) {
            pop_doubt_refute_guess(&session->doubt);
            pop_links_doubt(session);
        }
    }
    pop_doubt_find_step(&session->doubt, POP_FROM_SERVER, choice->sure || surely);
}

static void status_line(pop_session *session, const pop_segment *segment, const pop_unit *unit,
    const pop_reply *reply, bool surely)
{
    uint64_t at = pop_session_position(session, segment, unit);
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    pop_choice choice = { oldest, true, false };
    if (session->doubt.whom) {
        choice = pop_recover_answered(session, reply, at, surely);
        if (choice.exchange != NULL) {
            pass_over_until(session, choice.exchange);
        }
    }
    bool was_guess = pop_doubt_guesses_all_to_come(&session->doubt);
    pop_exchange *exchange = pop_link_oldest(session, reply->status);
    if (exchange == NULL) {
        choice.sure &= session->exchanges.waiting.oldest == NULL;
        exchange = pop_status_unasked(session, segment, at);
        pop_link_none(session, exchange, reply->status);
    }
    choice.sure &= was_guess || !pop_doubt_guesses_all_to_come(&session->doubt);
    exchange->unsure = !surely;
    note_choice(session, &choice, exchange->ordinal, choice.exchange == oldest, surely);
    if (choice.sure || exchange->name == NULL) { /* of a command not seen nothing is told */
        sure_answer(session, segment, unit, exchange, reply);
    } else {
        guess_answer(session, segment, unit, exchange, reply);
    }
}

/* --- The start -------------------------------------------------------------------------------- */

/* A greeting is one line. Where more follows in a capture that begins in mid-session, it lacks the
 * greeting, and what was taken for it was the status line of the command that waits, or of one that
 * was not seen. */
static pop_exchange *answered_by_greeting(pop_session *session)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    if (!session->doubt.only_greeted || session->start_seen) {
        return NULL;
    }
    if (oldest == NULL) {
        pop_exchange *unseen = pop_session_exchange(session);
        pop_exchanges_add(&session->exchanges, unseen);
        unseen->body = POP_BODY_UNDETERMINED;
        return unseen;
    }
    bool fits = oldest->body != POP_BODY_NONE && oldest->body != POP_BODY_COUNTED;
    return fits ? pop_exchanges_take(&session->exchanges) : NULL;
}

static bool adopts_greeting(pop_session *session)
{
    pop_exchange *exchange = answered_by_greeting(session);
    if (exchange == NULL) {
        return false;
    }
    pop_doubt_note_answer(&session->doubt, exchange);
    exchange->status = POP_STATUS_POSITIVE;
    exchange->unsure = true;
    exchange->status_line = session->reply.last_end;
    exchange->reply_octets = session->service.greeting_octets;
    pop_entry *last = pop_entries_latest(&session->entries);
    if (last != NULL && last->kind == POP_ENTRY_GREETING) {
        last->kind = POP_ENTRY_STATUS;
        last->exchange = exchange;
        last->ends_reply = false;
    }
    pop_doubt_note_greeting(&session->doubt, false);
    pop_under_way_begin(&session->reply, exchange, POP_BODY_UNDETERMINED);
    pop_doubt_watch_reply(&session->doubt, true);
    return true;
}

/* --- Lines ------------------------------------------------------------------------------------ */

static bool tells(const pop_session *session)
{
    return !session->reply.exchange->guessed;
}

/* The line must be in the reply to a command whose status line is lost: that is under way now. */
static bool enters_reply(pop_session *session, uint64_t at)
{
    pop_doubt *doubt = &session->doubt;
    pop_entrance entrance = pop_recover_reply_around(session, at);
    if (entrance.exchange == NULL) {
        return false;
    }
    bool is_oldest = entrance.exchange == session->exchanges.waiting.oldest;
    pass_over_until(session, entrance.exchange);
    if (entrance.expects) {
        bool about = entrance.exchange->body == POP_BODY_MESSAGE;
        pop_doubt_expect(doubt, entrance.expected_at, about);
    } else {
        pop_doubt_expect_nowhere(doubt);
    }
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    exchange->status = POP_STATUS_POSITIVE;
    exchange->guessed = !entrance.sure;
    exchange->user = session->access.user;
    pop_doubt_note_answer(doubt, exchange);
    if (!entrance.sure) {
        guess_who_waits(session, exchange, is_oldest);
    }
    pop_reply_begin_body(session, exchange, exchange->body, false);
    if (session->reply.message != NULL) {
        session->reply.message->damaged = true;
        session->reply.message->head_lost = true;
        pop_framing_begin_lines(&session->framing[POP_FROM_SERVER]);
    }
    pop_doubt_watch_reply(doubt, true);
    return true;
}

/* A line that is no status line, between replies. */
static void unexpected_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    if (pop_read_mail_of_unseen(session, segment, unit)) {
        return;
    }
    if (enters_reply(session, at)) {
        const pop_exchange *entered = session->reply.exchange;
        bool is_whole = at != session->doubt.lost_until; /* its beginning may be lost */
        pop_reply_body_line(session, segment, unit, is_whole && tells(session));
        if (session->reply.exchange == NULL) {
            leave_reply(session, unit, entered, at);
        }
    } else if (!session->doubt.out_of_step[POP_FROM_SERVER]) {
        pop_tell_unexpected(session, segment, unit);
        pop_links_note_misfit(session, unit->text);
    } else {
        pop_tell_out_of_step(session, segment, unit);
        /* The end of a reply of which nothing else is known; or, behind a gap, of a longer line. */
        bool is_end = pop_is_terminator(unit->text) && at != session->doubt.lost_until;
        pop_doubt_find_step(&session->doubt, POP_FROM_SERVER, is_end);
    }
}

/* Where a capture begins in the middle of a mail, or octets are lost, a line of it may look like a
 * challenge, or like a status line. Behind a login there are no challenges (RFC 5034 section 4). */
static bool is_unexpected(
    const pop_session *session, const pop_reply *reply, uint64_t at, bool surely)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    bool in_dialogue = oldest != NULL && oldest->dialogue != NULL;
    bool nobody_asked = session->doubt.unheard && oldest == NULL && session->exchanges.count > 0;
    bool lost = nobody_asked || session->doubt.out_of_step[POP_FROM_SERVER]
        || !pop_state_is_before_login(session->access.state);
    return reply->status == POP_STATUS_NONE || (session->doubt.inside && !surely)
        || pop_recover_is_status_lost(session, at)
        || (reply->status == POP_STATUS_CHALLENGE && !in_dialogue && lost);
}

/* Whether it is a challenge: some servers have "+OK" there, which is one where no octets were lost
 * since AUTH was sent. */
static bool is_challenge(const pop_session *session, const pop_reply *reply)
{
    const pop_exchange *oldest = session->exchanges.waiting.oldest;
    return reply->status == POP_STATUS_CHALLENGE
        || (pop_login_is_asked(oldest, reply)
            && pop_recover_nothing_is_lost_since(session, oldest));
}

/* Which command asks for the challenge is a guess. */
static void mark_guess(pop_session *session)
{
    if (session->doubt.guesses_unseen || session->doubt.guesses_waiting) {
        pop_entries_latest(&session->entries)->anomalies |= POP_FLAW(UNCERTAIN);
    }
}

static void reply_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    pop_reply reply = pop_status_parse(session, unit);
    if (reply.status == POP_STATUS_NONE && adopts_greeting(session)) {
        pop_reply_undetermined_line(session, segment, unit, true);
        return;
    }
    pop_doubt_note_greeting(&session->doubt, false);
    uint64_t at = pop_session_position(session, segment, unit);
    bool surely = pop_recover_begins_surely(session, at);
    if (is_unexpected(session, &reply, at, surely)) {
        unexpected_line(session, segment, unit);
        return;
    }
    pop_doubt_find_step(&session->doubt, POP_FROM_SERVER, true);
    if (is_challenge(session, &reply)) {
        pop_status_challenge(session, segment, unit, &reply);
        mark_guess(session);
    } else if (pop_awaits_greeting(session)) {
        pop_status_greeting(session, segment, unit, &reply);
        pop_doubt_note_greeting(&session->doubt, reply.status == POP_STATUS_POSITIVE);
    } else {
        status_line(session, segment, unit, &reply, surely);
    }
}

/* The status line was taken for that of a listing, and is the mail's of that command. Where it
 * stands in an earlier segment it has been told, as a guess. */
static void correct_answer(pop_session *session, const pop_exchange *fits)
{
    pop_exchange *taken = session->reply.exchange;
    pass_over_until(session, fits);
    pop_exchange *exchange = pop_exchanges_take(&session->exchanges);
    exchange->guessed = true;
    pop_exchange_take_status(exchange, taken);
    pop_entry *told = pop_entries_latest(&session->entries);
    if (told != NULL && told->kind == POP_ENTRY_STATUS && told->exchange == taken) {
        told->exchange = exchange;
        taken->status = POP_STATUS_NONE;
    }
    guess_who_waits(session, exchange, false);
    pop_under_way_begin(&session->reply, exchange, POP_BODY_UNDETERMINED);
}

/* The line behind a status line that was taken for that of a command with lines in its reply: no
 * lines, or those of a mail behind that of a listing, show that it answered another. */
static bool undetermined_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    const pop_exchange *fits = pop_recover_mail_instead(session, unit->text, at);
    if (fits != NULL) {
        correct_answer(session, fits);
    }
    const pop_exchange *exchange = session->reply.exchange;
    if (exchange->body != POP_BODY_UNDETERMINED && !pop_is_terminator(unit->text)
        && pop_body_from_line(unit->text) == POP_BODY_NONE) {
        const pop_exchange *single = pop_recover_single_line(session, at);
        if (single != NULL) {
            pass_over_until(session, single->next);
        }
        guess_who_waits(session, exchange, false);
        pop_doubt_watch_reply(&session->doubt, false);
    }
    return pop_reply_undetermined_line(session, segment, unit, tells(session));
}

/* Behind lost octets lines may be another reply's than the one that was under way. */
static void watch_guess(pop_session *session, uint64_t at)
{
    if (session->doubt.out_of_step[POP_FROM_SERVER] && !pop_recover_goes_on_surely(session, at)) {
        session->reply.exchange->guessed = true;
        pop_doubt_watch_reply(&session->doubt, true);
    }
}

/* A whole line that is neither the terminator nor a status line, nor looks like either. */
static bool is_plain_line(pop_span line)
{
    return line.octets[0] > '.' || (line.length == 2 && line.octets[0] == '\r');
}

/* Behind a line that shows that a reply with lines is under way (doubt.inside), plain ones show the
 * same, and nothing else, up to where another reply may have come: nothing but the terminator can
 * end the mail there. They are taken with it, for mails in which octets are lost may be large. */
static void take_plain_lines(const pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    uint64_t position = session->position[POP_FROM_SERVER];
    size_t at = unit->offset + unit->length;
    uint64_t until = pop_recover_alike_until(session, position + unit->offset);
    while (at < segment->octets.length && position + at < until) {
        pop_span rest = pop_span_part(segment->octets, at, session->limits.line);
        const uint8_t *end = pop_span_find(rest, '\n');
        size_t length = end == NULL ? 0 : (size_t)(end - rest.octets) + 1;
        if (length == 0 || !is_plain_line(pop_span_part(rest, 0, length))) {
            break;
        }
        at += length;
    }
    unit->length = at - unit->offset;
}

/* A line of a mail in which octets are lost: the mail's end may be among them. A status line, when
 * a command waits for one, shows that it was. */
static void message_line(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    if (pop_is_terminator(unit->text)) {
        judge_message(session);
        pop_reply_end_body(session, segment, unit);
    } else if (pop_recover_ends_message(session, unit->text, at)) {
        if (session->reply.exchange->guessed) {
            guess_who_waits(session, session->reply.exchange, false);
        }
        pop_reply_break_off(session);
        pop_doubt_watch_reply(&session->doubt, false);
        reply_line(session, segment, unit);
    } else {
        watch_guess(session, at);
        if (session->doubt.inside && unit->line == NULL && !unit->too_long) {
            take_plain_lines(session, segment, unit);
        }
        pop_reply_message_line(session, segment, unit);
    }
}

static void listing_line(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    if (pop_recover_ends_listing(session, unit->text)) {
        pop_reply_break_off(session);
        pop_doubt_watch_reply(&session->doubt, false);
        reply_line(session, segment, unit);
        return;
    }
    watch_guess(session, at);
    /* The beginning of the first line may be lost. */
    bool is_whole = !session->doubt.whom || at != session->doubt.lost_until;
    pop_reply_listing_line(session, segment, unit, is_whole && tells(session));
}

static void server_line(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    settle(session, at, &unit->text);
    if (session->doubt.lost_until == at && session->reply.exchange == NULL
        && pop_recover_answers_lost_one(session, unit->text, at)) {
        pass_over_until(session, NULL);
    }
    pop_doubt_note_inside(&session->doubt, pop_recover_is_inside(session, unit->text, at));
    const pop_exchange *before = session->reply.exchange;
    switch (session->reply.body) {
    case POP_BODY_NONE:
        reply_line(session, segment, unit);
        break;
    case POP_BODY_UNDETERMINED:
        if (!undetermined_line(session, segment, unit)) {
            reply_line(session, segment, unit);
        }
        break;
    case POP_BODY_MESSAGE:
        message_line(session, segment, unit);
        break;
    default:
        listing_line(session, segment, unit);
        break;
    }
    if (before != NULL && session->reply.exchange == NULL && pop_is_terminator(unit->text)) {
        leave_reply(session, unit, before, at);
    }
}

/* --- Units ------------------------------------------------------------------------------------ */

/* Between replies it is known where the next one begins; octets taken ahead are the next one's. */
static void note_expected(pop_session *session, const pop_unit *unit)
{
    if (pop_under_way_may_be_over(&session->reply) && !session->doubt.out_of_step[POP_FROM_SERVER]
        && unit->kind != POP_UNIT_PIECE) {
        pop_doubt_expect(&session->doubt,
            session->position[POP_FROM_SERVER] + unit->offset + unit->length - unit->returned,
            false);
    }
}

void pop_after_gap_server_unit(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    if (unit->kind == POP_UNIT_LINE) {
        server_line(session, segment, unit);
    } else if (unit->kind == POP_UNIT_BODY_END) {
        const pop_exchange *exchange = session->reply.exchange;
        judge_message(session);
        pop_server_unit(session, segment, unit);
        leave_reply(session, unit, exchange, pop_session_position(session, segment, unit));
    } else {
        pop_server_unit(session, segment, unit);
    }
    pop_entry *told = pop_entries_latest(&session->entries);
    if (told != NULL && told->kind != POP_ENTRY_PIECE && told->exchange != NULL
        && told->exchange->guessed) {
        told->anomalies |= POP_FLAW(UNCERTAIN);
    }
    note_expected(session, unit);
}

/* --- Lines that were cut off ------------------------------------------------------------------ */

/* Some commands have one line of reply with an argument, and many without: of those it must be
 * there, whole. */
static bool needs_more(const pop_request *request, pop_span line)
{
    pop_span first = request->arguments[0];
    pop_span last = first.length > 0 ? first : request->keyword;
    bool may_go_on = last.octets + last.length == line.octets + line.length;
    return may_go_on
        && pop_command_body(request->command, POP_SPAN("1"))
        != pop_command_body(request->command, (pop_span){ NULL, 0 });
}

static bool is_command(const pop_session *session, pop_span line)
{
    if (session->exchanges.submission != NULL || pop_login_expects_answer(session)) {
        return false;
    }
    pop_request request;
    pop_request_parse(&request, session->version, pop_line_without_cr(line));
    return request.command != NULL && !needs_more(&request, line);
}

static bool is_known(pop_session *session, const pop_segment *segment, const pop_unit *piece)
{
    pop_span line = { piece->line->octets, piece->line->length };
    if (segment->direction == POP_FROM_CLIENT) {
        return is_command(session, line);
    }
    uint64_t end = session->position[POP_FROM_SERVER] + piece->offset + piece->length;
    uint64_t at = end - piece->line->total;
    settle(session, at, &line);
    return pop_recover_reads_cut_line(session, line, at);
}

pop_unit pop_read_cut_line(pop_session *session, const pop_segment *segment, const pop_unit *piece)
{
    if (segment->direction == POP_FROM_SERVER && pop_begin_awaited_body(session)) {
        return (
            pop_unit){ .kind = POP_UNIT_BODY, .offset = piece->offset, .length = piece->length };
    }
    pop_framing *framing = &session->framing[segment->direction];
    const pop_line *line = piece->line;
    bool readable = session->driver == session->standard && framing->mode == POP_FRAMING_LINES
        && !framing->holds_back && line->length > 0 && line->total == line->length;
    if (!readable || !is_known(session, segment, piece)) {
        return *piece;
    }
    if (segment->direction == POP_FROM_CLIENT) {
        uint64_t rest = line->length < POP_COMMAND_LINE_LIMIT
            ? POP_COMMAND_LINE_LIMIT - line->length
            : 0;
        pop_doubt_note_rest_of_line(&session->doubt, rest);
    }
    return pop_framing_cut_line(framing, piece, segment->octets, segment->at.frame);
}
