/* report.c
 * A report is a table, a row for each thing: its cells, and each of them as text.
 *
 * RFC 3339 (times).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report.h"

#include <string.h>

#include "dissector/readable.h"
#include "dissector/transcript.h"

/* --- Rows ------------------------------------------------------------------------------------- */

pop_rows *pop_rows_new(wmem_allocator_t *scope, const pop_column *columns, size_t column_count)
{
    pop_rows *rows = wmem_new0(scope, pop_rows);
    rows->scope = scope;
    rows->columns = columns;
    rows->column_count = column_count;
    return rows;
}

pop_cell *pop_rows_add(pop_rows *rows)
{
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity == 0 ? 16 : rows->capacity * 2;
        rows->rows = wmem_realloc(rows->scope, rows->rows, rows->capacity * sizeof *rows->rows);
    }
    pop_cell *row = wmem_alloc0_array(rows->scope, pop_cell, rows->column_count);
    rows->rows[rows->count++] = row;
    return row;
}

void pop_rows_count_equal(pop_rows *rows, size_t of, size_t count_column)
{
    wmem_map_t *counts = wmem_map_new(rows->scope, g_str_hash, g_str_equal);
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < rows->count; i++) {
            pop_cell *row = rows->rows[i];
            if (row[of].kind != POP_CELL_TEXT) {
                continue;
            }
            size_t count = GPOINTER_TO_SIZE(wmem_map_lookup(counts, row[of].value.text));
            if (pass == 0) {
                wmem_map_insert(counts, row[of].value.text, GSIZE_TO_POINTER(count + 1));
            } else {
                row[count_column] = pop_cell_number(count);
            }
        }
    }
}

pop_cell pop_cell_text(wmem_allocator_t *scope, const char *text)
{
    if (text == NULL) {
        return (pop_cell){ .kind = POP_CELL_NOTHING };
    }
    const char *readable = pop_readable(scope, text, strlen(text));
    const char *valid = readable == text ? wmem_strdup(scope, text) : readable;
    return (pop_cell){ .kind = POP_CELL_TEXT, .value.text = valid };
}

pop_cell pop_cell_number(uint64_t number)
{
    return (pop_cell){ .kind = POP_CELL_NUMBER, .value.number = number };
}

pop_cell pop_cell_truth(bool truth)
{
    return (pop_cell){ .kind = POP_CELL_TRUTH, .value.truth = truth };
}

pop_cell pop_cell_rows(const pop_rows *rows)
{
    return (pop_cell){ .kind = POP_CELL_ROWS, .value.rows = rows };
}

pop_cell pop_cell_frame(const pop_instant *instant)
{
    return instant->frame == 0 ? (pop_cell){ .kind = POP_CELL_NOTHING }
                               : pop_cell_number(instant->frame);
}

static nstime_t time_of(const pop_instant *instant)
{
    nstime_t time = { .secs = (time_t)instant->seconds, .nsecs = instant->nanoseconds };
    return time;
}

pop_cell pop_cell_time(const pop_instant *instant)
{
    return instant->frame == 0
        ? (pop_cell){ .kind = POP_CELL_NOTHING }
        : (pop_cell){ .kind = POP_CELL_TIME, .value.time = time_of(instant) };
}

pop_cell pop_cell_elapsed(const pop_instant *later, const pop_instant *earlier)
{
    if (later->frame == 0 || earlier->frame == 0) {
        return (pop_cell){ .kind = POP_CELL_NOTHING };
    }
    nstime_t end = time_of(later), start = time_of(earlier);
    pop_cell cell = { .kind = POP_CELL_SECONDS };
    if (nstime_cmp(&end, &start) < 0) { /* two clocks, or a link, have swapped them */
        return (pop_cell){ .kind = POP_CELL_NOTHING };
    }
    nstime_delta(&cell.value.time, &end, &start);
    return cell;
}

/* --- Cells as text ---------------------------------------------------------------------------- */

static const char *time_string(wmem_allocator_t *scope, const nstime_t *time)
{
    GDateTime *date = g_date_time_new_from_unix_utc(time->secs);
    if (date == NULL) { /* a year that no calendar has */
        return wmem_strdup_printf(scope, "%" PRId64, (int64_t)time->secs);
    }
    char *text = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S");
    const char *result = wmem_strdup_printf(scope, "%s.%09dZ", text, time->nsecs);
    g_free(text);
    g_date_time_unref(date);
    return result;
}

static const char *seconds_string(wmem_allocator_t *scope, const nstime_t *time)
{
    bool negative = time->secs < 0 || time->nsecs < 0;
    return wmem_strdup_printf(scope, "%s%" PRId64 ".%09d", negative ? "-" : "",
        (int64_t)(time->secs < 0 ? -time->secs : time->secs), abs(time->nsecs));
}

/* Of what is true the name says enough, and of what is not nothing need be said. */
static const char *part_string(const pop_rows *rows, const pop_cell *cell, size_t column)
{
    if (cell->kind == POP_CELL_TRUTH) {
        return cell->value.truth ? rows->columns[column].name : "";
    }
    return pop_cell_string(rows->scope, cell);
}

/* "name image/png 120 sha256; ..." */
static const char *rows_string(wmem_allocator_t *scope, const pop_rows *rows)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");
    for (size_t i = 0; i < rows->count; i++) {
        wmem_strbuf_append(text, i == 0 ? "" : "; ");
        for (size_t column = 0; column < rows->column_count; column++) {
            const char *value = part_string(rows, &rows->rows[i][column], column);
            wmem_strbuf_append(text, column == 0 || value[0] == '\0' ? "" : " ");
            wmem_strbuf_append(text, value);
        }
    }
    return wmem_strbuf_finalize(text);
}

const char *pop_cell_string(wmem_allocator_t *scope, const pop_cell *cell)
{
    switch (cell->kind) {
    case POP_CELL_TEXT:
        return cell->value.text;
    case POP_CELL_NUMBER:
        return wmem_strdup_printf(scope, "%" PRIu64, cell->value.number);
    case POP_CELL_SECONDS:
        return seconds_string(scope, &cell->value.time);
    case POP_CELL_TIME:
        return time_string(scope, &cell->value.time);
    case POP_CELL_TRUTH:
        return cell->value.truth ? "yes" : "no";
    case POP_CELL_ROWS:
        return rows_string(scope, cell->value.rows);
    case POP_CELL_NOTHING:
        break;
    }
    return "";
}

/* The first digits of a time suffice. */
static const char *short_time(wmem_allocator_t *scope, const char *text)
{
    const size_t length = strlen("2025-01-06 09:00:01.123"), date = strlen("2025-01-06");
    if (strlen(text) < length) {
        return text;
    }
    char *cut = wmem_strndup(scope, text, length);
    cut[date] = ' ';
    return cut;
}

const char *pop_cell_short_string(wmem_allocator_t *scope, const pop_cell *cell)
{
    const char *text = pop_cell_string(scope, cell);
    switch (cell->kind) {
    case POP_CELL_TIME:
        return short_time(scope, text);
    case POP_CELL_SECONDS: /* without its nanoseconds */
        return wmem_strndup(scope, text, strlen(text) - 3);
    default:
        return text;
    }
}

/* --- The program ------------------------------------------------------------------------------ */

bool pop_report_has_window(void)
{
    return g_strcmp0(g_get_prgname(), "wireshark") == 0;
}

void pop_report_end_capture(void)
{
    if (!pop_report_has_window()) {
        pop_transcript_end_capture();
    }
}
