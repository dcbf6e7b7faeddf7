/* pop_request.h
 * A command line, taken apart.
 *
 * RFC 1939 section 3, RFC 2449 section 4 (grammar), and the table of commands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REQUEST_H
#define POP_REQUEST_H

#include "grammar/pop_anomaly.h"
#include "grammar/pop_command.h"

/* Arguments that a request keeps; more are counted, not kept. */
#define POP_REQUEST_ARGUMENTS 8

/* The spans point into the line that was parsed. */
typedef struct pop_request {
    pop_span line;
    pop_span keyword; /* as sent; empty in an empty line */
    pop_span parameter; /* everything behind the keyword and the blanks after it */
    const pop_command *command; /* NULL: not known */
    pop_span arguments[POP_REQUEST_ARGUMENTS];
    unsigned argument_count; /* may be more than are kept */
    bool has_message, has_lines;
    uint32_t message; /* message number */
    uint32_t lines; /* of TOP */
    pop_anomalies anomalies;
} pop_request;

/* Takes apart one line without its line end. Never fails: what is wrong is in `anomalies`. (Written
 * in place: to return 250 octets takes as long as to find the keyword.) */
void pop_request_parse(pop_request *request, pop_version version, pop_span line);

/* The line was cut off: its last argument may go on. What that one tells is forgotten, and what is
 * wrong with the arguments. */
void pop_request_cut_off(pop_request *request);

/* What no command defines: all of a line that is none, words where a number belongs, what stands
 * behind the last argument that the command may have. Empty where there is nothing. */
pop_span pop_request_undefined(const pop_request *request);

/* The argument of that kind, empty where there is none. */
pop_span pop_request_argument(const pop_request *request, pop_argument_kind kind);

#endif
