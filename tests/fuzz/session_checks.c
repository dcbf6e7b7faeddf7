/* session_checks.c
 * What must hold of a session, whatever it was fed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session_checks.h"

#include <glib.h>
#include <string.h>

#include "session_script.h"

/* Commands that wait, and fragments, are counted up to this many at every segment, so that time
 * does not grow with the square. */
enum { MOST_COUNTED = 64 };

static void check_message(const pop_message *message, pop_limits limits)
{
    uint64_t covered = 0;
    g_assert_cmpuint(message->length, ==, MIN(message->total, limits.message));
    g_assert_cmpuint(message->length, <=, message->capacity);
    g_assert_cmpuint(message->noted, <=, message->total);
    if (message->fragments.count > MOST_COUNTED && message->ended_in == 0) {
        return;
    }
    pop_fragments_walk walk = pop_fragments_begin(&message->fragments);
    pop_fragment fragment;
    while (pop_fragments_next(&walk, &fragment)) {
        g_assert_cmpuint(fragment.position, ==, covered);
        covered += fragment.length;
    }
    g_assert_cmpuint(covered, ==, message->noted);
}

static void check_exchange(const pop_session *session, const pop_exchange *exchange)
{
    g_assert_cmpuint(exchange->ordinal, >=, 1);
    g_assert_cmpuint(exchange->ordinal, <=, session->exchanges.count);
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

void check_session_entries(const pop_session *session, const pop_segment *segment)
{
    size_t at = 0;
    for (size_t i = 0; i < session->entries.count; i++) {
        const pop_entry *entry = &session->entries.list[i];
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
            g_assert_cmpuint(strlen(entry->user), <=, session->limits.line);
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

void check_session_state(const pop_session *session)
{
    check_queue(&session->exchanges.waiting);
    if (session->reply.body == POP_BODY_NONE) {
        g_assert_null(session->reply.exchange);
        g_assert_null(session->reply.message);
    } else {
        g_assert_nonnull(session->reply.exchange);
    }
    for (int direction = 0; direction < 2; direction++) {
        const pop_framing *framing = &session->framing[direction];
        g_assert_cmpuint(framing->ahead_length, <, sizeof framing->ahead);
    }
    if (session->framing[POP_FROM_CLIENT].mode == POP_FRAMING_DOTTED) {
        g_assert_nonnull(session->exchanges.submission);
    }
}
