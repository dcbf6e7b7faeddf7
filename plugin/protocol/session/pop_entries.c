/* pop_entries.c
 * What is told of the segment fed last: its octets, stretch by stretch.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_entries.h"

/* Entries for which memory is kept from one segment to the next. */
#define ENTRIES_KEPT 256

void pop_entries_init(pop_entries *entries, const pop_allocator *allocator, size_t limit)
{
    *entries = (pop_entries){ .allocator = allocator, .limit = limit };
}

/* A segment of very many lines leaves no memory behind. */
void pop_entries_begin(pop_entries *entries)
{
    entries->count = 0;
    if (entries->capacity > ENTRIES_KEPT) {
        pop_release(entries->allocator, entries->list);
        entries->list = NULL;
        entries->capacity = 0;
    }
}

void pop_entries_note_gap(pop_entries *entries, pop_direction direction)
{
    entries->gap_before[direction] = true;
}

void pop_entries_forget_gaps(pop_entries *entries)
{
    entries->gap_before[POP_FROM_CLIENT] = false;
    entries->gap_before[POP_FROM_SERVER] = false;
}

static pop_entry *make_room(pop_entries *entries)
{
    if (entries->count == entries->capacity) {
        entries->capacity = entries->capacity == 0 ? 1 : entries->capacity * 2;
        entries->list = pop_resize(
            entries->allocator, entries->list, entries->capacity * sizeof *entries->list);
    }
    return &entries->list[entries->count++];
}

/* The last entry that a segment may have, for this unit and all behind it: octets that are not told
 * apart. The session goes on; what it would write into entries is lost. */
static pop_entry *beyond_limit(pop_entries *entries, const pop_unit *unit, const pop_stamp *stamp)
{
    if (entries->count < entries->limit) {
        *make_room(entries) = (pop_entry){ .offset = (uint32_t)unit->offset,
            .kind = POP_ENTRY_OPAQUE,
            .state = stamp->state,
            .anomalies = POP_FLAW(TOO_MANY_LINES) };
    }
    pop_entry *last = &entries->list[entries->count - 1];
    last->length = (uint32_t)(unit->offset + unit->length) - last->offset;
    pop_entry *nobody_reads_it = make_room(entries); /* behind those that count */
    *nobody_reads_it = (pop_entry){ .kind = POP_ENTRY_OPAQUE };
    entries->count--;
    return nobody_reads_it;
}

static pop_anomalies flaws_of(const pop_unit *unit)
{
    pop_anomalies flaws = 0;
    if (unit->bare_lf) {
        flaws |= unit->kind == POP_UNIT_BODY_END ? POP_FLAW(BARE_LF_TERMINATOR) : POP_FLAW(BARE_LF);
    }
    flaws |= unit->odd_end ? POP_FLAW(LINE_END) : 0;
    flaws |= unit->nul_end ? POP_FLAW(NUL) : 0;
    flaws |= unit->too_long ? POP_FLAW(LINE_TOO_LONG) : 0;
    flaws |= unit->unstuffed_dot ? POP_FLAW(UNSTUFFED_DOT) : 0;
    flaws |= unit->cut_off ? POP_FLAW(LINE_INCOMPLETE) : 0;
    return flaws;
}

pop_entry *pop_entries_add(
    pop_entries *entries, const pop_unit *unit, pop_entry_kind kind, const pop_stamp *stamp)
{
    if (entries->count + 1 >= entries->limit) {
        return beyond_limit(entries, unit, stamp);
    }
    pop_entry *entry = make_room(entries);
    *entry = (pop_entry){
        .offset = (uint32_t)unit->offset,
        .length = (uint32_t)unit->length,
        .kind = (uint8_t)kind,
        .state = stamp->state,
        .ends_line_here = (unit->kind == POP_UNIT_LINE || unit->kind == POP_UNIT_PREAMBLE)
            && unit->line != NULL,
        .user = stamp->user,
        .line = unit->line,
        .anomalies = flaws_of(unit) | stamp->anomalies,
    };
    if (entries->gap_before[stamp->direction]) {
        entry->anomalies |= POP_FLAW(GAP);
        entries->gap_before[stamp->direction] = false;
    }
    return entry;
}

static bool is_one_more(
    const pop_entries *entries, const pop_entry *last, const pop_unit *unit, const pop_stamp *stamp)
{
    return last->kind == POP_ENTRY_UNEXPECTED && last->position > 0
        && last->anomalies == (flaws_of(unit) | stamp->anomalies) && last->state == stamp->state
        && last->user == stamp->user && last->offset + last->length == unit->offset
        && !entries->gap_before[stamp->direction];
}

void pop_entries_add_unexpected(pop_entries *entries, const pop_unit *unit, const pop_stamp *stamp)
{
    bool is_empty = unit->text.length == 0 && unit->line == NULL;
    if (is_empty && entries->count > 0) {
        pop_entry *last = &entries->list[entries->count - 1];
        if (is_one_more(entries, last, unit, stamp)) {
            last->length += (uint32_t)unit->length;
            last->position++;
            return;
        }
    }
    pop_entries_add(entries, unit, POP_ENTRY_UNEXPECTED, stamp)->position = is_empty ? 1 : 0;
}

pop_entry *pop_entries_add_merged(pop_entries *entries, const pop_unit *unit, pop_entry_kind kind,
    pop_exchange *exchange, const pop_stamp *stamp)
{
    /* Of a mail, and of what is not decoded, the stretch counts, not the line. */
    bool stretch = kind == POP_ENTRY_OPAQUE || kind == POP_ENTRY_BODY;
    bool plain = !unit->bare_lf && !unit->odd_end && !unit->too_long && !unit->unstuffed_dot;
    pop_anomalies guess = stamp->anomalies & POP_FLAW(UNCERTAIN);
    if (entries->count > 0 && unit->line == NULL && (plain || stretch)) {
        pop_entry *last = &entries->list[entries->count - 1];
        if (last->kind == kind && last->exchange == exchange
            && (last->anomalies & POP_FLAW(UNCERTAIN)) == guess
            && (last->anomalies == guess || stretch) && last->line == NULL
            && last->offset + last->length == unit->offset) {
            last->length += (uint32_t)unit->length;
            last->anomalies |= unit->unstuffed_dot ? POP_FLAW(UNSTUFFED_DOT) : 0;
            return last;
        }
    }
    pop_entry *entry = pop_entries_add(entries, unit, kind, stamp);
    entry->exchange = exchange;
    if (stretch) { /* how its lines end would not be told of those that are merged */
        entry->anomalies &= ~(POP_FLAW(BARE_LF) | POP_FLAW(LINE_END) | POP_FLAW(NUL)
            | POP_FLAW(LINE_TOO_LONG) | POP_FLAW(LINE_INCOMPLETE));
    }
    return entry;
}

pop_entry *pop_entries_latest(pop_entries *entries)
{
    return entries->count == 0 ? NULL : &entries->list[entries->count - 1];
}
