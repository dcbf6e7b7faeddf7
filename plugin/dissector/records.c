/* records.c
 * Keeps the records of all sessions, and finds those of a frame again: by the place of their
 * segment in the frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/records.h"

#define FIRST_CAPACITY 64

/* Rows at the end that are looked at one by one. */
#define ROWS_LOOKED_AT 4

/* Sorted by frame; those of one frame stand in the order in which they were added. */
typedef struct pop_index_row {
    uint32_t frame;
    uint32_t record; /* its number */
    pop_place place;
} pop_index_row;

/* In file scope. */
static pop_index_row *rows;
static size_t row_count, row_capacity;
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

/* The first row whose frame is not below this one: in the first pass among the last ones. */
static size_t first_row(uint32_t frame)
{
    size_t from = 0, until = row_count;
    for (size_t i = 0; i < ROWS_LOOKED_AT; i++, until--) {
        if (until == 0 || rows[until - 1].frame < frame) {
            return until;
        }
    }
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (rows[middle].frame < frame) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

void pop_records_begin_frame(uint32_t frame)
{
    row_count = first_row(frame);
}

/* Nearly always the last one; what was held at the capture's end stands behind a former frame. */
void pop_records_add(uint32_t frame, pop_place place, uint32_t number)
{
    rows = with_room(rows, row_count, &row_capacity, sizeof *rows);
    size_t at = frame == UINT32_MAX ? row_count : first_row(frame + 1);
    memmove(&rows[at + 1], &rows[at], (row_count - at) * sizeof *rows);
    rows[at] = (pop_index_row){ frame, number, place };
    row_count++;
}

static bool is_at(const pop_index_row *row, pop_place place)
{
    return row->place.offset == place.offset && row->place.sequence == place.sequence;
}

void pop_records_change(uint32_t frame, pop_place place, uint32_t number)
{
    size_t at = first_row(frame + 1);
    while (at > 0 && rows[at - 1].frame == frame && !is_at(&rows[at - 1], place)) {
        at--;
    }
    DISSECTOR_ASSERT(at > 0 && rows[at - 1].frame == frame);
    rows[at - 1].record = number;
}

pop_records_walk pop_records_at(uint32_t frame, pop_place place)
{
    return (pop_records_walk){ .next = first_row(frame), .frame = frame, .place = place };
}

pop_records_walk pop_records_of_frame(uint32_t frame)
{
    return (pop_records_walk){ .next = first_row(frame), .frame = frame, .any_place = true };
}

pop_record *pop_records_next(pop_records_walk *walk)
{
    while (walk->next < row_count && rows[walk->next].frame == walk->frame) {
        const pop_index_row *row = &rows[walk->next++];
        if (walk->any_place || is_at(row, walk->place)) {
            return records[row->record];
        }
    }
    return NULL;
}

void pop_records_forget(void)
{
    rows = NULL;
    row_count = row_capacity = 0;
    records = NULL;
    record_count = record_capacity = 0;
}
