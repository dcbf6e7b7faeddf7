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

static void write_cell(json_dumper *dumper, wmem_allocator_t *scope, const pop_cell *cell)
{
    switch (cell->kind) {
    case POP_CELL_TEXT:
    case POP_CELL_TIME:
        json_dumper_value_string(dumper, pop_cell_string(scope, cell));
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
