/* transcript.c
 * The first pass runs the session over each segment and writes down what it brought; later passes
 * find it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/transcript.h"

#include "dissector/memory.h"
#include "dissector/octets.h"
#include "dissector/records.h"
#include "dissector/settings.h"

/* How many calls a frame has brought so far, and how many of them have a record: the same in every
 * pass, since nothing is asked of the reassembly of TCP. Asked for in every frame: what lives with
 * the packet would cost more than a line. */
static struct frame_calls {
    const packet_info *packet;
    uint32_t frame, calls, records;
} counted;

pop_instant pop_instant_of(const packet_info *pinfo)
{
    return (pop_instant){ pinfo->num, pinfo->abs_ts.nsecs, pinfo->abs_ts.secs };
}

static struct frame_calls *calls_of_frame(const packet_info *pinfo)
{
    if (counted.packet != pinfo || counted.frame != pinfo->num) {
        counted = (struct frame_calls){ .packet = pinfo, .frame = pinfo->num };
    }
    return &counted;
}

void pop_transcript_end_frame(void)
{
    counted.packet = NULL;
}

/* A record of the entries that the session has of the segment's part from `part->offset` on, and of
 * the octets before it, which had been seen. In packet scope; NULL: kept with the file. */
static pop_record *new_record(wmem_allocator_t *scope, const pop_session *session,
    const pop_segment *segment, const pop_fresh_part *part)
{
    uint32_t repeated = part->offset > 0 ? 1 : 0;
    uint32_t count = repeated + (uint32_t)session->entries.count;
    size_t octets = sizeof(pop_record) + count * sizeof(pop_entry);
    pop_record *record = scope == NULL ? pop_file_keep(octets) : wmem_alloc(scope, octets);
    *record = (pop_record){ .maildrop = session->maildrop,
        .step = session->step,
        .direction = (uint8_t)segment->direction,
        .version = (uint8_t)session->version,
        .tls = segment->tls,
        .is_first_of_frame = counted.calls == 1,
        .ordinal = counted.records - 1,
        .entry_count = count };
    if (repeated) {
        record->entries[0] = (pop_entry){ .length = part->offset,
            .kind = POP_ENTRY_OPAQUE,
            .state = (uint8_t)session->access.state,
            .anomalies = POP_FLAW(LATE) };
    }
    for (size_t i = 0; i < session->entries.count; i++) {
        record->entries[repeated + i] = session->entries.list[i];
        record->entries[repeated + i].offset += part->offset;
    }
    return record;
}

static void feed(pop_stream *stream, const pop_segment *segment, const pop_fresh_part *part)
{
    pop_session *session = stream->session;
    if (part->missing_before > 0) {
        pop_session_gap(session, segment->direction, part->missing_before);
    }
    pop_session_feed(session, segment);
    if (part->missing_behind > 0) {
        pop_session_gap(session, segment->direction, part->missing_behind);
    }
}

static pop_segment segment_of(tvbuff_t *tvb, const packet_info *pinfo, pop_direction direction,
    bool tls, const pop_fresh_part *part)
{
    return (pop_segment){ .direction = direction,
        .octets = pop_octets(tvb, part->offset, part->length),
        .at = pop_instant_of(pinfo),
        .tls = tls,
        .cut_off = part->missing_behind > 0,
        .ahead = part->ahead };
}

/* What is known of a mail behind a gap may be taken back, its fragments with it. */
static bool may_change(const pop_entry *entry)
{
    return entry->kind == POP_ENTRY_BODY && entry->exchange->message->damaged;
}

/* True for the entries of a segment in the midst of a mail, or of octets that are not decoded.
 * Inside TLS, frames with more than one are usual. */
static bool is_stretch(
    const pop_session *session, const pop_segment *segment, const pop_fresh_part *part)
{
    const pop_entry *entry = session->entries.list;
    return session->entries.count == 1
        && (entry->kind == POP_ENTRY_BODY || entry->kind == POP_ENTRY_OPAQUE
            || entry->kind == POP_ENTRY_PROTECTED)
        && entry->anomalies == 0 && entry->length == segment->octets.length && entry->line == NULL
        && entry->auth == NULL && !entry->ends_reply && part->offset == 0 && !segment->tls
        && counted.records == 1 && !may_change(entry);
}

/* True where the record of a stretch would be like the stream's last one, but for the number of
 * octets and for what can be told by the frame. */
static bool is_like_last(const pop_stream *stream, const pop_segment *segment)
{
    if (stream->last_frame == 0) {
        return false;
    }
    const pop_session *session = stream->session;
    const pop_record *last = pop_records_numbered(stream->last_record);
    const pop_entry *one = last->entries, *other = session->entries.list;
    return last->is_stretch && last->maildrop == session->maildrop
        && last->direction == segment->direction && last->version == session->version
        && last->is_first_of_frame == (counted.calls == 1) && one->kind == other->kind
        && one->state == other->state && one->stretch == other->stretch
        && one->exchange == other->exchange && one->user == other->user;
}

/* The frame has one more segment of the stream, so what is told by the frame would be told of both:
 * the one before gets a record of its own. */
static void settle_last(pop_stream *stream, uint32_t frame)
{
    if (stream->last_frame != frame || counted.records == 1) { /* a rejected frame had the number */
        return;
    }
    const pop_record *last = pop_records_numbered(stream->last_record);
    if (!last->is_stretch) {
        return;
    }
    pop_record *record = wmem_memdup(wmem_file_scope(), last, sizeof *record + sizeof(pop_entry));
    record->is_stretch = false;
    pop_entry *entry = record->entries;
    entry->length = stream->last_octets;
    if (entry->kind == POP_ENTRY_BODY) {
        entry->position = entry->exchange->message->total;
    }
    stream->last_record = pop_records_keep(record);
    pop_records_change(frame, stream->last_ordinal, stream->last_record);
}

/* First pass: the session goes on, and what the segment brought is written down. */
static const pop_record *make_record(
    pop_stream *stream, tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp, bool tls)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    settle_last(stream, pinfo->num);
    pop_direction direction = pop_stream_direction(stream, pinfo);
    pop_fresh_part part = pop_stream_place(stream, direction, tvb, pinfo, tcp);
    pop_segment segment = segment_of(tvb, pinfo, direction, tls, &part);
    feed(stream, &segment, &part);
    bool stretch = is_stretch(stream->session, &segment, &part);
    bool like_last = stretch && is_like_last(stream, &segment);
    pop_record *record = new_record(
        like_last ? pinfo->pool : NULL, stream->session, &segment, &part);
    record->stream = stream;
    record->is_stretch = stretch;
    if (!like_last) {
        stream->last_record = pop_records_keep(record);
    }
    stream->last_frame = pinfo->num;
    stream->last_ordinal = record->ordinal;
    stream->last_octets = part.length;
    pop_records_add_call(pinfo->num, record->ordinal, stream->last_record);
    return record;
}

void pop_transcript_begin_with(pop_stream *stream, pop_span octets, const pop_instant *at)
{
    pop_segment segment = { .direction = POP_FROM_SERVER, .octets = octets, .at = *at };
    pop_fresh_part part = { .length = (uint32_t)octets.length };
    pop_session_feed(stream->session, &segment);
    pop_record *record = new_record(NULL, stream->session, &segment, &part);
    record->stream = stream;
    record->is_first_of_frame = true;
    record->ordinal = 0;
    pop_records_add_call(at->frame, 0, pop_records_keep(record));
}

/* A later pass: what the record, which may be that of many segments, says of this one. */
static const pop_record *stretch_record(tvbuff_t *tvb, packet_info *pinfo, const pop_record *kept)
{
    pop_record *record = wmem_memdup(pinfo->pool, kept, sizeof *record + sizeof(pop_entry));
    pop_entry *entry = record->entries;
    entry->length = tvb_captured_length(tvb);
    if (entry->kind == POP_ENTRY_BODY) {
        entry->position = pop_fragments_received(&entry->exchange->message->fragments, pinfo->num);
    }
    return record;
}

static bool is_record_of(
    const pop_record *record, const pop_stream *stream, tvbuff_t *tvb, const packet_info *pinfo)
{
    if (record->stream != stream || record->direction != pop_stream_direction(stream, pinfo)) {
        return false;
    }
    uint32_t count = record->entry_count, length = tvb_captured_length(tvb);
    return count == 0 || record->is_stretch
        || record->entries[count - 1].offset + record->entries[count - 1].length <= length;
}

/* A later pass: the record of the frame's call, NULL where there is none. Where a frame holds
 * several segments, the host may keep back one that it handed over before: it takes more for
 * repeated then. */
static const pop_record *find_record(tvbuff_t *tvb, packet_info *pinfo, uint32_t *ordinal)
{
    const pop_record *record = pop_records_find(pinfo->num, *ordinal);
    const pop_stream *stream = NULL;
    if (pop_records_find(pinfo->num, 1) != NULL) {
        stream = pop_stream_find(pinfo);
    }
    uint32_t next = *ordinal;
    while (stream != NULL && record != NULL && !is_record_of(record, stream, tvb, pinfo)) {
        record = pop_records_find(pinfo->num, ++next);
    }
    *ordinal = record == NULL ? *ordinal : next + 1;
    return record;
}

/* A segment that belongs to no session of ours: what can be said of it alone. */
static const pop_record *scratch_record(tvbuff_t *tvb, packet_info *pinfo, bool tls)
{
    pop_direction direction = pop_starts_like_server(tvb) ? POP_FROM_SERVER : POP_FROM_CLIENT;
    pop_fresh_part part = { .length = tvb_captured_length(tvb) };
    pop_segment segment = segment_of(tvb, pinfo, direction, tls, &part);
    pop_session *session = pop_session_new(
        pop_scope_allocator(pinfo->pool), pop_settings_limits(), false);
    pop_session_feed(session, &segment);
    pop_record *record = new_record(pinfo->pool, session, &segment, &part);
    record->is_first_of_frame = true;
    return record;
}

bool pop_transcript_was_called(const packet_info *pinfo)
{
    return calls_of_frame(pinfo)->calls > 0;
}

bool pop_transcript_knows(packet_info *pinfo)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        return pop_stream_exists(pinfo);
    }
    return pop_records_find(pinfo->num, calls_of_frame(pinfo)->records) != NULL;
}

bool pop_transcript_ends_with(const pop_record *record, const packet_info *pinfo)
{
    return PINFO_FD_VISITED(pinfo) && record->stream != NULL
        && record->stream->last_frame == pinfo->num
        && record->stream->last_ordinal == record->ordinal;
}

const pop_record *pop_transcript_record(
    tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp, bool tls)
{
    struct frame_calls *calls = calls_of_frame(pinfo);
    calls->calls++;
    if (pinfo->flags.in_error_pkt) {
        return scratch_record(tvb, pinfo, tls);
    }
    if (!PINFO_FD_VISITED(pinfo)) {
        calls->records++;
        return make_record(pop_stream_of(tvb, pinfo), tvb, pinfo, tcp, tls);
    }
    const pop_record *record = find_record(tvb, pinfo, &calls->records);
    if (record == NULL) {
        return scratch_record(tvb, pinfo, tls);
    }
    return record->is_stretch ? stretch_record(tvb, pinfo, record) : record;
}

static void forget(void)
{
    pop_records_forget();
    pop_transcript_end_frame();
}

void pop_transcript_register(void)
{
    register_init_routine(forget);
    register_cleanup_routine(forget);
    pop_stream_register();
}
