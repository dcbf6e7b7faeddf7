/* pop_capability.h
 * A line of the reply to CAPA, taken apart.
 *
 * RFC 2449 sections 3 (grammar), 5 (CAPA) and 6 (capabilities).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CAPABILITY_H
#define POP_CAPABILITY_H

#include "text/pop_text.h"

/* Parameters of one capability that are kept; more are ignored. */
#define POP_CAPABILITY_PARAMETERS 32

typedef enum pop_capability_id {
#define POP_CAPABILITY(identifier, ...) POP_CAPABILITY_##identifier,
#include "grammar/pop_capabilities.def"
#undef POP_CAPABILITY
    POP_CAPABILITY_COUNT,
    POP_CAPABILITY_OTHER = POP_CAPABILITY_COUNT, /* not of the table */
} pop_capability_id;

typedef enum pop_capability_parameter {
    POP_PARAMETER_NONE,
    POP_PARAMETER_SECONDS,
    POP_PARAMETER_DAYS,
    POP_PARAMETER_MECHANISMS,
    POP_PARAMETER_SOFTWARE,
    POP_PARAMETER_USER,
    POP_PARAMETER_TEXT,
} pop_capability_parameter;

/* The spans point into the line that was parsed. */
typedef struct pop_capability {
    pop_capability_id id;
    pop_capability_parameter kind;
    pop_span tag;
    pop_span rest; /* all behind the tag, without blanks around it */
    pop_span parameters[POP_CAPABILITY_PARAMETERS];
    unsigned parameter_count; /* of those kept */
    bool has_number; /* SECONDS and DAYS */
    uint32_t number;
    bool never; /* EXPIRE NEVER: mails are kept for good */
    bool per_user; /* "USER": the value differs from user to user, or UTF-8 names are allowed */
} pop_capability;

/* Takes apart one line without its line end. Never fails. */
pop_capability pop_capability_parse(pop_span line);

#endif
