/* pop_recovery.c
 * After octets are lost for good: which replies ended among them, and which command the next one
 * answers.
 *
 * RFC 9293 section 3.4 (acknowledgments), RFC 1939 sections 3 (replies), 5 and 11 (sizes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "recovery/pop_recovery.h"

#include <glib.h>

#include "recovery/pop_prediction.h"

/* Waiting commands that are looked through for the one that is answered. */
#define REACH 256

/* The same, in the midst of a damaged mail: there it is asked again and again. */
#define NEAR 8

/* Octets by which a mail's end may be misjudged from its announced size: added headers, and
 * stuffing, which makes lines of three octets, ".\r\n", longer by one. */
#define LEAST_SLACK 64
#define STUFFED_LINE 3

#define SHORTEST_COMMAND UINT64_C(6) /* "STAT", with its line end */
#define LONG_COMMAND UINT64_C(11) /* of nearly all behind a login: "DELE 1000", "TOP 1 100" */

static const pop_exchange *oldest_of(const pop_session *session)
{
    return session->exchanges.waiting.oldest;
}

/* A reply to the command may begin at `at`: its sender had no more, and the server had it. */
static bool may_be_answered(const pop_session *session, const pop_exchange *exchange, uint64_t at)
{
    return exchange->server_at <= at && pop_hearing_has(&session->hearing, exchange);
}

/* --- Replies that are over -------------------------------------------------------------------- */

/* The youngest command which the client sent with more of the server's octets in hand than the one
 * before, all of them before `at`. A client that sends when all its commands are answered, and not
 * sooner, had by then the whole replies to those before. */
pop_settlement pop_recover_first_unanswered(const pop_session *session, uint64_t at)
{
    pop_settlement found = { NULL, UINT64_MAX };
    const pop_exchange *before = session->reply.exchange, *exchange = oldest_of(session);
    for (size_t i = 0; i < REACH && exchange != NULL && exchange->server_at <= at; i++) {
        if (before != NULL && exchange->server_at > before->server_at
            && pop_habits_client_waited(&session->habits, exchange->server_at)) {
            found.first = exchange;
        }
        before = exchange;
        exchange = exchange->next;
    }
    if (exchange != NULL && exchange->server_at > at) {
        found.until = exchange->server_at;
    }
    return found;
}

bool pop_recover_end_of_mail(const pop_session *session, uint64_t at, uint64_t *end_out)
{
    uint64_t size = 0;
    if (!pop_predict_mail(session, &size)) {
        return false;
    }
    *end_out = at + (size - session->reply.message->total) + POP_TERMINATOR_OCTETS;
    return true;
}

static uint64_t slack_of(uint64_t octets)
{
    return MAX(octets / STUFFED_LINE, LEAST_SLACK);
}

static uint64_t slack_in(const pop_exchange *exchange, uint64_t octets)
{
    return exchange->body == POP_BODY_NONE ? 0 : slack_of(octets);
}

/* How much later than its size tells the reply under way may end: by what of it may be lost. */
static uint64_t slack_of_reply(const pop_session *session)
{
    const pop_message *message = session->reply.message;
    uint64_t size = 0;
    if (message == NULL) {
        return session->doubt.expects_about ? LEAST_SLACK : 0;
    }
    return slack_of(pop_predict_mail(session, &size) ? size - message->total : message->total);
}

pop_passage pop_recover_passed_by_size(const pop_session *session, uint64_t at)
{
    const pop_doubt *doubt = &session->doubt;
    pop_passage passage = { false, doubt->expects_about, oldest_of(session), doubt->expected_at };
    uint64_t octets = 0, slack = slack_of_reply(session);
    if (!doubt->expects) {
        return passage;
    }
    if (session->reply.exchange != NULL) {
        if (doubt->expected_at + slack > at || passage.next == NULL) {
            return passage;
        }
        passage.ends_reply = true;
    }
    while (passage.next != NULL && pop_predict_octets(session, passage.next, &octets)
        && passage.expected_at + octets + slack + slack_in(passage.next, octets) <= at) {
        slack += slack_in(passage.next, octets);
        passage.about |= passage.next->body != POP_BODY_NONE;
        passage.next = passage.next->next;
        passage.expected_at += octets;
    }
    return passage;
}

bool pop_recover_answers_lost_one(const pop_session *session, pop_span line, uint64_t at)
{
    return session->doubt.client_lost > 0 && at + 1 == session->hearing.heard_more_at
        && !session->doubt.client_hurried && pop_habits_client_waits(&session->habits)
        && pop_reply_status_of(line) == POP_STATUS_POSITIVE;
}

/* --- Which command a status line answers ------------------------------------------------------ */

/* The command that is answered next was sent when its sender had the server's octets up to `at`:
 * there its reply begins. */
static bool is_where_answered(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = oldest_of(session);
    return oldest != NULL && oldest->name != NULL && oldest->server_at == at
        && pop_hearing_has(&session->hearing, oldest)
        && pop_habits_client_waited(&session->habits, at);
}

typedef struct pop_candidate {
    const pop_exchange *exchange;
    pop_fit fit;
    uint64_t distance; /* from where its reply was expected, octets */
    bool exact; /* that is known, and not only how near it can be */
} pop_candidate;

static bool is_better(const pop_candidate *one, const pop_candidate *other)
{
    return other->exchange == NULL || one->fit > other->fit
        || (one->fit == other->fit && one->distance < other->distance);
}

static bool is_stat(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->command->id == POP_COMMAND_STAT;
}

/* Whether another of the first `count` that wait may have the same reply: one that was not seen;
 * STAT, as a listing of one mail; TOP, as RETR. */
static bool may_be_for_another(const pop_session *session, const pop_exchange *best, size_t count)
{
    bool found = best->body == POP_BODY_MESSAGE && session->habits.client_previews;
    const pop_exchange *other = oldest_of(session);
    for (size_t i = 0; i < count; i++) {
        bool looks_alike = best->body == POP_BODY_NONE && is_stat(other);
        found |= other != best && (other->name == NULL || looks_alike);
        other = other->next;
    }
    return found;
}

/* The one that fits best; of those that fit alike, the nearest to where its reply was
 * expected. */
static pop_candidate best_candidate(
    const pop_session *session, const pop_reply *reply, uint64_t at, size_t *count_out)
{
    pop_candidate best = { NULL, POP_FIT_NOT, 0, false };
    uint64_t expected = session->doubt.expected_at, octets = 0;
    bool expects = session->doubt.expects, exact = expects;
    const pop_exchange *exchange = oldest_of(session);
    uint32_t form = pop_habits_form(reply);
    size_t count = 0, sure_ones = 0;
    while (count < REACH && exchange != NULL && may_be_answered(session, exchange, at)) {
        uint64_t distance = expected > at ? expected - at : at - expected;
        pop_candidate one = { exchange, pop_predict_fit(session, exchange, reply, form),
            expects ? distance : UINT64_MAX, exact };
        sure_ones += one.fit == POP_FIT_SURELY;
        best = is_better(&one, &best) ? one : best;
        exact = exact && pop_predict_octets(session, exchange, &octets);
        expects = expects && (exact || pop_predict_least_octets(session, exchange, &octets));
        expected += octets;
        exchange = exchange->next;
        count++;
    }
    if (sure_ones > 1 || (sure_ones == 1 && may_be_for_another(session, best.exchange, count))) {
        best.fit = POP_FIT_WELL;
    }
    *count_out = count;
    return best;
}

/* No other may be answered at `at`. */
static bool is_last_before(const pop_session *session, const pop_exchange *exchange, uint64_t at)
{
    return exchange->next == NULL || !may_be_answered(session, exchange->next, at);
}

/* Another may be answered in place of that one: a command lost since the client was last heard, or
 * one of those that wait, of which it is a guess how many they are, or of which the client did not
 * wait for the replies. */
static bool may_be_another(const pop_session *session, const pop_exchange *exchange, uint64_t at)
{
    const pop_doubt *doubt = &session->doubt;
    bool waited = exchange == NULL
        ? pop_habits_client_waits(&session->habits)
        : pop_habits_client_waited(&session->habits, exchange->server_at);
    bool is_later = waited && exchange != NULL && exchange->server_at > doubt->unseen_at;
    bool is_last = exchange != NULL && exchange == oldest_of(session)
        && is_last_before(session, exchange, at);
    bool guesses = doubt->guesses_unseen || (doubt->guesses_waiting && !is_last);
    return doubt->client_lost > 0 || (guesses && !is_later)
        || (!waited && session->exchanges.waiting.count > 1);
}

/* Where the first of the commands that wait may be answered, a refusal may answer none of them: so
 * a server says that it ends an idle session. */
static bool may_be_unasked(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply)
{
    const pop_doubt *doubt = &session->doubt;
    return doubt->guesses_waiting && reply->status == POP_STATUS_NEGATIVE && exchange != NULL
        && exchange->server_at <= doubt->unseen_at;
}

bool pop_recover_nothing_is_lost_since(const pop_session *session, const pop_exchange *exchange)
{
    const pop_doubt *doubt = &session->doubt;
    return exchange != NULL && doubt->lost_until <= exchange->server_at && doubt->client_lost == 0
        && !doubt->guesses_unseen && !doubt->guesses_waiting;
}

/* Of a client that does not wait, it takes more than its look to tell a status line: a refusal may
 * be worded in any way. */
static bool is_status_by_its_look(const pop_session *session, const pop_reply *reply)
{
    const pop_habits *habits = &session->habits;
    return !habits->client_pipelines
        && (!habits->client_hurries || reply->status == POP_STATUS_POSITIVE);
}

pop_choice pop_recover_answered(
    const pop_session *session, const pop_reply *reply, uint64_t at, bool surely)
{
    const pop_exchange *oldest = oldest_of(session);
    if ((is_where_answered(session, at) && !may_be_another(session, oldest, at))
        || (surely && pop_recover_nothing_is_lost_since(session, oldest)
            && pop_hearing_has(&session->hearing, oldest))) {
        return (pop_choice){ oldest, true, false };
    }
    size_t count = 0;
    pop_candidate best = best_candidate(session, reply, at, &count);
    bool where_expected = best.exchange != NULL && session->doubt.expects
        && !session->doubt.expects_about && best.fit == POP_FIT_WELL && best.exact
        && best.distance == 0 && best.exchange->name != NULL;
    bool is_sure = best.fit == POP_FIT_SURELY
        || (!may_be_another(session, best.exchange, at)
            && !may_be_unasked(session, best.exchange, reply)
            && (surely || is_status_by_its_look(session, reply)) && (count <= 1 || where_expected));
    bool contradicted = best.exchange != NULL
        && pop_predict_contradicts(session, best.exchange, reply);
    return (pop_choice){ best.exchange, is_sure, contradicted };
}

bool pop_recover_is_known_by_size(const pop_session *session, const pop_exchange *exchange)
{
    const pop_exchange *other = oldest_of(session);
    bool unseen = false;
    for (size_t i = 0; i < REACH && other != NULL; i++, other = other->next) {
        unseen |= other->name == NULL;
    }
    return !unseen && !session->habits.client_previews && pop_predict_identifies(session, exchange);
}

/* --- Inside a reply --------------------------------------------------------------------------- */

/* True where the command that is answered next is sure, though not the place in its reply. */
static bool only_one_waits(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = oldest_of(session);
    return oldest != NULL && may_be_answered(session, oldest, at)
        && is_last_before(session, oldest, at);
}

static bool has_body(const pop_exchange *exchange)
{
    return exchange->body != POP_BODY_NONE && exchange->body != POP_BODY_COUNTED
        && exchange->body != POP_BODY_UNDETERMINED;
}

/* The command in whose reply `at` must be: by the sizes, else the first that has lines in its
 * reply. */
static const pop_exchange *reply_under_way(const pop_session *session, uint64_t at)
{
    const pop_exchange *first = NULL, *exchange = oldest_of(session);
    uint64_t octets = 0, expected = session->doubt.expected_at;
    bool expects = session->doubt.expects;
    for (size_t i = 0; i < REACH && exchange != NULL && may_be_answered(session, exchange, at);
         i++) {
        if (has_body(exchange)) {
            first = first == NULL ? exchange : first;
            if (!expects) {
                break;
            }
        }
        expects = expects && pop_predict_octets(session, exchange, &octets);
        if (expects && has_body(exchange) && at < expected + octets) {
            return exchange;
        }
        expected += octets;
        exchange = exchange->next;
    }
    return first;
}

/* How many commands that may be answered at `at` have, or may have, lines in their replies. */
static size_t count_multi_line(const pop_session *session, uint64_t at)
{
    size_t count = 0, i = 0;
    for (const pop_exchange *exchange = oldest_of(session);
         i < REACH && exchange != NULL && may_be_answered(session, exchange, at);
         exchange = exchange->next) {
        count += exchange->body != POP_BODY_NONE;
        i++;
    }
    return count;
}

pop_entrance pop_recover_reply_around(const pop_session *session, uint64_t at)
{
    pop_entrance entrance = { .exchange = NULL };
    if (!session->doubt.whom || (at == session->doubt.lost_until && !only_one_waits(session, at))) {
        return entrance; /* perhaps the rest of a status line */
    }
    uint64_t octets = 0;
    entrance.exchange = reply_under_way(session, at);
    if (entrance.exchange != NULL) {
        entrance.sure = !may_be_another(session, entrance.exchange, at)
            && count_multi_line(session, at) <= 1;
        entrance.expects = session->doubt.expects
            && pop_predict_octets(session, entrance.exchange, &octets);
        entrance.expected_at = session->doubt.expected_at + octets;
    }
    return entrance;
}

bool pop_recover_goes_on_surely(const pop_session *session, uint64_t at)
{
    const pop_doubt *doubt = &session->doubt;
    if (session->reply.message != NULL && doubt->expects && at < doubt->expected_at) {
        return true; /* by its size, the mail has not ended */
    }
    return count_multi_line(session, at) == 0 && session->doubt.client_lost == 0;
}

/* The first of those sent before `at` was reached that has such a body; NULL: none. */
static const pop_exchange *first_with_body(const pop_session *session, pop_body body, uint64_t at)
{
    const pop_exchange *exchange = oldest_of(session);
    for (size_t i = 0; i < REACH && exchange != NULL && exchange->server_at < at
         && pop_hearing_has(&session->hearing, exchange);
         i++) {
        if (exchange->body == body) {
            return exchange;
        }
        exchange = exchange->next;
    }
    return NULL;
}

const pop_exchange *pop_recover_single_line(const pop_session *session, uint64_t at)
{
    return first_with_body(session, POP_BODY_NONE, at);
}

const pop_exchange *pop_recover_mail_instead(const pop_session *session, pop_span line, uint64_t at)
{
    pop_body body = session->reply.exchange->body;
    bool is_listing = body == POP_BODY_SCAN_LISTING || body == POP_BODY_UNIQUE_ID_LISTING;
    if (!is_listing || !session->reply.exchange->guessed
        || pop_body_from_line(line) != POP_BODY_MESSAGE) {
        return NULL;
    }
    return first_with_body(session, POP_BODY_MESSAGE, at);
}

bool pop_recover_is_status_lost(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = oldest_of(session);
    const pop_doubt *doubt = &session->doubt;
    return only_one_waits(session, at) && has_body(oldest) && oldest->server_at < at
        && at == doubt->lost_until && doubt->expects && !doubt->expects_about
        && doubt->expected_at == oldest->server_at && !may_be_another(session, oldest, at)
        && !oldest->behind_empty_line && session->service.greeted;
}

/* --- Where a reply begins --------------------------------------------------------------------- */

bool pop_recover_begins_surely(const pop_session *session, uint64_t at)
{
    return !session->doubt.out_of_step[POP_FROM_SERVER] || is_where_answered(session, at)
        || (session->doubt.expects && session->doubt.expected_at == at);
}

bool pop_recover_is_inside(const pop_session *session, pop_span line, uint64_t at)
{
    bool inside = session->doubt.inside;
    bool begins = !session->doubt.out_of_step[POP_FROM_SERVER] || is_where_answered(session, at);
    if (!begins && at == session->doubt.lost_until && !session->doubt.unheard) {
        return inside; /* perhaps the rest of a line */
    }
    if (begins || (line.length == 1 && line.octets[0] == '.')) {
        return false;
    }
    return inside || pop_reply_status_of(line) == POP_STATUS_NONE;
}

/* A line of a mail may well begin like a status line: whether it is worded as the server words its
 * replies to what waits. */
static bool is_worded_like_reply(const pop_session *session, const pop_reply *reply, uint64_t at)
{
    const pop_exchange *exchange = oldest_of(session);
    uint32_t form = pop_habits_form(reply);
    for (size_t i = 0; i < NEAR && exchange != NULL && may_be_answered(session, exchange, at);
         i++) {
        bool known = exchange->command != NULL
            && pop_habits_wording(&session->habits, exchange->command).form != 0;
        if (reply->status == POP_STATUS_NEGATIVE
                ? !known
                : pop_predict_fit(session, exchange, reply, form) >= POP_FIT_PERHAPS) {
            return true;
        }
        exchange = exchange->next;
    }
    return false;
}

bool pop_recover_ends_message(const pop_session *session, pop_span line, uint64_t at)
{
    pop_status status = pop_reply_status_of(line);
    if (pop_recover_answers_lost_one(session, line, at)) {
        return true;
    }
    if (session->doubt.inside || (status != POP_STATUS_POSITIVE && status != POP_STATUS_NEGATIVE)) {
        return false;
    }
    const pop_exchange *oldest = oldest_of(session);
    if (session->doubt.expects) { /* where the mail ends, and the line has no room before that */
        return at + MIN(line.length + POP_TERMINATOR_OCTETS, LEAST_SLACK)
            >= session->doubt.expected_at
            && (oldest != NULL || !session->client_spoke);
    }
    if (oldest == NULL) {
        return !session->client_spoke;
    }
    pop_reply reply = pop_reply_parse(line, false);
    return is_worded_like_reply(session, &reply, at);
}

uint64_t pop_recover_alike_until(const pop_session *session, uint64_t at)
{
    const pop_exchange *exchange = oldest_of(session);
    uint64_t end = session->doubt.expects && at < session->doubt.expected_at
        ? session->doubt.expected_at
        : UINT64_MAX;
    for (size_t i = 0; i < NEAR && exchange != NULL && exchange->server_at <= at; i++) {
        exchange = exchange->next;
    }
    if (exchange == NULL) {
        return end;
    }
    return exchange->server_at > at ? MIN(exchange->server_at, end) : at;
}

bool pop_recover_ends_listing(const pop_session *session, pop_span line)
{
    return session->doubt.out_of_step[POP_FROM_SERVER] && !session->doubt.inside
        && pop_reply_status_of(line) != POP_STATUS_NONE;
}

/* --- The client ------------------------------------------------------------------------------- */

/* How many commands lost octets were, by the length of one that follows them. */
static size_t count_of(uint64_t lost, uint64_t line_octets)
{
    uint64_t octets = MAX(line_octets, SHORTEST_COMMAND);
    uint64_t count = (lost + octets / 2) / octets;
    if (lost < 2 * SHORTEST_COMMAND) {
        return lost < POP_SHORTEST_LINE ? 0 : 1;
    }
    return (size_t)MIN(MAX(count, 1), REACH);
}

/* The octets lost were more commands than had replies since, though no reply is lost: by the
 * longest that the client has sent, and one digit. Before a login one command may have as many. */
static bool were_too_many(const pop_session *session, uint64_t line_octets, uint64_t answered)
{
    uint64_t longest = MAX(line_octets, session->habits.longest_command + 1);
    return session->doubt.client_lost > answered * MAX(longest, LONG_COMMAND)
        && !pop_state_is_before_login(session->access.state);
}

static bool is_of_login(const pop_command *command)
{
    return command != NULL && pop_command_legal(command, POP_STATE_AUTHORIZATION)
        && !pop_command_legal(command, POP_STATE_TRANSACTION);
}

/* Until it is logged in, a client waits for each verdict. What was lost at one place before that,
 * and has been answered, was one command. */
static bool was_in_a_login(
    const pop_session *session, const pop_request *request, uint64_t answered)
{
    const pop_doubt *doubt = &session->doubt;
    bool one_was_lost = answered > 0 && doubt->client_lost_since == doubt->client_lost;
    return pop_state_is_before_login(session->access.state)
        && (one_was_lost || is_of_login(request->command));
}

/* They had all been answered when the client sent its next command, as one that waits for replies
 * shows. Where no reply to them was seen, and it has not shown that it waits, that is a guess. */
static pop_unseen all_answered(const pop_session *session, const pop_request *request, bool hurried,
    bool presumed, uint64_t answered)
{
    bool known = !presumed || session->habits.client_shows_waiting
        || was_in_a_login(session, request, answered);
    return (pop_unseen){ .sure = known && !hurried && !session->habits.client_pipelines,
        .presumed = presumed,
        .lasting = !known,
        .hurried = hurried };
}

/* Octets of the server's are lost since the latest command that was seen; or, where there is none,
 * before the capture. */
static bool lacks_replies(const pop_session *session)
{
    uint64_t latest_at = session->habits.latest_at;
    return latest_at == 0 ? session->doubt.lost_until > 0 || !session->start_seen
                          : session->doubt.lost_until >= latest_at;
}

/* Nothing has come from the server since they were sent. */
static pop_unseen none_answered(const pop_session *session, uint64_t line_octets)
{
    const pop_doubt *doubt = &session->doubt;
    bool is_one = doubt->client_lost_since < 2 * SHORTEST_COMMAND;
    bool at_once = doubt->client_lost_since == doubt->client_lost;
    return (pop_unseen){ .count = count_of(doubt->client_lost_since, line_octets),
        .sure = is_one && (!session->habits.client_pipelines || at_once),
        .hurried = doubt->client_hurried };
}

/* The replies to commands that were not seen are expected all the same. How many there are, the
 * octets tell; those that have been answered already are not among them. */
pop_unseen pop_recover_unseen_commands(const pop_session *session, const pop_segment *segment,
    const pop_request *request, uint64_t line_octets, uint64_t server_at)
{
    const pop_doubt *doubt = &session->doubt;
    const pop_exchange *youngest = session->exchanges.waiting.youngest;
    bool overlaps = session->habits.client_overlaps;
    if (doubt->client_lost == 0 || segment->ahead > 0 || session->version != POP_VERSION_3) {
        return (pop_unseen){ .sure = true };
    }
    if (youngest != NULL && youngest->dialogue != NULL) {
        bool lasting = !session->habits.client_shows_waiting;
        return (pop_unseen){ .sure = false, .lasting = lasting }; /* they may have been answers */
    }
    if (server_at == doubt->client_lost_at && !lacks_replies(session)) {
        return none_answered(session, line_octets);
    }
    uint64_t answered = pop_exchanges_unsolicited(&session->exchanges);
    size_t count = count_of(doubt->client_lost, line_octets);
    bool nothing_waits = youngest == NULL && answered > 0 && !overlaps;
    bool sent_later = youngest != NULL && youngest->server_at != server_at && !overlaps;
    /* Whether no reply of theirs can be lost. */
    bool in_step = doubt->client_lost_in_step && !pop_doubt_of_server(doubt)
        && doubt->lost_until <= doubt->client_lost_from;
    bool hurried = doubt->client_hurried
        || (in_step && answered > 0 && were_too_many(session, line_octets, answered));
    bool waits = !in_step && (!session->habits.client_pipelines || sent_later);
    if (nothing_waits || count <= answered || waits) {
        return all_answered(session, request, hurried, count > answered, answered);
    }
    return (pop_unseen){ .count = count - (size_t)answered,
        .sure = in_step && doubt->client_lost < 2 * SHORTEST_COMMAND,
        .hurried = hurried };
}

/* --- Lines that were cut off ------------------------------------------------------------------ */

/* With several commands waiting in doubt, it takes the whole line to tell which is answered. */
static bool is_status(const pop_session *session, pop_span line)
{
    const pop_exchange *oldest = oldest_of(session);
    bool expected = oldest == NULL ? !session->service.greeted && session->start_seen
                                   : !session->doubt.whom || session->exchanges.waiting.count == 1;
    if (session->reply.exchange != NULL || session->doubt.inside || !expected) {
        return false;
    }
    pop_reply reply = pop_reply_parse(line, oldest != NULL && oldest->dialogue != NULL);
    return (reply.status == POP_STATUS_POSITIVE || reply.status == POP_STATUS_NEGATIVE)
        && reply.indicator.length < line.length
        && pop_is_blank(line.octets[reply.indicator.length]);
}

/* In a mail that is read by lines: not what may end it. */
static bool is_message_text(const pop_session *session, pop_span line)
{
    return session->reply.body == POP_BODY_MESSAGE && line.octets[0] != '.'
        && pop_reply_status_of(line) == POP_STATUS_NONE;
}

bool pop_recover_reads_cut_line(const pop_session *session, pop_span line, uint64_t at)
{
    return (is_status(session, line) && !pop_recover_is_status_lost(session, at))
        || is_message_text(session, line);
}
