/* pop_mail_of_unseen.c
 * A mail behind a status line that was taken for the whole reply to a command: it shows that the
 * line was the beginning of the reply to another one, which was not seen.
 *
 * RFC 1939 section 3 (replies), 5 (RETR).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_mail_of_unseen.h"

#include "session/pop_links.h"
#include "session/pop_multi_line.h"
#include "session/pop_status.h"

/* The exchange that the status line belongs to; it is no more that of `taken`. */
static pop_exchange *give_to_unseen(
    pop_session *session, const pop_segment *segment, pop_exchange *taken, uint64_t at)
{
    pop_exchange *unseen = pop_status_unasked(session, segment, at);
    unseen->unsure = taken->unsure;
    unseen->user = session->access.user;
    unseen->reply_before = taken->reply_before;
    pop_exchange_take_status(unseen, taken);
    taken->doubted_later |= !taken->guessed;
    taken->guessed = true;
    return unseen;
}

bool pop_read_mail_of_unseen(pop_session *session, const pop_segment *segment, const pop_unit *unit)
{
    uint64_t at = pop_session_position(session, segment, unit);
    pop_exchange *taken = session->doubt.one_line;
    if (taken == NULL || session->doubt.one_line_until != at
        || pop_body_from_line(unit->text) != POP_BODY_MESSAGE) {
        return false;
    }
    pop_exchange *unseen = give_to_unseen(session, segment, taken, at);
    pop_doubt_note_one_line(&session->doubt, NULL, 0);
    pop_links_contradict(session);
    pop_under_way_begin(&session->reply, unseen, POP_BODY_UNDETERMINED);
    pop_doubt_watch_reply(&session->doubt, unseen->unsure);
    pop_reply_undetermined_line(session, segment, unit, true);
    return true;
}
