/* summary.h
 * What a command or a reply is, in a few words of our own: for the lines of the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SUMMARY_H
#define POP_SUMMARY_H

#include "dissector/pdu.h"
#include "dissector/view.h"

/* What pop_summary_append() appends for lines where a status line belongs. */
extern const char pop_summary_malformed[];

/* Appends "Reply to UIDL, 3 messages", "Command RETR, message 1": never a stranger's text at its
 * beginning, and his words in quotes. Any pass. */
void pop_summary_append(wmem_strbuf_t *to, tvbuff_t *tvb, packet_info *pinfo, const pop_pdu *pdu);

/* Appends `login of "alice" accepted`. `step` is a verdict. Any pass. */
void pop_summary_append_verdict(wmem_strbuf_t *to, packet_info *pinfo, const pop_auth_step *step);

/* Appends "9 messages", "8 capabilities", "1 line": of a multi-line reply of that kind. */
void pop_summary_append_count(wmem_strbuf_t *to, pop_body kind, uint64_t lines);

/* How many lines of a multi-line reply that is no mail the segment holds. Any pass. */
uint64_t pop_summary_lines(tvbuff_t *tvb, const pop_pdu *pdu);

#endif
