/* session_facts.h
 * What can be said of a session as a whole: counts, waits, and how it ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SESSION_FACTS_H
#define POP_SESSION_FACTS_H

#include "analysis/collector.h"

/* A server that hangs up after so many seconds without a command was tired of waiting. */
#define POP_IDLE_SECONDS 1

typedef enum pop_session_ending {
    POP_ENDED_CAPTURE, /* it goes on, as far as was seen */
    POP_ENDED_QUIT, /* QUIT was accepted */
    POP_ENDED_FIN, /* one side closed the connection without QUIT */
    POP_ENDED_RESET,
    POP_ENDED_IDLE, /* the server closed it after a time without a command (RFC 1939 section 3) */
} pop_session_ending;

/* A wait, and the frame of the command before it or after it. */
typedef struct pop_wait {
    bool is_known;
    nstime_t time;
    uint32_t frame;
} pop_wait;

typedef struct pop_session_facts {
    uint32_t commands, errors; /* commands, and negative replies */
    const pop_login *login; /* the latest that was accepted, or seems so; NULL: none */
    uint32_t mails, broken; /* fetched by RETR: whole, and not whole */
    uint32_t previews, submissions; /* by TOP, by XTND XMIT */
    uint64_t mail_octets; /* of what RETR brought */
    uint32_t deleted, lost, restored; /* mails, by what became of their mark */
    pop_session_ending ending;
    const char *ended_by; /* "client", "server"; NULL: not known */
    pop_instant end; /* the FIN or RST, or the last segment where that came later */
    pop_wait server; /* the longest from a command that the server could see to its status line */
    pop_wait client; /* the longest from the end of a reply to the next command */
} pop_session_facts;

/* Takes time in proportion to the session's commands. */
pop_session_facts pop_session_facts_of(
    const pop_collector *collector, const pop_seen_session *seen);

/* "QUIT", "FIN", "RST", "idle", "capture end". */
const char *pop_session_ending_name(pop_session_ending ending);

#endif
