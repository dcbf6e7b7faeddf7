/* report.h
 * A report is a table, a row for each thing: what its columns are, what its rows hold, how it is
 * written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORT_H
#define POP_REPORT_H

#include <epan/packet.h>

#include "text/pop_instant.h"

typedef enum pop_cell_kind {
    POP_CELL_NOTHING, /* not known, or it does not apply */
    POP_CELL_TEXT,
    POP_CELL_NUMBER,
    POP_CELL_SECONDS, /* a stretch of time */
    POP_CELL_TIME, /* a point in time */
    POP_CELL_TRUTH,
    POP_CELL_ROWS, /* things of their own kind: the attachments of a mail */
} pop_cell_kind;

struct pop_rows;

/* What it points to lives in the scope of its rows. */
typedef struct pop_cell {
    pop_cell_kind kind;
    union {
        const char *text; /* valid UTF-8, as it stands in the capture: perhaps several lines */
        uint64_t number;
        nstime_t time; /* SECONDS and TIME */
        bool truth;
        const struct pop_rows *rows;
    } value;
} pop_cell;

/* Where a terminal shows a column. Files have all. */
typedef enum pop_in_terminal {
    POP_NOT_IN_TERMINAL,
    POP_IN_TERMINAL,
    POP_IN_TERMINAL_IF_TRUE, /* of truths: where one row of the report has it */
} pop_in_terminal;

typedef struct pop_column {
    const char *name; /* in CSV and JSON; kept once released */
    const char *title; /* in tables that are read by people */
    pop_cell_kind kind; /* of its cells that hold something */
    pop_in_terminal in_terminal;
    unsigned width; /* places of a terminal that a text gets at the most; 0: as many as it takes */
} pop_column;

/* A table with its cells, row by row. */
typedef struct pop_rows {
    wmem_allocator_t *scope; /* of the cells and all that they point to */
    const pop_column *columns;
    size_t column_count;
    pop_cell **rows;
    size_t count, capacity;
} pop_rows;

typedef enum pop_report_format {
    POP_REPORT_TEXT, /* columns for a terminal */
    POP_REPORT_CSV, /* RFC 4180 */
    POP_REPORT_JSON, /* RFC 8259: an array of objects */
} pop_report_format;

/* --- Rows ------------------------------------------------------------------------------------- */

/* A table without rows. */
pop_rows *pop_rows_new(wmem_allocator_t *scope, const pop_column *columns, size_t column_count);

/* A new row, all its cells empty. */
pop_cell *pop_rows_add(pop_rows *rows);

/* Writes into each row that has a text in the column `of` how many rows have the same one there. */
void pop_rows_count_equal(pop_rows *rows, size_t of, size_t count_column);

/* Cells. The text, NULL or not, is copied; what is no UTF-8 in it is read as ISO 8859-1. */
pop_cell pop_cell_text(wmem_allocator_t *scope, const char *text);
pop_cell pop_cell_number(uint64_t number);
pop_cell pop_cell_truth(bool truth);
pop_cell pop_cell_rows(const pop_rows *rows);

/* The frame's number, the point in time; empty where the instant was not seen. */
pop_cell pop_cell_frame(const pop_instant *instant);
pop_cell pop_cell_time(const pop_instant *instant);

/* The time from one instant to another; empty where one of them was not seen. */
pop_cell pop_cell_elapsed(const pop_instant *later, const pop_instant *earlier);

/* --- Writing ---------------------------------------------------------------------------------- */

/* Each writes the table to stdout; `title` heads the text. One format a file. */
void pop_report_write_text(const pop_rows *rows, const char *title);
void pop_report_write_csv(const pop_rows *rows);
void pop_report_write_json(const pop_rows *rows);

/* What is written as text, with that heading, from the scope of the rows. `marked` (or NULL): which
 * row has a mark in front, from 0. */
const char *pop_report_text(const pop_rows *rows, const char *heading, const size_t *marked);

/* A cell as one line of text, empty where the cell is: times as "2025-01-06T09:00:01.123456789Z"
 * (RFC 3339), stretches of time in seconds, things within it one behind the other. From the
 * scope. */
const char *pop_cell_string(wmem_allocator_t *scope, const pop_cell *cell);

/* The same for people: times as "2025-01-06 09:00:01.123", stretches of time in microseconds. */
const char *pop_cell_short_string(wmem_allocator_t *scope, const pop_cell *cell);

/* True in the program with a window, which shows reports as tables of its own. */
bool pop_report_has_window(void);

/* To be called before listeners are drawn on the command line, which draws them when the capture is
 * over: what is still held is decoded. Nothing in the program with a window, which draws while it
 * captures, and decodes the rest itself. */
void pop_report_end_capture(void);

#endif
