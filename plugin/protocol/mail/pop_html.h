/* pop_html.h
 * The text of an HTML document, as its reader would see it; and where its links lead.
 *
 * HTML 4.01; where a tag or a comment ends, what a character reference stands for: the HTML
 * Standard, section 13.2.5.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HTML_H
#define POP_HTML_H

#include <glib.h>

#include "text/pop_text.h"

/* Appends the text of the document, which is valid UTF-8, to `text`: without markup, scripts and
 * styles; lines as blocks begin and end; behind a link, and where a form begins, its address in
 * "<>", unless the text says it already; the text that stands for an image. Stops where `text` has
 * `limit` octets, or some more. What is hidden by a style is text as any other. Any input, in time
 * that grows as its length. */
void pop_html_append(GString *text, pop_span document, size_t limit);

#endif
