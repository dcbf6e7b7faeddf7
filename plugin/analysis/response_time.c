/* response_time.c
 * Statistics > Service Response Time > POP, and tshark's "-z pop,srt": per command, until the
 * status line, and where more follows, until the reply's last octet.
 *
 * Both times begin when the server could begin: with the command, or with the end of the reply
 * before where that came later, so that pipelining (RFC 2449 section 6.6) does not spoil them. The
 * greeting's time begins with the SYN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/response_time.h"

#include <epan/srt_table.h>

#include "analysis/labels.h"
#include "dissector/response_rows.h"
#include "dissector/tap.h"

/* All in one table: of several, Wireshark's window shows each a second time, empty. A row filters
 * by its number, which the host writes behind the field. */
#define ROW_FIELD "pop.srt"

/* Where two clocks, or a link, have swapped the two ends, there is no time. */
static void add(srt_data_t *data, int row, const nstime_t *from, packet_info *pinfo)
{
    if (nstime_cmp(&pinfo->abs_ts, from) < 0) {
        return;
    }
    add_srt_table_data(g_array_index(data->srt_array, srt_stat_table *, 0), row, from, pinfo);
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
        add(data, pop_response_row(exchange, POP_TO_STATUS_LINE), &from, pinfo);
    } else if (entry->ends_reply) {
        add(data, pop_response_row(exchange, POP_TO_LAST_OCTET), &from, pinfo);
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
            add(data, POP_ROW_GREETING, record->opened, pinfo);
        } else if (record->direction == POP_FROM_SERVER) {
            add_exchange(data, entry, pinfo);
        }
    }
    return TAP_PACKET_REDRAW;
}

static void name_rows(srt_stat_table *table, int command, const char *name)
{
    char *whole = g_strconcat(name, " to the end", NULL);
    init_srt_table_row(table, command * POP_RESPONSE_WAYS + POP_TO_STATUS_LINE, name);
    init_srt_table_row(table, command * POP_RESPONSE_WAYS + POP_TO_LAST_OCTET, whole);
    g_free(whole);
}

static void begin(struct register_srt *srt _U_, GArray *all)
{
    srt_stat_table *table = init_srt_table(
        "POP", NULL, all, POP_RESPONSE_ROWS, "Command", ROW_FIELD, NULL);
    for (int command = 0; command < POP_COMMAND_COUNT; command++) {
        char *name = pop_label_command(NULL, pop_command_of((pop_command_id)command));
        name_rows(table, command, name);
        wmem_free(NULL, name);
    }
    name_rows(table, POP_COMMAND_COUNT, "(unknown)");
    init_srt_table_row(table, POP_ROW_GREETING, "(greeting)");
}

static void register_table(int protocol)
{
    register_srt_table(protocol, POP_TAP_NAME, 1, take, begin, NULL);
}

const pop_analysis_module pop_response_time_module = { .register_with_protocol = register_table };
