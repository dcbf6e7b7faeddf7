/* transcript.c
 * The first pass runs the session over each segment and writes down what it brought; later passes
 * find it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/transcript.h"
#include "dissector/octets.h"

#include "dissector/settings.h"

#define FIRST_PLACES 64

/* Records of all sessions between a gap and the octets that fill it: later, they are not read. */
#define LATE_REACH 1024

/* The records by their keys. The first pass makes them in this order: frame by frame, call by
 * call. */
typedef struct pop_place {
    uint64_t key;
    pop_record *record;
} pop_place;

static pop_place *places; /* in file scope */
static size_t place_count, place_capacity;

/* How many calls a frame has brought so far: the same in every pass, since nothing is asked of the
 * reassembly of TCP. Asked for in every frame: what lives with the packet would cost more than a
 * line. */
static struct {
    const packet_info *packet;
    uint32_t frame, calls;
} counted;

pop_instant pop_instant_of(const packet_info *pinfo)
{
    return (pop_instant){ pinfo->num, pinfo->abs_ts.nsecs, pinfo->abs_ts.secs };
}

static uint32_t *calls_of_frame(const packet_info *pinfo)
{
    if (counted.packet != pinfo || counted.frame != pinfo->num) {
        counted.packet = pinfo;
        counted.frame = pinfo->num;
        counted.calls = 0;
    }
    return &counted.calls;
}

void pop_transcript_end_frame(void)
{
    counted.packet = NULL;
}

static uint64_t key_of(const packet_info *pinfo, uint32_t ordinal)
{
    return (uint64_t)pinfo->num << 32 | ordinal;
}

/* A record of the entries that the session has of the segment's part from `part->offset` on, and of
 * the octets before it, which had been seen. */
static pop_record *new_record(wmem_allocator_t *scope, const pop_session *session,
    const pop_segment *segment, const pop_fresh_part *part)
{
    uint32_t repeated = part->offset > 0 ? 1 : 0;
    uint32_t count = repeated + (uint32_t)session->entry_count;
    pop_record *record = wmem_alloc0(scope, sizeof *record + count * sizeof(pop_entry));
    record->direction = (uint8_t)segment->direction;
    record->tls = segment->tls;
    record->version = (uint8_t)session->version;
    record->step = session->step;
    record->maildrop = session->maildrop;
    record->entry_count = count;
    if (repeated) {
        record->entries[0] = (pop_entry){ .length = part->offset,
            .kind = POP_ENTRY_OPAQUE,
            .state = (uint8_t)session->state,
            .anomalies = POP_FLAW(LATE) };
    }
    for (size_t i = 0; i < session->entry_count; i++) {
        record->entries[repeated + i] = session->entries[i];
        record->entries[repeated + i].offset += part->offset;
    }
    return record;
}

static bool is_of_reply(const pop_entry *entry)
{
    return entry->kind == POP_ENTRY_BODY || entry->kind == POP_ENTRY_BODY_END
        || entry->kind == POP_ENTRY_LISTING || entry->kind == POP_ENTRY_PIECE;
}

/* What came behind a gap and was taken for the rest of a reply is not where the reply's end has
 * come late, in that frame. Later passes tell. */
static void disown_rests(const pop_stream *stream, uint32_t frame)
{
    for (size_t at = stream->gap_place; at < place_count; at++) {
        pop_record *record = places[at].record;
        for (uint32_t i = 0; record->stream == stream && i < record->entry_count; i++) {
            pop_entry *entry = &record->entries[i];
            if (is_of_reply(entry) && entry->exchange != NULL
                && entry->exchange->end.frame == frame) {
                *entry = (pop_entry){ .offset = entry->offset,
                    .length = entry->length,
                    .kind = POP_ENTRY_OPAQUE,
                    .state = entry->state,
                    .anomalies = (entry->anomalies & POP_FLAW(GAP)) | POP_FLAW(OUT_OF_STEP) };
            }
        }
    }
}

/* A segment of the server's without new octets may be what was missing before what came last: then
 * all of it is the part that the session has not seen. */
static bool take_late(pop_stream *stream, tvbuff_t *tvb, pop_segment *segment, pop_fresh_part *part)
{
    pop_segment whole = *segment;
    if (segment->direction != POP_FROM_SERVER || part->offset == 0 || part->length > 0
        || place_count - stream->gap_place > LATE_REACH) {
        return false;
    }
    whole.octets = pop_octets(tvb, 0, part->offset);
    if (!pop_session_take_late(stream->session, &whole, part->at)) {
        return false;
    }
    *segment = whole;
    *part = (pop_fresh_part){ .length = part->offset };
    disown_rests(stream, segment->at.frame);
    return true;
}

static void feed(pop_stream *stream, const pop_segment *segment, const pop_fresh_part *part)
{
    pop_session *session = stream->session;
    if (part->missing_before > 0) {
        stream->gap_place = place_count;
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

/* The first place whose key is not below this one. */
static size_t place_of(uint64_t key)
{
    size_t from = 0, until = place_count;
    if (until > 0 && places[until - 1].key < key) {
        return until;
    }
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (places[middle].key < key) {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    return from;
}

static const pop_record *record_at(uint64_t key)
{
    size_t at = place_of(key);
    return at < place_count && places[at].key == key ? places[at].record : NULL;
}

static void add_place(uint64_t key, pop_record *record)
{
    if (place_count == place_capacity) {
        place_capacity = MAX(FIRST_PLACES, place_capacity + place_capacity / 2);
        places = wmem_realloc(wmem_file_scope(), places, place_capacity * sizeof *places);
    }
    size_t at = place_of(key);
    if (at < place_count) { /* the host went back */
        memmove(&places[at + 1], &places[at], (place_count - at) * sizeof *places);
    }
    places[at] = (pop_place){ key, record };
    place_count++;
}

/* First pass: the session goes on, and what the segment brought is written down. */
static const pop_record *make_record(pop_stream *stream, tvbuff_t *tvb, packet_info *pinfo,
    const struct tcpinfo *tcp, bool tls, uint64_t key)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    pop_direction direction = pop_stream_direction(stream, pinfo);
    pop_fresh_part part = pop_stream_place(stream, direction, tvb, pinfo, tcp);
    pop_segment segment = segment_of(tvb, pinfo, direction, tls, &part);
    if (!take_late(stream, tvb, &segment, &part)) {
        feed(stream, &segment, &part);
    }
    pop_record *record = new_record(wmem_file_scope(), stream->session, &segment, &part);
    record->stream = stream;
    record->is_first_of_frame = (uint32_t)key == 0;
    stream->last = record;
    add_place(key, record);
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
    return *calls_of_frame(pinfo) > 0;
}

bool pop_transcript_knows(packet_info *pinfo)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        return pop_stream_exists(pinfo);
    }
    return record_at(key_of(pinfo, *calls_of_frame(pinfo))) != NULL;
}

const pop_record *pop_transcript_record(
    tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp, bool tls)
{
    uint64_t key = key_of(pinfo, (*calls_of_frame(pinfo))++);
    if (pinfo->flags.in_error_pkt) {
        return scratch_record(tvb, pinfo, tls);
    }
    if (PINFO_FD_VISITED(pinfo)) {
        const pop_record *record = record_at(key);
        return record != NULL ? record : scratch_record(tvb, pinfo, tls);
    }
    return make_record(pop_stream_of(tvb, pinfo), tvb, pinfo, tcp, tls, key);
}

static void forget_places(void)
{
    places = NULL;
    place_count = place_capacity = 0;
    pop_transcript_end_frame();
}

void pop_transcript_register(void)
{
    register_init_routine(forget_places);
    register_cleanup_routine(forget_places);
    pop_stream_register();
}
