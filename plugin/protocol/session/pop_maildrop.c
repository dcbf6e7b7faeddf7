/* pop_maildrop.c
 * What a session has told of the mails in its maildrop: number, size, unique-id.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_maildrop.h"

#include <glib.h>

#define FIRST_MAILS 4
#define FIRST_INDEX 16

pop_maildrop *pop_maildrop_new(const pop_allocator *allocator, size_t limit)
{
    pop_maildrop *maildrop = pop_keep(allocator, sizeof *maildrop);
    maildrop->allocator = allocator;
    maildrop->limit = limit;
    maildrop->salt = g_random_int();
    return maildrop;
}

/* --- Finding a mail --------------------------------------------------------------------------- */

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

/* Where the index has that number, or the free place where it would go. It is never full. */
static uint32_t *index_place(const pop_maildrop *maildrop, uint32_t number)
{
    size_t at = mixed(number, maildrop->salt) & (maildrop->index_capacity - 1);
    while (maildrop->index[at] != 0 && maildrop->mails[maildrop->index[at] - 1].number != number) {
        at = (at + 1) & (maildrop->index_capacity - 1);
    }
    return &maildrop->index[at];
}

static pop_maildrop_mail *find_mail(const pop_maildrop *maildrop, uint32_t number)
{
    if (number - 1U < maildrop->count && maildrop->mails[number - 1].number == number) {
        return &maildrop->mails[number - 1];
    }
    uint32_t place = maildrop->index == NULL ? 0 : *index_place(maildrop, number);
    return place == 0 ? NULL : &maildrop->mails[place - 1];
}

/* --- Adding one ------------------------------------------------------------------------------- */

static void index_mail(pop_maildrop *maildrop, size_t place)
{
    *index_place(maildrop, maildrop->mails[place - 1].number) = (uint32_t)place;
}

/* An index of all mails, with room for one more, at most three quarters full. */
static void make_room_in_index(pop_maildrop *maildrop)
{
    if ((maildrop->count + 1) * 4 <= maildrop->index_capacity * 3) {
        return;
    }
    pop_release(maildrop->allocator, maildrop->index);
    do {
        maildrop->index_capacity = MAX(FIRST_INDEX, maildrop->index_capacity * 2);
    } while ((maildrop->count + 1) * 4 > maildrop->index_capacity * 3);
    maildrop->index = pop_allocate(
        maildrop->allocator, maildrop->index_capacity * sizeof *maildrop->index);
    for (size_t place = 1; place <= maildrop->count; place++) {
        index_mail(maildrop, place);
    }
}

static pop_maildrop_mail *add_mail(pop_maildrop *maildrop, uint32_t number)
{
    if (maildrop->mails == NULL || maildrop->count == maildrop->capacity) {
        maildrop->capacity = MAX(FIRST_MAILS, maildrop->capacity + maildrop->capacity / 2);
        maildrop->mails = pop_resize(
            maildrop->allocator, maildrop->mails, maildrop->capacity * sizeof *maildrop->mails);
    }
    bool is_next = number == maildrop->count + 1;
    if (maildrop->index != NULL || !is_next) {
        make_room_in_index(maildrop);
    }
    pop_maildrop_mail *mail = &maildrop->mails[maildrop->count++];
    *mail = (pop_maildrop_mail){ .number = number };
    if (maildrop->index != NULL) {
        index_mail(maildrop, maildrop->count);
    }
    return mail;
}

pop_maildrop_mail *pop_maildrop_mail_for(pop_maildrop *maildrop, uint32_t number)
{
    if (number == 0) {
        return NULL;
    }
    pop_maildrop_mail *mail = find_mail(maildrop, number);
    if (mail == NULL && maildrop->count >= maildrop->limit) {
        maildrop->overflowed = true;
        return NULL;
    }
    return mail != NULL ? mail : add_mail(maildrop, number);
}

/* --- What is told of it ----------------------------------------------------------------------- */

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

void pop_maildrop_forget_told(pop_maildrop *maildrop)
{
    maildrop->stat.step = 0;
    for (size_t i = 0; i < maildrop->count; i++) {
        maildrop->mails[i].size_step = maildrop->mails[i].unique_id_step = 0;
    }
}

const pop_maildrop_mail *pop_maildrop_find(const pop_maildrop *maildrop, uint32_t number)
{
    return maildrop == NULL || number == 0 ? NULL : find_mail(maildrop, number);
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
