/* pop_line.c
 * A line whose octets came in more than one segment: what is kept of it, and where its pieces are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "text/pop_line.h"

#include <string.h>

static void keep(pop_line *line, pop_span octets, const pop_allocator *allocator)
{
    if (octets.length == 0) {
        return;
    }
    if (line->length + octets.length > line->capacity) {
        size_t capacity = line->capacity == 0 ? 64 : line->capacity;
        while (capacity < line->length + octets.length) {
            capacity *= 2;
        }
        line->octets = pop_resize(allocator, line->octets, capacity);
        line->capacity = capacity;
    }
    memcpy(line->octets + line->length, octets.octets, octets.length);
    line->length += octets.length;
}

void pop_line_add(
    pop_line *line, pop_span octets, uint32_t frame, size_t limit, const pop_allocator *allocator)
{
    size_t room = line->length < limit ? limit - line->length : 0;
    keep(line, pop_span_part(octets, 0, room), allocator);
    line->total += octets.length;
    if (line->piece_count < POP_LINE_PIECES) {
        line->pieces[line->piece_count] = (pop_line_piece){ frame, (uint32_t)octets.length };
    }
    line->piece_count++;
}

pop_span pop_line_without_odd_ends(pop_span line)
{
    while (line.length > 0 && pop_is_end_octet(line.octets[line.length - 1])) {
        line.length--;
    }
    while (line.length > 0 && pop_is_end_octet(line.octets[0])) {
        line = pop_span_part(line, 1, line.length);
    }
    return line;
}

pop_span pop_line_without_cr(pop_span cut_off)
{
    bool cr = cut_off.length > 0 && cut_off.octets[cut_off.length - 1] == '\r';
    return pop_span_part(cut_off, 0, cut_off.length - cr);
}
