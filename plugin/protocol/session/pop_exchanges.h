/* pop_exchanges.h
 * The session's commands and replies: those that wait, and all of them in their order.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXCHANGES_H
#define POP_EXCHANGES_H

#include "session/pop_exchange.h"

/* Empty lines that are remembered in case the server refuses them. */
#define POP_EMPTY_LINES 4

/* Written by the functions below. */
typedef struct pop_exchanges {
    pop_exchange_queue waiting; /* for their replies */
    pop_exchange *submission; /* whose mail the client is sending, else NULL */
    pop_exchange *first, *last; /* by ordinal, through `following` */
    uint32_t count;
    uint32_t last_sent; /* ordinal of the latest that is a command's */
    bool quit_sent;
    pop_instant empty_lines[POP_EMPTY_LINES]; /* since the latest command, refused ones left out */
    size_t empty_line_count;
    char *unasked; /* text of the latest status line that answers no command; NULL: none */
} pop_exchanges;

/* Gives the exchange the session's next ordinal: from then on it is one of the session's. */
void pop_exchanges_add(pop_exchanges *exchanges, pop_exchange *exchange);

/* Adds the exchange of a command; it waits, youngest of all, for its reply. */
void pop_exchanges_send(pop_exchanges *exchanges, pop_exchange *exchange);

/* The exchange, which was added before, waits: its reply comes next. */
void pop_exchanges_send_first(pop_exchanges *exchanges, pop_exchange *exchange);

/* Puts commands that nobody knew were commands before all that wait, and adds them. */
void pop_exchanges_send_before(pop_exchanges *exchanges, pop_exchange_queue *earlier);

/* The client has sent an empty line: it asks for nothing, and yet some servers refuse it. */
void pop_exchanges_note_empty_line(pop_exchanges *exchanges, const pop_instant *at);

/* Octets of the client's are lost: those lines may be others. */
void pop_exchanges_forget_empty_lines(pop_exchanges *exchanges);

/* Takes the oldest empty line; false where there is none since the latest command. */
bool pop_exchanges_take_empty_line(pop_exchanges *exchanges, pop_instant *at_out);

/* Takes the oldest that waits; NULL where none does. */
pop_exchange *pop_exchanges_take(pop_exchanges *exchanges);

/* None waits any more. */
void pop_exchanges_forget_waiting(pop_exchanges *exchanges);

/* From now on the client sends that exchange's mail; NULL: it sends commands. */
void pop_exchanges_submit(pop_exchanges *exchanges, pop_exchange *exchange);

void pop_exchanges_note_quit(pop_exchanges *exchanges);

/* A status line that answers no command. */
void pop_exchanges_note_unasked(
    pop_exchanges *exchanges, pop_span text, const pop_allocator *allocator);

/* Replies to no command since the client's latest. */
static inline uint32_t pop_exchanges_unsolicited(const pop_exchanges *exchanges)
{
    return exchanges->count - exchanges->last_sent;
}

#endif
