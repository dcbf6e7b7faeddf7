/* pop_reply.h
 * A status line, taken apart.
 *
 * RFC 1939 section 3, RFC 2449 sections 3 and 8 (extended response codes), RFC 5034 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPLY_H
#define POP_REPLY_H

#include "grammar/pop_anomaly.h"
#include "grammar/pop_command.h"

typedef enum pop_status {
    POP_STATUS_NONE, /* no status line at all */
    POP_STATUS_POSITIVE,
    POP_STATUS_NEGATIVE,
    POP_STATUS_CHALLENGE, /* "+ base64" (RFC 5034 section 4) */
} pop_status;

/* The spans point into the line that was parsed. */
typedef struct pop_reply {
    pop_span line;
    pop_span indicator; /* as sent */
    pop_span description; /* everything behind the indicator and one blank */
    pop_span code; /* extended response code without its brackets; empty where there is none */
    pop_status status;
    bool has_count; /* versions 1 and 2: the number behind "#" or "=" */
    uint32_t count;
    pop_anomalies anomalies;
} pop_reply;

/* Takes apart one line without its line end. `in_dialogue`: an AUTH command awaits a challenge or
 * its verdict; elsewhere "+ OK" is a success (RFC 1082 prints it so). POP_STATUS_NONE where the
 * line is no status line; then the description is the whole line. */
pop_reply pop_reply_parse(pop_span line, bool in_dialogue);

/* The status of such a line outside a dialogue; quick where it is no status line. */
pop_status pop_reply_status_of(pop_span line);

/* What an extended response code means, for a user; NULL where it is not known. Deeper levels of a
 * known code ("REFERRAL/user@host") mean what the code means (RFC 2449 section 8). */
const char *pop_reply_code_meaning(pop_span code);

/* The timestamp of a greeting that offers APOP, brackets included: the last one of the form
 * <...@...> (RFC 1939 section 7). Empty where there is none. For greetings alone. */
pop_span pop_reply_timestamp(pop_span description);

/* The same for versions 1 and 2, whose marks are "+OK", "-ERR" and "#" (RFC 918), "+", "-", "#" and
 * "=" (RFC 937). */
pop_reply pop_reply_parse_old(pop_version version, pop_span line);

/* The size of a mail that a status text announces ("1460 octets", "1 (6355 octets)", "1460"). False
 * where it announces none. For display and comparison; RFC 1939 gives no form to the text. */
bool pop_reply_announced_size(pop_span description, uint64_t *octets_out);

#endif
