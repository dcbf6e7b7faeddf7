/* show_exchange.c
 * Draws what ties a command and its reply together: links, times, octets.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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
        { "Response bytes", "pop.response.bytes", FT_UINT64, BASE_DEC, NULL, 0,
            "Octets of the whole reply on the wire", HFILL } },
    { &hf_response_bitrate,
        { "Response bit rate (bit/s)", "pop.response.bitrate", FT_DOUBLE, BASE_NONE, NULL, 0,
            "Bits of the reply per second of its transfer time", HFILL } },
    { &hf_request_delay,
        { "Request delay", "pop.request.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the end of the reply before to this command: the client's own pause", HFILL } },
    { &hf_greeting_delay,
        { "Greeting delay", "pop.greeting.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "From the opening of the connection to the greeting", HFILL } },
};

const pop_module pop_show_exchange_module = { .fields = fields, .field_count = POP_COUNT(fields) };

static void add_time(const pop_view *view, proto_tree *tree, int field, nstime_t value)
{
    proto_item_set_generated(proto_tree_add_time(tree, field, view->tvb, 0, 0, &value));
}

/* Links to later frames are known from the second pass on. */
static void add_later_frame(
    const pop_view *view, proto_tree *tree, int field, const pop_instant *instant)
{
    if (PINFO_FD_VISITED(view->pinfo) && instant->frame != 0) {
        pop_view_add_generated_number(view, tree, field, instant->frame);
    }
}

static void show_on_command(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    bool has_status = exchange->status_line.frame != 0;
    add_later_frame(
        view, tree, hf_response_in, has_status ? &exchange->status_line : &exchange->end);
    add_later_frame(view, tree, hf_response_end_in, &exchange->end);
    if (exchange->idle_since.frame != 0) {
        add_time(
            view, tree, hf_request_delay, pop_elapsed(exchange->request, exchange->idle_since));
    }
}

/* A challenge (RFC 5034 section 4) is no status line: it leads to its command, and has no times. */
static void show_on_challenge(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    if (exchange->request.frame != 0) {
        pop_view_add_generated_number(view, tree, hf_response_to, exchange->request.frame);
    }
}

static void show_on_status(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    if (exchange->request.frame != 0) {
        const pop_instant *ready = pop_exchange_ready(exchange);
        pop_view_add_generated_number(view, tree, hf_response_to, exchange->request.frame);
        add_time(view, tree, hf_time, pop_elapsed(exchange->status_line, exchange->request));
        add_time(view, tree, hf_service_time, pop_elapsed(exchange->status_line, *ready));
    }
    add_later_frame(view, tree, hf_response_end_in, &exchange->end);
}

static void show_on_last_line(const pop_view *view, proto_tree *tree, const pop_exchange *exchange)
{
    /* Data of versions 1 and 2 has no status line. */
    const pop_instant *began = exchange->status_line.frame != 0 ? &exchange->status_line
                                                                : &exchange->request;
    nstime_t transfer = pop_elapsed(exchange->end, *began);
    if (exchange->request.frame != 0) {
        if (view->entry->kind != POP_ENTRY_STATUS) {
            pop_view_add_generated_number(view, tree, hf_response_to, exchange->request.frame);
        }
        add_time(view, tree, hf_total_time, pop_elapsed(exchange->end, exchange->request));
    }
    add_time(view, tree, hf_transfer_time, transfer);
    proto_item_set_generated(
        proto_tree_add_uint64(tree, hf_response_bytes, view->tvb, 0, 0, exchange->reply_octets));
    double seconds = nstime_to_sec(&transfer);
    if (seconds > 0) {
        proto_item_set_generated(proto_tree_add_double(tree, hf_response_bitrate, view->tvb, 0, 0,
            (double)exchange->reply_octets * 8 / seconds));
    }
}

static void show_on_greeting(const pop_view *view, proto_tree *tree)
{
    const pop_stream *stream = view->record->stream;
    if (stream != NULL && stream->syn_seen) {
        nstime_t delay;
        nstime_delta(&delay, &view->pinfo->abs_ts, &stream->opened);
        add_time(view, tree, hf_greeting_delay, delay);
    }
}

void pop_show_exchange(const pop_view *view, proto_tree *tree)
{
    const pop_entry *entry = view->entry;
    if (tree == NULL) {
        return;
    }
    if (entry->kind == POP_ENTRY_GREETING) {
        show_on_greeting(view, tree);
    }
    if (entry->exchange == NULL) {
        return;
    }
    if (entry->kind == POP_ENTRY_REQUEST) {
        show_on_command(view, tree, entry->exchange);
    } else if (entry->kind == POP_ENTRY_STATUS) {
        show_on_status(view, tree, entry->exchange);
    } else if (entry->kind == POP_ENTRY_CHALLENGE) {
        show_on_challenge(view, tree, entry->exchange);
    }
    if (entry->ends_reply) {
        show_on_last_line(view, tree, entry->exchange);
    }
}
