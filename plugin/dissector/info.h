/* info.h
 * The Info column's text for one command or one reply: our own words first, a stranger's last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_INFO_H
#define POP_INFO_H

#include "dissector/pdu.h"
#include "dissector/view.h"

/* Appends the text. `frame`: a view of the whole segment, without a tree; `first`: of the PDU's
 * first entry. Any pass. */
void pop_info_append(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, const pop_view *first);

/* True where the line as it was sent is all that the column tells of it. `view`: of its only entry.
 * Any pass. */
bool pop_info_is_line(const pop_view *view);

/* What stands behind a command that deletes a message and is the frame's only one: the message's
 * subject, where it has been fetched; else NULL. In the packet's memory. Any pass. */
const char *pop_info_deleted(const pop_view *view);

/* Appends what the segment has of a message. `ends`: it has its end here. Any pass. */
void pop_info_append_message(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, bool ends);

/* Appends what the exchange's message is, of which there is one: `message 3, 254 bytes: "Lunch on
 * Friday?" from "Bob Builder"`. Any pass. */
void pop_info_append_whole(wmem_strbuf_t *to, const pop_exchange *exchange);

/* Appends the message's subject in quotes, `before` in front of it, where it has one. Any pass. */
void pop_info_append_subject(wmem_strbuf_t *to, const pop_message *message, const char *before);

#endif
