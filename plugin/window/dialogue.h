/* dialogue.h
 * A session as a dialogue for people: what each side said and when, in words, and what became of
 * the maildrop.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_DIALOGUE_H
#define POP_WINDOW_DIALOGUE_H

#include <epan/packet.h>

/* Mails of a maildrop whose fate is told one by one. */
#define POP_DIALOGUE_MAILS_MOST 1000

typedef struct pop_dialogue_reader pop_dialogue_reader;

/* Listens from now on to the session of that number (pop.stream), while the frames of a capture are
 * read, once or again. `dissects`: the listener makes a program dissect that would not. */
pop_dialogue_reader *pop_dialogue_begin(uint32_t stream, bool dissects);

/* The text of what was heard in the latest reading that had the session; valid UTF-8, lines that
 * end in LF, one for each command, reply and message, passwords hidden where the preference says
 * so. Valid until the next call, and as long as the reader. Any time. */
const char *pop_dialogue_text_of(pop_dialogue_reader *reader);

/* Listens no more. */
void pop_dialogue_end(pop_dialogue_reader *reader);

#endif
