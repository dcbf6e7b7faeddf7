/* settings.c
 * The plugin's own preferences, as the rest of this room asks for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/settings.h"

static unsigned line_limit = POP_LINE_LIMIT;
static unsigned message_limit = POP_MESSAGE_LIMIT / (1024 * 1024);

pop_limits pop_settings_limits(void)
{
    return (pop_limits){
        .line = MAX(line_limit, 512), /* RFC 1939 section 3 allows that much */
        .message = (size_t)message_limit * 1024 * 1024,
    };
}

static void add_preferences(module_t *preferences)
{
    prefs_register_uint_preference(preferences, "line_limit", "Longest line decoded (octets)",
        "Of a longer line, only so many octets are decoded. At least 512.", 10, &line_limit);
    prefs_register_uint_preference(preferences, "message_limit", "Largest mail put together (MiB)",
        "A larger mail is shown segment by segment and not handed to the mail dissector.", 10,
        &message_limit);
}

const pop_module pop_settings_module = { .preferences = add_preferences };
