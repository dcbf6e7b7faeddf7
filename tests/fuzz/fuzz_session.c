/* fuzz_session.c
 * A whole session from any octets: what holds of its entries, and that cuts change nothing.
 *
 * The input: an octet of options (below), then chunks. A chunk begins with a header octet from 0xF0
 * on and ends before the next one:
 *   0xF0 | direction | TLS << 1 | gap << 2   the chunk is a segment; with a gap, the next octet tells
 *                                            how many octets are missing before it
 *   0xF8                                     the next octet stands for itself
 *   0xF9                                     what the chunk has so far, once more
 * So a segment can grow and shrink under the fuzzer without a length to keep in step.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "event_log.h"
#include "fuzz.h"

enum {
    OPTION_START_SEEN = 0x01,
    OPTION_OLD_PORT = 0x02,
    OPTION_KERBEROS = 0x04,
    OPTION_SHORT_LINES = 0x08,
    OPTION_SMALL_MAILS = 0x10,
};
enum {
    HEADER = 0xF0,
    HEADER_DIRECTION = 0x01,
    HEADER_TLS = 0x02,
    HEADER_GAP = 0x04,
    HEADER_LITERAL = 0xF8,
    HEADER_AGAIN = 0xF9,
};

/* Octets that a chunk may grow to, and lines and mails where they are to meet their limits. */
enum { CHUNK_LIMIT = 4096, SHORT_LINE = 48, SMALL_MAIL = 100 };

/* Commands that wait, and fragments, are counted up to this many at every segment, so that time does
 * not grow with the square. */
enum { MOST_COUNTED = 64 };

typedef struct stream_chunk {
    pop_direction direction;
    bool tls;
    uint64_t lost; /* octets missing before it */
    GByteArray *octets;
} stream_chunk;

typedef struct session_script {
    uint8_t options;
    GArray *chunks;
} session_script;

typedef struct session_player {
    pop_session *session;
    event_log *log;
    uint32_t frame;
} session_player;

/* --- The script ------------------------------------------------------------------------------- */

static stream_chunk *new_chunk(session_script *script, uint8_t header)
{
    stream_chunk chunk = { .direction = (header & HEADER_DIRECTION) != 0 ? POP_FROM_SERVER
                                                                         : POP_FROM_CLIENT,
        .tls = (header & HEADER_TLS) != 0,
        .octets = g_byte_array_new() };
    g_array_append_val(script->chunks, chunk);
    return &g_array_index(script->chunks, stream_chunk, script->chunks->len - 1);
}

static void add_octet(stream_chunk *chunk, uint8_t octet)
{
    if (chunk->octets->len < CHUNK_LIMIT) {
        g_byte_array_append(chunk->octets, &octet, 1);
    }
}

static void add_again(stream_chunk *chunk)
{
    guint length = MIN(chunk->octets->len, CHUNK_LIMIT - chunk->octets->len);
    uint8_t *copy = g_memdup2(chunk->octets->data, length);
    g_byte_array_append(chunk->octets, copy, length);
    g_free(copy);
}

static session_script read_script(const uint8_t *octets, size_t length)
{
    session_script script = { .options = length > 0 ? octets[0] : 0,
        .chunks = g_array_new(FALSE, FALSE, sizeof(stream_chunk)) };
    stream_chunk *chunk = NULL;
    for (size_t at = 1; at < length; at++) {
        uint8_t octet = octets[at];
        if (octet >= HEADER && octet < HEADER_LITERAL) {
            chunk = new_chunk(&script, octet);
            if ((octet & HEADER_GAP) != 0 && at + 1 < length) {
                chunk->lost = octets[++at];
            }
            continue;
        }
        if (chunk == NULL) {
            chunk = new_chunk(&script, HEADER);
        }
        if (octet == HEADER_AGAIN) {
            add_again(chunk);
        } else {
            at += octet == HEADER_LITERAL && at + 1 < length;
            add_octet(chunk, octets[at]);
        }
    }
    return script;
}

static void free_script(session_script *script)
{
    for (guint i = 0; i < script->chunks->len; i++) {
        g_byte_array_unref(g_array_index(script->chunks, stream_chunk, i).octets);
    }
    g_array_free(script->chunks, TRUE);
}

/* Chunks that no other side's octets, no gap and no beginning of TLS part are one run. */
static bool goes_on(const stream_chunk *last, const stream_chunk *next)
{
    return last->direction == next->direction && last->tls == next->tls && next->lost == 0;
}

/* The same script with every run in one chunk. */
static session_script joined(const session_script *cut)
{
    session_script whole = { cut->options, g_array_new(FALSE, FALSE, sizeof(stream_chunk)) };
    stream_chunk *last = NULL;
    for (guint i = 0; i < cut->chunks->len; i++) {
        const stream_chunk *next = &g_array_index(cut->chunks, stream_chunk, i);
        if (last == NULL || !goes_on(last, next)) {
            last = new_chunk(&whole, (uint8_t)(HEADER | next->direction));
            last->tls = next->tls;
            last->lost = next->lost;
        }
        g_byte_array_append(last->octets, next->octets->data, next->octets->len);
    }
    return whole;
}

/* --- What must hold --------------------------------------------------------------------------- */

static void check_message(const pop_message *message, pop_limits limits)
{
    uint64_t covered = 0;
    g_assert_cmpuint(message->length, ==, MIN(message->total, limits.message));
    g_assert_cmpuint(message->length, <=, message->capacity);
    g_assert_cmpuint(message->noted, <=, message->total);
    if (message->fragment_count > MOST_COUNTED && message->ended_in == 0) {
        return;
    }
    for (size_t i = 0; i < message->fragment_count; i++) {
        g_assert_cmpuint(message->fragments[i].position, ==, covered);
        covered += message->fragments[i].length;
    }
    g_assert_cmpuint(covered, ==, message->noted);
}

static void check_exchange(const pop_session *session, const pop_exchange *exchange)
{
    g_assert_cmpuint(exchange->ordinal, >=, 1);
    g_assert_cmpuint(exchange->ordinal, <=, session->exchange_count);
    g_assert_nonnull(exchange->maildrop);
    g_assert_cmpint(exchange->body, <=, POP_BODY_UNDETERMINED);
    if (exchange->name != NULL) {
        g_assert_cmpuint(strlen(exchange->name), <=, POP_EXCHANGE_NAME_LIMIT);
    }
}

static void check_line(const pop_line *line, pop_limits limits)
{
    uint64_t pieces = 0;
    g_assert_cmpuint(line->length, ==, MIN(line->total, limits.line));
    for (uint32_t i = 0; i < MIN(line->piece_count, POP_LINE_PIECES); i++) {
        pieces += line->pieces[i].length;
    }
    if (line->piece_count <= POP_LINE_PIECES) {
        g_assert_cmpuint(pieces, ==, line->total);
    }
}

static bool has_limited_line(const pop_entry *entry)
{
    return entry->line != NULL && entry->kind != POP_ENTRY_PREAMBLE;
}

/* Entries stand in order, do not overlap, and cover the segment. */
static void check_entries(const pop_session *session, const pop_segment *segment)
{
    size_t at = 0;
    for (size_t i = 0; i < session->entry_count; i++) {
        const pop_entry *entry = &session->entries[i];
        g_assert_cmpuint(entry->offset, ==, at);
        at += entry->length;
        g_assert_cmpuint(at, <=, segment->octets.length);
        g_assert_cmpint(entry->kind, <=, POP_ENTRY_PROTECTED);
        g_assert_cmpuint(entry->anomalies >> (POP_ANOMALY_COUNT - 1), <=, 1);
        if (entry->exchange != NULL) {
            check_exchange(session, entry->exchange);
            if (entry->exchange->message != NULL) {
                check_message(entry->exchange->message, session->limits);
            }
        }
        if (has_limited_line(entry)) {
            check_line(entry->line, session->limits);
        }
        if (entry->user != NULL) {
            g_assert_cmpuint(strlen(entry->user), <=, CHUNK_LIMIT);
        }
    }
    g_assert_cmpuint(at, ==, segment->octets.length);
}

static void check_queue(const pop_exchange_queue *queue)
{
    const pop_exchange *last = NULL;
    size_t count = 0;
    g_assert_true((queue->count == 0) == (queue->oldest == NULL));
    g_assert_true((queue->oldest == NULL) == (queue->youngest == NULL));
    if (queue->count > MOST_COUNTED) {
        return;
    }
    for (const pop_exchange *waits = queue->oldest; waits != NULL; waits = waits->next) {
        count++;
        last = waits;
        g_assert_cmpuint(count, <=, queue->count);
    }
    g_assert_cmpuint(count, ==, queue->count);
    g_assert_true(last == queue->youngest);
}

static void check_session(const pop_session *session)
{
    check_queue(&session->queue);
    if (session->body == POP_BODY_NONE) {
        g_assert_null(session->current);
        g_assert_null(session->message);
    } else {
        g_assert_nonnull(session->current);
    }
    for (int direction = 0; direction < 2; direction++) {
        const pop_framing *framing = &session->framing[direction];
        g_assert_cmpuint(framing->ahead_length, <, sizeof framing->ahead);
    }
    if (session->framing[POP_FROM_CLIENT].mode == POP_FRAMING_DOTTED) {
        g_assert_nonnull(session->submission);
    }
}

/* --- Playing ---------------------------------------------------------------------------------- */

static void feed(session_player *player, const stream_chunk *chunk, size_t offset, size_t length)
{
    pop_span octets = fuzz_copy(chunk->octets->data + offset, length);
    pop_segment segment = { .direction = chunk->direction,
        .octets = octets,
        .at = { ++player->frame, 0, player->frame },
        .tls = chunk->tls };
    pop_session_feed(player->session, &segment);
    check_entries(player->session, &segment);
    check_session(player->session);
    event_log_segment(player->log, player->session, &segment);
    free((void *)(uintptr_t)octets.octets); /* who keeps a pointer into it is caught */
}

static void play_chunk(
    session_player *player, const stream_chunk *chunk, fuzz_cutting cutting, uint32_t *state)
{
    if (chunk->lost > 0) {
        event_log_end_of_run(player->log);
        pop_session_gap(player->session, chunk->direction, chunk->lost);
        check_session(player->session);
    }
    for (size_t offset = 0; offset < chunk->octets->len;) {
        pop_span rest = { chunk->octets->data + offset, chunk->octets->len - offset };
        size_t length = fuzz_segment_length(cutting, rest, state);
        feed(player, chunk, offset, length);
        offset += length;
    }
}

static char *play(const session_script *script, fuzz_cutting cutting)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_limits limits = { (script->options & OPTION_SHORT_LINES) != 0 ? SHORT_LINE : POP_LINE_LIMIT,
        (script->options & OPTION_SMALL_MAILS) != 0 ? SMALL_MAIL : POP_MESSAGE_LIMIT };
    session_player player = { .log = event_log_new() };
    player.session = pop_session_new(
        &memory.allocator, limits, (script->options & OPTION_START_SEEN) != 0);
    if ((script->options & OPTION_OLD_PORT) != 0) {
        pop_session_expect_old_version(player.session);
    } else if ((script->options & OPTION_KERBEROS) != 0) {
        pop_session_expect_kerberos(player.session);
    }
    uint32_t state = script->options;
    const stream_chunk *last = NULL;
    for (guint i = 0; i < script->chunks->len; i++) {
        const stream_chunk *next = &g_array_index(script->chunks, stream_chunk, i);
        if (last != NULL && !goes_on(last, next)) {
            event_log_end_of_run(player.log);
        }
        play_chunk(&player, next, cutting, &state);
        last = next;
    }
    char *log = event_log_end(player.log, player.session);
    tracked_memory_free(&memory);
    return log;
}

/* Line ends before the first command look like the beginning of a PROXY header; where they are cut off
 * from what follows they are pieces, and else empty lines. That difference is known and harmless. */
static bool begins_like_preamble(const session_script *whole)
{
    static const uint8_t signature[] = "\r\n\r\n\0\r\nQUIT\n";
    for (guint i = 0; i < whole->chunks->len; i++) {
        const stream_chunk *first = &g_array_index(whole->chunks, stream_chunk, i);
        if (first->direction == POP_FROM_CLIENT && first->octets->len > 0) {
            return first->octets->data[0] == '\r'
                && (first->octets->len < sizeof signature - 1
                    || memcmp(first->octets->data, signature, sizeof signature - 1) != 0);
        }
    }
    return false;
}

/* KPOP's greeting stands in one line with the end of the Kerberos exchange: where that came before, in
 * a segment of its own, it is a piece of the line, else it is opaque. */
static char *without_opaque(char *log)
{
    char **lines = g_strsplit(log, "\n", -1);
    GString *rest = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "opaque ")) {
            g_string_append_printf(rest, "%s\n", *line);
        }
    }
    g_strfreev(lines);
    g_free(log);
    return g_string_free(rest, FALSE);
}

static char *comparable(const session_script *script, fuzz_cutting cutting)
{
    char *log = play(script, cutting);
    return (script->options & OPTION_KERBEROS) != 0 ? without_opaque(log) : log;
}

/* A gap in the Kerberos exchange is told of whatever comes next, which is not the same in all cuts. */
static bool has_gap_in_kerberos(const session_script *script)
{
    bool lost = false;
    for (guint i = 0; i < script->chunks->len; i++) {
        lost |= g_array_index(script->chunks, stream_chunk, i).lost > 0;
    }
    return lost && (script->options & OPTION_KERBEROS) != 0;
}

/* What was taken for the greeting may turn out to be the status line of a command that waits. Where that
 * shows in a later segment, the line has been written down as a greeting. */
static bool has_greeting(const char *log)
{
    return strstr(log, "\ngreeting ") != NULL; /* a state is always told before */
}

static void compare(const char *expected, char *found, const char *what, bool same)
{
    if (same && has_greeting(expected) == has_greeting(found)) {
        fuzz_check_same(expected, found, what);
    }
    g_free(found);
}

void fuzz_session(const uint8_t *octets, size_t length)
{
    static const char *const names[] = { "joined", "octets", "lines", "random" };
    session_script cut = read_script(octets, length);
    session_script whole = joined(&cut);
    bool same = !begins_like_preamble(&whole) && !has_gap_in_kerberos(&whole);
    char *expected = comparable(&whole, FUZZ_CUT_NOWHERE);
    compare(expected, comparable(&cut, FUZZ_CUT_NOWHERE), "as given", same);
    /* One further cutting for each input: the fuzzer has many inputs, and time is dear. */
    fuzz_cutting cutting = (fuzz_cutting)(1 + (cut.options >> 5) % 3);
    compare(expected, comparable(&whole, cutting), names[cutting], same);
    g_free(expected);
    free_script(&whole);
    free_script(&cut);
}
