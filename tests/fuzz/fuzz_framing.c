/* fuzz_framing.c
 * One direction cut into units: units cover every segment, cuts change nothing, and a dotted body
 * is what a plain reading of the whole gives.
 *
 * The input: an octet for the mode, one for the line limit, one for the length of a counted body
 * and for the cuts; the rest is the stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "session/pop_framing.h"

enum { MODE_LINES, MODE_DOTTED, MODE_DOTTED_LF, MODE_COUNTED, MODE_PREAMBLE, MODES };
enum { HEAD = 3, UNITS_PER_OCTET = 2 };

/* A framing under test, and what it found: lines as text, the octets of bodies. */
typedef struct framing_bench {
    tracked_memory memory;
    pop_framing framing;
    GString *found, *body;
    bool unstuffed_dot;
    uint32_t frame;
} framing_bench;

static void take(void *context, pop_span octets)
{
    g_assert_cmpuint(octets.length, >, 0);
    g_string_append_len(context, (const char *)octets.octets, (gssize)octets.length);
}

static void begin(framing_bench *bench, unsigned mode, size_t limit, uint64_t counted)
{
    *bench = (framing_bench){ .found = g_string_new(NULL), .body = g_string_new(NULL) };
    tracked_memory_init(&bench->memory);
    pop_framing_init(&bench->framing, limit, &bench->memory.allocator);
    pop_body_sink sink = { take, bench->body };
    if (mode == MODE_DOTTED || mode == MODE_DOTTED_LF) {
        pop_framing_begin_dotted(&bench->framing, sink, mode == MODE_DOTTED_LF);
    } else if (mode == MODE_COUNTED) {
        pop_framing_begin_counted(&bench->framing, sink, counted);
    } else if (mode == MODE_PREAMBLE) {
        pop_framing_begin_preamble(&bench->framing);
    }
}

static void write_octets(GString *text, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        g_string_append_printf(
            text, octets[i] > ' ' && octets[i] <= '~' ? "%c" : "\\%02x", octets[i]);
    }
}

static void write_body(framing_bench *bench, const char *name)
{
    g_string_append_printf(
        bench->found, "%s %zu %d ", name, bench->body->len, bench->unstuffed_dot);
    write_octets(bench->found, (const uint8_t *)bench->body->str, bench->body->len);
    g_string_append_c(bench->found, '\n');
    g_string_truncate(bench->body, 0);
    bench->unstuffed_dot = false;
}

static void write_unit(framing_bench *bench, const pop_unit *unit)
{
    bench->unstuffed_dot |= unit->unstuffed_dot;
    switch (unit->kind) {
    case POP_UNIT_LINE:
        g_assert_cmpuint(unit->text.length, <=, bench->framing.line_limit);
        g_string_append_printf(bench->found, "line %d %d ", unit->bare_lf, unit->too_long);
        write_octets(bench->found, unit->text.octets, unit->text.length);
        g_string_append_c(bench->found, '\n');
        break;
    case POP_UNIT_BODY_END:
        write_body(bench, unit->bare_lf ? "body-lf" : "body");
        break;
    case POP_UNIT_PREAMBLE:
        g_string_append_printf(bench->found, "preamble %" G_GUINT64_FORMAT "\n", unit->line->total);
        break;
    case POP_UNIT_PIECE:
    case POP_UNIT_BODY:
    case POP_UNIT_OPAQUE:
        break;
    }
}

static void feed(framing_bench *bench, pop_span stream)
{
    pop_span segment = fuzz_copy(stream.octets, stream.length);
    size_t offset = 0, covered = 0, units = 0;
    bench->frame++;
    while (pop_framing_has_next(&bench->framing, segment, offset)) {
        pop_unit unit = pop_framing_next(&bench->framing, segment, &offset, bench->frame);
        g_assert_cmpuint(unit.offset, ==, covered);
        covered += unit.length;
        g_assert_cmpuint(offset, ==, covered);
        g_assert_cmpuint(covered, <=, segment.length);
        g_assert_cmpuint(++units, <=, UNITS_PER_OCTET * segment.length + 2); /* no endless loop */
        write_unit(bench, &unit);
    }
    g_assert_cmpuint(covered, ==, segment.length);
    free((void *)(uintptr_t)segment.octets);
}

static char *end(framing_bench *bench)
{
    if (bench->framing.unfinished != NULL) {
        const pop_line *line = bench->framing.unfinished;
        g_string_append_printf(bench->found, "unfinished %" G_GUINT64_FORMAT " ", line->total);
        write_octets(bench->found, line->octets, line->length);
        g_string_append_c(bench->found, '\n');
    }
    if (bench->framing.mode == POP_FRAMING_DOTTED || bench->framing.mode == POP_FRAMING_COUNTED) {
        write_body(bench, "open");
    }
    g_string_free(bench->body, TRUE);
    tracked_memory_free(&bench->memory);
    return g_string_free(bench->found, FALSE);
}

/* --- A plain reading -------------------------------------------------------------------------- */

/* How the octets behind a bare-LF "." look: a status line (1), none (0), too few to tell (-1). */
static int status_follows(pop_span rest)
{
    static const char *const indicators[] = { "+OK", "-ERR" };
    int best = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(indicators); i++) {
        size_t length = strlen(indicators[i]), compared = MIN(length, rest.length);
        if (g_ascii_strncasecmp((const char *)rest.octets, indicators[i], compared) != 0) {
            continue;
        }
        if (rest.length <= length) {
            best = -1;
        } else if (strchr(" \t\r\n", rest.octets[length]) != NULL && rest.octets[length] != '\0') {
            return 1;
        }
    }
    return best;
}

/* RFC 1939 section 3, read line by line over the whole stream: the body's octets. */
static GString *plain_body(pop_span stream, bool lf_style)
{
    GString *body = g_string_new(NULL);
    size_t at = 0;
    while (at < stream.length) {
        const uint8_t *octets = stream.octets + at;
        size_t left = stream.length - at;
        if (lf_style && octets[0] == '\r') { /* where lines end in LF CR */
            g_string_append_c(body, '\r');
            at++;
            continue;
        }
        if (octets[0] == '.') {
            if (left == 1 || (left == 2 && octets[1] == '\r')) {
                return body; /* held back */
            }
            if (octets[1] == '\r' && octets[2] == '\n') {
                return body;
            }
            if (octets[1] == '\n') {
                pop_span behind = { octets + 2, left - 2 };
                if (lf_style || status_follows(behind) != 0) {
                    return body;
                }
                g_string_append(body, ".\n"); /* a line of the mail that no server saw as one */
                at += 2;
                continue;
            }
            at++; /* stuffing */
        }
        const uint8_t *found = memchr(stream.octets + at, '\n', stream.length - at);
        size_t stop = found == NULL ? stream.length : (size_t)(found - stream.octets) + 1;
        g_string_append_len(body, (const char *)stream.octets + at, (gssize)(stop - at));
        at = stop;
    }
    return body;
}

static void check_plain(const char *found, pop_span stream, bool lf_style)
{
    GString *body = plain_body(stream, lf_style), *text = g_string_new(NULL);
    g_string_append_printf(text, "%zu ", body->len);
    write_octets(text, (const uint8_t *)body->str, body->len);
    char **words = g_strsplit(strchr(found, ' ') + 1, " ", 3); /* length, flag, octets */
    char *octets = g_strndup(words[2], strcspn(words[2], "\n"));
    char *same = g_strdup_printf("%s %s", words[0], octets);
    fuzz_check_same(text->str, same, "plain reading");
    g_free(same);
    g_free(octets);
    g_strfreev(words);
    g_string_free(body, TRUE);
    g_string_free(text, TRUE);
}

/* --- The target ------------------------------------------------------------------------------- */

static char *play(pop_span input, fuzz_cutting cutting)
{
    framing_bench bench;
    uint32_t state = input.octets[2];
    pop_span stream = { input.octets + HEAD, input.length - HEAD };
    begin(&bench, input.octets[0] % MODES, 1 + (size_t)input.octets[1], input.octets[2]);
    while (stream.length > 0) {
        size_t length = fuzz_segment_length(cutting, stream, &state);
        feed(&bench, (pop_span){ stream.octets, length });
        stream = (pop_span){ stream.octets + length, stream.length - length };
    }
    return end(&bench);
}

static bool is_comparable(pop_span input)
{
    return input.octets[0] % MODES != MODE_PREAMBLE || input.length == HEAD
        || input.octets[HEAD] != '\r'; /* see begins_like_preamble() in fuzz_session.c */
}

void fuzz_framing(const uint8_t *octets, size_t length)
{
    static const fuzz_cutting cuttings[] = { FUZZ_CUT_OCTETS, FUZZ_CUT_LINES, FUZZ_CUT_RANDOM };
    if (length <= HEAD) {
        return;
    }
    pop_span input = { octets, length };
    char *expected = play(input, FUZZ_CUT_NOWHERE);
    for (size_t i = 0; i < G_N_ELEMENTS(cuttings); i++) {
        char *found = play(input, cuttings[i]);
        if (is_comparable(input)) {
            fuzz_check_same(expected, found, "cut");
        }
        g_free(found);
    }
    unsigned mode = octets[0] % MODES;
    if (mode == MODE_DOTTED || mode == MODE_DOTTED_LF) {
        check_plain(expected, (pop_span){ octets + HEAD, length - HEAD }, mode == MODE_DOTTED_LF);
    }
    g_free(expected);
}
