/* report_table.c
 * The reports as tables of the window (Statistics > POP Sessions, ...), and for sharkd ("nstat").
 *
 * The window fills a table once, when it is opened or its filter is applied, from packets that were
 * dissected before. It asks for rows while packets go by, and never again: so a row is made as soon
 * as its thing is seen. That is soon enough, what came later is known. Only FIN and RST are not; a
 * session's row is made anew when its connection ends.
 *
 * A table that stays open goes on to point at its rows, to sort and to copy them, whatever becomes
 * of the capture, and while the same table is opened a second time: so rows hold nothing of the
 * capture's, and go when nobody can show them any more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report_table.h"

#include <glib.h>
#include <epan/stat_tap_ui.h>
#include <wsutil/str_util.h>

#include "analysis/reading.h"
#include "analysis/reports.h"

#define TABLES POP_REPORTS
#define PLACES 14 /* of a number in the window: a week in microseconds */

/* One report as a table. The host knows the first member alone. */
typedef struct report_table {
    stat_tap_table_ui ui;
    const pop_report *report;
    size_t *order; /* of the columns: what a terminal shows comes first */
    size_t column_count;
    pop_collector *collector;
    pop_connection_ends *ends;
    wmem_map_t *told; /* thing -> its first row, from 1; in the collector's scope */
    wmem_map_t *by_tcp_stream; /* tcp.stream -> pop_seen_session; in the collector's scope */
    GPtrArray *former; /* rows of earlier fillings, which another open table may show */
    unsigned readings; /* of the capture since the table was opened */
} report_table;

static report_table tables[TABLES];

static report_table *table_of(const stat_tap_table_ui *ui)
{
    size_t i = 0;
    while (i + 1 < TABLES && &tables[i].ui != ui) {
        i++;
    }
    return &tables[i]; /* it is one of them */
}

static stat_tap_table *host_table(const report_table *table)
{
    const GArray *all = table->ui.tables;
    return all == NULL || all->len == 0 ? NULL : g_array_index(all, stat_tap_table *, 0);
}

/* --- Cells ------------------------------------------------------------------------------------ */

/* The window compares the items of a column as if all were of one type, and formats them so: it
 * takes a number beside an empty text for an address. What has no number shall stand empty there;
 * so a number is a text, with blanks in front that put it in order. */
static stat_tap_table_item_enum host_kind(pop_cell_kind kind)
{
    switch (kind) {
    case POP_CELL_NUMBER:
        return pop_report_has_window() ? TABLE_ITEM_STRING : TABLE_ITEM_UINT;
    case POP_CELL_SECONDS:
        return pop_report_has_window() ? TABLE_ITEM_STRING : TABLE_ITEM_FLOAT;
    default:
        return TABLE_ITEM_STRING;
    }
}

static bool is_number(pop_cell_kind kind)
{
    return kind == POP_CELL_NUMBER || kind == POP_CELL_SECONDS;
}

static stat_tap_table_item_type text_of(wmem_allocator_t *scope, const pop_cell *cell)
{
    const char *text = pop_cell_short_string(scope, cell);
    return (stat_tap_table_item_type){ .type = TABLE_ITEM_STRING,
        .value.string_value = is_number(cell->kind) ? g_strdup_printf("%*s", PLACES, text)
                                                    : g_strdup(text) };
}

/* Of a column whose cells are of that kind, or hold nothing. */
static stat_tap_table_item_type item_of(
    wmem_allocator_t *scope, pop_cell_kind column, const pop_cell *cell)
{
    stat_tap_table_item_enum type = host_kind(column);
    if (type == TABLE_ITEM_STRING) {
        return text_of(scope, cell);
    }
    if (cell->kind == POP_CELL_NOTHING) {
        return (stat_tap_table_item_type){ .type = TABLE_ITEM_NONE };
    }
    stat_tap_table_item_type item = { .type = type };
    if (type == TABLE_ITEM_UINT) { /* the host's numbers have 32 bits */
        item.value.uint_value = (guint)MIN(cell->value.number, G_MAXUINT32);
    } else {
        item.value.float_value = nstime_to_sec(&cell->value.time);
    }
    return item;
}

static void free_item(
    stat_tap_table *host _U_, guint row _U_, guint column _U_, stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)(uintptr_t)item->value.string_value);
        item->value.string_value = NULL;
        item->type = TABLE_ITEM_NONE;
    }
}

/* --- Rows ------------------------------------------------------------------------------------- */

static stat_tap_table_item_type *items_of(const report_table *table, const pop_subject *subject)
{
    const pop_report *report = table->report;
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    pop_cell *cells = wmem_alloc0_array(scope, pop_cell, report->column_count);
    stat_tap_table_item_type *items = g_new0(stat_tap_table_item_type, table->column_count);
    report->fill(subject, scope, cells);
    for (size_t i = 0; i < table->column_count; i++) {
        size_t column = table->order[i];
        items[i] = item_of(scope, report->columns[column].kind, &cells[column]);
    }
    wmem_destroy_allocator(scope);
    return items;
}

static void put_row(
    report_table *table, stat_tap_table *host, guint row, const pop_subject *subject)
{
    stat_tap_table_item_type *items = items_of(table, subject);
    for (guint i = 0; row < host->num_elements && i < host->num_fields; i++) {
        free_item(host, row, i, stat_tap_get_field_data(host, row, i));
    }
    stat_tap_init_table_row(host, row, host->num_fields, items);
    g_free(items);
}

static void add_row(report_table *table, const void *thing, const pop_subject *subject)
{
    stat_tap_table *host = host_table(table);
    if (host == NULL || thing == NULL || wmem_map_contains(table->told, thing)) {
        return;
    }
    wmem_map_insert(table->told, thing, GUINT_TO_POINTER(host->num_elements + 1));
    pop_subject part = *subject;
    uint32_t count = pop_report_count(table->report, subject);
    for (part.part = 0; part.part < count; part.part++) {
        put_row(table, host, host->num_elements, &part);
    }
}

static void add_rows(report_table *table, const pop_seen_session *seen, const pop_tap_record *told)
{
    pop_subject subject = { table->collector, seen, NULL, 0 };
    if (table->report->thing_of == NULL) {
        add_row(table, seen, &subject);
        return;
    }
    for (uint32_t i = 0; i < told->entry_count; i++) {
        subject.exchange = told->entries[i].entry->exchange;
        if (subject.exchange != NULL) {
            add_row(table, table->report->thing_of(&subject), &subject);
        }
    }
}

static tap_packet_status take(void *data, packet_info *pinfo _U_, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    const stat_data_t *host = data;
    report_table *table = table_of(host->stat_tap_data);
    const pop_tap_record *record = told;
    const pop_seen_session *seen = pop_collector_take(table->collector, record, NULL);
    if (seen->has_tcp_stream) {
        wmem_map_insert(
            table->by_tcp_stream, GUINT_TO_POINTER(seen->tcp_stream), (void *)(uintptr_t)seen);
    }
    add_rows(table, seen, record);
    return TAP_PACKET_REDRAW;
}

/* A session's connection ended. The listener stays when the table is closed: then there is nothing
 * to do, and another reading of the capture is not this table's. */
static void note_end(const pop_connection_end *end, void *data)
{
    report_table *table = data;
    stat_tap_table *host = host_table(table);
    if (table->readings > 1 || host == NULL || table->report->thing_of != NULL) {
        return;
    }
    const pop_seen_session *seen = wmem_map_lookup(
        table->by_tcp_stream, GUINT_TO_POINTER(end->tcp_stream));
    guint row = seen == NULL ? 0 : GPOINTER_TO_UINT(wmem_map_lookup(table->told, seen));
    if (row > 0 && row <= host->num_elements) {
        pop_subject subject = { table->collector, seen, NULL, 0 };
        put_row(table, host, row - 1, &subject);
    }
}

/* --- The table -------------------------------------------------------------------------------- */

static void forget(report_table *table)
{
    pop_collector_reset(table->collector);
    table->told = wmem_map_new(table->collector->scope, g_direct_hash, g_direct_equal);
    table->by_tcp_stream = wmem_map_new(table->collector->scope, g_direct_hash, g_direct_equal);
}

static void free_row(const report_table *table, stat_tap_table_item_type *items)
{
    for (guint i = 0; i < table->column_count; i++) {
        free_item(NULL, 0, i, &items[i]);
    }
    g_free(items);
}

static void drop_rows(report_table *table, stat_tap_table *host)
{
    for (guint row = 0; row < host->num_elements; row++) {
        g_ptr_array_add(table->former, host->elements[row]);
    }
    host->num_elements = 0;
    if (table->ui.refcount > 1) { /* how often the window has it open */
        return;
    }
    for (guint i = 0; i < table->former->len; i++) {
        free_row(table, g_ptr_array_index(table->former, i));
    }
    g_ptr_array_set_size(table->former, 0);
}

/* The capture is read anew. */
static void reset(stat_tap_table *host)
{
    for (size_t i = 0; i < TABLES; i++) {
        if (host_table(&tables[i]) == host) {
            drop_rows(&tables[i], host);
            forget(&tables[i]);
            tables[i].readings++;
        }
    }
}

/* The rows stay: they are what the table said when it was filled. */
static void end_reading(void *data)
{
    forget(data);
}

/* The table is opened, or opened once more. */
static void begin(stat_tap_table_ui *ui)
{
    report_table *table = table_of(ui);
    if (table->collector == NULL) {
        table->collector = pop_collector_new(false, NULL);
        pop_reading_join(end_reading, table);
    }
    if (table->ends == NULL) {
        table->ends = pop_connection_ends_new(false, note_end, table);
        table->collector->ends = table->ends;
    }
    forget(table);
    stat_tap_table *host = host_table(table);
    if (host != NULL) {
        drop_rows(table, host);
    } else {
        stat_tap_add_table(
            ui, stat_tap_init_table(table->report->title, (int)table->column_count, 0, NULL));
    }
    table->readings = 0;
}

/* A table gets no column that is known only when all rows are: its rows are not touched again. */
static bool is_late(const pop_report *report, size_t column)
{
    return report->finish != NULL && report->late_column == column;
}

static void choose_columns(report_table *table)
{
    const pop_report *report = table->report;
    table->order = g_new(size_t, report->column_count);
    for (int in_terminal = 1; in_terminal >= 0; in_terminal--) {
        for (size_t i = 0; i < report->column_count; i++) {
            bool is_first = report->columns[i].in_terminal == POP_IN_TERMINAL;
            if (is_first == in_terminal && !is_late(report, i)) {
                table->order[table->column_count++] = i;
            }
        }
    }
}

/* The window sorts by the first column, and makes no room for the arrow that says so. */
static const char *first_title(const char *title)
{
    return pop_report_has_window() ? wmem_strconcat(wmem_epan_scope(), "    ", title, NULL) : title;
}

static stat_tap_table_item *columns_of(const report_table *table)
{
    stat_tap_table_item *items = g_new0(stat_tap_table_item, table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        const pop_column *column = &table->report->columns[table->order[i]];
        stat_tap_table_item_enum kind = host_kind(column->kind);
        items[i] = (stat_tap_table_item){ .type = kind,
            .align = is_number(column->kind) ? TAP_ALIGN_RIGHT : TAP_ALIGN_LEFT,
            .column_name = i == 0 ? first_title(column->title) : column->title,
            .field_format = kind == TABLE_ITEM_UINT ? "%u"
                : kind == TABLE_ITEM_FLOAT          ? "%f"
                                                    : "%s" };
    }
    return items;
}

static void register_tables(int protocol _U_)
{
    static tap_param parameters[] = { { PARAM_FILTER, "filter", "Filter", NULL, TRUE } };
    for (size_t i = 0; i < TABLES; i++) {
        report_table *table = &tables[i];
        table->report = pop_reports[i];
        table->former = g_ptr_array_new();
        choose_columns(table);
        table->ui = (stat_tap_table_ui){ .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
            .title = table->report->title,
            .tap_name = POP_TAP_NAME,
            .cli_string = wmem_strconcat(wmem_epan_scope(), "pop,", table->report->name, NULL),
            .stat_tap_init_cb = begin,
            .packet_func = take,
            .stat_tap_reset_table_cb = reset,
            .stat_tap_free_table_item_cb = free_item,
            .nfields = table->column_count,
            .fields = columns_of(table),
            .nparams = G_N_ELEMENTS(parameters),
            .params = parameters };
        register_stat_tap_table_ui(&table->ui);
    }
}

const pop_analysis_module pop_report_table_module = { .register_with_protocol = register_tables };
