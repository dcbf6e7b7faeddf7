/* pop_line.h
 * A line whose octets came in more than one segment: what is kept of it, and where its pieces are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LINE_H
#define POP_LINE_H

#include "text/pop_text.h"

/* Pieces of one line that are remembered with their frame; more are counted. */
#define POP_LINE_PIECES 64

typedef struct pop_line_piece {
    uint32_t frame;
    uint32_t length; /* octets of the line in that segment */
} pop_line_piece;

/* Written by the session in the first pass alone. */
typedef struct pop_line {
    uint8_t *octets; /* line end and all; NULL where nothing was kept */
    size_t length, capacity; /* octets kept */
    uint64_t total; /* octets the line has, kept or not */
    pop_line_piece pieces[POP_LINE_PIECES];
    uint32_t piece_count; /* may be more than are remembered */
    uint32_t completed_in; /* frame with the line end; 0: not seen so far */
} pop_line;

/* Adds a piece: `octets` of the line that stand in `frame`. Keeps at most `limit` octets of a
 * line. */
void pop_line_add(
    pop_line *line, pop_span octets, uint32_t frame, size_t limit, const pop_allocator *allocator);

/* Octets that some programs put beside a line's end. */
static inline bool pop_is_end_octet(uint8_t octet)
{
    return octet == '\r' || octet == '\0';
}

/* Of a line that does not end in CRLF alone, and has lost that: CR CR LF, NUL CR LF; LF CR and CRLF
 * NUL, of which the last octet stands before the next line. */
pop_span pop_line_without_odd_ends(pop_span line);

/* The line without its line end: one LF and, before it, one CR; what else of CR and NUL some
 * programs put there is no part of it either. Every line is asked: so it stands here, to be put in
 * line. */
static inline pop_span pop_line_text(pop_span with_line_end)
{
    const uint8_t *octets = with_line_end.octets;
    size_t length = with_line_end.length;
    if (length == 0 || octets[length - 1] != '\n') {
        return with_line_end;
    }
    length--;
    if (length > 0 && octets[length - 1] == '\r') {
        length--;
    }
    pop_span line = { octets, length };
    bool is_odd = length > 0 && (pop_is_end_octet(octets[length - 1]) || pop_is_end_octet(*octets));
    return is_odd ? pop_line_without_odd_ends(line) : line;
}

/* A line that was cut off, perhaps in the middle of its line end: without that. */
pop_span pop_line_without_cr(pop_span cut_off);

#endif
