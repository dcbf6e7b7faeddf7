/* fuzz_session.c
 * A whole session from any octets: what holds of its entries, and that cuts change nothing.
 *
 * Comparing cuts takes ten times as long as playing the input. FUZZ_COMPARE=N in the environment
 * compares one input in N, chosen by its octets (N is 1 where it is not set).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "event_log.h"
#include "fuzz.h"
#include "session_checks.h"
#include "session_script.h"

/* Lines, mails, and what there can be many of, where they are to meet their limits. */
enum { SHORT_LINE = 48, SMALL_MAIL = 100, SMALL_QUEUE = 6 };

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FUZZ_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FUZZ_ADDRESS_SANITIZER
#endif

/* Under the address sanitizer each block, and each segment, is one of malloc's. */
#ifdef FUZZ_ADDRESS_SANITIZER
static const bool guarded = true;
#else
static const bool guarded = false;
#endif

typedef struct session_player {
    const session_script *script;
    pop_session *session;
    event_log *log; /* NULL: nobody reads it */
    uint32_t frame;
} session_player;

/* --- Playing ---------------------------------------------------------------------------------- */

static void give(session_player *player, const pop_segment *segment)
{
    pop_session_feed(player->session, segment);
    check_session_entries(player->session, segment);
    check_session_state(player->session);
    if (player->log != NULL) {
        event_log_segment(player->log, player->session, segment);
    }
}

static void feed(session_player *player, const stream_chunk *chunk, pop_span octets, bool cut_off)
{
    pop_span copy = guarded ? fuzz_copy(octets.octets, octets.length) : octets;
    pop_segment segment = { .direction = chunk->direction,
        .octets = copy,
        .at = { .frame = ++player->frame }, /* at one time: some rules count seconds */
        .tls = chunk->tls,
        .cut_off = cut_off };
    give(player, &segment);
    if (guarded) {
        free((void *)(uintptr_t)copy.octets); /* who keeps a pointer into it is caught */
    }
}

static void end_run(session_player *player)
{
    if (player->log != NULL) {
        event_log_end_of_run(player->log);
    }
}

static void lose(session_player *player, pop_direction direction, uint64_t octets)
{
    pop_session_gap(player->session, direction, octets);
    check_session_state(player->session);
}

static void play_chunk(
    session_player *player, const stream_chunk *chunk, fuzz_cutting cutting, uint32_t *state)
{
    pop_span octets = chunk_octets(player->script, chunk);
    if (chunk->lost > 0) {
        end_run(player);
        lose(player, chunk->direction, chunk->lost);
    }
    for (size_t offset = 0; offset < octets.length;) {
        pop_span rest = pop_span_part(octets, offset, octets.length);
        size_t length = fuzz_segment_length(cutting, rest, state);
        bool is_last = length == rest.length;
        feed(player, chunk, pop_span_part(rest, 0, length), is_last && chunk->cut_off > 0);
        offset += length;
    }
    if (chunk->cut_off > 0) {
        lose(player, chunk->direction, chunk->cut_off);
    }
}

static pop_session *new_session(
    const session_script *script, const pop_allocator *allocator, bool logged)
{
    /* KPOP's greeting is read behind Kerberos octets, and where those came before it in pieces,
     * they count as part of its line. */
    bool short_lines = (script->options & (OPTION_SHORT_LINES | OPTION_KERBEROS))
        == OPTION_SHORT_LINES;
    bool small = (script->options & OPTION_SMALL_MAILS) != 0;
    pop_limits limits = { .line = short_lines ? SHORT_LINE : 0,
        .message = small ? SMALL_MAIL : 0,
        .queue = small ? SMALL_QUEUE : 0,
        .maildrop = small ? SMALL_QUEUE : 0,
        .entries = small && !logged ? SMALL_QUEUE : 0 }; /* by segment, so that cuts change it */
    pop_session *session = pop_session_new(
        allocator, limits, (script->options & OPTION_START_SEEN) != 0);
    if ((script->options & OPTION_OLD_PORT) != 0) {
        pop_session_expect_old_version(session);
    } else if ((script->options & OPTION_KERBEROS) != 0) {
        pop_session_expect_kerberos(session);
    }
    return session;
}

static void play_chunks(session_player *player, fuzz_cutting cutting)
{
    uint32_t state = player->script->options;
    const stream_chunk *last = NULL;
    for (guint i = 0; i < player->script->chunks->len; i++) {
        const stream_chunk *next = script_chunk(player->script, i);
        if (last != NULL && !goes_on(last, next)) {
            end_run(player);
        }
        play_chunk(player, next, cutting, &state);
        last = next;
    }
}

/* Plays the script; gives back its log, to be freed with g_free(), or NULL where none is wanted. */
static char *play(const session_script *script, fuzz_cutting cutting, bool logged)
{
    tracked_memory memory = { .blocks = NULL };
    const pop_allocator *allocator = NULL;
    if (guarded) {
        tracked_memory_init(&memory);
        allocator = &memory.allocator;
    } else {
        allocator = arena_begin();
    }
    session_player player = { .script = script, .log = logged ? event_log_new() : NULL };
    player.session = new_session(script, allocator, logged);
    play_chunks(&player, cutting);
    char *log = logged ? event_log_end(player.log, player.session) : NULL;
    if (guarded) {
        tracked_memory_free(&memory);
    }
    return log;
}

/* --- Comparing -------------------------------------------------------------------------------- */

static bool begins_like_preamble(const session_script *whole, pop_direction direction)
{
    static const uint8_t signature[] = "\r\n\r\n\0\r\nQUIT\n";
    for (guint i = 0; i < whole->chunks->len; i++) {
        pop_span first = chunk_octets(whole, script_chunk(whole, i));
        if (script_chunk(whole, i)->direction == direction && first.length > 0) {
            return first.octets[0] == '\r'
                && (first.length < sizeof signature - 1
                    || memcmp(first.octets, signature, sizeof signature - 1) != 0);
        }
    }
    return false;
}

/* Line ends before a side's first line look like the beginning of a PROXY header; where they are
 * cut off from what follows they are pieces, and else empty lines. Where a body begins behind them,
 * it may have octets that were counted with the line before. That difference is known and
 * harmless. */
static bool may_be_preamble(const session_script *whole)
{
    return begins_like_preamble(whole, POP_FROM_CLIENT)
        || begins_like_preamble(whole, POP_FROM_SERVER);
}

/* KPOP's greeting stands in one line with the end of the Kerberos exchange: where that came before,
 * in a segment of its own, it is a piece of the line, else it is opaque. */
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
    char *log = play(script, cutting, true);
    return (script->options & OPTION_KERBEROS) != 0 ? without_opaque(log) : log;
}

/* A gap in the Kerberos exchange is told of whatever comes next, which is not the same in all
 * cuts. */
static bool has_gap_in_kerberos(const session_script *script)
{
    bool lost = false;
    for (guint i = 0; i < script->chunks->len; i++) {
        lost |= script_chunk(script, i)->lost > 0 || script_chunk(script, i)->cut_off > 0;
    }
    return lost && (script->options & OPTION_KERBEROS) != 0;
}

/* What was taken for the greeting may turn out to be the status line of a command that waits. Where
 * that shows in a later segment, the line has been written down as a greeting. */
static guint count_greetings(const char *log)
{
    guint count = 0; /* a state is always told before */
    for (const char *found = log; (found = strstr(found, "\ngreeting ")) != NULL; found++) {
        count++;
    }
    return count;
}

/* A status line behind a gap is told as a guess, and the line behind it may show that it answered
 * another command. Where that comes in a later segment, the guess has been told already: its
 * command may differ. */
static char *without_guesses(const char *log)
{
    GString *rest = g_string_new(NULL);
    char **lines = g_strsplit(log, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        bool is_guess = g_str_has_prefix(*line, "status #") && strstr(*line, " !uncertain") != NULL;
        const char *told = is_guess ? strchr(*line, '#') + strcspn(strchr(*line, '#'), " ") : *line;
        g_string_append_printf(rest, "%s%s\n", is_guess ? "a guess" : "", told);
    }
    g_strfreev(lines);
    return g_string_free(rest, FALSE);
}

static void compare(const char *expected, char *found, const char *what, bool same)
{
    if (same && count_greetings(expected) == count_greetings(found)
        && strcmp(expected, found) != 0) {
        char *one = without_guesses(expected), *other = without_guesses(found);
        fuzz_check_same(one, other, what);
        g_free(one);
        g_free(other);
    }
    g_free(found);
}

static void compare_cuts(const session_script *cut)
{
    static const char *const names[] = { "joined", "octets", "lines", "random" };
    session_script whole = joined_script(cut);
    bool same = !may_be_preamble(&whole) && !has_gap_in_kerberos(&whole);
    char *expected = comparable(&whole, FUZZ_CUT_NOWHERE);
    compare(expected, comparable(cut, FUZZ_CUT_NOWHERE), "as given", same);
    /* One further cutting for each input: the fuzzer has many inputs, and time is dear. */
    fuzz_cutting cutting = (fuzz_cutting)(1 + (cut->options >> 5) % 3);
    compare(expected, comparable(&whole, cutting), names[cutting], same);
    g_free(expected);
    free_script(&whole);
}

/* Whether this input's cuts are compared. The same input is chosen each time (FNV-1a). */
static bool is_compared(const uint8_t *octets, size_t length)
{
    static uint32_t one_in = 0;
    uint32_t hash = 2166136261U;
    if (one_in == 0) {
        const char *asked = getenv("FUZZ_COMPARE");
        one_in = MAX(1, asked == NULL ? 1 : (uint32_t)strtoul(asked, NULL, 10));
    }
    for (size_t i = 0; one_in > 1 && i < length; i++) {
        hash = (hash ^ octets[i]) * 16777619U;
    }
    return one_in == 1 || (hash >> 8) % one_in == 0;
}

void fuzz_session(const uint8_t *octets, size_t length)
{
    session_script script = read_script(octets, length);
    if (is_compared(octets, length)) {
        compare_cuts(&script);
    } else {
        play(&script, FUZZ_CUT_NOWHERE, false);
    }
    free_script(&script);
}
