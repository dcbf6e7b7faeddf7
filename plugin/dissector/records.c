/* records.c
 * Keeps the records of all sessions, and finds that of a frame's call again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/records.h"

#define FIRST_CAPACITY 64

/* The first pass brings calls in this order: frame by frame, call by call. */
typedef struct pop_call {
    uint32_t frame;
    uint32_t record; /* its number */
} pop_call;

/* In file scope. */
static pop_call *calls;
static size_t call_count, call_capacity;
static pop_record **records;
static size_t record_count, record_capacity;

/* The array, with room for one more than it has. A wmem_array_t takes twice
 * a hundred instructions for each segment. */
static void *with_room(void *array, size_t count, size_t *capacity, size_t octets_each)
{
    if (count < *capacity) {
        return array;
    }
    *capacity = MAX(FIRST_CAPACITY, *capacity + *capacity / 2);
    return wmem_realloc(wmem_file_scope(), array, *capacity * octets_each);
}

uint32_t pop_records_keep(pop_record *record)
{
    records = with_room(records, record_count, &record_capacity, sizeof record);
    records[record_count] = record;
    return (uint32_t)record_count++;
}

pop_record *pop_records_numbered(uint32_t number)
{
    DISSECTOR_ASSERT(number < record_count);
    return records[number];
}

/* The first call whose frame is not below this one. */
static size_t first_call(uint32_t frame)
{
    size_t from = 0, until = call_count;
    if (until > 0 && calls[until - 1].frame < frame) {
        return until;
    }
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (calls[middle].frame < frame) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

/* Makes place for a call of the frame; what was added for it and those behind it is forgotten. */
static size_t make_place(uint32_t frame, uint32_t ordinal)
{
    size_t behind = first_call(frame + 1);
    size_t at = MIN(first_call(frame) + ordinal, behind);
    memmove(&calls[at + 1], &calls[behind], (call_count - behind) * sizeof *calls);
    call_count -= behind - at;
    return at;
}

void pop_records_add_call(uint32_t frame, uint32_t ordinal, uint32_t number)
{
    calls = with_room(calls, call_count, &call_capacity, sizeof *calls);
    bool is_last = call_count == 0 || calls[call_count - 1].frame < frame; /* nearly always */
    size_t at = is_last ? call_count : make_place(frame, ordinal);
    calls[at] = (pop_call){ frame, number };
    call_count++;
}

static pop_call *find_call(uint32_t frame, uint32_t ordinal)
{
    size_t at = first_call(frame) + ordinal;
    return at < call_count && calls[at].frame == frame ? &calls[at] : NULL;
}

void pop_records_change(uint32_t frame, uint32_t ordinal, uint32_t number)
{
    pop_call *call = find_call(frame, ordinal);
    DISSECTOR_ASSERT(call != NULL);
    call->record = number;
}

pop_record *pop_records_find(uint32_t frame, uint32_t ordinal)
{
    const pop_call *call = find_call(frame, ordinal);
    return call == NULL ? NULL : records[call->record];
}

void pop_records_forget(void)
{
    calls = NULL;
    call_count = call_capacity = 0;
    records = NULL;
    record_count = record_capacity = 0;
}
