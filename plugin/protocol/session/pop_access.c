/* pop_access.c
 * Who is logged in, in which state the session is, and the attempts to log in.
 *
 * RFC 1939 sections 3 (states), 4 (AUTHORIZATION) and 7 (USER, PASS).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_access.h"

void pop_access_enter(pop_access *access, pop_state state)
{
    access->state = state;
}

void pop_access_log_in(pop_access *access, const pop_exchange *exchange)
{
    access->user = exchange->login == NULL ? access->claimed_user : exchange->login->user;
    access->state = POP_STATE_TRANSACTION;
    access->unseen_verdict = NULL;
}

void pop_access_log_in_after_all(pop_access *access, const pop_exchange *exchange)
{
    pop_access_log_in(access, exchange);
    if (exchange->login != NULL) {
        exchange->login->shown_accepted = true;
    }
}

void pop_access_note_naming(pop_access *access, pop_exchange *exchange)
{
    access->naming = exchange;
}

void pop_access_claim(pop_access *access, const char *user)
{
    access->claimed_user = user;
}

void pop_access_miss_verdict(pop_access *access, const pop_exchange *exchange)
{
    access->state = POP_STATE_UNKNOWN;
    access->user = NULL;
    access->unseen_verdict = exchange;
}

void pop_access_forget_names(pop_access *access)
{
    access->naming = NULL;
    access->claimed_user = NULL;
}

void pop_access_expect_dummies(pop_access *access)
{
    access->passwords_are_dummies = true;
}

void pop_access_add_login(pop_access *access, pop_login *login)
{
    login->attempt = ++access->login_count;
    if (access->last_login == NULL) {
        access->first_login = login;
    } else {
        access->last_login->next = login;
        login->previous = access->last_login;
    }
    access->last_login = login;
}

void pop_access_withdraw_login(pop_access *access, pop_login *login)
{
    *(login->previous == NULL ? &access->first_login : &login->previous->next) = login->next;
    *(login->next == NULL ? &access->last_login : &login->next->previous) = login->previous;
    access->login_count -= login->next == NULL; /* later ones keep their numbers */
}

const pop_login *pop_access_accepted_login(const pop_access *access)
{
    const pop_login *accepted = NULL;
    for (const pop_login *login = access->first_login; login != NULL; login = login->next) {
        if (login->result == POP_AUTH_ACCEPTED || login->shown_accepted) {
            accepted = login;
        }
    }
    return accepted;
}
