/* pop_habits.c
 * What a session has shown of its two sides' ways.
 *
 * RFC 1939 sections 3 (status lines), 5 and 11 (sizes), RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_habits.h"

#include <glib.h>
#include <string.h>

/* Octets of a status line that count as its wording (RFC 1939 section 3 allows as many). */
#define WORDING_LIMIT 512

#define WORDINGS_AT_ONCE 4 /* that memory is taken for */

static uint64_t add_to_form(uint64_t form, uint64_t octets)
{
    form = (form ^ octets) * UINT64_C(1099511628211); /* FNV-1a, but for more than one octet ... */
    return form ^ form >> 32; /* ... of which the higher ones have to come down */
}

/* A status line without its numbers, as one number. Eight octets at once where there is no digit
 * among them: the same words take the same steps, whatever the numbers between them. */
uint32_t pop_habits_form(const pop_reply *reply)
{
    pop_span line = pop_span_part(reply->line, 0, WORDING_LIMIT);
    uint64_t form = UINT64_C(14695981039346656037), eight;
    size_t at = 0;
    while (at < line.length) {
        if (line.length - at >= sizeof eight) {
            memcpy(&eight, line.octets + at, sizeof eight);
            if (!pop_has_digit(eight)) {
                form = add_to_form(form, eight);
                at += sizeof eight;
                continue;
            }
        }
        if (pop_is_digit(line.octets[at])) {
            form = add_to_form(form, '0');
            while (at < line.length && pop_is_digit(line.octets[at])) {
                at++;
            }
        } else {
            form = add_to_form(form, line.octets[at++]);
        }
    }
    return (uint32_t)form | 1;
}

/* A session uses few of the commands that there are: their wordings stand in a list, in the order
 * in which they were first answered. NULL where none was. */
static pop_wording *find(const pop_habits *habits, const pop_command *command)
{
    for (size_t i = 0; i < habits->wording_count; i++) {
        if (habits->wordings[i].command == command->id) {
            return &habits->wordings[i];
        }
    }
    return NULL;
}

static pop_wording *add(
    pop_habits *habits, const pop_allocator *allocator, const pop_command *command)
{
    if (habits->wording_count % WORDINGS_AT_ONCE == 0) {
        habits->wordings = pop_resize(allocator, habits->wordings,
            (habits->wording_count + WORDINGS_AT_ONCE) * sizeof *habits->wordings);
    }
    pop_wording *wording = &habits->wordings[habits->wording_count++];
    *wording = (pop_wording){ .command = command->id };
    return wording;
}

pop_wording pop_habits_wording(const pop_habits *habits, const pop_command *command)
{
    const pop_wording *wording = find(habits, command);
    return wording != NULL ? *wording : (pop_wording){ .command = command->id };
}

bool pop_habits_compare(const pop_habits *habits, const pop_command *command, uint32_t form)
{
    const pop_wording *wording = find(habits, command);
    return wording != NULL && wording->form == form;
}

void pop_habits_note_wording(pop_habits *habits, const pop_allocator *allocator,
    const pop_command *command, uint32_t form, uint64_t octets)
{
    pop_wording *wording = find(habits, command);
    wording = wording != NULL ? wording : add(habits, allocator, command);
    wording->form = form;
    wording->octets = (uint32_t)MIN(octets, UINT32_MAX);
}

void pop_habits_note_sizes(pop_habits *habits, bool listed_wrongly, bool announced_wrongly)
{
    habits->lists_wrongly |= listed_wrongly;
    habits->announces_wrongly |= announced_wrongly;
}

void pop_habits_forget_sizes(pop_habits *habits)
{
    habits->lists_wrongly = habits->announces_wrongly = false;
}

void pop_habits_note_hurry(pop_habits *habits)
{
    if (!habits->client_hurries) {
        habits->client_hurries = true;
        habits->hurried_from = habits->latest_at;
    }
}

void pop_habits_note_pipelining(pop_habits *habits, bool partly)
{
    pop_habits_note_hurry(habits);
    habits->client_pipelines = true;
    habits->client_overlaps |= partly;
}

void pop_habits_note_waiting(pop_habits *habits)
{
    habits->client_drains |= habits->client_hurries && habits->client_asked_for_mail;
    habits->client_shows_waiting |= habits->client_asked_for_mail;
}

void pop_habits_note_transaction(pop_habits *habits, const pop_exchange *exchange, uint64_t octets)
{
    habits->client_asked_for_mail |= exchange->message_number > 0;
    habits->client_previews |= exchange->has_lines;
    habits->longest_command = MAX(habits->longest_command, octets);
}

void pop_habits_note_command(pop_habits *habits, uint64_t server_at, bool missed)
{
    bool has_no_more = habits->latest_at == server_at + 1;
    habits->latest_at = server_at + 1;
    if (has_no_more) {
        pop_habits_note_hurry(habits);
        habits->client_pipelines |= !missed;
    }
}
