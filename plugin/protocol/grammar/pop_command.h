/* pop_command.h
 * The commands of the Post Office Protocol: what each takes, and what its reply looks like.
 *
 * RFC 918, RFC 937, RFC 1081, RFC 1082, RFC 1939, RFC 2449, RFC 2595, RFC 5034, RFC 6856.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_COMMAND_H
#define POP_COMMAND_H

#include "text/pop_text.h"

typedef enum pop_version {
    POP_VERSION_UNKNOWN = 0,
    POP_VERSION_1 = 1, /* RFC 918 */
    POP_VERSION_2 = 2, /* RFC 937 */
    POP_VERSION_3 = 3, /* RFC 1081 to RFC 1939 and its extensions */
} pop_version;

typedef enum pop_state {
#define POP_STATE(identifier, value, name) POP_STATE_##identifier = (value),
#include "grammar/pop_states.def"
#undef POP_STATE
} pop_state;

/* True where nobody can be logged in yet, and where that is not known. */
static inline bool pop_state_is_before_login(pop_state state)
{
    return state == POP_STATE_UNKNOWN || state == POP_STATE_AUTHORIZATION
        || state == POP_STATE_POP1_START || state == POP_STATE_POP2_AUTH;
}

typedef enum pop_command_id {
#define POP_COMMAND(identifier, ...) POP_COMMAND_##identifier,
#include "grammar/pop_commands.def"
#undef POP_COMMAND
    POP_COMMAND_COUNT,
} pop_command_id;

/* What an argument means. */
typedef enum pop_argument_kind {
    POP_ARGUMENT_NONE,
    POP_ARGUMENT_STRING, /* the rest of the line, blanks and all (RFC 1939 section 7, PASS) */
    POP_ARGUMENT_NAME,
    POP_ARGUMENT_TEXT,
    POP_ARGUMENT_MESSAGE, /* a message number */
    POP_ARGUMENT_LINES, /* how many lines of the body TOP asks for */
    POP_ARGUMENT_DIGEST,
    POP_ARGUMENT_MECHANISM,
    POP_ARGUMENT_INITIAL_RESPONSE,
} pop_argument_kind;

/* What follows a status line. */
typedef enum pop_body {
    POP_BODY_NONE, /* nothing: a single-line reply */
    POP_BODY_MESSAGE, /* a mail */
    POP_BODY_SCAN_LISTING,
    POP_BODY_UNIQUE_ID_LISTING,
    POP_BODY_HEADER_LISTING,
    POP_BODY_CAPABILITIES,
    POP_BODY_MECHANISMS,
    POP_BODY_LANGUAGES,
    POP_BODY_TEXT,
    POP_BODY_COUNTED, /* a mail of announced length, without a status line (RFC 937, RFC 918) */
    POP_BODY_UNDETERMINED, /* the next line of the server tells (pop_body_from_line) */
} pop_body;

/* What a positive reply changes in the session. */
typedef enum pop_effect {
    POP_EFFECT_NOTHING,
    POP_EFFECT_NAME_USER,
    POP_EFFECT_LOG_IN,
    POP_EFFECT_START_TLS,
    POP_EFFECT_ENABLE_UTF8,
    POP_EFFECT_CHOOSE_LANGUAGE,
    POP_EFFECT_DELETE,
    POP_EFFECT_UNDELETE,
    POP_EFFECT_CHANGE_MAILDROP,
    POP_EFFECT_SUBMIT, /* the client sends a mail next */
    POP_EFFECT_QUIT,
} pop_effect;

#define POP_ARGUMENT_KINDS 3 /* kinds a row names; what comes behind them is text */

typedef struct pop_command {
    pop_command_id id;
    const char *keyword; /* upper case */
    const char *subcommand; /* upper case, or NULL */
    unsigned versions; /* bit 1 << version */
    unsigned least_arguments, most_arguments;
    pop_argument_kind arguments[POP_ARGUMENT_KINDS];
    unsigned states; /* bit 1 << state */
    pop_body body;
    unsigned body_when;
    pop_effect effect;
    const char *document;
} pop_command;

/* The row for a keyword and the word behind it (empty where there is none), without case. NULL
 * where that version knows no such command; POP_VERSION_UNKNOWN asks all versions, the newest
 * first. */
const pop_command *pop_command_find(pop_version version, pop_span keyword, pop_span subcommand);

/* The row of that command, below POP_COMMAND_COUNT. */
const pop_command *pop_command_of(pop_command_id id);

/* Whether a positive reply to the command has a body, and which. THE one place that decides
 * (RFC 1939 section 3, RFC 2449 section 3): from the command and its first argument, which is empty
 * where there is none. Unknown commands (NULL) are undetermined. */
pop_body pop_command_body(const pop_command *command, pop_span first_argument);

/* What a line behind a status line must be, judged by its form alone: for unknown commands and for
 * captures without the commands. POP_BODY_NONE: the line is itself a status line. `line` is without
 * its line end. */
pop_body pop_body_from_line(pop_span line);

/* True where the command is legal in that state; always where the state is unknown. */
bool pop_command_legal(const pop_command *command, pop_state state);

/* The name of a state, for a user. Never NULL. */
const char *pop_state_name(pop_state state);

#endif
