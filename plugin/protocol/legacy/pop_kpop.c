/* pop_kpop.c
 * KPOP: where the Kerberos exchange ends, which comes before the greeting.
 *
 * No document describes it; the program fetchmail speaks it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "legacy/pop_kpop.h"

/* Leaves the part of the unit from octet `from` of its text on; the octets before it are told as
 * they are. */
static void cut_off_head(
    pop_session *session, const pop_segment *segment, pop_unit *unit, size_t from)
{
    const uint8_t *begin = unit->text.octets + from; /* NUL may stand before the text, too */
    if (unit->line != NULL) {
        size_t head = (size_t)(begin - unit->line->octets);
        pop_line *line = pop_allocate(session->allocator, sizeof *line);
        pop_span octets = { unit->line->octets + head, unit->line->length - head };
        pop_line_add(line, octets, segment->at.frame, session->limits.line, session->allocator);
        line->completed_in = segment->at.frame;
        unit->line = line;
    } else if (begin > segment->octets.octets + unit->offset) {
        size_t head = (size_t)(begin - segment->octets.octets) - unit->offset;
        pop_unit before = { .kind = POP_UNIT_OPAQUE, .offset = unit->offset, .length = head };
        pop_tell(session, segment, &before, POP_ENTRY_OPAQUE);
        unit->offset += head;
        unit->length -= head;
    }
    unit->text = pop_span_part(unit->text, from, unit->text.length);
}

/* The greeting stands behind the server's part of the Kerberos exchange, which has no line end. */
static bool take_line(pop_session *session, const pop_segment *segment, pop_unit *unit)
{
    for (size_t i = 0; i + 3 <= unit->text.length; i++) {
        if (pop_span_equals(pop_span_part(unit->text, i, 3), POP_SPAN("+OK"))) {
            cut_off_head(session, segment, unit, i);
            pop_session_see_start(session, true);
            pop_session_speak(session, session->standard);
            pop_doubt_end(&session->doubt);
            pop_framing_begin_lines(&session->framing[POP_FROM_CLIENT]);
            return false;
        }
    }
    pop_tell_out_of_step(session, segment, unit);
    return true;
}

static const pop_driver kerberos_first = {
    .version = POP_VERSION_3,
    .parse_reply = pop_reply_parse,
    .take_line = take_line,
};

void pop_kpop_expect(pop_session *session)
{
    pop_session_speak(session, &kerberos_first);
    pop_access_expect_dummies(&session->access);
    pop_framing_begin_opaque(&session->framing[POP_FROM_CLIENT]);
}
