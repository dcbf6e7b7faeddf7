/* pop_mail_text.h
 * The text of a mail that a reader would see, from whatever form it travels in.
 *
 * RFC 2045, RFC 2046 section 5.1.4 (alternatives), RFC 3676.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAIL_TEXT_H
#define POP_MAIL_TEXT_H

#include <glib.h>

#include "text/pop_text.h"

/* The texts of the mail, one behind the other, an empty line between them: transfer encodings and
 * charsets undone, HTML without its markup, flowed paragraphs in one line, uuencoded files left
 * out. All alternatives of a text are told, since each may say something else; and the texts of
 * attached mails, but not what is said to be an attachment. Lines end in LF; other control
 * characters than LF and TAB are U+FFFD. Valid UTF-8, the caller's.
 *
 * `is_cut_out`: there is more than `limit` octets, or a text whose markup is so long that not all
 * of it was looked at. */
GString *pop_mail_text(pop_span mail, size_t limit, bool *is_cut_out);

#endif
