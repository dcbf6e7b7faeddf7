/* pop_driver.h
 * What is different from version to version of the protocol, and on ports where something else
 * comes first: the session asks, its driver answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DRIVER_H
#define POP_DRIVER_H

#include "grammar/pop_reply.h"
#include "grammar/pop_request.h"
#include "session/pop_exchange.h"
#include "session/pop_framing.h"
#include "session/pop_segment.h"

struct pop_session;

/* Functions may be NULL: there is nothing to do then. */
typedef struct pop_driver {
    pop_version version;
    bool replies_are_lines; /* but for counted data: no lines follow a status line */

    /* A command line in which something is wrong: another version may know it. Then the session is
     * of that one, and the request is read again. */
    void (*odd_command)(struct pop_session *session, pop_request *request);

    /* The command waits for its reply now. */
    void (*sent)(struct pop_session *session, pop_exchange *exchange);

    /* Takes a status line apart. */
    pop_reply (*parse_reply)(pop_span line, bool in_dialogue);

    /* Before an octet of the server's with which a line would begin, at `at` of its stream. */
    void (*before_line)(struct pop_session *session, uint64_t at, uint8_t octet);

    /* A line of the server: true where the driver has told of all of it; else it may have taken
     * octets off its beginning, or changed the session's driver. */
    bool (*take_line)(struct pop_session *session, const pop_segment *segment, pop_unit *unit);

    /* The exchange was answered with that status line; NULL: a body has ended. */
    void (*answered)(struct pop_session *session, pop_exchange *exchange, const pop_reply *reply);

    /* Octets of that direction are lost. */
    void (*lost)(struct pop_session *session, pop_direction direction);
} pop_driver;

#endif
