/* pop_history.h
 * What was done with the mails of a maildrop: fetched, previewed, deleted; and whether that took
 * effect.
 *
 * RFC 1939 sections 5 (RETR, DELE, RSET), 6 (the UPDATE state) and 7 (TOP); RFC 937 (POP2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HISTORY_H
#define POP_HISTORY_H

#include "session/pop_exchange.h"

/* What became of a mail by the session's commands. The numbers are those of pop.maildrop.fate. */
typedef enum pop_mail_fate {
    POP_MAIL_KEPT = 1, /* it was never marked as deleted */
    POP_MAIL_DELETED = 2, /* marked, and an accepted QUIT made it true */
    POP_MAIL_RESTORED = 3, /* marked, and RSET took that back */
    POP_MAIL_MARKED = 4, /* marked, and no accepted QUIT was seen: the deletion is lost */
    POP_MAIL_UNKNOWN =
        5, /* a command that changes it has a reply that was not seen, or is a guess */
} pop_mail_fate;

typedef enum pop_mail_action {
    POP_ACTION_NONE, /* the command does nothing with a mail */
    POP_ACTION_RETRIEVAL,
    POP_ACTION_PREVIEW,
    POP_ACTION_DELETION,
} pop_mail_action;

/* All that the session knows of one mail. */
typedef struct pop_mail_facts {
    uint32_t number;
    const char *unique_id; /* NULL: not told */
    bool has_size;
    uint64_t size; /* octets, as LIST has it, else as a whole mail was retrieved */
    const pop_exchange *actions; /* the first accepted command; the others by next_of_mail */
    const pop_exchange *retrieval, *preview; /* the first of each; NULL: none */
    const pop_exchange *deletion; /* the latest DELE; NULL: none */
    uint32_t retrievals, previews; /* how many of each */
    pop_mail_fate fate;
} pop_mail_facts;

/* The sums over a maildrop. */
typedef struct pop_maildrop_sums {
    uint32_t known; /* mails that were listed, or with which something was done */
    uint32_t retrieved, previewed; /* mails, however often each */
    uint32_t deleted, restored, marked; /* mails by their fate */
    uint64_t retrieved_octets; /* by all retrievals, dot-stuffing undone */
} pop_maildrop_sums;

/* Notes an accepted command, where it has done something with a mail. Once for each exchange. First
 * pass only. */
void pop_history_note(pop_maildrop *maildrop, pop_exchange *exchange);

/* Notes a command whose reply may not be seen, or be a guess: then it is not known what it changes.
 * First pass only. */
void pop_history_expect(pop_maildrop *maildrop, const pop_exchange *exchange);

/* True where the client has sent QUIT, and whether it was accepted is not known. Any pass. */
bool pop_history_misses_quit(const pop_maildrop *maildrop);

/* Notes an accepted RSET, or QUIT; the latter for the former maildrops too. First pass only. */
void pop_history_note_reset(pop_maildrop *maildrop, const pop_exchange *exchange);
void pop_history_note_quit(pop_maildrop *maildrop, const pop_exchange *exchange);

/* What the command of that exchange does with a mail. */
pop_mail_action pop_history_action(const pop_exchange *exchange);

/* Puts at most `room` mails into `mails`, ordered by number; of more mails those with which
 * something was done come first, then those with low numbers. Mails of which nothing was known at
 * `step` are left out; UINT32_MAX leaves none out. Returns how many there are, more than `room`
 * perhaps. Any pass. */
size_t pop_history_mails(
    const pop_maildrop *maildrop, uint32_t step, const pop_maildrop_mail **mails, size_t room);

/* What is known of a mail of that maildrop as of `step`, and what was done with it. Any pass; a
 * later pass sees what came later, until the accepted QUIT. */
pop_mail_facts pop_history_facts(
    const pop_maildrop *maildrop, const pop_maildrop_mail *mail, uint32_t step);

/* The first RETR of the mail of that number, else its first TOP, if it was sent before the command
 * of that ordinal and its message ended in `frame` or before; NULL: there was none. Any pass. */
const pop_exchange *pop_history_fetch_before(
    const pop_maildrop *maildrop, uint32_t number, uint32_t ordinal, uint32_t frame);

/* How many mails were fetched by RETR. Any pass, likewise. */
uint32_t pop_history_retrieved(const pop_maildrop *maildrop);

/* Takes time in proportion to the mails and commands. Any pass. */
pop_maildrop_sums pop_history_sums(const pop_maildrop *maildrop, uint32_t step);

#endif
