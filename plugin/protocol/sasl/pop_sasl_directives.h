/* pop_sasl_directives.h
 * Lists of name=value pairs with commas between them, as DIGEST-MD5 and HTTP's Authorization write
 * them. Private to pop_sasl*.c.
 *
 * RFC 2831 section 7.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_DIRECTIVES_H
#define POP_SASL_DIRECTIVES_H

#include "sasl/pop_sasl_reader.h"

typedef struct pop_sasl_directive {
    pop_sasl_part name;
    pop_sasl_part value; /* quotes and backslashes and all */
    bool is_quoted;
} pop_sasl_directive;

/* Takes the next directive. False at the end of the list. What is no directive makes the message
 * malformed and is passed over up to the next comma. */
bool pop_sasl_next_directive(pop_sasl_reader *reader, pop_sasl_directive *directive_out);

/* Adds the value, unquoted. A POP_SASL_PARAMETER gets the directive's name. The field, or NULL
 * where there was no room. */
pop_sasl_field *pop_sasl_add_directive(
    pop_sasl_reader *reader, pop_sasl_field_kind kind, const pop_sasl_directive *directive);

#endif
