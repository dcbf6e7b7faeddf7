/* pop_framing_dotted.c
 * Dotted bodies: where they end, and what of their dots is stuffing.
 *
 * RFC 1939 section 3 (multi-line replies, dot-stuffing).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_framing_private.h"

#include <string.h>

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
        if (walk->at == walk->length || walk->octets[walk->at] == '.') {
            framing->dot = POP_DOT_LINE_START;
            return;
        }
    }
}

static void walk_line_start(pop_framing *framing, body_walk *walk)
{
    if (walk->octets[walk->at] != '.') {
        framing->dot = POP_DOT_TEXT;
        return;
    }
    pop_framing_emit(framing, walk->octets + walk->run, walk->at - walk->run);
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
    pop_framing_emit(framing, (const uint8_t *)"\r", 1);
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
        pop_framing_emit(framing, (const uint8_t *)".\n", 2);
        pop_framing_emit(framing, framing->ahead, framing->ahead_length);
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
        pop_framing_emit(framing, walk->octets + walk->run, walk->length - walk->run);
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

pop_unit pop_framing_next_in_dotted(
    pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame)
{
    size_t start = *offset;
    if (framing->body_ended) {
        return pop_framing_end_body(framing, offset, framing->body_end_offset);
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
        pop_unit unit = pop_framing_end_body(framing, offset, framing->body_end_offset);
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
