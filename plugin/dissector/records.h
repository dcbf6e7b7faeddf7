/* records.h
 * Keeps the records of all sessions, and finds those of a frame again: by the place of their
 * segment in the frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_RECORDS_H
#define POP_RECORDS_H

#include "dissector/transcript.h"

/* Keeps the record, which lives in file scope. Returns its number. First pass only. */
uint32_t pop_records_keep(pop_record *record);

/* The record of that number. Any pass. */
pop_record *pop_records_numbered(uint32_t number);

/* A frame is dissected that no pass has seen: what was added for its number before, by a frame that
 * a read filter rejected, is forgotten. First pass only. */
void pop_records_begin_frame(uint32_t frame);

/* The record is one more of those at that place of the frame; one record may serve many frames.
 * First pass, or behind it. */
void pop_records_add(uint32_t frame, pop_place place, uint32_t number);

/* Another record instead of the last one at that place of the frame. First pass only. */
void pop_records_change(uint32_t frame, pop_place place, uint32_t number);

/* A walk over the records at one place of a frame, in the order in which they were added; or over
 * all of the frame. Any pass. */
typedef struct pop_records_walk {
    size_t next;
    uint32_t frame;
    bool any_place;
    pop_place place;
} pop_records_walk;

pop_records_walk pop_records_at(uint32_t frame, pop_place place);
pop_records_walk pop_records_of_frame(uint32_t frame);

/* The walk's next record; NULL where there is none. */
pop_record *pop_records_next(pop_records_walk *walk);

/* The capture file is closed, and the memory of file scope is gone. */
void pop_records_forget(void);

#endif
