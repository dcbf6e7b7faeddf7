/* pop_recovery.h
 * After octets are lost for good: which replies ended among them, and which command the next one
 * answers. Nothing here changes the session: questions are answered, the session acts.
 *
 * What tells: how much of the server's stream a client had when it sent a command (RFC 9293 section
 * 3.4, acknowledgments); sizes that were announced (RFC 1939 sections 5 and 11); how the server
 * words its replies; whether lines follow a status line (RFC 1939 section 3).
 *
 * In all of these `at` is where a line begins in the server's stream, and exchanges are of those
 * that wait. Where two commands are possible, the answer says that it is a guess.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_RECOVERY_H
#define POP_RECOVERY_H

#include "session/pop_state.h"

/* Of a client: a keyword of three letters, with its line end. */
#define POP_SHORTEST_LINE UINT64_C(5)

/* The first command whose reply cannot have been over before `at`, and where that answer may change
 * (UINT64_MAX: not before another command is sent). NULL: nothing shows that any is over. */
typedef struct pop_settlement {
    const pop_exchange *first;
    uint64_t until;
} pop_settlement;

pop_settlement pop_recover_first_unanswered(const pop_session *session, uint64_t at);

/* By their sizes, the replies that ended before `at`: that under way, and those up to `next` (NULL:
 * all that wait), whose reply begins at `expected_at`; `about`: or a little behind it. */
typedef struct pop_passage {
    bool ends_reply;
    bool about;
    const pop_exchange *next;
    uint64_t expected_at;
} pop_passage;

pop_passage pop_recover_passed_by_size(const pop_session *session, uint64_t at);

/* Where the mail under way ends by its size, as of the octet at `at`, is where the next reply
 * begins. False where that cannot be told. */
bool pop_recover_end_of_mail(const pop_session *session, uint64_t at, uint64_t *end_out);

/* Neither octets of the server's are lost since that command was sent, nor is it a guess what the
 * client sent: replies come in the order of their commands. */
bool pop_recover_nothing_is_lost_since(const pop_session *session, const pop_exchange *exchange);

/* With the segment that begins at `at` the server has heard a command that is lost, of a client
 * that waits for replies: there its reply begins, if the line may be a status line. Those to the
 * commands before are over. */
bool pop_recover_answers_lost_one(const pop_session *session, pop_span line, uint64_t at);

/* The command that a status line at `at` answers most likely; NULL: none can be. `contradicted`: it
 * speaks of another mail. `surely`: it must be a status line (pop_recover_begins_surely()). */
typedef struct pop_choice {
    const pop_exchange *exchange;
    bool sure;
    bool contradicted;
} pop_choice;

pop_choice pop_recover_answered(
    const pop_session *session, const pop_reply *reply, uint64_t at, bool surely);

/* The same for a line that is no status line: in whose reply it must be, the status line of which
 * is lost. `expects`: its end can be told, and the reply behind it begins at `expected_at`. */
typedef struct pop_entrance {
    const pop_exchange *exchange;
    bool sure;
    bool expects;
    uint64_t expected_at;
} pop_entrance;

pop_entrance pop_recover_reply_around(const pop_session *session, uint64_t at);

/* The mail that was, as a guess, taken for that of the command is surely the one, by its size:
 * and TOP, which may have the same for a reply, is not used. */
bool pop_recover_is_known_by_size(const pop_session *session, const pop_exchange *exchange);

/* Whether a line at `at`, the first behind lost octets, stands behind the status line of the only
 * command that waits, which has lines in its reply: that reply began where they do. */
bool pop_recover_is_status_lost(const pop_session *session, uint64_t at);

/* The status line was, as a guess, taken for that of a listing, and a line of a mail follows at
 * `at`: the first command that fetches one, and whose reply it may be; NULL: none, or it is no such
 * line. */
const pop_exchange *pop_recover_mail_instead(
    const pop_session *session, pop_span line, uint64_t at);

/* No lines followed a status line, but another one, at `at`: the first command that has a
 * single-line reply, and was sent before; NULL: none. */
const pop_exchange *pop_recover_single_line(const pop_session *session, uint64_t at);

/* True where a line at `at` that looks like a status line must be one. */
bool pop_recover_begins_surely(const pop_session *session, uint64_t at);

/* A line in a mail of which octets are lost: true where it is the status line of another reply. */
bool pop_recover_ends_message(const pop_session *session, pop_span line, uint64_t at);

/* The same in a listing. */
bool pop_recover_ends_listing(const pop_session *session, pop_span line);

/* Lines of the mail under way, from that at `at` on, are judged alike up to where the mail should
 * end, or the next of the commands that wait can have been answered. UINT64_MAX: neither; `at`: too
 * many wait to tell. */
uint64_t pop_recover_alike_until(const pop_session *session, uint64_t at);

/* A line at `at`, of which nothing is known yet: whether a multi-line reply is under way then. */
bool pop_recover_is_inside(const pop_session *session, pop_span line, uint64_t at);

/* True where lines at `at` can be of no other reply than the one under way. */
bool pop_recover_goes_on_surely(const pop_session *session, uint64_t at);

/* Octets of the client's are lost before the request, whose line has so many octets, and which will
 * be sent with `server_at` octets of the server's in hand: how many commands that wait for their
 * replies were among them. */
typedef struct pop_unseen {
    size_t count;
    bool sure; /* not more, and not less */
    bool presumed; /* of some it is said that they were answered, for the client waits */
    bool lasting; /* if it is a guess: one for all commands to come */
    bool hurried; /* it did not wait for all replies to what it had sent before */
} pop_unseen;

pop_unseen pop_recover_unseen_commands(const pop_session *session, const pop_segment *segment,
    const pop_request *request, uint64_t line_octets, uint64_t server_at);

/* A piece of the server's, cut off at the snap length, that begins at `at`: whether it tells enough
 * to be taken for a line. */
bool pop_recover_reads_cut_line(const pop_session *session, pop_span line, uint64_t at);

#endif
