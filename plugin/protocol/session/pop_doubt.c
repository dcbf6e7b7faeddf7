/* pop_doubt.c
 * What is in doubt since octets were lost, or since a capture began in mid-session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_doubt.h"

#include <glib.h>

void pop_doubt_begin(pop_doubt *doubt)
{
    doubt->has_lost = true;
    doubt->whom = true;
    doubt->unheard = true;
    doubt->unproven = true;
    doubt->presumes_waiting = true;
    doubt->out_of_step[POP_FROM_SERVER] = true;
}

void pop_doubt_lose_server(pop_doubt *doubt, uint64_t from, uint64_t until)
{
    doubt->has_lost = true;
    doubt->out_of_step[POP_FROM_SERVER] = true;
    doubt->whom = true;
    doubt->lost_until = until;
    doubt->inside = false;
    doubt->only_greeted = false;
    if (from == doubt->client_lost_at) { /* perhaps they were lost before the client's */
        doubt->client_hurried = false;
    }
}

void pop_doubt_lose_client(pop_doubt *doubt, uint64_t octets, uint64_t server_at)
{
    uint64_t lost = octets > doubt->rest_of_line ? octets - doubt->rest_of_line : 0;
    doubt->has_lost = true;
    if (doubt->client_lost == 0) {
        doubt->client_lost_from = server_at;
        doubt->client_lost_in_step = !pop_doubt_of_server(doubt);
    }
    if (doubt->client_lost_at != server_at || doubt->client_lost == 0) {
        doubt->client_lost_at = server_at;
        doubt->client_lost_since = 0;
    }
    doubt->out_of_step[POP_FROM_CLIENT] = true;
    doubt->may_be_asked = true;
    doubt->client_lost += lost;
    doubt->client_lost_since += lost;
    doubt->rest_of_line = 0;
}

void pop_doubt_lose_answer(pop_doubt *doubt, uint64_t server_at)
{
    doubt->answer_lost_at = server_at;
    doubt->has_lost = true;
    doubt->out_of_step[POP_FROM_CLIENT] = true;
}

void pop_doubt_note_hurry(pop_doubt *doubt)
{
    doubt->client_hurried = true;
}

void pop_doubt_note_rest_of_line(pop_doubt *doubt, uint64_t octets)
{
    doubt->rest_of_line = octets;
}

void pop_doubt_account_client(pop_doubt *doubt, bool presumed)
{
    doubt->presumed_answered |= presumed;
    doubt->client_missed = doubt->client_lost > 0;
    doubt->client_lost = 0;
    doubt->client_hurried = false;
}

void pop_doubt_note_one_line(pop_doubt *doubt, pop_exchange *exchange, uint64_t until)
{
    doubt->one_line = exchange;
    doubt->one_line_until = until;
}

void pop_doubt_guess_unseen(pop_doubt *doubt, uint64_t server_at)
{
    doubt->guesses_unseen = true;
    doubt->unseen_at = MAX(doubt->unseen_at, server_at);
}

void pop_doubt_guess_waiting(pop_doubt *doubt, uint64_t server_at)
{
    doubt->guesses_waiting = true;
    doubt->unseen_at = MAX(doubt->unseen_at, server_at);
}

/* Where nothing was lost in which that command can have been answered, it waits, however long the
 * client reads on. */
void pop_doubt_refute_guess(pop_doubt *doubt)
{
    bool guesses = doubt->guesses_unseen || doubt->guesses_waiting;
    if (guesses && doubt->lost_until <= doubt->unseen_at) {
        pop_doubt_contradict(doubt);
    }
}

void pop_doubt_note_answer(pop_doubt *doubt, const pop_exchange *exchange)
{
    doubt->unproven = false;
    doubt->has_answered |= exchange->request.frame != 0;
}

void pop_doubt_contradict(pop_doubt *doubt)
{
    doubt->guesses_unseen = doubt->whom = true;
    doubt->unseen_at = UINT64_MAX;
}

void pop_doubt_end_presumption(pop_doubt *doubt)
{
    doubt->presumes_waiting = false;
}

void pop_doubt_note_refusal(pop_doubt *doubt, bool unasked)
{
    doubt->refused_unasked = unasked;
}

void pop_doubt_guess_count(pop_doubt *doubt, uint64_t server_at, uint32_t ordinal)
{
    pop_doubt_guess_unseen(doubt, server_at);
    doubt->counted_behind = ordinal;
}

void pop_doubt_know_waiting(pop_doubt *doubt, uint32_t ordinal)
{
    doubt->guesses_waiting = false;
    if (ordinal > doubt->counted_behind) {
        doubt->guesses_unseen = false;
        doubt->counted_behind = 0;
        doubt->unseen_at = 0;
    }
    pop_doubt_ask_whom(doubt, doubt->guesses_unseen);
}

void pop_doubt_find_step(pop_doubt *doubt, pop_direction direction, bool found)
{
    doubt->out_of_step[direction] = !found;
    if (direction == POP_FROM_CLIENT && found) {
        doubt->answer_lost_at = 0;
    }
}

void pop_doubt_ask_whom(pop_doubt *doubt, bool asked)
{
    doubt->whom = asked;
}

void pop_doubt_watch_reply(pop_doubt *doubt, bool watched)
{
    doubt->reply = watched;
}

void pop_doubt_hear_client(pop_doubt *doubt)
{
    doubt->unheard = false;
    doubt->client_missed = false;
}

void pop_doubt_note_greeting(pop_doubt *doubt, bool only)
{
    doubt->only_greeted = only;
}

void pop_doubt_note_inside(pop_doubt *doubt, bool inside)
{
    doubt->inside = inside;
}

void pop_doubt_expect(pop_doubt *doubt, uint64_t at, bool about)
{
    doubt->expects = true;
    doubt->expects_about = about;
    doubt->expected_at = at;
}

void pop_doubt_expect_nowhere(pop_doubt *doubt)
{
    doubt->expects = false;
}

void pop_doubt_settle(pop_doubt *doubt, const pop_exchange *youngest, uint64_t until)
{
    doubt->settled_for = youngest;
    doubt->settled_until = until;
}

void pop_doubt_end(pop_doubt *doubt)
{
    *doubt = (pop_doubt){ .has_lost = doubt->has_lost,
        .presumed_answered = doubt->presumed_answered,
        .lost_until = doubt->lost_until };
}
