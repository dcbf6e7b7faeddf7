/* settings.c
 * The plugin's own preferences, as the rest of this room asks for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/settings.h"

#include "dissector/compat.h"
#include "order/pop_order.h"

enum {
    HEURISTIC_NORMAL,
    HEURISTIC_STRICT,
};

static const enum_val_t strictness_choices[] = {
    { "normal", "A greeting of POP, or \"+OK\" and a command of POP", HEURISTIC_NORMAL },
    { "strict", "A greeting that only POP has", HEURISTIC_STRICT },
    { NULL, NULL, -1 },
};

static const enum_val_t contents_choices[] = {
    { "off", "Nothing but size and subject", POP_CONTENTS_OFF },
    { "header", "What the header says, and the SHA-256", POP_CONTENTS_HEADER },
    { "attachments", "What the header says, and the attachments", POP_CONTENTS_ATTACHMENTS },
    { "all", "All, the text too", POP_CONTENTS_ALL },
    { NULL, NULL, -1 },
};

static pop_host_bool decode_top = TRUE;
static pop_host_bool hide_passwords = FALSE;
static int strictness = HEURISTIC_NORMAL;
static int contents = POP_CONTENTS_ALL;
static unsigned text_limit = 64; /* KiB */
#define TEXT_LIMIT_MOST 65536 /* KiB: more is no text for a field */
static unsigned line_limit = POP_LINE_LIMIT;
#define MESSAGE_LIMIT_MOST (G_MAXINT / (int)POP_MEBI) /* MiB: the host counts octets so */

#define HOLD_LIMIT_MOST 65536 /* MiB: more than any machine has, and no overflow */

static unsigned hold_limit = POP_ORDER_CAPTURE_LIMIT / POP_MEBI;
static unsigned message_limit = POP_MESSAGE_LIMIT / POP_MEBI;

size_t pop_settings_line_limit(void)
{
    return MAX(line_limit, 512); /* RFC 1939 section 3 allows that much */
}

pop_limits pop_settings_limits(void)
{
    return (pop_limits){
        .line = pop_settings_line_limit(),
        .message = MIN(message_limit, MESSAGE_LIMIT_MOST) * POP_MEBI,
    };
}

size_t pop_settings_hold_limit(void)
{
    return MIN(hold_limit, HOLD_LIMIT_MOST) * POP_MEBI;
}

bool pop_settings_hide_passwords(void)
{
    return hide_passwords;
}

bool pop_settings_decode_top(void)
{
    return decode_top;
}

pop_contents_wanted pop_settings_contents(void)
{
    return (pop_contents_wanted)contents;
}

size_t pop_settings_text_limit(void)
{
    return (size_t)MIN(text_limit, TEXT_LIMIT_MOST) * 1024;
}

bool pop_settings_strict_heuristic(void)
{
    return strictness == HEURISTIC_STRICT;
}

static void add_preferences(module_t *preferences)
{
    prefs_register_bool_preference(preferences, "decode_top", "Decode replies to TOP as messages",
        "Whether what TOP fetches (a message's header and some of its lines) goes to the mail "
        "dissector, and into its export, as what RETR fetches does.",
        &decode_top);
    prefs_register_enum_preference(preferences, "contents", "Message contents",
        "What of a message is decoded into fields to filter by: sender, recipients, date; its "
        "text, whatever charset and encoding it came in; its attachments and their SHA-256.",
        &contents, contents_choices, FALSE);
    prefs_register_uint_preference(preferences, "text_limit", "Longest text decoded (KiB)",
        "Of a longer text of a message, only so much is shown and searched.", 10, &text_limit);
    prefs_register_enum_preference(preferences, "heuristic_strictness", "Heuristic strictness",
        "By what POP is recognised on ports that are not its own. The greeting alone: one that "
        "names POP, or offers APOP. To recognise none, disable pop_tcp under Analyze > Enabled "
        "Protocols.",
        &strictness, strictness_choices, FALSE);
    prefs_register_bool_preference(preferences, "hide_passwords", "Hide passwords",
        "Passwords, tokens and the SASL messages that hold them read \"(hidden)\" in columns and "
        "trees, for screenshots and reports; so does, before the login, what is no command. The "
        "packet bytes, Follow Stream and the capture itself still hold them.",
        &hide_passwords);
    prefs_register_uint_preference(preferences, "line_limit", "Maximum line length (bytes)",
        "Of a longer line, only so many bytes are decoded. At least 512.", 10, &line_limit);
    prefs_register_uint_preference(preferences, "message_limit", "Maximum message size (MiB)",
        "A larger message is shown segment by segment and not handed to the mail dissector.", 10,
        &message_limit);
    prefs_register_uint_preference(preferences, "hold_limit",
        "Octets held until those before them come (MiB)",
        "Octets that were captured too early wait for what is missing before them. Of all sessions "
        "together no more than so many wait; then what is missing is taken for lost.",
        10, &hold_limit);
}

const pop_module pop_settings_module = { .preferences = add_preferences };
