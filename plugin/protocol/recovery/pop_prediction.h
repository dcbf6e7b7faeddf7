/* pop_prediction.h
 * What can be told of a reply to come: how long it will be, whether a status line fits it.
 *
 * RFC 1939 sections 3 (replies), 5 (LIST, RETR) and 11 (sizes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PREDICTION_H
#define POP_PREDICTION_H

#include "session/pop_state.h"

#define POP_TERMINATOR_OCTETS 3

/* How well a status line fits a command, from worst to best. */
typedef enum pop_fit {
    POP_FIT_NOT, /* it names another mail, or another size */
    POP_FIT_ODD, /* it is worded as no other reply to that command */
    POP_FIT_PERHAPS, /* nothing speaks for it, and nothing against it */
    POP_FIT_WELL, /* it is worded as other replies to that command; a command not seen may be any */
    POP_FIT_SURELY, /* it names the mail that was asked for, or its size */
} pop_fit;

/* `form`: that of the status line (pop_habits_form()). */
pop_fit pop_predict_fit(const pop_session *session, const pop_exchange *exchange,
    const pop_reply *reply, uint32_t form);

/* True where the status line announces the size of another mail, as LIST told it, and not that of
 * the mail that was asked for. */
bool pop_predict_contradicts(
    const pop_session *session, const pop_exchange *exchange, const pop_reply *reply);

/* Octets of the reply to come, as far as can be told; else false. */
bool pop_predict_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets_out);

/* How many octets a positive reply to the command has at the least, by the size of its mail; else
 * false. */
bool pop_predict_least_octets(
    const pop_session *session, const pop_exchange *exchange, uint64_t *octets_out);

/* Octets of the mail under way, as LIST or its status line told; else false. */
bool pop_predict_mail(const pop_session *session, uint64_t *octets_out);

/* Whether anything but its look speaks for a mail's status line: the octets that it announced, or
 * that LIST told, came; it is worded as the ones before, or a header follows. */
bool pop_predict_bears_out(const pop_session *session, const pop_exchange *exchange);

/* The mail that has come has the size that LIST told of the one which was asked for, and of no
 * other that may be meant. */
bool pop_predict_identifies(const pop_session *session, const pop_exchange *exchange);

#endif
