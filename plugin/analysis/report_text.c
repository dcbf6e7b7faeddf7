/* report_text.c
 * A report as text: columns as wide as what stands in them, numbers to the right.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report.h"

#include <stdio.h>

#include "dissector/compat.h"

/* A column that is shown, with its cells as text. */
typedef struct text_column {
    const pop_column *column;
    size_t index;
    const char **cells;
    unsigned width; /* places on the terminal */
} text_column;

/* --- Text on a terminal ----------------------------------------------------------------------- */

static unsigned places_of(gunichar character)
{
    if (g_unichar_iszerowidth(character)) {
        return 0;
    }
    return g_unichar_iswide(character) ? 2 : 1;
}

static unsigned width_of(const char *text)
{
    unsigned width = 0;
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        width += places_of(g_utf8_get_char(text));
    }
    return width;
}

/* The text in at most `most` places; what is cut off is marked. */
static const char *fitted(wmem_allocator_t *scope, const char *text, unsigned most)
{
    if (most == 0 || width_of(text) <= most) {
        return text;
    }
    unsigned width = 0;
    const char *end = text;
    while (width + places_of(g_utf8_get_char(end)) < most) {
        width += places_of(g_utf8_get_char(end));
        end = g_utf8_find_next_char(end, NULL);
    }
    return wmem_strdup_printf(scope, "%.*s…", (int)(end - text), text);
}

/* Things in a cell are counted: there is no room for more. */
static const char *shown(wmem_allocator_t *scope, const pop_column *column, const pop_cell *cell)
{
    const char *text = pop_cell_short_string(scope, cell);
    switch (cell->kind) {
    case POP_CELL_NOTHING:
        return "-";
    case POP_CELL_ROWS:
        return wmem_strdup_printf(scope, "%zu", cell->value.rows->count);
    case POP_CELL_TEXT:
        return fitted(scope, pop_format_text(scope, text), column->width);
    default:
        return text;
    }
}

/* --- Columns ---------------------------------------------------------------------------------- */

static void lay_out(const pop_rows *rows, text_column *column)
{
    column->width = width_of(column->column->title);
    column->cells = wmem_alloc_array(rows->scope, const char *, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        column->cells[i] = shown(rows->scope, column->column, &rows->rows[i][column->index]);
        column->width = MAX(column->width, width_of(column->cells[i]));
    }
}

static bool is_true_somewhere(const pop_rows *rows, size_t column)
{
    for (size_t i = 0; i < rows->count; i++) {
        const pop_cell *cell = &rows->rows[i][column];
        if (cell->kind == POP_CELL_TRUTH && cell->value.truth) {
            return true;
        }
    }
    return false;
}

static bool is_shown(const pop_rows *rows, size_t column)
{
    switch (rows->columns[column].in_terminal) {
    case POP_IN_TERMINAL:
        return true;
    case POP_IN_TERMINAL_IF_TRUE:
        return is_true_somewhere(rows, column);
    case POP_NOT_IN_TERMINAL:
        break;
    }
    return false;
}

static size_t columns_of(const pop_rows *rows, text_column *columns)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->column_count; i++) {
        if (is_shown(rows, i)) {
            columns[count] = (text_column){ .column = &rows->columns[i], .index = i };
            lay_out(rows, &columns[count++]);
        }
    }
    return count;
}

static bool stands_right(pop_cell_kind kind)
{
    return kind == POP_CELL_NUMBER || kind == POP_CELL_SECONDS || kind == POP_CELL_ROWS;
}

static void write_cell(wmem_strbuf_t *to, const text_column *column, const char *text, bool last)
{
    int padding = (int)(column->width - width_of(text));
    if (stands_right(column->column->kind)) {
        wmem_strbuf_append_printf(to, "%*s%s", padding, "", text);
    } else {
        wmem_strbuf_append_printf(to, "%s%*s", text, last ? 0 : padding, "");
    }
    wmem_strbuf_append(to, last ? "\n" : "  ");
}

static unsigned total_width(const text_column *columns, size_t count)
{
    unsigned width = 2 * (unsigned)(count - 1);
    for (size_t i = 0; i < count; i++) {
        width += columns[i].width;
    }
    return width;
}

static void write_rule(wmem_strbuf_t *to, char mark, unsigned width)
{
    for (unsigned i = 0; i < width; i++) {
        wmem_strbuf_append_c(to, mark);
    }
    wmem_strbuf_append_c(to, '\n');
}

static void write_row(wmem_strbuf_t *to, const text_column *columns, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++) {
        write_cell(to, &columns[i], columns[i].cells[row], i + 1 == count);
    }
}

const char *pop_report_text(const pop_rows *rows, const char *heading, const size_t *marked)
{
    text_column *columns = wmem_alloc_array(rows->scope, text_column, rows->column_count);
    size_t count = columns_of(rows, columns);
    const char *margin = marked == NULL ? "" : "  ";
    unsigned width = total_width(columns, count) + (unsigned)strlen(margin);
    wmem_strbuf_t *to = wmem_strbuf_new(rows->scope, "");
    write_rule(to, '=', width);
    wmem_strbuf_append_printf(to, "%s\n%s", heading, margin);
    for (size_t i = 0; i < count; i++) {
        write_cell(to, &columns[i], columns[i].column->title, i + 1 == count);
    }
    write_rule(to, '-', width);
    for (size_t row = 0; row < rows->count; row++) {
        wmem_strbuf_append(to, marked != NULL && *marked == row ? "> " : margin);
        write_row(to, columns, count, row);
    }
    write_rule(to, '=', width);
    return wmem_strbuf_get_str(to);
}

void pop_report_write_text(const pop_rows *rows, const char *title)
{
    const char *heading = wmem_strdup_printf(rows->scope, "%s: %zu", title, rows->count);
    (void)fputs(pop_report_text(rows, heading, NULL), stdout);
}
