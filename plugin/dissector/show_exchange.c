/* show_exchange.c
 * Draws what ties a command and its reply together: links, times, bytes.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <epan/unit_strings.h>

#include "dissector/response_rows.h"
#include "dissector/show.h"

static int hf_response_in = -1;
static int hf_response_to = -1;
static int hf_response_end_in = -1;
static int hf_time = -1;
static int hf_service_time = -1;
static int hf_transfer_time = -1;
static int hf_total_time = -1;
static int hf_response_bytes = -1;
static int hf_response_bitrate = -1;
static int hf_request_delay = -1;
static int hf_greeting_delay = -1;
static int hf_srt = -1;

static hf_register_info fields[] = {
    { &hf_response_in,
        { "Response in", "pop.response_in", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
            "The frame with the status line that answers this command", HFILL } },
    { &hf_response_to,
        { "Response to", "pop.response_to", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, "The frame with the command", HFILL } },
    { &hf_response_end_in,
        { "Response ends in", "pop.response.end_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The frame with the reply's last line", HFILL } },
    { &hf_time,
        { "Response time", "pop.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the command to its status line", HFILL } },
    { &hf_service_time,
        { "Service time", "pop.service_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the command, or from the end of the reply before where that came later, to the "
            "status line",
            HFILL } },
    { &hf_transfer_time,
        { "Transfer time", "pop.response.transfer_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the status line to the reply's last line", HFILL } },
    { &hf_total_time,
        { "Total time", "pop.response.total_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the command to the reply's last line", HFILL } },
    { &hf_response_bytes,
        { "Response bytes", "pop.response.bytes", FT_UINT64, BASE_DEC | BASE_UNIT_STRING,
            &units_byte_bytes, 0, "Bytes of the whole reply on the wire", HFILL } },
    { &hf_response_bitrate,
        { "Response bit rate", "pop.response.bitrate", FT_DOUBLE, BASE_NONE, NULL, 0,
            "Bits of the reply per second of its transfer time", HFILL } },
    { &hf_request_delay,
        { "Request delay", "pop.request.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the end of the reply before to this command: the client's own pause", HFILL } },
    { &hf_greeting_delay,
        { "Greeting delay", "pop.greeting.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the opening of the connection to the greeting", HFILL } },
    { &hf_srt,
        { "Row of response times", "pop.srt", FT_UINT16, BASE_DEC, NULL, 0,
            "Where Statistics > Service Response Time > POP counts this: its Index", HFILL } },
};

const pop_module pop_show_exchange_module = { .fields = fields, .field_count = POP_COUNT(fields) };

/* Times are those of the frames that brought the octets. One that would be negative, since two
 * clocks or a link have swapped them, is not told: NULL. */
static proto_item *add_time(const pop_view *view, proto_tree *tree, int field, nstime_t value)
{
    if (value.secs < 0 || value.nsecs < 0) {
        return NULL;
    }
    proto_item *item = proto_tree_add_time(tree, field, view->tvb, 0, 0, &value);
    proto_item_set_generated(item);
    return item;
}

/* A time that only says again what another one says is not drawn. */
static void add_time_unlike(
    const pop_view *view, proto_tree *tree, int field, nstime_t value, const nstime_t *told)
{
    pop_view_hide(add_time(view, tree, field, value), nstime_cmp(&value, told) == 0);
}

/* Links to later frames are known from the second pass on. One that leads nowhere else than this
 * frame, or the link to `told`, does is not drawn. */
static void add_later_frame(
    const pop_view *view, proto_tree *tree, int field, const pop_instant *instant, uint32_t told)
{
    if (PINFO_FD_VISITED(view->pinfo) && instant->frame != 0) {
        pop_view_hide(pop_view_add_generated_number(view, tree, field, instant->frame),
            instant->frame == view->pinfo->num || instant->frame == told);
    }
}

/* --- On a command ----------------------------------------------------------------------------- */

void pop_show_command_times(const pop_view *view, proto_tree *tree)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (tree == NULL || exchange == NULL) {
        return;
    }
    bool has_status = exchange->status_line.frame != 0;
    const pop_instant *first = has_status ? &exchange->status_line : &exchange->end;
    add_later_frame(view, tree, hf_response_in, first, 0);
    add_later_frame(view, tree, hf_response_end_in, &exchange->end, first->frame);
    if (exchange->idle_since.frame != 0) {
        add_time(
            view, tree, hf_request_delay, pop_elapsed(exchange->request, exchange->idle_since));
    }
}

/* --- On a reply ------------------------------------------------------------------------------- */

/* A proper status line may follow: then the exchange's times are that one's. */
static void add_time_of_malformed(const pop_view *view, proto_tree *tree)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (exchange->request.frame != 0) {
        add_time(view, tree, hf_time, pop_elapsed(exchange->odd_line, exchange->request));
    }
}

static void add_times_of_status(
    const pop_view *view, proto_tree *tree, const pop_exchange *exchange, bool has_end)
{
    if (exchange->request.frame != 0) {
        const pop_instant *ready = pop_exchange_ready(exchange);
        nstime_t elapsed = pop_elapsed(exchange->status_line, exchange->request);
        add_time(view, tree, hf_time, elapsed);
        add_time_unlike(
            view, tree, hf_service_time, pop_elapsed(exchange->status_line, *ready), &elapsed);
    }
    if (!has_end) {
        add_later_frame(view, tree, hf_response_end_in, &exchange->end, 0);
    }
}

static void add_transfer(
    const pop_view *view, proto_tree *tree, const pop_exchange *exchange, nstime_t transfer)
{
    static const nstime_t none = NSTIME_INIT_ZERO;
    add_time_unlike(view, tree, hf_transfer_time, transfer, &none);
    proto_item_set_generated(
        proto_tree_add_uint64(tree, hf_response_bytes, view->tvb, 0, 0, exchange->reply_octets));
    double seconds = nstime_to_sec(&transfer);
    if (seconds > 0) {
        double rate = (double)exchange->reply_octets * 8 / seconds;
        /* Of numbers with a fraction, Wireshark 4.0 shows no unit. */
        proto_item_set_generated(proto_tree_add_double_format_value(
            tree, hf_response_bitrate, view->tvb, 0, 0, rate, "%.0f bit/s", rate));
    }
}

static void add_times_of_end(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    /* Data of versions 1 and 2 has no status line. */
    const pop_instant *began = exchange->status_line.frame != 0 ? &exchange->status_line
                                                                : &exchange->request;
    add_later_frame(view, tree, hf_response_end_in, &exchange->end, 0);
    if (exchange->request.frame != 0) {
        nstime_t elapsed = pop_elapsed(*began, exchange->request);
        add_time_unlike(
            view, tree, hf_total_time, pop_elapsed(exchange->end, exchange->request), &elapsed);
    }
    add_transfer(view, tree, exchange, pop_elapsed(exchange->end, *began));
}

static void add_greeting_delay(const pop_view *view, proto_tree *tree)
{
    const pop_stream *stream = view->record->stream;
    if (stream != NULL && stream->syn_seen && view->record->ordered == NULL) {
        nstime_t delay;
        nstime_delta(&delay, &view->pinfo->abs_ts, &stream->opened);
        add_time(view, tree, hf_greeting_delay, delay);
    }
}

/* Only filters of the rows read it. (From 4.2 on there is a type above: for printing.) */
static bool rows_are_asked(void)
{
    return proto_registrar_get_nth((guint)hf_srt)->ref_type >= HF_REF_TYPE_DIRECT;
}

static void add_row(const pop_view *view, proto_tree *tree, int row)
{
    pop_view_hide(pop_view_add_generated_number(view, tree, hf_srt, (uint32_t)row), true);
}

/* As the table of response times counts them. */
static void add_rows(const pop_view *view, proto_tree *tree, const pop_pdu *pdu)
{
    const pop_stream *stream = view->record->stream;
    const pop_exchange *exchange = pdu->exchange;
    const pop_entry *first = &pdu->entries[0], *last = pop_pdu_last(pdu);
    if (first->kind == POP_ENTRY_GREETING && stream != NULL && stream->syn_seen) {
        add_row(view, tree, POP_ROW_GREETING);
    }
    if (exchange == NULL || pdu->kind != POP_PDU_REPLY || exchange->request.frame == 0) {
        return;
    }
    if (first->kind == POP_ENTRY_STATUS) {
        add_row(view, tree, pop_response_row(exchange, POP_TO_STATUS_LINE));
    }
    if (last->ends_reply && last->kind != POP_ENTRY_STATUS) {
        add_row(view, tree, pop_response_row(exchange, POP_TO_LAST_OCTET));
    }
}

/* A challenge (RFC 5034 section 4) is no status line: it leads to its command, and has no times. */
void pop_show_times(const pop_view *view, const pop_pdu *pdu)
{
    const pop_exchange *exchange = pdu->exchange;
    if (rows_are_asked()) {
        add_rows(view, view->tree, pdu);
    }
    if (pdu->entries[0].kind == POP_ENTRY_GREETING) {
        add_greeting_delay(view, view->tree);
    }
    if (exchange == NULL || pdu->kind != POP_PDU_REPLY) {
        return;
    }
    bool has_status = pdu->entries[0].kind == POP_ENTRY_STATUS;
    bool has_end = pop_pdu_last(pdu)->ends_reply;
    if (exchange->request.frame != 0 && (pop_pdu_has_status(pdu) || has_end)) {
        pop_view_add_generated_number(view, view->tree, hf_response_to, exchange->request.frame);
    }
    if (has_status && (pdu->entries[0].anomalies & POP_FLAW(STATUS_MALFORMED)) != 0) {
        add_time_of_malformed(view, view->tree);
        has_end = has_end && pdu->count > 1;
    } else if (has_status) {
        add_times_of_status(view, view->tree, exchange, has_end);
    }
    if (has_end) {
        add_times_of_end(view, view->tree, exchange);
    }
}
