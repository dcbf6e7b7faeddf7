/* pop_framing.h
 * The octets of one direction, cut into units: lines, dot-stuffed bodies, counted bodies, the rest.
 * It keeps its place between segments, so that where the stream was cut changes nothing.
 *
 * RFC 1939 section 3 (lines, multi-line replies, dot-stuffing), RFC 937 and RFC 918 (counted data).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FRAMING_H
#define POP_FRAMING_H

#include "text/pop_line.h"

typedef enum pop_framing_mode {
    POP_FRAMING_LINES,
    POP_FRAMING_DOTTED, /* up to the line "." (RFC 1939 section 3) */
    POP_FRAMING_COUNTED, /* a number of octets told before (RFC 937, RFC 918) */
    POP_FRAMING_PREAMBLE, /* a PROXY header of version 2 may come first */
    POP_FRAMING_OPAQUE, /* not ours to understand: TLS, a SASL security layer */
} pop_framing_mode;

typedef enum pop_unit_kind {
    POP_UNIT_LINE, /* a whole line, or the piece that completes one */
    POP_UNIT_PIECE, /* the rest of the segment: the beginning or middle of a line */
    POP_UNIT_BODY, /* octets of a dotted or counted body, as on the wire */
    POP_UNIT_BODY_END, /* what of the terminator stands here; afterwards the mode is LINES */
    POP_UNIT_PREAMBLE, /* a whole PROXY header of version 2, or the piece that completes it */
    POP_UNIT_OPAQUE,
} pop_unit_kind;

typedef struct pop_unit {
    pop_unit_kind kind;
    size_t offset, length; /* in the segment, octets */
    pop_span text; /* LINE: the line without its line end, at most the limit of octets */
    pop_line *line; /* LINE, PIECE: the line's record where it is in several segments, else NULL */
    size_t
        returned; /* BODY_END: octets of earlier BODY units that were the next line's after all */
    bool bare_lf; /* LINE, BODY_END: ended by LF without CR */
    bool odd_end; /* LINE: more than CRLF at its end, or CR before it ... */
    bool nul_end; /* ... NUL among it */
    bool too_long; /* LINE: octets beyond the limit were dropped */
    bool cut_off; /* LINE: its end was not captured */
    bool unstuffed_dot; /* BODY, BODY_END: a line began with one dot that was not doubled */
} pop_unit;

/* Octets of a unit on the wire, those in earlier segments included. */
static inline uint64_t pop_unit_octets(const pop_unit *unit)
{
    return unit->kind == POP_UNIT_LINE && unit->line != NULL ? unit->line->total : unit->length;
}

/* Takes the octets of a body, dot-stuffing undone, in order. */
typedef struct pop_body_sink {
    void (*take)(void *context, pop_span octets);
    void *context;
} pop_body_sink;

/* Where in a dotted body the stream stands: what the next octet will be read as. */
typedef enum pop_dot_state {
    POP_DOT_TEXT,
    POP_DOT_LINE_START,
    POP_DOT_DOT, /* "." at the start of a line, held back */
    POP_DOT_DOT_CR, /* ".\r", held back */
    POP_DOT_DOT_LF, /* ".\n" in text of CRLF lines, held back until what follows tells */
} pop_dot_state;

typedef struct pop_framing {
    pop_framing_mode mode;
    pop_dot_state dot;
    size_t line_limit; /* octets */
    const pop_allocator *allocator;
    pop_line *unfinished; /* the line under way, NULL between lines */
    pop_body_sink sink;
    bool holds_back; /* `unfinished` may hold whole lines: octets held back for a PROXY header */
    bool nul_style; /* the latest line held a NUL before its end: so may a terminator */
    bool crs_style; /* the latest line ended in CR CR LF: so may a terminator */
    bool lf_style; /* the reply's status line ended in a bare LF: so may its terminator */
    bool body_ended; /* the next unit is BODY_END */
    bool body_end_bare_lf;
    size_t body_end_offset; /* where in the segment the terminator, or the rest of it, begins */
    size_t body_end_returned; /* octets taken ahead in earlier segments */
    uint64_t counted_left; /* octets */
    uint8_t ahead[8]; /* octets behind a held ".\n" */
    size_t ahead_length;
} pop_framing;

/* Sets up a framing in mode LINES. The allocator must outlive it. */
void pop_framing_init(pop_framing *framing, size_t line_limit, const pop_allocator *allocator);

/* From the next octet on: a dotted body, whose octets go to `sink`. `lf_style` as in the struct.
 * Octets of a line under way are its first. */
void pop_framing_begin_dotted(pop_framing *framing, pop_body_sink sink, bool lf_style);

/* From the next octet on: `octets` octets, all of which go to `sink`; those of a line under way are
 * the first of them. With 0 the body ends at once. */
void pop_framing_begin_counted(pop_framing *framing, pop_body_sink sink, uint64_t octets);

/* At the next octet a PROXY header of version 2 may stand (HAProxy's PROXY protocol, section 2.2);
 * where none does, lines begin. */
void pop_framing_begin_preamble(pop_framing *framing);

/* From the next octet on: lines. A body under way broke off; an unfinished line goes on. */
void pop_framing_begin_lines(pop_framing *framing);

/* From the next octet on: nothing that could be understood, for good. */
void pop_framing_begin_opaque(pop_framing *framing);

/* The line under way, of which `piece`, at the segment's end, is the latest, as a line without its
 * end. `piece` is a unit of this framing's, and no other has been taken since. */
pop_unit pop_framing_cut_line(
    pop_framing *framing, const pop_unit *piece, pop_span segment, uint32_t frame);

/* Octets are missing before the next one: an unfinished line ends there, a held dot is let go. In a
 * dotted body the next octet stands in the middle of a line. A counted body loses `octets`
 * octets. */
void pop_framing_gap(pop_framing *framing, uint64_t octets);

/* True where the segment has one more unit, from `offset` on. */
static inline bool pop_framing_has_next(const pop_framing *framing, pop_span segment, size_t offset)
{
    return offset < segment.length || framing->body_ended;
}

/* Takes the next unit off the segment from *offset on, where there is one, and moves *offset behind
 * it. `frame` is kept with the pieces of lines. First pass only. */
pop_unit pop_framing_next(pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame);

/* Reads one line again that had been taken as a LINE, or its beginning: as the first line of a
 * dotted body that has just begun. `with_line_end` is the line as on the wire; it must not be
 * ".". */
void pop_framing_reread(pop_framing *framing, pop_span with_line_end);

#endif
