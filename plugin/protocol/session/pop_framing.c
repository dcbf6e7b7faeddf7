/* pop_framing.c
 * The octets of one direction, cut into units: lines, dot-stuffed bodies, counted bodies, the rest.
 *
 * RFC 1939 section 3 (lines, multi-line replies, dot-stuffing), RFC 937 and RFC 918 (counted data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_framing.h"

#include <glib.h>
#include <string.h>

void pop_framing_init(pop_framing *framing, size_t line_limit, const pop_allocator *allocator)
{
    *framing = (pop_framing){ .line_limit = line_limit, .allocator = allocator };
}

/* What was held back for a PROXY header, and is the body's first octets: no dot is among them. */
G_GNUC_NO_INLINE static void take_held(pop_framing *framing)
{
    const pop_line *held = framing->unfinished;
    framing->sink.take(framing->sink.context, (pop_span){ held->octets, held->length });
    framing->dot = held->octets[held->length - 1] == '\n' ? POP_DOT_LINE_START : POP_DOT_TEXT;
}

void pop_framing_begin_dotted(pop_framing *framing, pop_body_sink sink, bool lf_style)
{
    framing->mode = POP_FRAMING_DOTTED;
    framing->sink = sink;
    framing->dot = POP_DOT_LINE_START;
    framing->lf_style = lf_style;
    framing->ahead_length = 0;
    framing->body_ended = false;
    if (framing->unfinished != NULL && framing->unfinished->length > 0) {
        take_held(framing);
    }
    framing->unfinished = NULL;
}

/* What was given back behind a sloppy terminator: the first of the octets that are counted. */
G_GNUC_NO_INLINE static void count_held(pop_framing *framing)
{
    const pop_line *held = framing->unfinished;
    pop_span octets = { held->octets, held->length };
    size_t counted = MIN(octets.length, framing->counted_left);
    framing->sink.take(framing->sink.context, pop_span_part(octets, 0, counted));
    framing->counted_left -= MIN(held->total, framing->counted_left);
    framing->unfinished = NULL;
    if (counted < octets.length) {
        framing->unfinished = pop_allocate(framing->allocator, sizeof(pop_line));
        pop_line_add(framing->unfinished, pop_span_part(octets, counted, octets.length),
            held->pieces[0].frame, framing->line_limit, framing->allocator);
    }
}

void pop_framing_begin_counted(pop_framing *framing, pop_body_sink sink, uint64_t octets)
{
    framing->mode = POP_FRAMING_COUNTED;
    framing->sink = sink;
    framing->counted_left = octets;
    framing->body_end_bare_lf = false;
    if (octets > 0 && framing->unfinished != NULL) {
        count_held(framing);
    }
    framing->body_ended = framing->counted_left == 0;
}

void pop_framing_begin_lines(pop_framing *framing)
{
    framing->mode = POP_FRAMING_LINES;
    framing->body_ended = false;
}

void pop_framing_begin_opaque(pop_framing *framing)
{
    framing->mode = POP_FRAMING_OPAQUE;
    framing->unfinished = NULL;
    framing->body_ended = false;
}

static void emit(pop_framing *framing, const uint8_t *octets, size_t length)
{
    if (length > 0) {
        framing->sink.take(framing->sink.context, (pop_span){ octets, length });
    }
}

static pop_unit end_of_body(pop_framing *framing, size_t *offset, size_t end)
{
    pop_unit unit = { .kind = POP_UNIT_BODY_END,
        .offset = *offset,
        .length = end - *offset,
        .bare_lf = framing->body_end_bare_lf,
        .returned = framing->body_end_returned };
    framing->body_end_returned = 0;
    *offset = end;
    framing->body_ended = false;
    framing->mode = POP_FRAMING_LINES;
    return unit;
}

/* --- Lines ---------------------------------------------------------------------------------- */

static pop_unit piece_unit(pop_framing *framing, pop_span octets, size_t offset, uint32_t frame)
{
    if (framing->unfinished == NULL) {
        framing->unfinished = pop_allocate(framing->allocator, sizeof(pop_line));
    }
    pop_line_add(framing->unfinished, octets, frame, framing->line_limit, framing->allocator);
    return (pop_unit){ .kind = POP_UNIT_PIECE,
        .offset = offset,
        .length = octets.length,
        .line = framing->unfinished };
}

/* What is odd about the line's end, which is `end` octets long, or its beginning. */
G_GNUC_NO_INLINE static void note_odd_end(
    pop_framing *framing, pop_unit *unit, pop_span whole, size_t end)
{
    bool cr_before = unit->text.length > 0 && unit->text.octets != whole.octets;
    unit->bare_lf = end == 1 || (end > 1 && whole.octets[whole.length - 2] != '\r');
    unit->odd_end = end > 2 || cr_before;
    bool nul_before = cr_before && pop_span_find(whole, '\0') != NULL;
    unit->nul_end = nul_before
        || (end > 2 && pop_span_find(pop_span_part(whole, whole.length - end, end), '\0') != NULL);
    framing->crs_style = end == 3 && whole.octets[whole.length - 3] == '\r';
    framing->nul_style = unit->nul_end;
}

/* What the line is without its end: nearly always CRLF, behind which nothing is odd. */
static void note_line_end(pop_framing *framing, pop_unit *unit, pop_span whole)
{
    unit->text = pop_line_text(whole);
    const uint8_t *octets = unit->text.octets;
    size_t length = unit->text.length, end = whole.length - length;
    bool is_crlf = end == 2 && octets != NULL && octets == whole.octets && octets[length] == '\r';
    if (is_crlf || unit->too_long) { /* of the latter the end is not there */
        framing->crs_style = framing->nul_style = false;
    } else {
        note_odd_end(framing, unit, whole, end);
    }
}

static pop_unit line_unit(pop_framing *framing, pop_span octets, size_t offset, uint32_t frame)
{
    pop_unit unit = { .kind = POP_UNIT_LINE, .offset = offset, .length = octets.length };
    pop_span whole = octets;
    if (framing->unfinished != NULL) {
        unit = piece_unit(framing, octets, offset, frame);
        unit.kind = POP_UNIT_LINE;
        unit.line->completed_in = frame;
        whole = (pop_span){ unit.line->octets, unit.line->length };
        unit.too_long = unit.line->total > unit.line->length;
        framing->unfinished = NULL;
    } else if (octets.length > framing->line_limit) {
        whole = pop_span_part(octets, 0, framing->line_limit);
        unit.too_long = true;
    }
    note_line_end(framing, &unit, whole);
    return unit;
}

pop_unit pop_framing_cut_line(
    pop_framing *framing, const pop_unit *piece, pop_span segment, uint32_t frame)
{
    pop_unit unit = *piece;
    pop_line *line = framing->unfinished;
    unit.kind = POP_UNIT_LINE;
    unit.cut_off = true;
    framing->unfinished = NULL;
    if (line->piece_count == 1) { /* it stands in this segment */
        unit.line = NULL;
        unit.text = pop_span_part(segment, piece->offset, piece->length);
        pop_release(framing->allocator, line->octets);
        pop_release(framing->allocator, line);
    } else {
        line->completed_in = frame;
        unit.text = (pop_span){ line->octets, line->length };
    }
    unit.text = pop_line_without_cr(unit.text);
    return unit;
}

/* The first line among the octets that were held back for a header that did not come. Like all
 * that is rare here, it stands apart: within the loop of the lines it would cost each of them. */
G_GNUC_NO_INLINE static pop_unit held_line(pop_framing *framing, size_t offset, uint32_t frame)
{
    pop_line *held = framing->unfinished;
    const uint8_t *end = pop_span_find((pop_span){ held->octets, held->length }, '\n');
    size_t length = (size_t)(end - held->octets) + 1;
    pop_span first = { held->octets, length };
    pop_span rest = { held->octets + length, held->length - length };
    uint32_t begun_in = held->pieces[0].frame;
    held->completed_in = frame;
    framing->unfinished = NULL;
    piece_unit(framing, first, offset, begun_in);
    pop_unit unit = { .kind = POP_UNIT_LINE, .offset = offset, .line = framing->unfinished };
    unit.line->completed_in = frame;
    note_line_end(framing, &unit, (pop_span){ unit.line->octets, unit.line->length });
    framing->unfinished = NULL;
    if (rest.length > 0) {
        piece_unit(framing, rest, offset, begun_in);
    }
    return unit;
}

static bool holds_line(pop_framing *framing)
{
    framing->holds_back = framing->holds_back && framing->unfinished != NULL
        && pop_span_find(
               (pop_span){ framing->unfinished->octets, framing->unfinished->length }, '\n')
            != NULL;
    return framing->holds_back;
}

static pop_unit next_in_lines(
    pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame)
{
    if (holds_line(framing)) {
        return held_line(framing, *offset, frame);
    }
    size_t start = *offset;
    pop_span rest = pop_span_part(segment, start, segment.length);
    const uint8_t *end = pop_span_find(rest, '\n');
    if (end == NULL) {
        *offset = segment.length;
        return piece_unit(framing, rest, start, frame);
    }
    rest.length = (size_t)(end - rest.octets) + 1;
    *offset = start + rest.length;
    return line_unit(framing, rest, start, frame);
}

/* --- The PROXY header ------------------------------------------------------------------------- */

#define PROXY_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define PROXY_SIGNATURE_LENGTH 12
#define PROXY_HEAD_LENGTH 16 /* signature, version and command, family, length in two octets */

void pop_framing_begin_preamble(pop_framing *framing)
{
    framing->mode = POP_FRAMING_PREAMBLE;
}

/* Octets of the header as far as is known from those at hand; 0: this is no header. */
static size_t preamble_length(const uint8_t *octets, size_t length)
{
    size_t compared = length < PROXY_SIGNATURE_LENGTH ? length : PROXY_SIGNATURE_LENGTH;
    if (memcmp(octets, PROXY_SIGNATURE, compared) != 0) {
        return 0;
    }
    if (length < PROXY_HEAD_LENGTH) {
        return PROXY_HEAD_LENGTH;
    }
    return PROXY_HEAD_LENGTH + ((size_t)octets[14] << 8 | octets[15]);
}

/* Puts the header together like a line, in one segment or in many: it is short. Line ends before
 * the first command look like its beginning. */
G_GNUC_NO_INLINE static pop_unit next_in_preamble(
    pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame)
{
    pop_span rest = pop_span_part(segment, *offset, segment.length);
    uint64_t have = framing->unfinished == NULL ? 0 : framing->unfinished->total;
    uint8_t head[PROXY_HEAD_LENGTH] = { 0 };
    size_t known = 0;
    while (known < sizeof head && known < have + rest.length) {
        head[known] = known < have ? framing->unfinished->octets[known] : rest.octets[known - have];
        known++;
    }
    size_t wanted = preamble_length(head, known);
    if (wanted == 0) {
        framing->mode = POP_FRAMING_LINES;
        framing->holds_back = true;
        return next_in_lines(framing, segment, offset, frame);
    }
    pop_span part = pop_span_part(rest, 0, (size_t)(wanted - have));
    pop_unit unit = piece_unit(framing, part, *offset, frame);
    *offset += unit.length;
    if (known == sizeof head && unit.line->total == wanted) {
        unit.kind = POP_UNIT_PREAMBLE;
        unit.line->completed_in = frame;
        framing->mode = POP_FRAMING_LINES;
        framing->unfinished = NULL;
    }
    return unit;
}

/* --- Dotted bodies ---------------------------------------------------------------------------- */

/* One walk through the octets of a body that stand in this segment. */
typedef struct body_walk {
    const uint8_t *octets;
    size_t length;
    size_t at; /* the octet that is read next */
    size_t run; /* the first octet that has not gone to the sink */
    size_t body_length; /* octets before the terminator's first; set at the end of the body */
    bool unstuffed_dot;
    bool ended;
    bool ended_bare_lf;
} body_walk;

/* Runs over text until the segment's end or a line that begins with a dot. */
static void walk_text(pop_framing *framing, body_walk *walk)
{
    for (;;) {
        const uint8_t *end = memchr(walk->octets + walk->at, '\n', walk->length - walk->at);
        if (end == NULL) {
            walk->at = walk->length;
            return;
        }
        walk->at = (size_t)(end - walk->octets) + 1;
        if (walk->at == walk->length || walk->octets[walk->at] == '.'
            || (framing->lf_style && walk->octets[walk->at] == '\r')) {
            framing->dot = POP_DOT_LINE_START;
            return;
        }
    }
}

static void walk_line_start(pop_framing *framing, body_walk *walk)
{
    uint8_t octet = walk->octets[walk->at];
    if (octet == '\r' && framing->lf_style) {
        walk->at++; /* where lines end in LF CR */
        return;
    }
    if (octet != '.') {
        framing->dot = POP_DOT_TEXT;
        return;
    }
    emit(framing, walk->octets + walk->run, walk->at - walk->run);
    walk->body_length = walk->at;
    walk->at++;
    walk->run = walk->at;
    framing->dot = POP_DOT_DOT;
}

static void end_body(body_walk *walk, bool bare_lf)
{
    walk->ended = true;
    walk->ended_bare_lf = bare_lf;
    walk->run = walk->at;
}

/* Behind a dot at the start of a line (RFC 1939 section 3): CRLF ends the body, anything else means
 * that the dot is stuffing and goes. */
static void walk_dot(pop_framing *framing, body_walk *walk)
{
    uint8_t octet = walk->octets[walk->at];
    if (octet == '\r') {
        walk->at++;
        framing->dot = POP_DOT_DOT_CR;
    } else if (octet == '\n') {
        walk->at++;
        framing->dot = POP_DOT_DOT_LF;
        framing->ahead_length = 0;
        if (framing->lf_style) {
            end_body(walk, true);
        }
    } else if (octet == '\0' && framing->nul_style) {
        walk->at++;
    } else {
        walk->unstuffed_dot |= octet != '.';
        walk->run = walk->at;
        framing->dot = POP_DOT_TEXT;
    }
}

static void walk_dot_cr(pop_framing *framing, body_walk *walk)
{
    if (walk->octets[walk->at] == '\n') {
        walk->at++;
        end_body(walk, false);
        return;
    }
    if (walk->octets[walk->at] == '\r' && framing->crs_style) {
        walk->at++;
        return;
    }
    emit(framing, (const uint8_t *)"\r", 1);
    walk->unstuffed_dot = true;
    walk->run = walk->at;
    framing->dot = POP_DOT_TEXT;
}

/* How the octets behind a held ".\n" compare with a status indicator and what must follow it. */
typedef enum ahead_match { AHEAD_NO, AHEAD_PERHAPS, AHEAD_YES } ahead_match;

static ahead_match match_ahead(const pop_framing *framing, pop_span indicator)
{
    size_t compared = framing->ahead_length < indicator.length ? framing->ahead_length
                                                               : indicator.length;
    pop_span head = { framing->ahead, compared };
    if (!pop_span_is(head, pop_span_part(indicator, 0, compared))) {
        return AHEAD_NO;
    }
    if (framing->ahead_length <= indicator.length) {
        return AHEAD_PERHAPS;
    }
    uint8_t behind = framing->ahead[indicator.length];
    return pop_is_blank(behind) || behind == '\r' || behind == '\n' ? AHEAD_YES : AHEAD_NO;
}

/* A bare-LF "." line in text whose lines end in CRLF is the terminator of a sloppy server only if a
 * status line follows; else it is a line of the mail that the server did not see as one. */
static void walk_dot_lf(pop_framing *framing, body_walk *walk)
{
    framing->ahead[framing->ahead_length++] = walk->octets[walk->at++];
    ahead_match positive = match_ahead(framing, POP_SPAN("+OK"));
    ahead_match negative = match_ahead(framing, POP_SPAN("-ERR"));
    if (positive == AHEAD_YES || negative == AHEAD_YES) {
        end_body(walk, true);
    } else if (positive == AHEAD_NO && negative == AHEAD_NO) {
        /* The last octet is read again: it may be a dot or a line end. */
        framing->ahead_length--;
        walk->at--;
        walk->unstuffed_dot = true;
        emit(framing, (const uint8_t *)".\n", 2);
        emit(framing, framing->ahead, framing->ahead_length);
        framing->dot = framing->ahead_length == 0 ? POP_DOT_LINE_START : POP_DOT_TEXT;
        framing->ahead_length = 0;
        walk->run = walk->at;
    }
}

static void walk_body(pop_framing *framing, body_walk *walk)
{
    while (walk->at < walk->length && !walk->ended) {
        switch (framing->dot) {
        case POP_DOT_TEXT:
            walk_text(framing, walk);
            break;
        case POP_DOT_LINE_START:
            walk_line_start(framing, walk);
            break;
        case POP_DOT_DOT:
            walk_dot(framing, walk);
            break;
        case POP_DOT_DOT_CR:
            walk_dot_cr(framing, walk);
            break;
        case POP_DOT_DOT_LF:
            walk_dot_lf(framing, walk);
            break;
        }
    }
    if (framing->dot == POP_DOT_TEXT || framing->dot == POP_DOT_LINE_START) {
        emit(framing, walk->octets + walk->run, walk->length - walk->run);
    }
}

/* The octets ahead of a sloppy terminator belong to the next status line. Those of this segment are
 * read again; those of earlier ones become the beginning of that line. */
static void give_back_ahead(pop_framing *framing, body_walk *walk, uint32_t frame)
{
    size_t here = framing->ahead_length < walk->at ? framing->ahead_length : walk->at;
    walk->at -= here;
    size_t earlier = framing->ahead_length - here;
    if (earlier > 0) {
        framing->unfinished = pop_allocate(framing->allocator, sizeof(pop_line));
        pop_line_add(framing->unfinished, (pop_span){ framing->ahead, earlier }, frame,
            framing->line_limit, framing->allocator);
    }
    framing->body_end_returned = earlier;
    framing->ahead_length = 0;
}

static pop_unit next_in_dotted(
    pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame)
{
    size_t start = *offset;
    if (framing->body_ended) {
        return end_of_body(framing, offset, framing->body_end_offset);
    }
    body_walk walk = { .octets = segment.octets + start, .length = segment.length - start };
    walk_body(framing, &walk);
    if (!walk.ended) {
        *offset = segment.length;
        return (pop_unit){ .kind = POP_UNIT_BODY,
            .offset = start,
            .length = walk.length,
            .unstuffed_dot = walk.unstuffed_dot };
    }
    give_back_ahead(framing, &walk, frame);
    framing->body_end_bare_lf = walk.ended_bare_lf;
    framing->body_end_offset = start + walk.at;
    if (walk.body_length == 0) {
        pop_unit unit = end_of_body(framing, offset, framing->body_end_offset);
        unit.unstuffed_dot = walk.unstuffed_dot; /* of a dot held back in an earlier segment */
        return unit;
    }
    framing->body_ended = true;
    *offset = start + walk.body_length;
    return (pop_unit){ .kind = POP_UNIT_BODY,
        .offset = start,
        .length = walk.body_length,
        .unstuffed_dot = walk.unstuffed_dot };
}

void pop_framing_reread(pop_framing *framing, pop_span with_line_end)
{
    body_walk walk = { .octets = with_line_end.octets, .length = with_line_end.length };
    walk_body(framing, &walk);
}

/* --- Counted bodies, opaque octets ------------------------------------------------------------ */

G_GNUC_NO_INLINE static pop_unit next_in_counted(
    pop_framing *framing, pop_span segment, size_t *offset)
{
    if (framing->body_ended) {
        return end_of_body(framing, offset, *offset);
    }
    pop_span rest = pop_span_part(segment, *offset, segment.length);
    if (rest.length > framing->counted_left) {
        rest.length = (size_t)framing->counted_left;
    }
    emit(framing, rest.octets, rest.length);
    framing->counted_left -= rest.length;
    framing->body_ended = framing->counted_left == 0;
    pop_unit unit = { .kind = POP_UNIT_BODY, .offset = *offset, .length = rest.length };
    *offset += rest.length;
    return unit;
}

pop_unit pop_framing_next(pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame)
{
    switch (framing->mode) {
    case POP_FRAMING_DOTTED:
        return next_in_dotted(framing, segment, offset, frame);
    case POP_FRAMING_COUNTED:
        return next_in_counted(framing, segment, offset);
    case POP_FRAMING_PREAMBLE:
        return next_in_preamble(framing, segment, offset, frame);
    case POP_FRAMING_OPAQUE:
        break;
    case POP_FRAMING_LINES:
        return next_in_lines(framing, segment, offset, frame);
    }
    pop_unit unit = {
        .kind = POP_UNIT_OPAQUE, .offset = *offset, .length = segment.length - *offset
    };
    *offset = segment.length;
    return unit;
}

void pop_framing_gap(pop_framing *framing, uint64_t octets)
{
    framing->unfinished = NULL;
    framing->dot = POP_DOT_TEXT;
    framing->ahead_length = 0;
    if (framing->mode == POP_FRAMING_COUNTED) {
        framing->counted_left -= octets < framing->counted_left ? octets : framing->counted_left;
        framing->body_ended = framing->counted_left == 0;
    }
}
