/* pop_flowed.h
 * Text whose paragraphs were cut into lines for the way, put together again.
 *
 * RFC 3676 (format=flowed).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FLOWED_H
#define POP_FLOWED_H

#include <glib.h>

#include "text/pop_text.h"

/* Appends the text, whose lines end in LF or CRLF, its paragraphs one line each. Quoted lines keep
 * their ">". `deletes_space`: DelSp=yes, the blank before a line end was added, too. */
void pop_flowed_append(GString *text, pop_span flowed, bool deletes_space);

#endif
