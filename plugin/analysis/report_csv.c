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

/* Spreadsheets evaluate a cell that begins so, quoted or not. */
static bool looks_like_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

/* Control characters as "\x1b", so that a terminal does not obey them; tabs and line feeds stand as
 * they are. */
static void write_character(const char *text)
{
    gunichar character = g_utf8_get_char(text);
    if (g_unichar_iscntrl(character) && character != '\n' && character != '\t') {
        printf("\\x%02x", character);
    } else {
        printf("%s%.*s", character == '"' ? "\"" : "", g_utf8_skip[(guchar)*text], text);
    }
}

/* RFC 4180 section 2: with quotes where a quote, a comma or a line end stands in the text. */
static void write_field(const char *text, bool guarded)
{
    bool quoted = strpbrk(text, "\",\r\n") != NULL;
    printf("%s%s", quoted ? "\"" : "", guarded && looks_like_formula(text) ? "'" : "");
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        write_character(text);
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
