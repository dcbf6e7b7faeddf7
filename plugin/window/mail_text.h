/* mail_text.h
 * A message as a text for people: what POP knows of it, its header, its attachments, what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_MAIL_TEXT_H
#define POP_WINDOW_MAIL_TEXT_H

#include "window/mails.h"

/* Octets of a message's readable text that are told; and attachments. */
#define POP_MAIL_TEXT_MOST ((size_t)1024 * 1024)
#define POP_MAIL_ATTACHMENTS_MOST 1000

/* The text, lines that end in LF; valid UTF-8, in the scope. Our own words come first, what
 * strangers wrote stands behind them: on one line each, with escapes for what does not print, and
 * last the readable text as it is. A number or unique-id that is a guess is said to be one. Of a
 * `mail` without an exchange it says that there is none. Any time before the end of the reading. */
const char *pop_mail_text_of(wmem_allocator_t *scope, const pop_mail *mail);

#endif
