/* tap.c
 * What the dissector tells the rooms of analysis and of the window: of each segment, and, asked, of
 * a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/tap.h"
#include "dissector/octets.h"

#include <epan/tap.h>

#include "dissector/info.h"
#include "dissector/records.h"
#include "dissector/settings.h"
#include "dissector/transcript.h"

static int tap = -1, words_tap = -1;

/* Who speaks to which tap of the host's. */
static struct {
    int tap;
    pop_tap_relay relay;
} relays[POP_TAP_RELAYS];
static size_t relay_count;

static pop_span octets_of(tvbuff_t *tvb, const pop_entry *entry)
{
    if (entry->ends_line_here && entry->line != NULL && entry->kind != POP_ENTRY_PIECE) {
        return (pop_span){ entry->line->octets, entry->line->length };
    }
    return pop_octets(tvb, entry->offset, entry->length);
}

static const pop_tap_entry *entries_of(
    tvbuff_t *tvb, const packet_info *pinfo, const pop_record *record)
{
    pop_tap_entry *entries = wmem_alloc_array(pinfo->pool, pop_tap_entry, record->entry_count);
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = &record->entries[i];
        entries[i] = (pop_tap_entry){ entry, octets_of(tvb, entry) };
    }
    return entries;
}

/* A frame may show octets of the other side, which were held. */
static void tell_ends(pop_tap_record *told, const packet_info *pinfo, const pop_record *record)
{
    bool from_client = record->sender == POP_FROM_CLIENT;
    told->client = from_client ? &pinfo->src : &pinfo->dst;
    told->server = from_client ? &pinfo->dst : &pinfo->src;
    told->client_port = from_client ? pinfo->srcport : pinfo->destport;
    told->server_port = from_client ? pinfo->destport : pinfo->srcport;
}

/* Octets that had been seen before stand in front, and are marked so. */
static pop_span fresh_octets(tvbuff_t *tvb, const pop_record *record)
{
    uint32_t captured = tvb_captured_length(tvb);
    uint32_t seen = 0;
    if (record->entry_count > 0 && (record->entries[0].anomalies & POP_FLAW(LATE)) != 0) {
        seen = MIN(record->entries[0].length, captured);
    }
    return pop_octets(tvb, seen, captured - seen);
}

static const pop_tap_record *tell(tvbuff_t *tvb, packet_info *pinfo, const pop_record *record)
{
    pop_tap_record *told = wmem_new0(pinfo->pool, pop_tap_record);
    told->stream = record->stream->number;
    told->session = record->stream->session;
    told->direction = (pop_direction)record->direction;
    told->hides_passwords = pop_settings_hide_passwords();
    told->tls = record->tls;
    told->is_first_of_frame = record->is_first_of_frame;
    told->is_first_pass = !PINFO_FD_VISITED(pinfo);
    told->version = (pop_version)record->version;
    told->at = pop_instant_of(pinfo);
    told->opened = record->stream->syn_seen ? &record->stream->opened : NULL;
    told->step = record->step;
    told->maildrop = record->maildrop;
    told->octets = record->held != NULL ? (pop_span){ NULL, 0 } : fresh_octets(tvb, record);
    told->has_tcp_stream = record->stream->has_tcp_stream;
    told->tcp_stream = record->stream->tcp_stream;
    tell_ends(told, pinfo, record);
    told->entry_count = record->entry_count;
    told->entries = entries_of(tvb, pinfo, record);
    return told;
}

/* --- In words --------------------------------------------------------------------------------- */

static bool is_of_message(const pop_pdu *pdu)
{
    return pdu->exchange != NULL && pdu->exchange->message != NULL
        && (pop_pdu_find(pdu, POP_ENTRY_BODY) != NULL
            || pop_pdu_find(pdu, POP_ENTRY_BODY_END) != NULL);
}

static const char *words_of(const pop_view *frame, const pop_pdu *pdu)
{
    const pop_view first = pop_view_read(frame->tvb, frame->pinfo, frame->record, pdu->entries);
    wmem_strbuf_t *words = wmem_strbuf_new(frame->pinfo->pool, "");
    pop_info_append(words, frame, pdu, &first);
    const char *deleted = pop_info_deleted(&first);
    if (deleted != NULL) {
        wmem_strbuf_append(words, deleted);
    }
    return wmem_strbuf_get_str(words);
}

static pop_tap_part part_of(const pop_view *frame, const pop_pdu *pdu)
{
    const pop_entry *entry = pdu->entries;
    return (pop_tap_part){ .exchange = pdu->exchange,
        .line = entry->kind == POP_ENTRY_PIECE ? entry->line : NULL,
        .words = is_of_message(pdu) ? NULL : words_of(frame, pdu) };
}

static void queue_words(const pop_view *frame, const pop_tap_record *told)
{
    wmem_allocator_t *scope = frame->pinfo->pool;
    pop_tap_words *words = wmem_new0(scope, pop_tap_words);
    pop_tap_part *parts = wmem_alloc_array(scope, pop_tap_part, frame->record->entry_count);
    for (uint32_t i = 0; i < frame->record->entry_count;) {
        const pop_pdu pdu = pop_pdu_at(frame->record, i);
        parts[words->part_count++] = part_of(frame, &pdu);
        i += pdu.count;
    }
    words->segment = told;
    words->parts = parts;
    tap_queue_packet(words_tap, frame->pinfo, words);
}

const char *pop_tap_message_words(wmem_allocator_t *scope, const pop_exchange *exchange)
{
    wmem_strbuf_t *words = wmem_strbuf_new(scope, "");
    pop_info_append_whole(words, exchange);
    return wmem_strbuf_get_str(words);
}

/* --- The taps --------------------------------------------------------------------------------- */

static bool anybody_listens(void)
{
    for (size_t i = 0; i < relay_count; i++) {
        if (have_tap_listener(relays[i].tap)) {
            return true;
        }
    }
    return have_tap_listener(tap) || have_tap_listener(words_tap);
}

void pop_tap_queue(tvbuff_t *tvb, packet_info *pinfo, const struct pop_record *record)
{
    if (record->stream == NULL || !anybody_listens()) {
        return;
    }
    const pop_tap_record *told = tell(tvb, pinfo, record);
    tap_queue_packet(tap, pinfo, told);
    if (have_tap_listener(words_tap)) {
        const pop_view frame = { .pinfo = pinfo, .tvb = tvb, .record = record };
        queue_words(&frame, told);
    }
    for (size_t i = 0; i < relay_count; i++) {
        if (have_tap_listener(relays[i].tap)) {
            relays[i].relay(pinfo, told);
        }
    }
}

void pop_tap_add_relay(int to, pop_tap_relay relay)
{
    DISSECTOR_ASSERT(relay_count < POP_TAP_RELAYS);
    relays[relay_count].tap = to;
    relays[relay_count].relay = relay;
    relay_count++;
}

bool pop_tap_stream_of(packet_info *pinfo, uint32_t *stream_out)
{
    const pop_stream *stream = pop_stream_find(pinfo);
    if (stream == NULL) {
        return false;
    }
    *stream_out = stream->number;
    return true;
}

void pop_tap_listen(const char *name, void *listener, unsigned flags, tap_reset_cb reset,
    tap_packet_cb take, tap_draw_cb draw)
{
    GString *error = register_tap_listener(name, listener, NULL, flags, reset, take, draw, NULL);
    if (error != NULL) {
        g_string_free(error, TRUE);
    }
}

uint32_t pop_tap_stream_count(void)
{
    return pop_stream_count();
}

void pop_tap_each_session(pop_tap_session_taker take, void *data)
{
    for (const pop_stream *stream = pop_stream_latest(); stream != NULL; stream = stream->before) {
        if (stream->session != NULL) {
            const pop_tap_session told = { stream->number, stream->session, &stream->server };
            take(&told, data);
        }
    }
}

void pop_tap_visit_frame(uint32_t frame, pop_tap_place_visitor visit, void *data)
{
    pop_records_walk walk = pop_records_of_frame(frame);
    for (const pop_record *record = pop_records_next(&walk); record != NULL;
         record = pop_records_next(&walk)) {
        for (uint32_t i = 0; i < record->entry_count && record->stream != NULL; i++) {
            const pop_tap_place place = { record->stream->number, record->stream->session,
                &record->entries[i] };
            if (!visit(&place, data)) {
                return;
            }
        }
    }
}

void pop_tap_register(void)
{
    words_tap = register_tap(POP_TAP_WORDS_NAME);
    tap = register_tap(POP_TAP_NAME);
}
