/* pop_session_certain.c
 * What is certain after a gap, and what merely looks like a reply: a line of a mail may be worded
 * like a status line.
 *
 * RFC 1939 section 3: a multi-line reply ends with the line "." and with nothing else, and a reply
 * that has lines which are no status lines is a multi-line one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_session_private.h"

/* --- Inside a reply --------------------------------------------------------------------------- */

/* The command that is answered next was sent when its sender had the server's octets up to `at`:
 * there its reply begins. */
static bool is_where_answered(const pop_session *session, uint64_t at)
{
    const pop_exchange *oldest = session->queue.oldest;
    return oldest != NULL && oldest->name != NULL && !session->slides && oldest->server_at == at;
}

static bool is_expected(const pop_session *session, uint64_t at)
{
    return session->expects && session->expected_at == at;
}

void pop_session_note_line(pop_session *session, pop_span line, uint64_t at)
{
    bool begins = session->stepped[POP_FROM_SERVER] || is_where_answered(session, at);
    if (!begins
        && (at == session->gap_end || session->version != POP_VERSION_3 || session->kerberos)) {
        return; /* perhaps the rest of a line */
    }
    if (begins || pop_session_is_terminator(line)) {
        session->inside = false;
    } else if (pop_reply_parse(line, false).status == POP_STATUS_NONE) {
        session->inside = true;
    }
}

/* --- Where a reply begins --------------------------------------------------------------------- */

bool pop_session_begins_surely(const pop_session *session, uint64_t at)
{
    return session->version != POP_VERSION_3 || session->stepped[POP_FROM_SERVER]
        || is_where_answered(session, at) || is_expected(session, at);
}

/* "Name:" as a header begins (RFC 5322 section 2.2), or the "From " of a mailbox file. */
static bool begins_like_header(pop_span octets)
{
    size_t length = 0;
    while (length < octets.length && octets.octets[length] > ' ' && octets.octets[length] < 0x7F
        && octets.octets[length] != ':') {
        length++;
    }
    return pop_span_starts(octets, POP_SPAN("From "))
        || (length > 0 && length < octets.length && octets.octets[length] == ':');
}

/* Whether anything but its look speaks for a mail's status line: the octets that it announced, or
 * that LIST told, came; it is worded as the ones before, or a header follows. */
static bool is_borne_out(const pop_session *session, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    uint64_t listed = 0;
    bool is_listed = pop_session_listed_size(session, exchange, &listed);
    bool is_announced = exchange->has_announced_size;
    if ((is_announced && exchange->announced_size == message->total)
        || (is_listed && listed == message->total)) {
        return true;
    }
    if ((is_announced && !session->announces_wrong) || (is_listed && !session->sizes_wrong)) {
        return false;
    }
    return exchange->worded_alike
        || begins_like_header((pop_span){ message->octets, message->length });
}

void pop_session_check_start(const pop_session *session, pop_exchange *exchange)
{
    if (exchange->unsure && !is_borne_out(session, exchange)) {
        exchange->message->damaged = true;
    }
}
