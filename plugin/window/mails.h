/* mails.h
 * Which message a frame is of, and the session's messages before and after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_MAILS_H
#define POP_WINDOW_MAILS_H

#include "dissector/tap.h"

/* A message of a session. All of it is in file scope: good until the reading ends (reading.h). */
typedef struct pop_mail {
    uint32_t stream; /* pop.stream */
    const pop_session *session;
    const pop_exchange *exchange; /* has a message, and is that of the command; NULL: no mail */
} pop_mail;

/* The message that the frame is of: the first that ends in it; else the first of which it has
 * octets, the command or the status line; else the one that a command of it names, where the
 * session fetched that, too. `exchange` is NULL where it is of none. Any time between the frame's
 * first pass and the end of the reading. */
pop_mail pop_mail_of_frame(uint32_t frame);

/* True where the exchange has a message, and is that of the command. */
bool pop_mail_is_one(const pop_exchange *exchange);

/* The session's message behind that one, or before it: of a frame that ends several, one after the
 * other. False, and `mail` untouched: there is none. Any time before the end of the reading. */
bool pop_mail_next(pop_mail *mail);
bool pop_mail_previous(pop_mail *mail);

/* Which one of the session's messages it is, from 1, and how many there are so far. */
typedef struct pop_mail_ordinal {
    uint32_t number, count;
} pop_mail_ordinal;

pop_mail_ordinal pop_mail_ordinal_of(const pop_mail *mail);

/* The frames of the first and the last of its octets; without any, that of its end; 0: there is no
 * frame of it. */
uint32_t pop_mail_first_frame(const pop_mail *mail);
uint32_t pop_mail_last_frame(const pop_mail *mail);

/* How the session knows the message: its unique-id; NULL: it does not. */
const char *pop_mail_unique_id(const pop_mail *mail);

#endif
