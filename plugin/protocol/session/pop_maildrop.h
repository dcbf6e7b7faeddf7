/* pop_maildrop.h
 * What a session has told of the mails in its maildrop: number, size, unique-id.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL). Each fact carries the step of the session at which it
 * was told, so that an earlier line is never drawn with later knowledge.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAILDROP_H
#define POP_MAILDROP_H

#include "text/pop_text.h"

struct pop_exchange;

typedef struct pop_maildrop_mail {
    uint32_t number;
    uint32_t size_step; /* step at which the size was first told; 0: not told */
    uint32_t unique_id_step;
    uint32_t
        history; /* its place in the maildrop's histories, from 1; 0: nothing was done with it */
    uint64_t size; /* octets, as LIST has it */
    const char *unique_id; /* a string of the maildrop's */
} pop_maildrop_mail;

/* What was done with one mail: the accepted RETR, TOP and DELE commands, in the order of their
 * replies, each pointing to the next by next_of_mail. What is asked of them is kept beside: there
 * may be very many, and nobody walks over them for each. */
typedef struct pop_mail_history {
    struct pop_exchange *first, *latest;
    const struct pop_exchange *retrieval, *latest_retrieval; /* the first, and the latest RETR */
    const struct pop_exchange *preview; /* the first TOP */
    const struct pop_exchange *deletion; /* the latest DELE */
    const struct pop_exchange *expected_deletion; /* whose reply may not be seen; NULL: none */
    uint32_t retrievals, previews;
} pop_mail_history;

/* What STAT, or the greeting of a folder in version 2, tells of a maildrop. */
typedef struct pop_maildrop_stat {
    uint32_t step; /* at which it was first told; 0: not told */
    uint32_t count; /* mails */
    bool has_size; /* version 2 tells none */
    uint64_t size; /* octets */
} pop_maildrop_stat;

typedef struct pop_maildrop {
    const pop_allocator *allocator;
    pop_maildrop_mail *mails; /* in the order in which they were first told of */
    size_t count, capacity;
    uint32_t *index; /* places in `mails`, from 1, by open addressing; 0: a free one. NULL as long
                        as numbers count up from 1, so that each tells its mail's place */
    size_t index_capacity; /* a power of two */
    size_t limit; /* mails that are remembered at the most */
    bool overflowed; /* there were more */
    uint32_t salt; /* makes the places in the index differ from run to run */
    pop_maildrop_stat stat;
    pop_mail_history *histories; /* of the mails with which something was done */
    size_t history_count, history_capacity;
    uint32_t retrieved; /* mails that were fetched by RETR, however often each */
    const struct pop_exchange *reset; /* the latest accepted RSET */
    const struct pop_exchange *expected_reset, *expected_quit; /* the same */
    const struct pop_exchange
        *quit; /* the first accepted QUIT: what is done after it is not noted */
    const char *name; /* of a maildrop that a command chose (MBOX, XTND BBOARDS, FOLD); else NULL */
    struct pop_maildrop *former; /* the one that the session had before; NULL: none */
} pop_maildrop;

/* An empty maildrop that remembers at most `limit` mails, from the allocator, which must outlive
 * it. */
pop_maildrop *pop_maildrop_new(const pop_allocator *allocator, size_t limit);

/* Notes a fact told at `step` (above 0). The first telling counts; number 0 is no mail. */
void pop_maildrop_note_size(pop_maildrop *maildrop, uint32_t number, uint64_t size, uint32_t step);
void pop_maildrop_note_unique_id(
    pop_maildrop *maildrop, uint32_t number, pop_span unique_id, uint32_t step);

/* What was told of sizes, unique-ids and numbers of mails so far is of no worth. */
void pop_maildrop_forget_told(pop_maildrop *maildrop);

/* Notes what STAT told. The first telling counts. */
void pop_maildrop_note_stat(pop_maildrop *maildrop, pop_maildrop_stat stat);

/* The mail of that number, made where it is new; NULL for number 0 and beyond the limit. Valid
 * until the maildrop learns of another mail. First pass only. */
pop_maildrop_mail *pop_maildrop_mail_for(pop_maildrop *maildrop, uint32_t number);

/* The mail of that number as far as it is known; NULL: nothing is. Any pass. */
const pop_maildrop_mail *pop_maildrop_find(const pop_maildrop *maildrop, uint32_t number);

/* The size, or the unique-id, of a mail as known at `step`. False or NULL: not known then. Any
 * pass. */
bool pop_maildrop_size(
    const pop_maildrop *maildrop, uint32_t number, uint32_t step, uint64_t *size_out);
const char *pop_maildrop_unique_id(const pop_maildrop *maildrop, uint32_t number, uint32_t step);

#endif
