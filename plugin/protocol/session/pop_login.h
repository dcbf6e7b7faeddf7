/* pop_login.h
 * An attempt to log in: how, as whom, and what the server said to it.
 *
 * RFC 1939 section 7 (USER, PASS, APOP), RFC 1081 (RPOP), RFC 5034 (AUTH), RFC 937 (HELO).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LOGIN_H
#define POP_LOGIN_H

#include "text/pop_instant.h"

/* Octets kept of the text with which a server answers a login. */
#define POP_LOGIN_TEXT_LIMIT 1024

typedef enum pop_auth_result {
    POP_AUTH_UNDECIDED = 0, /* no verdict so far; when the capture has ended: unanswered */
    POP_AUTH_ACCEPTED = 1,
    POP_AUTH_REJECTED = 2,
    POP_AUTH_CANCELLED = 3,
    POP_AUTH_UNANSWERED = 4,
} pop_auth_result;

/* What proves that the user is the one, as far as it is to be seen on the wire. */
typedef enum pop_login_proof {
    POP_LOGIN_NO_PROOF, /* nothing (RPOP, EXTERNAL), or nothing that can be read (GSSAPI) */
    POP_LOGIN_PASSWORD,
    POP_LOGIN_TOKEN,
    POP_LOGIN_DIGEST,
    POP_LOGIN_SCRAM_PROOF,
} pop_login_proof;

struct pop_exchange;

/* Written by the session in the first pass alone. One attempt is what one verdict answers: PASS
 * with the USER before it, a USER that is refused, APOP, RPOP, HELO, a dialogue of AUTH. What the
 * server refuses without having looked at a proof, because of what it had refused before, is no
 * attempt of its own. */
typedef struct pop_login {
    struct pop_login *next, *previous; /* the session's attempts after and before this one */
    uint32_t attempt; /* in the session, from 1 */
    const char
        *mechanism; /* "USER", "APOP", "RPOP", "HELO" or the SASL mechanism; NULL: not seen */
    const char *user; /* who wants to be logged in; NULL: nobody is named */
    const char *owner; /* whose proof it is, where that is not the user's own; else NULL */
    struct pop_exchange *naming; /* the USER that names the user of a PASS, else NULL */
    const struct pop_exchange *exchange; /* whose reply is the verdict */
    pop_login_proof proof;
    bool tls;
    pop_auth_result result;
    bool shown_accepted; /* no verdict says so, but commands behind it were served */
    const char *code; /* extended response code of the verdict; NULL: none */
    const char *text; /* of the verdict's status line, without the code; NULL: no verdict */
    const char *error; /* why the login failed, where the mechanism says it; else NULL */
    pop_instant begun; /* its first line */
    pop_instant user_line; /* the line that names the user */
    pop_instant proof_line; /* the line with the proof; without one the client's last line */
    pop_instant decided; /* the verdict */
} pop_login;

#endif
