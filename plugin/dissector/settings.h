/* settings.h
 * The plugin's own preferences, as the rest of this room asks for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SETTINGS_H
#define POP_SETTINGS_H

#include "dissector/pop_module.h"
#include "session/pop_session.h"

/* The bounds of a session, by the preferences. */
pop_limits pop_settings_limits(void);

/* Octets that all sessions of a capture hold until others come, at the most. */
size_t pop_settings_hold_limit(void);

/* Of a longer line only so many octets are decoded. */
size_t pop_settings_line_limit(void);

/* Whether passwords and tokens are not to be shown. */
bool pop_settings_hide_passwords(void);

/* Whether what TOP fetches is decoded as a mail. */
bool pop_settings_decode_top(void);

/* What of the contents of mails becomes fields. */
typedef enum pop_contents_wanted {
    POP_CONTENTS_OFF, /* size and subject alone */
    POP_CONTENTS_HEADER, /* what the header says, and the digest of the whole */
    POP_CONTENTS_ATTACHMENTS, /* attachments, too */
    POP_CONTENTS_ALL, /* and the text */
} pop_contents_wanted;

pop_contents_wanted pop_settings_contents(void);

/* Octets of a mail's text that are shown and searched. */
size_t pop_settings_text_limit(void);

/* Whether the heuristic takes a session for POP by a greeting alone that no other protocol has. */
bool pop_settings_strict_heuristic(void);

extern const pop_module pop_settings_module;

#endif
