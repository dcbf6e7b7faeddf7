/* pop_exchange.h
 * A command and its reply; and the queue of commands that wait for theirs.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXCHANGE_H
#define POP_EXCHANGE_H

#include "session/pop_login.h"
#include "session/pop_maildrop.h"
#include "mail/pop_message.h"
#include "grammar/pop_reply.h"
#include "grammar/pop_request.h"
#include "sasl/pop_sasl.h"

/* Octets kept of the name of a command that the table does not know. */
#define POP_EXCHANGE_NAME_LIMIT 64

/* Octets kept of what may be a password. */
#define POP_EXCHANGE_SECRET_LIMIT 512

/* Messages of an AUTH dialogue that are kept of each side, and octets of the longest: what it takes
 * to verify a login. No mechanism that can be verified needs more. */
#define POP_DIALOGUE_MESSAGES 4
#define POP_DIALOGUE_MESSAGE_LIMIT 4096

/* What a line of a login is within it. */
typedef struct pop_auth_step {
    uint32_t
        ordinal; /* how many messages its sender had sent before, an initial response included */
    uint32_t place; /* which message of its mechanism it is: LOGIN's prompts say that */
    const char *challenge; /* what the line answers, as text; NULL: nothing, or it is not known */
    pop_auth_result result; /* of the deciding reply */
    const char *error; /* of the deciding reply: why, where the mechanism says it; else NULL */
    const char *user; /* who wants to be logged in, as far as it is known here; NULL: it is not */
    pop_login_proof proof; /* that this line holds */
    uint32_t iterations; /* that a challenge asks for; 0: it asks for none */
} pop_auth_step;

struct pop_exchange;

typedef struct pop_exchange_queue {
    struct pop_exchange *oldest, *youngest;
    size_t count;
} pop_exchange_queue;

/* The course of an AUTH dialogue (RFC 5034 section 4). */
typedef struct pop_dialogue {
    const char *mechanism; /* upper case; NULL: the AUTH command was not seen */
    uint32_t answers; /* messages of the client, the initial response included */
    bool has_initial; /* one of them came with the command */
    uint32_t challenges; /* lines of the server, as far as they were seen */
    const char *challenge; /* the latest, as text; NULL: none */
    const char *error; /* what the server's last message says of the failure; NULL: nothing */
    bool cancelled; /* the client sent "*" */
    bool asked_by_status; /* the server's latest line is "+OK", and yet no verdict */
    bool lacks_lines; /* some of either side may not have been seen */
    bool may_be_asked; /* a challenge may be among them that was not answered yet */
    bool layer_chosen; /* the client chose a security layer */
    bool layer_possible; /* the mechanism has layers, and the choice was not to be read */
    /* The decoded messages, by pop_sasl_sender and ordinal. Octets NULL: not come, not base64,
     * empty, or longer than what is kept. */
    pop_span messages[2][POP_DIALOGUE_MESSAGES];
    pop_exchange_queue unread; /* answers that no challenge asked for: if none does, commands */
} pop_dialogue;

/* Mails marked as deleted. */
typedef struct pop_deletions {
    uint32_t *numbers;
    size_t count, capacity;
} pop_deletions;

/* Written by the session in the first pass alone; later passes read it. */
typedef struct pop_exchange {
    struct pop_exchange *next; /* the command sent after this one, while both wait */
    struct pop_exchange *following; /* the session's exchange of the next ordinal */
    uint64_t server_at; /* octets of the server's stream that the client had when it sent this */
    uint64_t client_at; /* where the command line begins in the client's stream; 0: not known */
    uint64_t client_until; /* and where it ends; 0: not known */
    const pop_command *command; /* NULL: not known to the table, or not seen */
    const char *name; /* the command in upper case; NULL: no command was seen */
    const char *argument; /* of a command with an effect: user, maildrop; else NULL */
    const char *secret; /* what the client sent with it, before it was logged in, that may be a
                           password; NULL: nothing */
    uint32_t secret_step; /* of the session, from which on it has sent such */
    uint32_t ordinal; /* in the session, from 1 */
    uint32_t message_number;
    uint32_t lines;
    bool has_message, has_lines;
    pop_instant request; /* the command line */
    pop_instant status_line;
    pop_instant odd_line; /* the malformed status line, whether or not a proper one followed */
    pop_instant end; /* the reply's last line */
    pop_instant
        idle_since; /* end of the reply before, where nothing waited when the command came */
    pop_instant reply_before; /* end of the reply before this one */
    const char *user; /* logged in when the reply began; NULL: nobody */
    pop_status status;
    pop_body body;
    bool has_announced_size;
    bool unsure; /* the status line stands behind a gap, and is one by its look alone */
    bool answered_late; /* a proper status line followed the one that seemed to be it */
    bool verdict_in_doubt; /* whether it was let in, the status line cannot tell: it may answer
                              another command */
    bool guessed; /* that the reply is this command's is a guess */
    bool doubted_later; /* ..., as what came behind it has shown */
    bool behind_empty_line; /* which has no reply so far: a refusal may be meant for that line */
    bool worded_alike; /* the status line is worded as the one before to the same command */
    uint64_t reply_octets; /* on the wire, from the status line to the last line */
    uint64_t announced_size; /* octets, by the status text */
    uint64_t listed_octets; /* of all mails together, by the lines of a scan listing so far */
    uint32_t listed; /* lines of a multi-line reply that is no mail, so far */
    pop_message *message; /* of RETR and TOP, and what XTND XMIT submits */
    pop_maildrop *maildrop;
    struct pop_exchange
        *next_of_mail; /* what was done next with the same mail, see pop_history.h */
    const pop_deletions *deletions; /* that an accepted QUIT made true, else NULL */
    pop_dialogue *dialogue; /* of AUTH with a mechanism, else NULL */
    struct pop_exchange *answers_refused; /* the refused AUTH, of an answer that the server takes
                                             for a command; else NULL */
    pop_login *login; /* that this exchange is part of, USER too once PASS has come; NULL: none */
    struct pop_exchange *submission; /* of the reply to a submitted mail: the command, else NULL */
} pop_exchange;

/* How the exchange logs in, upper case: "USER" for USER and PASS, else the command's name or the
 * SASL mechanism; NULL where that was not seen. For exchanges that are part of a login. Any
 * pass. */
const char *pop_exchange_mechanism(const pop_exchange *exchange);

/* When the server could begin with the reply: the command, or the end of the reply before where
 * that came later, as it does when commands are pipelined (RFC 2449 section 6.6). Any pass. */
const pop_instant *pop_exchange_ready(const pop_exchange *exchange);

/* The size of the mail that a RETR asks for, as LIST had told it at `step`. False, and size_out
 * untouched, where it had not. Any pass. */
bool pop_exchange_listed_size(const pop_exchange *exchange, uint32_t step, uint64_t *size_out);

/* True where lines must follow a positive status line, as far as it is known. */
static inline bool pop_exchange_has_lines(const pop_exchange *exchange)
{
    return exchange->body != POP_BODY_UNDETERMINED && exchange->body != POP_BODY_NONE;
}

/* The status line that was taken for the other's is this one's. First pass only. */
void pop_exchange_take_status(pop_exchange *exchange, const pop_exchange *taken);

/* True where the mail of the exchange may be another's, or the beginning of it: which command it
 * answers is a guess, or its status line was not sent, or not seen. Any pass. */
bool pop_exchange_is_uncertain(const pop_exchange *exchange);

void pop_exchange_queue_add(pop_exchange_queue *queue, pop_exchange *exchange);

/* Puts an exchange before all that wait: its reply comes next. */
void pop_exchange_queue_add_first(pop_exchange_queue *queue, pop_exchange *exchange);

/* Moves all that wait in `later` behind those of the queue, at once: however many they are. */
void pop_exchange_queue_add_all(pop_exchange_queue *queue, pop_exchange_queue *later);

/* Takes the oldest exchange off the queue; NULL where none waits. */
pop_exchange *pop_exchange_queue_take(pop_exchange_queue *queue);

#endif
