/* transcript.c
 * The first pass puts the octets of each connection in order, runs the session over them and writes
 * down what each segment brought; later passes find it again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/transcript.h"

#include <epan/proto_data.h>

#include "dissector/compat.h"
#include "dissector/memory.h"
#include "dissector/octets.h"
#include "dissector/records.h"
#include "dissector/settings.h"

/* Places of what came in no TCP segment of its own: out of TLS, in exported PDUs. */
#define NO_SEGMENT UINT32_MAX

/* Tells a frame from all others of the capture: one that a read filter rejected has the number of
 * the next one, and where that filter reads a frame before it is kept, it is kept elsewhere. */
typedef struct frame_in_file {
    uint32_t number;
    int64_t file_offset;
    const frame_data *kept;
} frame_in_file;

/* One call for one segment; or, behind the capture's end, none. First pass only. */
typedef struct pop_call {
    pop_stream *stream;
    packet_info *pinfo; /* NULL: the capture has ended */
    uint32_t frame; /* where what is told is shown, */
    pop_place place; /* in that frame */
    pop_direction sender;
    bool handed; /* somebody handed us the octets */
    bool was_plain; /* nothing was held before */
    pop_record *last; /* that was written; NULL: none so far */
} pop_call;

static int proto_pop;
static frame_in_file begun; /* the latest frame of the first pass that brought something */
static pop_frame_mark capture_end; /* where the capture ended when last it was read whole */

pop_instant pop_instant_of(const packet_info *pinfo)
{
    return (pop_instant){ pinfo->num, pinfo->abs_ts.nsecs, pinfo->abs_ts.secs };
}

/* --- The frame -------------------------------------------------------------------------------- */

static uint32_t *unplaced_calls(packet_info *pinfo)
{
    uint32_t *count = p_get_proto_data(pinfo->pool, pinfo, proto_pop, 0);
    if (count == NULL) {
        count = wmem_new0(pinfo->pool, uint32_t);
        p_add_proto_data(pinfo->pool, pinfo, proto_pop, 0, count);
    }
    return count;
}

static void begin_frame(const packet_info *pinfo)
{
    if (begun.number != pinfo->num || begun.file_offset != pinfo->fd->file_off
        || begun.kept != pinfo->fd) {
        begun = (frame_in_file){ pinfo->num, pinfo->fd->file_off, pinfo->fd };
        pop_records_begin_frame(pinfo->num);
    }
}

static bool is_first_of_frame(uint32_t frame)
{
    pop_records_walk walk = pop_records_of_frame(frame);
    return pop_records_next(&walk) == NULL;
}

/* --- Records ---------------------------------------------------------------------------------- */

/* A record with room for so many entries. In packet scope; NULL: kept with the file. */
static pop_record *new_record(
    wmem_allocator_t *scope, const pop_session *session, pop_direction direction, uint32_t count)
{
    size_t octets = sizeof(pop_record) + count * sizeof(pop_entry);
    pop_record *record = scope == NULL ? pop_file_keep(octets) : wmem_alloc(scope, octets);
    *record = (pop_record){ .maildrop = session->maildrop,
        .step = session->step,
        .direction = (uint8_t)direction,
        .sender = (uint8_t)direction,
        .version = (uint8_t)session->version,
        .is_shown = true,
        .entry_count = count };
    return record;
}

static pop_entry repeated_entry(const pop_session *session, uint32_t length)
{
    return (pop_entry){ .length = length,
        .kind = POP_ENTRY_OPAQUE,
        .state = (uint8_t)session->access.state,
        .anomalies = POP_FLAW(LATE) };
}

/* The session's entries, which stand in a segment, behind `repeated` octets that had come
 * before. */
static void write_entries(pop_record *record, const pop_session *session, uint32_t repeated)
{
    pop_entry *to = record->entries;
    if (repeated > 0) {
        *to++ = repeated_entry(session, repeated);
    }
    for (size_t i = 0; i < session->entries.count; i++) {
        to[i] = session->entries.list[i];
        to[i].offset += repeated;
    }
}

/* Writes the record down where the call is. */
static void add_record(pop_call *call, pop_record *record, uint32_t number)
{
    call->last = record;
    pop_records_add(call->frame, call->place, number);
}

static void note_last(const pop_call *call)
{
    pop_stream *stream = call->stream;
    stream->last_frame = call->frame;
    stream->last_place = call->place;
    stream->last_sender = call->sender;
}

static void note_last_record(const pop_call *call, uint32_t number)
{
    pop_stream *stream = call->stream;
    stream->last_record = number;
    stream->last_record_frame = call->frame;
    stream->last_record_place = call->place;
}

static void keep_record(pop_call *call, pop_record *record)
{
    pop_stream *stream = call->stream;
    record->stream = stream;
    record->sender = (uint8_t)call->sender;
    record->is_first_of_frame = is_first_of_frame(call->frame);
    uint32_t number = pop_records_keep(record);
    if (record->held == NULL) {
        note_last_record(call, number);
    }
    note_last(call);
    add_record(call, record, number);
}

/* --- Stretches -------------------------------------------------------------------------------- */

/* True for the entries of a segment in the midst of a mail, or of octets that are not decoded. */
static bool is_stretch(
    const pop_call *call, const pop_session *session, const pop_order_delivery *delivery)
{
    const pop_entry *entry = session->entries.list;
    return session->entries.count == 1
        && (entry->kind == POP_ENTRY_BODY || entry->kind == POP_ENTRY_OPAQUE
            || entry->kind == POP_ENTRY_PROTECTED)
        && entry->anomalies == 0 && entry->length == delivery->length && entry->line == NULL
        && entry->auth == NULL && !entry->ends_reply && delivery->offset == 0 && call->was_plain
        && call->last == NULL && is_first_of_frame(call->frame);
}

/* True where the record of a stretch would be like the stream's last one, but for the number of
 * octets and for what can be told by the frame. */
static bool is_like_last(const pop_call *call, const pop_session *session)
{
    const pop_stream *stream = call->stream;
    if (stream->last_record_frame == 0 || stream->last_record_frame == call->frame) {
        return false;
    }
    const pop_record *last = pop_records_numbered(stream->last_record);
    const pop_entry *one = last->entries, *other = session->entries.list;
    return last->is_stretch && last->maildrop == session->maildrop
        && last->direction == call->sender && last->version == session->version
        && one->kind == other->kind && one->state == other->state && one->stretch == other->stretch
        && one->exchange == other->exchange && one->user == other->user;
}

/* The frame has one more record of the stream, so what is told by the frame would be told of both:
 * the one before gets a record of its own. */
static void settle_last(const pop_call *call)
{
    pop_stream *stream = call->stream;
    if (stream->last_record_frame != call->frame || is_first_of_frame(call->frame)) {
        return; /* the number was that of a frame which was rejected */
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
    pop_records_change(call->frame, stream->last_record_place, stream->last_record);
}

/* What the record, which may be that of many segments, says of this one. */
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

/* --- The first pass: octets in the segment itself --------------------------------------------- */

/* Times are those of the octets' own frames; what is told of them is told where they are shown. */
static void feed(const pop_call *call, const pop_order_delivery *delivery, bool tls)
{
    pop_segment segment = { .direction = delivery->direction,
        .octets = delivery->octets,
        .at = delivery->at,
        .tls = tls,
        .cut_off = delivery->cut_off,
        .ahead = delivery->ahead };
    segment.at.frame = call->frame;
    settle_last(call);
    pop_session_feed(call->stream->session, &segment);
}

static void record_own(pop_call *call, const pop_order_delivery *delivery, bool tls)
{
    pop_stream *stream = call->stream;
    const pop_session *session = stream->session;
    bool stretch = !tls && is_stretch(call, session, delivery);
    if (stretch && is_like_last(call, session)) {
        note_last_record(call, stream->last_record);
        note_last(call);
        stream->last_octets = (uint32_t)delivery->length;
        add_record(call, pop_records_numbered(stream->last_record), stream->last_record);
        return;
    }
    uint32_t count = (uint32_t)session->entries.count + (delivery->offset > 0 ? 1 : 0);
    pop_record *record = new_record(NULL, session, delivery->direction, count);
    write_entries(record, session, delivery->offset);
    record->tls = tls;
    record->is_stretch = stretch;
    stream->last_octets = (uint32_t)delivery->length;
    keep_record(call, record);
}

/* --- The first pass: octets put together from several frames ---------------------------------- */

G_GNUC_NO_INLINE static void record_run(pop_call *call)
{
    pop_ordered_run run;
    pop_ordered_end(&run);
    pop_record *record = new_record(NULL, call->stream->session, run.direction, run.entry_count);
    if (run.entry_count > 0) {
        memcpy(record->entries, run.entries, run.entry_count * sizeof(pop_entry));
    }
    record->ordered = run.octets;
    keep_record(call, record);
}

/* Nearly always there is none. */
static void record_ordered(pop_call *call)
{
    if (pop_ordered_is_open()) {
        record_run(call);
    }
}

/* Later passes tell, where the octets were held, which frame has decoded them. */
static void note_decoded(const pop_call *call, const pop_order_delivery *delivery)
{
    if (delivery->is_own) {
        return;
    }
    pop_records_walk walk = pop_records_of_frame(delivery->at.frame);
    for (pop_record *record; (record = pop_records_next(&walk)) != NULL;) {
        if (record->held != NULL && record->stream == call->stream) {
            record->held->decoded_in = call->frame;
        }
    }
    if (call->pinfo != NULL && delivery->at.frame != call->frame) {
        pop_depend_upon(call->pinfo, delivery->at.frame);
    }
}

/* --- The first pass: a segment ---------------------------------------------------------------- */

/* Which of a session's directions an order's is. */
static pop_direction direction_in(const pop_stream *stream, pop_direction direction)
{
    return stream->order_is_crossed ? pop_other_direction(direction) : direction;
}

/* The client's first octets come first, and where the server's begin was not captured: its
 * greeting, and more, may have come before. */
static bool lacks_greeting(const pop_stream *stream, const pop_order_delivery *delivery)
{
    pop_direction server = direction_in(stream, POP_FROM_SERVER);
    return delivery->direction == POP_FROM_CLIENT && stream->session->step == 0 && stream->syn_seen
        && pop_order_saw(stream->order, server) && !pop_order_saw_start(stream->order, server);
}

static void read_delivery(pop_call *call, pop_order_delivery *delivery)
{
    pop_stream *stream = call->stream;
    delivery->direction = direction_in(stream, delivery->direction);
    if (delivery->lost) {
        record_ordered(call);
        pop_session_gap(stream->session, delivery->direction, delivery->length);
        return;
    }
    if (!pop_ordered_goes_on(delivery->direction)) {
        record_ordered(call);
    }
    if (lacks_greeting(stream, delivery)) {
        pop_session_miss_start(stream->session);
    }
    feed(call, delivery, false);
    note_decoded(call, delivery);
    bool is_alone = !pop_ordered_goes_on(delivery->direction) && delivery->is_own;
    if (is_alone && !pop_order_holds(stream->order)) {
        record_own(call, delivery, false);
    } else {
        pop_ordered_add(stream->session, delivery);
    }
}

static void read_order(pop_call *call)
{
    pop_order_delivery delivery;
    while (pop_order_next(call->stream->order, &delivery)) {
        read_delivery(call, &delivery);
    }
    record_ordered(call);
}

/* Octets that TCP hands on and that came before are shown as such; the others where more is told of
 * them. */
static void record_repeated(pop_call *call, uint32_t length, bool told)
{
    const pop_session *session = call->stream->session;
    pop_record *record = new_record(NULL, session, call->sender, 1);
    record->entries[0] = repeated_entry(session, length);
    record->is_shown = call->handed || told;
    pop_stream *stream = call->stream;
    record->stream = stream;
    record->is_first_of_frame = is_first_of_frame(call->frame);
    add_record(call, record, pop_records_keep(record));
}

static void record_held(pop_call *call, const pop_order_outcome *outcome)
{
    pop_record *record = new_record(NULL, call->stream->session, call->sender, 0);
    record->held = pop_file_keep(sizeof *record->held);
    *record->held = (pop_held_octets){ .length = outcome->held, .missing = outcome->missing };
    record->anomalies = POP_FLAW(HELD);
    keep_record(call, record);
}

/* What leaves no other record had come before, or is held already. */
static void record_outcome(
    pop_call *call, const pop_order_segment *segment, const pop_order_outcome *outcome)
{
    if (outcome->held > 0) {
        record_held(call, outcome);
    } else if (call->last == NULL && segment->octets.length > 0) {
        record_repeated(call, (uint32_t)segment->octets.length,
            outcome->out_of_window || outcome->differs || outcome->given_up);
    }
    if (call->last != NULL && !call->last->is_stretch) {
        call->last->anomalies |= outcome->out_of_window ? POP_FLAW(OUT_OF_WINDOW) : 0;
        call->last->anomalies |= outcome->differs ? POP_FLAW(REPETITION_DIFFERS) : 0;
    }
}

static pop_order_segment order_segment(const pop_call *call, const pop_tcp_segment *segment)
{
    uint32_t captured = segment->length == 0 ? 0 : tvb_captured_length(segment->tvb);
    return (pop_order_segment){
        .direction = direction_in(call->stream, call->sender),
        .flags = segment->flags,
        .sequence = segment->sequence,
        .acknowledgment = segment->acknowledgment,
        .length = segment->length,
        .octets = pop_octets(segment->tvb, 0, MIN(captured, segment->length)),
        .at = pop_instant_of(call->pinfo),
    };
}

/* A connection before this one, between the same ends: nothing of it will come any more. */
static void end_former(pop_call *call, pop_stream *former)
{
    pop_call of_former = *call;
    of_former.stream = former;
    pop_order_end(former->order);
    read_order(&of_former);
}

static void take_segment(pop_call *call, const pop_order_segment *segment)
{
    pop_order *order = call->stream->order;
    call->was_plain = !pop_order_holds(order);
    pop_order_take(order, segment);
    read_order(call);
    pop_order_outcome outcome = pop_order_finish(order);
    if (!call->was_plain || outcome.held > 0 || outcome.repeated > 0 || outcome.out_of_window) {
        record_outcome(call, segment, &outcome);
    }
}

/* The first segment that showed another connection was kept until this one confirmed it. */
static void begin_anew(pop_call *call, const pop_tcp_segment *segment, pop_order_segment *first)
{
    pop_stream *former = call->stream;
    call->stream = pop_stream_replace(former, call->pinfo, segment);
    end_former(call, former);
    if (first->direction != direction_in(former, call->sender)) {
        first->direction = pop_other_direction(call->sender);
    } else {
        first->direction = call->sender;
    }
    take_segment(call, first);
}

static pop_call call_for(pop_stream *stream, packet_info *pinfo, pop_place place)
{
    return (pop_call){ .stream = stream, .pinfo = pinfo, .frame = pinfo->num, .place = place };
}

static void make_records(
    pop_stream *stream, packet_info *pinfo, const pop_tcp_segment *segment, bool handed)
{
    pop_call call = call_for(stream, pinfo, segment->place);
    pop_order_segment first, taken;
    call.sender = pop_stream_direction(stream, pinfo, segment);
    call.handed = handed;
    taken = order_segment(&call, segment);
    if (pop_order_begins_anew(stream->order, &taken, &first)) {
        begin_anew(&call, segment, &first);
        taken.direction = direction_in(call.stream, call.sender);
    }
    take_segment(&call, &taken);
}

/* --- The first pass: octets without a segment ------------------------------------------------- */

static void make_unplaced_record(
    pop_stream *stream, packet_info *pinfo, pop_place place, tvbuff_t *tvb, bool tls)
{
    pop_call call = call_for(stream, pinfo, place);
    pop_tcp_segment segment;
    call.sender = pop_stream_direction(
        stream, pinfo, pop_segment_of(pinfo, &segment) ? &segment : NULL);
    uint32_t captured = tvb_captured_length(tvb);
    pop_order_delivery delivery = { .direction = call.sender,
        .length = captured,
        .octets = pop_octets(tvb, 0, captured),
        .is_own = true,
        .cut_off = captured < tvb_reported_length(tvb),
        .at = pop_instant_of(pinfo) };
    feed(&call, &delivery, tls);
    record_own(&call, &delivery, tls);
    if (delivery.cut_off) {
        pop_session_gap(stream->session, call.sender, tvb_reported_length(tvb) - captured);
    }
}

void pop_transcript_begin_with(
    pop_stream *stream, pop_span octets, const pop_instant *at, pop_place place)
{
    pop_call call = {
        .stream = stream, .frame = at->frame, .place = place, .sender = POP_FROM_SERVER
    };
    pop_order_delivery delivery = { .direction = POP_FROM_SERVER,
        .length = octets.length,
        .octets = octets,
        .is_own = true,
        .at = *at };
    feed(&call, &delivery, false);
    record_own(&call, &delivery, false);
}

/* --- The capture's end ------------------------------------------------------------------------ */

/* What is still held is shown behind the last that was told of its session. */
static void end_stream(pop_stream *stream)
{
    if (stream->session == NULL || stream->order == NULL || !pop_order_holds(stream->order)) {
        return;
    }
    pop_call call = { .stream = stream,
        .sender = stream->last_sender,
        .frame = stream->last_frame,
        .place = stream->last_place };
    pop_order_end(stream->order);
    read_order(&call);
}

void pop_transcript_end_capture(void)
{
    for (pop_stream *stream = pop_stream_latest(); stream != NULL; stream = stream->before) {
        end_stream(stream);
    }
}

static void end_capture(void)
{
    capture_end = pop_segment_latest_frame();
    pop_transcript_end_capture();
}

/* When the window dissects all frames anew it does not tell where they end: where they did. */
static void follow_end(const packet_info *pinfo)
{
    if (pinfo->num == capture_end.number && pinfo->fd == capture_end.frame) {
        pop_transcript_end_capture();
    }
}

/* --- Reading ---------------------------------------------------------------------------------- */

/* A segment that belongs to no session of ours: what can be said of it alone. */
static const pop_record *scratch_record(tvbuff_t *tvb, packet_info *pinfo, bool tls)
{
    pop_direction direction = pop_starts_like_server(tvb) ? POP_FROM_SERVER : POP_FROM_CLIENT;
    pop_session *session = pop_session_new(
        pop_scope_allocator(pinfo->pool), pop_settings_limits(), false);
    pop_segment segment = { .direction = direction,
        .octets = pop_octets(tvb, 0, tvb_captured_length(tvb)),
        .at = pop_instant_of(pinfo),
        .tls = tls };
    pop_session_feed(session, &segment);
    pop_record *record = new_record(
        pinfo->pool, session, direction, (uint32_t)session->entries.count);
    write_entries(record, session, 0);
    record->tls = tls;
    record->is_first_of_frame = true;
    return record;
}

static void read_record(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
    const pop_record *record, pop_record_reader reader)
{
    if (record->ordered != NULL) {
        reader(pop_ordered_tvb(tvb, pinfo, record->ordered), pinfo, tree, record);
    } else if (record->is_shown) {
        reader(tvb, pinfo, tree, record->is_stretch ? stretch_record(tvb, pinfo, record) : record);
    }
}

/* Returns whether there was one. */
static bool read_records(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, pop_place place, pop_record_reader reader)
{
    pop_records_walk walk = pop_records_at(pinfo->num, place);
    const pop_record *record = pop_records_next(&walk);
    bool any = record != NULL;
    for (; record != NULL; record = pop_records_next(&walk)) {
        read_record(tvb, pinfo, tree, record, reader);
    }
    return any;
}

static void read_unplaced(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool tls, pop_record_reader reader)
{
    pop_tcp_segment segment;
    pop_place place = { NO_SEGMENT, (*unplaced_calls(pinfo))++ };
    const pop_tcp_segment *carrier = pop_segment_of(pinfo, &segment) ? &segment : NULL;
    if (!PINFO_FD_VISITED(pinfo)) {
        begin_frame(pinfo);
        make_unplaced_record(pop_stream_of(tvb, pinfo, carrier), pinfo, place, tvb, tls);
    }
    pop_segment_was_taken();
    if (!read_records(tvb, pinfo, tree, place, reader)) {
        reader(tvb, pinfo, tree, scratch_record(tvb, pinfo, tls));
    }
}

static void read_segment(packet_info *pinfo, proto_tree *tree, const pop_tcp_segment *segment,
    bool handed, pop_record_reader reader)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        pop_stream *stream = handed ? pop_stream_of(segment->tvb, pinfo, segment)
                                    : pop_stream_of_untaken(pinfo, segment);
        begin_frame(pinfo);
        make_records(stream, pinfo, segment, handed);
        follow_end(pinfo);
    }
    bool any = read_records(segment->tvb, pinfo, tree, segment->place, reader);
    if (!any && handed) {
        reader(segment->tvb, pinfo, tree, scratch_record(segment->tvb, pinfo, false));
    }
}

void pop_transcript_read(
    tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, bool tls, pop_record_reader reader)
{
    pop_tcp_segment segment;
    if (pinfo->flags.in_error_pkt) {
        reader(tvb, pinfo, tree, scratch_record(tvb, pinfo, tls));
    } else if (tls || !pop_segment_of(pinfo, &segment)) {
        read_unplaced(tvb, pinfo, tree, tls, reader);
    } else if (!pop_segment_is_taken()) {
        pop_segment_was_taken();
        pop_segment_take_handed(&segment, tvb);
        read_segment(pinfo, tree, &segment, true, reader);
    }
}

/* A connection that has come to TLS, or has no session so far: nothing of it is told. */
static bool is_passed_over(pop_stream *stream, packet_info *pinfo, const pop_tcp_segment *segment)
{
    if (stream->session != NULL && !pop_stream_has_tls(stream)) {
        return false;
    }
    if (stream->order != NULL) {
        pop_call call = call_for(stream, pinfo, segment->place);
        call.sender = pop_stream_direction(stream, pinfo, segment);
        pop_order_segment taken = order_segment(&call, segment);
        if (stream->session == NULL) {
            pop_order_take(stream->order, &taken);
            pop_order_finish(stream->order);
        } else {
            pop_order_pass_over(stream->order, &taken);
        }
    }
    return true;
}

void pop_transcript_read_untaken(
    packet_info *pinfo, proto_tree *tree, const pop_tcp_segment *segment, pop_record_reader reader)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        pop_stream *stream = pop_stream_of_untaken(pinfo, segment);
        if (stream == NULL || is_passed_over(stream, pinfo, segment)) {
            return;
        }
    }
    read_segment(pinfo, tree, segment, false, reader);
}

bool pop_transcript_knows(packet_info *pinfo)
{
    pop_tcp_segment segment;
    if (!PINFO_FD_VISITED(pinfo)) {
        return pop_stream_exists(pinfo);
    }
    pop_records_walk walk = pop_segment_of(pinfo, &segment)
        ? pop_records_at(pinfo->num, segment.place)
        : pop_records_of_frame(pinfo->num);
    return pop_records_next(&walk) != NULL;
}

const pop_record *pop_transcript_before(const pop_record *record, const packet_info *pinfo)
{
    const pop_record *before = NULL, *one;
    pop_records_walk walk = pop_records_of_frame(pinfo->num);
    if (record->is_stretch) { /* the only one of its frame */
        return NULL;
    }
    while ((one = pop_records_next(&walk)) != NULL && one != record) {
        if (one->stream == record->stream && one->is_shown) {
            before = one;
        }
    }
    return before;
}

bool pop_transcript_ends_with(const pop_record *record, const packet_info *pinfo)
{
    return PINFO_FD_VISITED(pinfo) && record->stream != NULL
        && record->stream->last_frame == pinfo->num
        && (record->is_stretch || pop_records_numbered(record->stream->last_record) == record);
}

static void forget(void)
{
    begun = (frame_in_file){ 0 };
    pop_records_forget();
}

void pop_transcript_register(int protocol)
{
    proto_pop = protocol;
    register_init_routine(forget);
    register_cleanup_routine(forget);
    register_postseq_cleanup_routine(end_capture);
    pop_stream_register();
}
