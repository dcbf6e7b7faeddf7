/* pop_session_cut.c
 * Lines whose end was cut off by the capture's snap length: what they begin with tells what they
 * are.
 *
 * RFC 1939 section 3, RFC 2449 section 4 (how long a command is).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "session/pop_session_private.h"

#define COMMAND_LINE_LIMIT 255 /* RFC 2449 section 4, with CRLF */

/* Some commands have one line of reply with an argument, and many without: of those it must be
 * there, whole. */
static bool needs_more(const pop_request *request, pop_span line)
{
    pop_span first = request->arguments[0];
    pop_span last = first.length > 0 ? first : request->keyword;
    bool may_go_on = last.octets + last.length == line.octets + line.length;
    return may_go_on
        && pop_command_body(request->command, POP_SPAN("1"))
        != pop_command_body(request->command, (pop_span){ NULL, 0 });
}

static bool is_command(const pop_session *session, pop_span line)
{
    if (session->submission != NULL || pop_session_expects_answer(session)) {
        return false;
    }
    pop_request request;
    pop_request_parse(&request, session->version, pop_line_without_cr(line));
    return request.command != NULL && !needs_more(&request, line);
}

/* Behind a gap, with several commands waiting, it takes the whole line to tell which is
 * answered. */
static bool is_status(const pop_session *session, pop_span line)
{
    const pop_exchange *oldest = session->queue.oldest;
    bool expected = oldest == NULL ? !session->greeted && session->start_seen
                                   : !session->doubt || session->queue.count == 1;
    if (session->current != NULL || session->inside || session->kerberos || !expected) {
        return false;
    }
    pop_reply reply = pop_reply_parse(line, oldest != NULL && oldest->dialogue != NULL);
    return (reply.status == POP_STATUS_POSITIVE || reply.status == POP_STATUS_NEGATIVE)
        && reply.indicator.length < line.length
        && pop_is_blank(line.octets[reply.indicator.length]);
}

/* In a mail that is read by lines, because octets of it are missing: not what may end it. */
static bool is_message_text(const pop_session *session, pop_span line)
{
    return session->body == POP_BODY_MESSAGE && line.octets[0] != '.'
        && pop_reply_parse(line, false).status == POP_STATUS_NONE;
}

static bool is_known(pop_session *session, const pop_segment *segment, const pop_unit *piece)
{
    pop_span line = { piece->line->octets, piece->line->length };
    if (segment->direction == POP_FROM_CLIENT) {
        return is_command(session, line);
    }
    uint64_t end = session->position[POP_FROM_SERVER] + piece->offset + piece->length;
    pop_session_settle(session, end - piece->line->total);
    return is_status(session, line) || is_message_text(session, line);
}

pop_unit pop_session_cut_line(
    pop_session *session, const pop_segment *segment, const pop_unit *piece)
{
    pop_framing *framing = &session->framing[segment->direction];
    const pop_line *line = piece->line;
    bool readable = session->version == POP_VERSION_3 && framing->mode == POP_FRAMING_LINES
        && !framing->holds_back && line->length > 0 && line->total == line->length;
    if (!readable || !is_known(session, segment, piece)) {
        return *piece;
    }
    if (segment->direction == POP_FROM_CLIENT) {
        session->rest_of_line = COMMAND_LINE_LIMIT - MIN(line->length, COMMAND_LINE_LIMIT);
    }
    return pop_framing_cut_line(framing, piece, segment->octets, segment->at.frame);
}
