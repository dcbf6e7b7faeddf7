/* pop_session_kerberos.c
 * KPOP: where the Kerberos exchange ends, which comes before the greeting.
 *
 * No document describes it; the program fetchmail speaks it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

/* The part of a unit from octet `from` of its text on; the octets before it are shown as they
 * are. */
static pop_unit rest_of_line(
    pop_session *session, const pop_segment *segment, const pop_unit *unit, size_t from)
{
    pop_unit rest = *unit;
    rest.text = pop_span_part(unit->text, from, unit->text.length);
    if (unit->line != NULL) {
        pop_line *line = pop_allocate(session->allocator, sizeof *line);
        pop_span octets = { unit->line->octets + from, unit->line->length - from };
        pop_line_add(line, octets, segment->at.frame, session->limits.line, session->allocator);
        line->completed_in = segment->at.frame;
        rest.line = line;
    } else if (from > 0) {
        pop_unit before = { .kind = POP_UNIT_OPAQUE, .offset = unit->offset, .length = from };
        pop_session_entry(session, segment, &before, POP_ENTRY_OPAQUE);
        rest.offset += from;
        rest.length -= from;
    }
    return rest;
}

pop_unit pop_session_kerberos_greeting(
    pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    for (size_t i = 0; i + 3 <= unit->text.length; i++) {
        if (pop_span_equals(pop_span_part(unit->text, i, 3), POP_SPAN("+OK"))) {
            session->kerberos = false;
            session->start_seen = true;
            session->framing[POP_FROM_CLIENT].mode = POP_FRAMING_LINES;
            return rest_of_line(session, segment, unit, i);
        }
    }
    return *unit;
}
