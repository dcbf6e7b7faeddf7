/* pop_hearing.c
 * What the server had heard of the client when it sent what is read now.
 *
 * RFC 9293 section 3.4 (acknowledgments).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_hearing.h"

#include <glib.h>

void pop_hearing_begin_segment(pop_hearing *hearing, uint64_t at, uint64_t acknowledged)
{
    if (hearing->acknowledged_first == 0) {
        hearing->acknowledged_first = acknowledged + 1;
    }
    if (acknowledged > hearing->acknowledged) {
        hearing->heard_more_at = at + 1;
        hearing->acknowledged = acknowledged;
    }
    bool grows = hearing->acknowledged >= hearing->acknowledged_first;
    bool tells = grows && !hearing->is_wrong && acknowledged >= hearing->answered_until;
    hearing->heard = tells ? acknowledged : UINT64_MAX;
}

void pop_hearing_note_answer(pop_hearing *hearing, uint64_t client_until)
{
    hearing->answered_until = MAX(hearing->answered_until, client_until);
}

void pop_hearing_distrust(pop_hearing *hearing)
{
    hearing->is_wrong = true;
    hearing->heard = UINT64_MAX;
}
