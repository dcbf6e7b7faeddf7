/* transcript.c
 * The first pass: where a segment stands in its stream, the session run over it, the record kept.
 *
 * RFC 9293 section 3.4 (sequence numbers).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/transcript.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/prefs-int.h>
#include <epan/proto_data.h>

#include "dissector/host.h"
#include "dissector/settings.h"
#include "pop_command.h"

/* Of tcp_analysis.conversation_completeness, which the host keeps to its own file. */
#define SYN_SEEN 0x01
#define SYN_ACK_SEEN 0x02

/* Of our data in the packet scope; the host's own dissector uses 0. */
#define ORDINAL_KEY 1

static wmem_map_t *streams; /* conversation_t -> pop_stream */
static wmem_map_t *records; /* key of a record -> pop_record */
static uint32_t stream_count;
static int proto_pop;
static pref_t *relative_sequence, *analyzed_sequence; /* preferences of TCP */

/* --- Memory ------------------------------------------------------------------------------------ */

static void *scope_allocate(void *context, size_t octets)
{
    return wmem_alloc0(context, octets);
}

static void *scope_resize(void *context, void *memory, size_t octets)
{
    return wmem_realloc(context, memory, octets);
}

static void scope_release(void *context, void *memory)
{
    wmem_free(context, memory);
}

static const pop_allocator *allocator_of(wmem_allocator_t *scope)
{
    pop_allocator *allocator = wmem_new(scope, pop_allocator);
    *allocator = (pop_allocator){ scope_allocate, scope_resize, scope_release, scope };
    return allocator;
}

/* --- The conversation --------------------------------------------------------------------------- */

static bool starts_like_server(tvbuff_t *tvb)
{
    return tvb_strncaseeql(tvb, 0, "+", 1) == 0 || tvb_strncaseeql(tvb, 0, "-ERR", 4) == 0;
}

/* Which side is the server: the port by which we were called, the side that took the connection, or
 * the side that greets. */
static bool source_is_server(
    tvbuff_t *tvb, const packet_info *pinfo, const struct tcp_analysis *tcp)
{
    if (pinfo->srcport != pinfo->destport) {
        if (pinfo->match_uint == pinfo->srcport || pinfo->match_uint == pinfo->destport) {
            return pinfo->match_uint == pinfo->srcport;
        }
        if (tcp != NULL && tcp->server_port != 0) {
            return tcp->server_port == pinfo->srcport;
        }
    }
    return starts_like_server(tvb);
}

static pop_stream *new_stream(tvbuff_t *tvb, packet_info *pinfo, conversation_t *conversation)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(conversation, pinfo);
    pop_stream *stream = wmem_new0(wmem_file_scope(), pop_stream);
    stream->number = stream_count++;
    bool from_server = source_is_server(tvb, pinfo, tcp);
    copy_address_wmem(wmem_file_scope(), &stream->server, from_server ? &pinfo->src : &pinfo->dst);
    stream->server_port = from_server ? pinfo->srcport : pinfo->destport;
    if (tcp != NULL) {
        stream->syn_seen = (tcp->conversation_completeness & (SYN_SEEN | SYN_ACK_SEEN)) != 0;
        stream->opened = tcp->ts_first;
    }
    stream->session = pop_session_new(
        allocator_of(wmem_file_scope()), pop_settings_limits(), stream->syn_seen);
    if (stream->server_port == POP_OLD_PORT) {
        pop_session_expect_old_version(stream->session);
    } else if (stream->server_port == POP_KERBEROS_PORT) {
        pop_session_expect_kerberos(stream->session);
    }
    wmem_map_insert(streams, conversation, stream);
    return stream;
}

static pop_stream *stream_of(tvbuff_t *tvb, packet_info *pinfo)
{
    conversation_t *conversation = find_or_create_conversation(pinfo);
    pop_stream *stream = wmem_map_lookup(streams, conversation);
    if (stream == NULL && !PINFO_FD_VISITED(pinfo)) {
        stream = new_stream(tvb, pinfo, conversation);
    }
    return stream;
}

bool pop_transcript_knows(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    return conversation != NULL && wmem_map_lookup(streams, conversation) != NULL;
}

bool pop_transcript_tls_started(packet_info *pinfo)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const pop_stream *stream = conversation == NULL ? NULL : wmem_map_lookup(streams, conversation);
    return stream != NULL && stream->session->tls_started;
}

static pop_direction direction_of(const pop_stream *stream, const packet_info *pinfo)
{
    bool from_server = pinfo->srcport == stream->server_port
        && (pinfo->destport != stream->server_port
            || addresses_equal(&pinfo->src, &stream->server));
    return from_server ? POP_FROM_SERVER : POP_FROM_CLIENT;
}

/* --- The place in the stream --------------------------------------------------------------------- */

/* The part of a segment that the session has not seen. */
typedef struct pop_fresh_part {
    uint32_t offset; /* octets before it that came earlier */
    uint32_t length; /* octets that were captured of it */
    uint32_t missing_before, missing_behind; /* octets of the stream around it */
} pop_fresh_part;

/* The sequence number of the connection's first octet in this direction, where the SYN tells it. */
static bool is_on(pref_t *preference)
{
    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

static bool first_sequence(packet_info *pinfo, uint32_t *first_out)
{
    const struct tcp_analysis *analysis = get_tcp_conversation_data(NULL, pinfo);
    if (analysis == NULL || !is_on(analyzed_sequence)) {
        return false;
    }
    /* Sequence numbers are relative to the SYN's unless a preference says otherwise. */
    *first_out = is_on(relative_sequence) ? 1 : analysis->fwd->base_seq + 1;
    return true;
}

static pop_fresh_part fresh_part(pop_stream *stream, pop_direction direction, tvbuff_t *tvb,
    packet_info *pinfo, const struct tcpinfo *tcp)
{
    uint32_t reported = tvb_reported_length(tvb), captured = tvb_captured_length(tvb);
    pop_fresh_part part = { 0, captured, 0, reported - captured };
    if (tcp == NULL) {
        return part;
    }
    if (!stream->placed[direction]) {
        stream->placed[direction] = true;
        stream->next[direction] = tcp->seq;
        uint32_t first = 0;
        if (stream->syn_seen && first_sequence(pinfo, &first)) {
            stream->next[direction] = first;
        }
    }
    /* Sequence numbers wrap: the difference counts, as a signed number. */
    int32_t ahead = (int32_t)(tcp->seq - stream->next[direction]);
    if (ahead >= 0) {
        part.missing_before = (uint32_t)ahead;
        stream->next[direction] = tcp->seq + reported;
        return part;
    }
    uint32_t seen = MIN(0U - (uint32_t)ahead, reported);
    part.offset = MIN(seen, captured);
    part.length = captured - part.offset;
    part.missing_behind = seen < reported ? part.missing_behind : 0;
    stream->next[direction] += reported - seen;
    return part;
}

/* --- Records ----------------------------------------------------------------------------------- */

static pop_instant instant_of(const packet_info *pinfo)
{
    return (pop_instant){ pinfo->num, pinfo->abs_ts.nsecs, pinfo->abs_ts.secs };
}

/* How many calls this frame has brought so far: the same in every pass, since nothing is asked of
 * TCP's reassembly. */
static uint32_t next_ordinal(packet_info *pinfo)
{
    uint32_t *ordinal = p_get_proto_data(pinfo->pool, pinfo, proto_pop, ORDINAL_KEY);
    if (ordinal == NULL) {
        ordinal = wmem_new0(pinfo->pool, uint32_t);
        p_add_proto_data(pinfo->pool, pinfo, proto_pop, ORDINAL_KEY, ordinal);
    }
    return (*ordinal)++;
}

/* A record of the entries that the session has of the segment's part from `part->offset` on, and of
 * the octets before it, which had been seen. */
static pop_record *new_record(wmem_allocator_t *scope, const pop_session *session,
    const pop_segment *segment, const pop_fresh_part *part)
{
    uint32_t repeated = part->offset > 0 ? 1 : 0;
    uint32_t count = repeated + (uint32_t)session->entry_count;
    pop_record *record = wmem_alloc0(scope, sizeof *record + count * sizeof(pop_entry));
    record->direction = segment->direction;
    record->tls = segment->tls;
    record->version = (uint8_t)session->version;
    record->step = session->step;
    record->at = segment->at;
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

static void feed(pop_session *session, const pop_segment *segment, const pop_fresh_part *part)
{
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
        .octets = { tvb_get_ptr(tvb, (int)part->offset, (int)part->length), part->length },
        .at = instant_of(pinfo),
        .tls = tls };
}

/* First pass: the session goes on, and what the segment brought is written down. */
static const pop_record *make_record(pop_stream *stream, tvbuff_t *tvb, packet_info *pinfo,
    const struct tcpinfo *tcp, bool tls, uint64_t key)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    pop_direction direction = direction_of(stream, pinfo);
    pop_fresh_part part = fresh_part(stream, direction, tvb, pinfo, tcp);
    pop_segment segment = segment_of(tvb, pinfo, direction, tls, &part);
    feed(stream->session, &segment, &part);
    pop_record *record = new_record(wmem_file_scope(), stream->session, &segment, &part);
    record->stream = stream;
    record->key = key;
    record->is_first_of_frame = (uint32_t)key == 0;
    stream->last = record;
    wmem_map_insert(records, &record->key, record);
    return record;
}

/* A segment that belongs to no session of ours: what can be said of it alone. */
static const pop_record *scratch_record(tvbuff_t *tvb, packet_info *pinfo, bool tls)
{
    pop_direction direction = starts_like_server(tvb) ? POP_FROM_SERVER : POP_FROM_CLIENT;
    pop_fresh_part part = { 0, tvb_captured_length(tvb), 0, 0 };
    pop_segment segment = segment_of(tvb, pinfo, direction, tls, &part);
    pop_session *session = pop_session_new(allocator_of(pinfo->pool), pop_settings_limits(), false);
    pop_session_feed(session, &segment);
    pop_record *record = new_record(pinfo->pool, session, &segment, &part);
    record->is_first_of_frame = true;
    return record;
}

const pop_record *pop_transcript_record(
    tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcp, bool tls)
{
    uint64_t key = (uint64_t)pinfo->num << 32 | next_ordinal(pinfo);
    if (pinfo->flags.in_error_pkt) {
        return scratch_record(tvb, pinfo, tls);
    }
    if (PINFO_FD_VISITED(pinfo)) {
        const pop_record *record = wmem_map_lookup(records, &key);
        return record != NULL ? record : scratch_record(tvb, pinfo, tls);
    }
    return make_record(stream_of(tvb, pinfo), tvb, pinfo, tcp, tls, key);
}

/* A key is a frame and an ordinal: g_int64_hash() would see the ordinal alone. */
static guint hash_key(gconstpointer key)
{
    uint64_t value = *(const uint64_t *)key;
    return (guint)(value >> 32) * 2654435761U + (guint)value;
}

static void forget_numbers(void)
{
    stream_count = 0;
}

void pop_transcript_register(int protocol)
{
    proto_pop = protocol;
    module_t *tcp = prefs_find_module("tcp");
    relative_sequence = prefs_find_preference(tcp, "relative_sequence_numbers");
    analyzed_sequence = prefs_find_preference(tcp, "analyze_sequence_numbers");
    streams = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    records = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_key, g_int64_equal);
    register_init_routine(forget_numbers);
}
