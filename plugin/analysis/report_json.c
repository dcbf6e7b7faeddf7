/* report_json.c
 * Writes a report as JSON: an array with an object for each row; a cell that holds nothing is null.
 *
 * RFC 8259.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report.h"

#include <stdio.h>

#include <wsutil/json_dumper.h>

static void write_rows(json_dumper *dumper, const pop_rows *rows);

/* RFC 8259 section 7. The host's writer lets the control characters from U+007F on through. */
static void write_string(json_dumper *dumper, const char *text)
{
    GString *escaped = g_string_new("\"");
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        gunichar character = g_utf8_get_char(text);
        if (g_unichar_iscntrl(character)) {
            g_string_append_printf(escaped, "\\u%04x", character);
        } else {
            bool slashed = character == '"' || character == '\\';
            g_string_append(escaped, slashed ? "\\" : "");
            g_string_append_unichar(escaped, character);
        }
    }
    json_dumper_value_anyf(dumper, "%s\"", escaped->str);
    g_string_free(escaped, TRUE);
}

static void write_cell(json_dumper *dumper, wmem_allocator_t *scope, const pop_cell *cell)
{
    switch (cell->kind) {
    case POP_CELL_TEXT:
    case POP_CELL_TIME:
        write_string(dumper, pop_cell_string(scope, cell));
        break;
    case POP_CELL_NUMBER:
    case POP_CELL_SECONDS:
        json_dumper_value_anyf(dumper, "%s", pop_cell_string(scope, cell));
        break;
    case POP_CELL_TRUTH:
        json_dumper_value_anyf(dumper, "%s", cell->value.truth ? "true" : "false");
        break;
    case POP_CELL_ROWS:
        write_rows(dumper, cell->value.rows);
        break;
    case POP_CELL_NOTHING:
        json_dumper_value_anyf(dumper, "null");
        break;
    }
}

static void write_rows(json_dumper *dumper, const pop_rows *rows)
{
    json_dumper_begin_array(dumper);
    for (size_t i = 0; i < rows->count; i++) {
        json_dumper_begin_object(dumper);
        for (size_t column = 0; column < rows->column_count; column++) {
            json_dumper_set_member_name(dumper, rows->columns[column].name);
            write_cell(dumper, rows->scope, &rows->rows[i][column]);
        }
        json_dumper_end_object(dumper);
    }
    json_dumper_end_array(dumper);
}

void pop_report_write_json(const pop_rows *rows)
{
    json_dumper dumper = { .output_file = stdout, .flags = JSON_DUMPER_FLAGS_PRETTY_PRINT };
    write_rows(&dumper, rows);
    json_dumper_finish(&dumper);
}
