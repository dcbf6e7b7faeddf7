/* report_csv.c
 * Writes a report as comma-separated values: a line of names, then a line for each row.
 *
 * RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it:
 * subjects, names and unique-ids are chosen by strangers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report.h"

#include <stdio.h>

#include "analysis/report_escape.h"

/* Spreadsheets evaluate a cell that begins so, quoted or not. */
static bool looks_like_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

/* A control character as "\x1b", so that a terminal does not obey it; in quotes, tabs and line
 * feeds stand as they are. */
static size_t write_control(const char *text)
{
    size_t length = *text == '\n' || *text == '\t' ? 0 : pop_control_length(text);
    if (length > 0) {
        printf("\\x%02x", pop_control_code(text));
    }
    return length;
}

/* RFC 4180 section 2: with quotes where a quote, a comma or a line end stands in the text. */
static void write_field(const char *text, bool guarded)
{
    bool quoted = strpbrk(text, "\",\r\n") != NULL;
    printf("%s%s", quoted ? "\"" : "", guarded && looks_like_formula(text) ? "'" : "");
    while (*text != '\0') {
        size_t control = write_control(text);
        if (control == 0 && *text == '"') {
            putchar('"');
        }
        if (control == 0) {
            putchar(*text);
        }
        text += control == 0 ? 1 : control;
    }
    printf("%s", quoted ? "\"" : "");
}

static void write_names(const pop_rows *rows)
{
    for (size_t column = 0; column < rows->column_count; column++) {
        printf("%s%s", column == 0 ? "" : ",", rows->columns[column].name);
    }
    printf("\r\n");
}

void pop_report_write_csv(const pop_rows *rows)
{
    write_names(rows);
    for (size_t i = 0; i < rows->count; i++) {
        for (size_t column = 0; column < rows->column_count; column++) {
            const pop_cell *cell = &rows->rows[i][column];
            bool guarded = cell->kind == POP_CELL_TEXT || cell->kind == POP_CELL_ROWS;
            printf("%s", column == 0 ? "" : ",");
            write_field(pop_cell_string(rows->scope, cell), guarded);
        }
        printf("\r\n");
    }
}
