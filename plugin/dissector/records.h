/* records.h
 * Keeps the records of all sessions, and finds that of a frame's call again.
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

/* The frame has a call, counted from 0, whose record this is; one record may serve many calls. What
 * was added for it before, and for calls behind it, is forgotten: where a read filter rejects a
 * frame, the next one has its number. First pass only. */
void pop_records_add_call(uint32_t frame, uint32_t ordinal, uint32_t number);

/* Another record for the frame's call, counted from 0, which was added before. First pass only. */
void pop_records_change(uint32_t frame, uint32_t ordinal, uint32_t number);

/* The record of the frame's call, counted from 0; NULL where there is none. Any pass. */
pop_record *pop_records_find(uint32_t frame, uint32_t ordinal);

/* The capture file is closed, and the memory of file scope is gone. */
void pop_records_forget(void);

#endif
