/* replay.c
 * Feeds a dialogue to a session, cut into segments in a given way or across a link, and gives back
 * the event log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "replay.h"

#include <stdlib.h>
#include <string.h>

#include "event_log.h"
#include "tracked_memory.h"

typedef struct replay_player {
    pop_session *session;
    event_log *log;
    replay_cutting cutting;
    GRand *random; /* of REPLAY_RANDOM */
    gsize position; /* in the dialogue, octets */
    guint32 frame;
} replay_player;

/* The octets stand in a block of malloc's that is just as long, and is freed at once: a sanitizer
 * sees who reads beyond it and who keeps a pointer into it. */
static void feed(replay_player *player, const dialogue_run *run, gsize offset, gsize length)
{
    bool is_last = offset + length == run->octets->len;
    guint8 *copy = malloc(length);
    memcpy(copy, run->octets->data + offset, length);
    pop_segment segment = { .direction = run->direction,
        .octets = { copy, length },
        .at = { ++player->frame, 0, player->frame },
        .tls = run->tls,
        .cut_off = is_last && run->cut_off > 0,
        .ahead = -(int64_t)run->unheard };
    pop_session_feed(player->session, &segment);
    event_log_segment(player->log, player->session, &segment);
    free(copy);
}

static gsize line_length(const guint8 *octets, gsize length)
{
    const guint8 *found = memchr(octets, '\n', length);
    return found == NULL ? length : (gsize)(found - octets) + 1;
}

/* How long the segment is that begins at `offset` of the run. */
static gsize segment_length(const replay_player *player, const dialogue_run *run, gsize offset)
{
    gsize rest = run->octets->len - offset, at = player->position + offset;
    gsize wanted;
    switch (player->cutting.kind) {
    case REPLAY_LINES:
        return line_length(run->octets->data + offset, rest);
    case REPLAY_OCTETS:
        return 1;
    case REPLAY_ONE_CUT:
        return player->cutting.number > at && player->cutting.number - at < rest
            ? player->cutting.number - at
            : rest;
    case REPLAY_RANDOM:
        wanted = (gsize)g_rand_int_range(player->random, 1, 40);
        return MIN(rest, wanted);
    case REPLAY_RUNS:
        break;
    }
    return rest;
}

static void play_run(replay_player *player, const dialogue_run *run)
{
    if (run->lost > 0) {
        pop_session_gap(player->session, run->direction, run->lost);
    }
    for (gsize offset = 0; offset < run->octets->len;) {
        gsize length = segment_length(player, run, offset);
        feed(player, run, offset, length);
        offset += length;
    }
    if (run->cut_off > 0) {
        pop_session_gap(player->session, run->direction, run->cut_off);
    }
    player->position += run->octets->len;
    event_log_end_of_run(player->log);
}

/* What the plugin, too, tells the session of the server's port. */
static void expect_of_port(pop_session *session, guint port)
{
    if (port == 109) { /* RFC 937; Assigned Numbers has RFC 918's protocol there, too */
        pop_session_expect_old_version(session);
    } else if (port == 1109) {
        pop_session_expect_kerberos(session);
    }
}

/* --- At a given cutting ----------------------------------------------------------------------- */

char *replay(const dialogue_file *dialogue, replay_cutting cutting)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    replay_player player = { .cutting = cutting, .log = event_log_new() };
    player.session = pop_session_new(&memory.allocator, dialogue->limits, dialogue->start_seen);
    expect_of_port(player.session, dialogue->server_port);
    player.random = g_rand_new_with_seed(cutting.number);
    for (guint i = 0; i < dialogue->runs->len; i++) {
        play_run(&player, &g_array_index(dialogue->runs, dialogue_run, i));
    }
    char *log = event_log_end(player.log, player.session);
    g_rand_free(player.random);
    tracked_memory_free(&memory);
    return log;
}

/* --- Across a link ---------------------------------------------------------------------------- */

enum { HOLD_LIMIT = 64 << 20 };

typedef struct linked_player {
    replay_player *player;
    const dialogue_file *dialogue;
    guint run; /* whose octets are due */
    guint64 offset; /* in it */
    gboolean in_turn; /* so far */
} linked_player;

static guint64 length_of(const dialogue_run *run)
{
    return run->octets->len + run->lost + run->cut_off;
}

/* Runs before the first that came through TLS. */
static guint plain_runs(const dialogue_file *dialogue)
{
    guint count = 0;
    while (count < dialogue->runs->len && !g_array_index(dialogue->runs, dialogue_run, count).tls) {
        count++;
    }
    return count;
}

/* With octets lost, without its beginning, or where both sides speak at once, nothing tells which
 * of two clocks was first. */
static gboolean needs_one_clock(const dialogue_file *dialogue)
{
    gboolean needs = !dialogue->start_seen;
    for (guint i = 0; i < dialogue->runs->len; i++) {
        const dialogue_run *run = &g_array_index(dialogue->runs, dialogue_run, i);
        needs |= run->lost > 0 || run->cut_off > 0 || run->unheard > 0;
    }
    return needs;
}

static void give_to_session(replay_player *player, const pop_order_delivery *delivery)
{
    if (delivery->lost) {
        pop_session_gap(player->session, delivery->direction, delivery->length);
        return;
    }
    pop_segment segment = { .direction = delivery->direction,
        .octets = delivery->octets,
        .at = { ++player->frame, 0, player->frame },
        .cut_off = delivery->cut_off,
        .ahead = delivery->ahead };
    pop_session_feed(player->session, &segment);
    event_log_segment(player->log, player->session, &segment);
}

/* A gap may be told in parts, or reach over several runs. */
static void advance(linked_player *linked, guint64 length)
{
    guint count = plain_runs(linked->dialogue);
    linked->offset += length;
    while (linked->run < count) {
        guint64 due = length_of(&g_array_index(linked->dialogue->runs, dialogue_run, linked->run));
        if (linked->offset < due) {
            return;
        }
        linked->offset -= due;
        linked->run++;
        event_log_end_of_run(linked->player->log);
    }
    linked->in_turn &= linked->offset == 0;
}

static void play_deliveries(linked_player *linked, pop_order *order)
{
    pop_order_delivery delivery;
    while (pop_order_next(order, &delivery)) {
        linked->in_turn = linked->in_turn && linked->run < linked->dialogue->runs->len
            && g_array_index(linked->dialogue->runs, dialogue_run, linked->run).direction
                == delivery.direction;
        if (linked->in_turn) {
            give_to_session(linked->player, &delivery);
            advance(linked, delivery.length);
        }
    }
}

static GArray *segments_of(
    const dialogue_file *dialogue, const link_impairment *impairment, guint32 seed)
{
    guint count = plain_runs(dialogue);
    link_write *writes = g_new0(link_write, count + 1);
    link_impairment adapted = *impairment;
    adapted.silent_sides = TRUE;
    adapted.unseen_start = !dialogue->start_seen;
    if (needs_one_clock(dialogue)) {
        adapted.skew = 0;
    }
    for (guint i = 0; i < count; i++) {
        const dialogue_run *run = &g_array_index(dialogue->runs, dialogue_run, i);
        writes[i] = (link_write){ .direction = run->direction,
            .octets = { run->octets->data, run->octets->len },
            .uncaptured = (uint32_t)(run->lost + run->cut_off),
            .unheard = (uint32_t)run->unheard };
    }
    GArray *segments = link_capture(writes, count, &adapted, seed);
    g_free(writes);
    return segments;
}

static void play_link(linked_player *linked, const GArray *segments)
{
    pop_order_capture capture = { .limit = HOLD_LIMIT };
    tracked_memory memory;
    tracked_memory_init(&memory);
    pop_order *order = pop_order_new(&memory.allocator, &capture);
    for (guint i = 0; i < segments->len; i++) {
        pop_order_take(order, &g_array_index(segments, pop_order_segment, i));
        play_deliveries(linked, order);
        pop_order_finish(order);
    }
    pop_order_end(order);
    play_deliveries(linked, order);
    pop_order_free(order);
    tracked_memory_free(&memory);
}

char *replay_linked(const dialogue_file *dialogue, const link_impairment *impairment, guint32 seed)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    replay_player player = { .cutting = { REPLAY_RUNS, 0 }, .log = event_log_new() };
    player.session = pop_session_new(&memory.allocator, dialogue->limits, dialogue->start_seen);
    expect_of_port(player.session, dialogue->server_port);
    linked_player linked = { .player = &player, .dialogue = dialogue, .in_turn = TRUE };
    GArray *segments = segments_of(dialogue, impairment, seed);
    play_link(&linked, segments);
    for (guint i = plain_runs(dialogue); i < dialogue->runs->len; i++) {
        play_run(&player, &g_array_index(dialogue->runs, dialogue_run, i));
    }
    g_array_free(segments, TRUE);
    char *log = event_log_end(player.log, player.session);
    if (!linked.in_turn || linked.run < plain_runs(dialogue)) {
        g_test_message("run %u is not in its turn", linked.run);
    }
    tracked_memory_free(&memory);
    return log;
}
