/* pop_sasl_json.h
 * The members of one JSON object, for the few that OAuth servers send. Private to pop_sasl*.c.
 *
 * RFC 8259.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_JSON_H
#define POP_SASL_JSON_H

#include "sasl/pop_sasl_reader.h"

typedef struct pop_sasl_json_member {
    pop_sasl_part name; /* with its quotes */
    pop_sasl_part value; /* with its quotes, where it is a string */
    bool is_string;
    bool is_nested; /* an object or an array, whose inside was only skipped */
} pop_sasl_json_member;

/* Takes the "{" of an object. */
bool pop_sasl_json_open(pop_sasl_reader *reader);

/* Takes the next member. False behind the last one, and where the text is not JSON, which makes the
 * message malformed. */
bool pop_sasl_json_next(pop_sasl_reader *reader, bool is_first, pop_sasl_json_member *member_out);

/* The text of a string that was taken, its escapes undone, from the allocator. What escapes no
 * character (half of a surrogate pair) becomes U+FFFD. */
char *pop_sasl_json_text(const pop_sasl_reader *reader, pop_sasl_part string, size_t *length_out);

#endif
