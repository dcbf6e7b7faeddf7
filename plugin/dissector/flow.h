/* flow.h
 * The stream of the segment before: nearly always that of the next one, too, which then needs no
 * search among all conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FLOW_H
#define POP_FLOW_H

#include <epan/conversation.h>

#include "dissector/stream.h"

/* The stream that was noted last, where the segment belongs to the same connection; else NULL.
 * First pass only. */
pop_stream *pop_flow_latest(const packet_info *pinfo, const pop_tcp_segment *segment);

/* The conversation of the stream that pop_flow_latest() has just told. First pass only. */
conversation_t *pop_flow_conversation(void);

/* The segment belongs to that stream, by its conversation. First pass only. */
void pop_flow_note(const packet_info *pinfo, const pop_tcp_segment *segment,
    conversation_t *conversation, pop_stream *stream);

/* Before the stream's memory goes: with the capture file. */
void pop_flow_forget(void);

#endif
