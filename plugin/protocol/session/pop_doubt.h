/* pop_doubt.h
 * What is in doubt since octets were lost, or since a capture began in mid-session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DOUBT_H
#define POP_DOUBT_H

#include "session/pop_exchange.h"
#include "session/pop_segment.h"

/* Written by the functions below. Places are octets of the server's stream. */
typedef struct pop_doubt {
    bool out_of_step[2]; /* per direction: what the next octets belong to */
    bool has_lost; /* octets were lost at some time, or there was more before the capture */
    bool whom; /* which command the server answers next */
    bool reply; /* whether the reply under way is the one it is taken for, or has ended */
    bool unproven; /* the capture began in mid-session, and no command has been answered since */
    bool unheard; /* the capture began in mid-session, and the client has not spoken */
    bool presumes_waiting; /* it began so, and nothing shows whether commands waited then */
    bool refused_unasked; /* with that, the latest status line, a refusal, answered none */
    bool has_answered; /* a command that was seen was answered */
    bool may_be_asked; /* octets of the client's were lost: a reply to no command may be to one */
    bool only_greeted; /* whether the server's latest line, taken for the greeting, is one */
    bool inside; /* since the loss a line of a multi-line reply was seen, and not its end */
    bool expects; /* it is known where the next reply begins: */
    bool expects_about; /* not before, and perhaps a little behind, for a mail's dots are stuffed */
    uint64_t expected_at;
    uint64_t lost_until; /* where the octets lost last ended */
    const pop_exchange *settled_for; /* the youngest command when last it was asked whom, */
    uint64_t settled_until; /* and where the answer may change */
    bool presumed_answered; /* commands that were lost, of a client that seemed to wait */
    uint64_t client_lost; /* octets of the client's lost before its next command, */
    bool client_lost_in_step; /* the server was not in doubt then, first, */
    uint64_t client_lost_from; /* and stood there */
    uint64_t
        client_lost_since; /* of these, the latest, with nothing of the server's between them: */
    uint64_t client_lost_at; /* it stood there when they were lost */
    uint64_t answer_lost_at; /* where the server stood when an answer to a challenge was lost,
                                 until the client is in step again; else 0 */
    bool client_hurried; /* they were sent while a command waited of whose reply nothing had come */
    bool client_missed; /* some were lost before the command that is read now */
    bool guesses_unseen; /* which commands wait is a guess: more may, or fewer */
    bool guesses_waiting; /* the same; but the youngest of them does wait */
    pop_exchange *one_line; /* for the whole reply to which the latest status line was taken,
                             where octets are lost; NULL: for none */
    uint64_t one_line_until; /* where that line ends */
    uint64_t unseen_at; /* the latest server_at of those commands; UINT64_MAX: of all to come */
    uint32_t counted_behind; /* how many were lost behind the one of that ordinal is a guess */
    uint64_t rest_of_line; /* of these, as many may be the end of the command before */
} pop_doubt;

/* True where the server's next line is to be judged with doubt; or the client's. */
static inline bool pop_doubt_of_server(const pop_doubt *doubt)
{
    return doubt->out_of_step[POP_FROM_SERVER] || doubt->whom || doubt->reply || doubt->unheard;
}

static inline bool pop_doubt_of_client(const pop_doubt *doubt)
{
    return doubt->out_of_step[POP_FROM_CLIENT] || doubt->client_lost > 0 || doubt->unheard;
}

/* A capture that begins in mid-session: the client's first octets are a command's nearly always;
 * the server's may well stand in the middle of a mail. */
void pop_doubt_begin(pop_doubt *doubt);

/* Octets are lost: of the server's, those from `from` up to `until`; of the client's, so many,
 * which it sent when it had `server_at` octets of the server's, or more. */
void pop_doubt_lose_server(pop_doubt *doubt, uint64_t from, uint64_t until);
void pop_doubt_lose_client(pop_doubt *doubt, uint64_t octets, uint64_t server_at);

/* Octets of the client's are lost that it did not send as a command, where the server stood so. */
void pop_doubt_lose_answer(pop_doubt *doubt, uint64_t server_at);

/* Octets lost last were another command, while one waited of whose reply nothing had come. */
void pop_doubt_note_hurry(pop_doubt *doubt);

/* A command was cut off: so many octets of it may be among those lost next. */
void pop_doubt_note_rest_of_line(pop_doubt *doubt, uint64_t octets);

/* The client's lost octets are accounted for. `presumed`: of commands among them it is said that
 * they were answered, for the client seems to wait. */
void pop_doubt_account_client(pop_doubt *doubt, bool presumed);

/* The status line that ends there was taken for the whole reply to the command. */
void pop_doubt_note_one_line(pop_doubt *doubt, pop_exchange *exchange, uint64_t until);

/* From now on it is a guess which commands wait, of those that were sent with no more than so many
 * octets of the server's in hand. */
void pop_doubt_guess_unseen(pop_doubt *doubt, uint64_t server_at);

/* The same, for it is a guess how many commands were not seen: behind the one of that ordinal. */
void pop_doubt_guess_count(pop_doubt *doubt, uint64_t server_at, uint32_t ordinal);

/* A reply was, as a guess, taken for that to the oldest command. If it is not, the first of the
 * others are answered, too; but the last one is not. */
void pop_doubt_guess_waiting(pop_doubt *doubt, uint64_t server_at);

/* A status line, or a line behind it, shows that it was not the reply to the command for whose it
 * was taken: where that, or what waits, was a guess, all is one from now on. */
void pop_doubt_refute_guess(pop_doubt *doubt);

/* The same, whatever was a guess: octets are lost, and what comes shows that it is not known which
 * commands wait. */
void pop_doubt_contradict(pop_doubt *doubt);

/* It is known, or of no more use, whether commands waited when the capture began. */
void pop_doubt_end_presumption(pop_doubt *doubt);

/* A refusal answers no command: a server may say so that it ends the session, unless it says more
 * behind it. */
void pop_doubt_note_refusal(pop_doubt *doubt, bool unasked);

/* A status line was taken for the reply to a command. */
void pop_doubt_note_answer(pop_doubt *doubt, const pop_exchange *exchange);

/* True where it is a guess for all commands to come, too. */
static inline bool pop_doubt_guesses_all_to_come(const pop_doubt *doubt)
{
    return doubt->unseen_at == UINT64_MAX;
}

/* The command of that ordinal is answered: so it is known which ones wait, as far as it is known
 * how many were sent behind it, and whom the server answers next. */
void pop_doubt_know_waiting(pop_doubt *doubt, uint32_t ordinal);

void pop_doubt_find_step(pop_doubt *doubt, pop_direction direction, bool found);
void pop_doubt_ask_whom(pop_doubt *doubt, bool asked);
void pop_doubt_watch_reply(pop_doubt *doubt, bool watched);
void pop_doubt_hear_client(pop_doubt *doubt);
void pop_doubt_note_greeting(pop_doubt *doubt, bool only);
void pop_doubt_note_inside(pop_doubt *doubt, bool inside);

/* The next reply begins there; `about`: or a little behind it, as far as the size of a mail tells.
 * Or it cannot be told where. */
void pop_doubt_expect(pop_doubt *doubt, uint64_t at, bool about);
void pop_doubt_expect_nowhere(pop_doubt *doubt);

void pop_doubt_settle(pop_doubt *doubt, const pop_exchange *youngest, uint64_t until);

/* Nothing is in doubt any more. */
void pop_doubt_end(pop_doubt *doubt);

#endif
