/* wire_text.h
 * What a stranger wrote, as it may stand among our own words: in the Info column, in a label.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WIRE_TEXT_H
#define POP_WIRE_TEXT_H

#include <epan/wmem_scopes.h>
#include <stdint.h>

/* Appends the text, UTF-8, with escapes for what could pass for ours or change how it looks:
 * control characters, those that turn the direction of writing (UAX #9), and "|", which parts one
 * command or reply from the next ("\x7c"). Any pass. */
void pop_wire_append(wmem_strbuf_t *to, const char *text);

/* The same in quotes, with escapes for '"' and "\" too. Of a long text as much as a reader who
 * skims may want, and "..." behind the quotes. Any pass. */
void pop_wire_append_quoted(wmem_strbuf_t *to, const char *text);

/* The text as a label has room for it: a long one is cut between two characters, and "..." behind
 * it; the host would cut within one. It is the buffer's. Any pass. */
const char *pop_wire_label(wmem_strbuf_t *text);

/* Appends the number in decimal: one stands in nearly each text, and printf() takes its time. */
void pop_wire_append_number(wmem_strbuf_t *to, uint64_t number);

#endif
