/* pop_habits.h
 * What a session has shown of its two sides' ways: how the server words its replies and counts
 * octets, whether the client waits for a reply before it sends more.
 *
 * RFC 1939 sections 3 (status lines), 5 and 11 (sizes), RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HABITS_H
#define POP_HABITS_H

#include "session/pop_exchange.h"

/* How the server words its positive replies to a command. */
typedef struct pop_wording {
    pop_command_id command;
    uint32_t form; /* of the text without its numbers; 0: no reply was seen */
    uint32_t octets; /* of the status line */
} pop_wording;

/* Written by the functions below. */
typedef struct pop_habits {
    uint32_t wording_count;
    pop_wording *wordings; /* of the commands that had a positive reply */
    bool lists_wrongly; /* a whole mail had not as many octets as LIST told */
    bool announces_wrongly; /* ... as its status line announced */
    bool client_pipelines; /* it has sent a command while one waited for its reply */
    bool client_overlaps; /* ... and had by then a part of the replies to those before */
    bool client_drains; /* and it has, behind a command for a mail, waited for all replies */
    bool client_previews; /* it uses TOP */
    bool client_asked_for_mail; /* by its number, as RETR and DELE do */
    bool client_shows_waiting; /* behind such a command it sent the next when nothing waited */
    bool client_hurries; /* it has sent two commands at once, perhaps where octets are lost, */
    uint64_t hurried_from; /* and had by then so many octets of the server's, + 1 */
    uint64_t longest_command; /* of those behind a login, octets */
    uint64_t latest_at; /* those that it had at its latest command, + 1; 0: none was seen */
} pop_habits;

/* The wording of a status line, its numbers apart, as one number; never 0. */
uint32_t pop_habits_form(const pop_reply *reply);

/* How the server words its positive replies to a command; form 0: there was none. */
pop_wording pop_habits_wording(const pop_habits *habits, const pop_command *command);

/* A positive status line answers the command. Returns whether it is worded as the one before to the
 * same command. */
bool pop_habits_compare(const pop_habits *habits, const pop_command *command, uint32_t form);
void pop_habits_note_wording(pop_habits *habits, const pop_allocator *allocator,
    const pop_command *command, uint32_t form, uint64_t octets);

/* A whole mail has not as many octets as were told. */
void pop_habits_note_sizes(pop_habits *habits, bool listed_wrongly, bool announced_wrongly);

/* What was told may have been of other mails. */
void pop_habits_forget_sizes(pop_habits *habits);

/* A command was sent while others waited; `partly`: a part of their replies had come. Or it was
 * sent while none did, and all replies had come. */
void pop_habits_note_pipelining(pop_habits *habits, bool partly);
void pop_habits_note_waiting(pop_habits *habits);

/* A command was sent with so many of the server's octets in hand: the client did not wait for the
 * reply to the one before if it had no more of them then. That holds whatever is lost; `missed`:
 * the one before was not seen. */
void pop_habits_note_command(pop_habits *habits, uint64_t server_at, bool missed);

/* A command was sent behind a login, of so many octets. */
void pop_habits_note_transaction(pop_habits *habits, const pop_exchange *exchange, uint64_t octets);

/* The client has not waited, at its latest command or behind it. */
void pop_habits_note_hurry(pop_habits *habits);

/* True where the client waits for all replies before it sends more, as far as it has shown. */
static inline bool pop_habits_client_waits(const pop_habits *habits)
{
    return !habits->client_overlaps && (!habits->client_hurries || habits->client_drains);
}

/* The same of a command that it sent when it had so many of the server's octets: one that pipelines
 * has waited until it began to, as nearly all do until they are logged in. */
static inline bool pop_habits_client_waited(const pop_habits *habits, uint64_t server_at)
{
    return pop_habits_client_waits(habits)
        || (!habits->client_overlaps && server_at < habits->hurried_from);
}

#endif
