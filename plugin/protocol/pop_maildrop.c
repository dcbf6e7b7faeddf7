/* pop_maildrop.c
 * What a session has told of the mails in its maildrop: number, size, unique-id.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pop_maildrop.h"

#include <glib.h>

pop_maildrop *pop_maildrop_new(const pop_allocator *allocator, size_t limit)
{
    pop_maildrop *maildrop = pop_keep(allocator, sizeof *maildrop);
    maildrop->allocator = allocator;
    maildrop->limit = limit;
    maildrop->salt = g_random_int();
    return maildrop;
}

/* The network chooses the numbers: whoever knew where they go could put a million of them in one
 * place and make every search a long one. So they are salted, and mixed (the finalizer of
 * MurmurHash3). */
static uint32_t mixed(uint32_t number, uint32_t salt)
{
    number ^= salt;
    number = (number ^ number >> 16) * 0x85EBCA6BU;
    number = (number ^ number >> 13) * 0xC2B2AE35U;
    return number ^ number >> 16;
}

/* The place of that number, or the free place where it would go. The table is never full. */
static pop_maildrop_mail *place_of(const pop_maildrop *maildrop, uint32_t number)
{
    size_t at = mixed(number, maildrop->salt) & (maildrop->capacity - 1);
    while (maildrop->mails[at].number != 0 && maildrop->mails[at].number != number) {
        at = (at + 1) & (maildrop->capacity - 1);
    }
    return &maildrop->mails[at];
}

static void grow(pop_maildrop *maildrop)
{
    pop_maildrop former = *maildrop;
    maildrop->capacity = former.capacity == 0 ? 16 : former.capacity * 2;
    maildrop->mails = pop_allocate(
        maildrop->allocator, maildrop->capacity * sizeof *maildrop->mails);
    for (size_t i = 0; i < former.capacity; i++) {
        if (former.mails[i].number != 0) {
            *place_of(maildrop, former.mails[i].number) = former.mails[i];
        }
    }
    pop_release(maildrop->allocator, former.mails);
}

pop_maildrop_mail *pop_maildrop_mail_for(pop_maildrop *maildrop, uint32_t number)
{
    if (number == 0) {
        return NULL;
    }
    if (maildrop->count * 4 >= maildrop->capacity * 3) {
        grow(maildrop);
    }
    pop_maildrop_mail *mail = place_of(maildrop, number);
    if (mail->number == 0) {
        if (maildrop->count >= maildrop->limit) {
            maildrop->overflowed = true;
            return NULL;
        }
        mail->number = number;
        maildrop->count++;
    }
    return mail;
}

void pop_maildrop_note_size(pop_maildrop *maildrop, uint32_t number, uint64_t size, uint32_t step)
{
    pop_maildrop_mail *mail = pop_maildrop_mail_for(maildrop, number);
    if (mail != NULL && mail->size_step == 0) {
        mail->size = size;
        mail->size_step = step;
    }
}

void pop_maildrop_note_unique_id(
    pop_maildrop *maildrop, uint32_t number, pop_span unique_id, uint32_t step)
{
    pop_maildrop_mail *mail = pop_maildrop_mail_for(maildrop, number);
    if (mail != NULL && mail->unique_id_step == 0) {
        mail->unique_id = pop_span_keep(maildrop->allocator, unique_id);
        mail->unique_id_step = step;
    }
}

void pop_maildrop_note_stat(pop_maildrop *maildrop, pop_maildrop_stat stat)
{
    if (maildrop->stat.step == 0) {
        maildrop->stat = stat;
    }
}

const pop_maildrop_mail *pop_maildrop_find(const pop_maildrop *maildrop, uint32_t number)
{
    if (maildrop == NULL || maildrop->capacity == 0 || number == 0) {
        return NULL;
    }
    const pop_maildrop_mail *mail = place_of(maildrop, number);
    return mail->number == number ? mail : NULL;
}

bool pop_maildrop_size(
    const pop_maildrop *maildrop, uint32_t number, uint32_t step, uint64_t *size_out)
{
    const pop_maildrop_mail *mail = pop_maildrop_find(maildrop, number);
    if (mail == NULL || mail->size_step == 0 || mail->size_step > step) {
        return false;
    }
    *size_out = mail->size;
    return true;
}

const char *pop_maildrop_unique_id(const pop_maildrop *maildrop, uint32_t number, uint32_t step)
{
    const pop_maildrop_mail *mail = pop_maildrop_find(maildrop, number);
    return mail != NULL && mail->unique_id_step != 0 && mail->unique_id_step <= step
        ? mail->unique_id
        : NULL;
}
