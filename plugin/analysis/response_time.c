/* response_time.c
 * Statistics > Service Response Time > POP, and tshark's "-z pop,srt": per command, until the status
 * line, and until the reply's last octet.
 *
 * Both times begin when the server could begin: with the command, or with the end of the reply before
 * where that came later, so that pipelining (RFC 2449 section 6.6) does not spoil them. The greeting's
 * time begins with the SYN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/response_time.h"

#include <epan/srt_table.h>

#include "analysis/labels.h"
#include "dissector/tap.h"

enum { TO_STATUS_LINE, TO_LAST_OCTET, TABLE_COUNT };

/* Rows: the table of commands, in its order; behind it what the table does not know, and the greeting. */
enum { ROW_UNKNOWN = POP_COMMAND_COUNT, ROW_GREETING, ROW_COUNT };

static int row_of(const pop_exchange *exchange)
{
    return exchange->command == NULL ? ROW_UNKNOWN : (int)exchange->command->id;
}

static void add(srt_data_t *data, int table, int row, const nstime_t *from, packet_info *pinfo)
{
    add_srt_table_data(
        g_array_index(data->srt_array, srt_stat_table *, (guint)table), row, from, pinfo);
}

static void add_exchange(srt_data_t *data, const pop_entry *entry, packet_info *pinfo)
{
    const pop_exchange *exchange = entry->exchange;
    if (exchange == NULL || exchange->request.frame == 0) {
        return;
    }
    const pop_instant *ready = pop_exchange_ready(exchange);
    nstime_t from = { .secs = (time_t)ready->seconds, .nsecs = ready->nanoseconds };
    if (entry->kind == POP_ENTRY_STATUS) {
        add(data, TO_STATUS_LINE, row_of(exchange), &from, pinfo);
    }
    if (entry->ends_reply) {
        add(data, TO_LAST_OCTET, row_of(exchange), &from, pinfo);
    }
}

static tap_packet_status take(void *tap_data, packet_info *pinfo, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    srt_data_t *data = tap_data;
    const pop_tap_record *record = told;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = record->entries[i].entry;
        if (entry->kind == POP_ENTRY_GREETING && record->opened != NULL) {
            add(data, TO_STATUS_LINE, ROW_GREETING, record->opened, pinfo);
            add(data, TO_LAST_OCTET, ROW_GREETING, record->opened, pinfo);
        } else if (record->direction == POP_FROM_SERVER) {
            add_exchange(data, entry, pinfo);
        }
    }
    return TAP_PACKET_REDRAW;
}

static void begin(struct register_srt *srt _U_, GArray *all)
{
    static const char *const names[TABLE_COUNT] = {
        [TO_STATUS_LINE] = "POP: until the status line",
        [TO_LAST_OCTET] = "POP: until the last octet",
    };
    static const char *const columns[TABLE_COUNT] = {
        [TO_STATUS_LINE] = "To the status line",
        [TO_LAST_OCTET] = "To the last octet",
    };
    for (int i = 0; i < TABLE_COUNT; i++) {
        srt_stat_table *table = init_srt_table(
            names[i], NULL, all, ROW_COUNT, columns[i], NULL, NULL);
        for (int row = 0; row < POP_COMMAND_COUNT; row++) {
            char *label = pop_label_command(NULL, pop_command_of((pop_command_id)row));
            init_srt_table_row(table, row, label);
            wmem_free(NULL, label);
        }
        init_srt_table_row(table, ROW_UNKNOWN, "(unknown)");
        init_srt_table_row(table, ROW_GREETING, "(greeting)");
    }
}

static void register_table(int protocol)
{
    register_srt_table(protocol, POP_TAP_NAME, TABLE_COUNT, take, begin, NULL);
}

const pop_analysis_module pop_response_time_module = { .register_with_protocol = register_table };
