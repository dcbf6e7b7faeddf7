/* info.h
 * The Info column's text for one command or one reply: our own words first, a stranger's last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_INFO_H
#define POP_INFO_H

#include "dissector/pdu.h"
#include "dissector/view.h"

/* Appends the text. `frame`: a view of the whole segment, without a tree. Nothing is appended where
 * it would say nothing. Any pass. */
void pop_info_append(wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu);

/* Appends what the segment has of a message. `ends`: it has its end here. Any pass. */
void pop_info_append_message(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, bool ends);

/* Appends the message's subject in quotes, `before` in front of it, where it has one. Any pass. */
void pop_info_append_subject(wmem_strbuf_t *to, const pop_message *message, const char *before);

#endif
