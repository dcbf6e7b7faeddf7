/* pop_maildrop.h
 * What a session has told of the mails in its maildrop: number, size, unique-id.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL). Each fact carries the step of the session at which it was
 * told, so that an earlier line is never drawn with later knowledge.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAILDROP_H
#define POP_MAILDROP_H

#include "pop_text.h"

/* Mails that are remembered of one maildrop; what is told of more is shown, not remembered. */
#define POP_MAILDROP_LIMIT 1000000

typedef struct pop_maildrop_mail {
    uint32_t number; /* 0: the place is free */
    uint32_t size_step; /* step at which the size was first told; 0: not told */
    uint32_t unique_id_step;
    uint64_t size; /* octets, as LIST has it */
    const char *unique_id; /* a string of the maildrop's */
} pop_maildrop_mail;

typedef struct pop_maildrop {
    const pop_allocator *allocator;
    pop_maildrop_mail *mails; /* open addressing; the capacity is a power of two */
    size_t count, capacity;
    uint32_t salt; /* makes the places of numbers differ from run to run */
} pop_maildrop;

/* An empty maildrop from the allocator, which must outlive it. */
pop_maildrop *pop_maildrop_new(const pop_allocator *allocator);

/* Notes a fact told at `step` (above 0). The first telling counts; number 0 is no mail. */
void pop_maildrop_note_size(pop_maildrop *maildrop, uint32_t number, uint64_t size, uint32_t step);
void pop_maildrop_note_unique_id(
    pop_maildrop *maildrop, uint32_t number, pop_span unique_id, uint32_t step);

/* The size, or the unique-id, of a mail as known at `step`. False or NULL: not known then. Any pass. */
bool pop_maildrop_size(
    const pop_maildrop *maildrop, uint32_t number, uint32_t step, uint64_t *size_out);
const char *pop_maildrop_unique_id(const pop_maildrop *maildrop, uint32_t number, uint32_t step);

#endif
