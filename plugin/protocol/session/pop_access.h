/* pop_access.h
 * Who is logged in, in which state the session is, and the attempts to log in.
 *
 * RFC 1939 sections 3 (states), 4 (AUTHORIZATION) and 7 (USER, PASS).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ACCESS_H
#define POP_ACCESS_H

#include "session/pop_exchange.h"

/* Written by the functions below. */
typedef struct pop_access {
    pop_state state;
    const char *user; /* logged in; NULL: nobody, or it is not known who */
    const char *claimed_user; /* named by an accepted USER */
    pop_exchange *naming; /* the latest USER, accepted or not */
    const pop_exchange *unseen_verdict; /* the login whose verdict was not seen, else NULL */
    bool passwords_are_dummies; /* who the client is was proved before: PASS proves nothing */
    pop_login *first_login, *last_login;
    uint32_t login_count;
} pop_access;

void pop_access_enter(pop_access *access, pop_state state);

/* An accepted login: from now on the user is the login's. */
void pop_access_log_in(pop_access *access, const pop_exchange *exchange);

/* The same, where no verdict says it, but what follows shows it. */
void pop_access_log_in_after_all(pop_access *access, const pop_exchange *exchange);

/* USER was sent; it was accepted. */
void pop_access_note_naming(pop_access *access, pop_exchange *exchange);
void pop_access_claim(pop_access *access, const char *user);

/* The verdict of that login was not seen: whether it was accepted, what follows will tell. */
void pop_access_miss_verdict(pop_access *access, const pop_exchange *exchange);

/* It is not known any more whom the client has named. */
void pop_access_forget_names(pop_access *access);

void pop_access_expect_dummies(pop_access *access);

/* One more attempt. */
void pop_access_add_login(pop_access *access, pop_login *login);

/* It was none. */
void pop_access_withdraw_login(pop_access *access, pop_login *login);

/* The latest attempt that was accepted, or seems so by what was served behind it; NULL: none. The
 * session's. */
const pop_login *pop_access_accepted_login(const pop_access *access);

#endif
