/* replay.c
 * Feeds a dialogue to a session, cut into segments in a given way, and gives back the event log.
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
        .cut_off = is_last && run->cut_off > 0 };
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
