/* tap.h
 * What the dissector tells the rooms of analysis and of the window: of each segment, and, asked, of
 * a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TAP_H
#define POP_TAP_H

#include <epan/packet.h>
#include <epan/tap.h>

#include "session/pop_session.h"

/* The name of the tap. */
#define POP_TAP_NAME "pop"

/* An entry of the segment with the octets that it stands for. */
typedef struct pop_tap_entry {
    const pop_entry *entry;
    /* The entry's octets, line ends and all, as far as they were captured. Of a line that ends in
     * this segment and began in an earlier one: the whole line. Valid while the tap's callback
     * runs. */
    pop_span octets;
} pop_tap_entry;

/* One segment, in packet scope. What it points to through `session`, and through the exchanges of
 * its entries, lives as long as the file is open, and is complete at the end of the first pass: a
 * listener that keeps such a pointer sees there, when it draws, what came later. It writes
 * nothing. */
typedef struct pop_tap_record {
    uint32_t stream; /* pop.stream */
    const pop_session *session;
    pop_direction direction;
    bool tls; /* came through TLS */
    bool is_first_of_frame; /* the first of the frame's segments */
    bool is_first_pass; /* what comes later in the capture is not known yet */
    pop_version version;
    pop_instant at;
    const nstime_t *opened; /* when the connection's SYN was seen; NULL: it was not */
    uint32_t step; /* of the session, to ask the maildrop what was known then */
    const pop_maildrop *maildrop; /* of the session at that time */
    pop_span octets; /* of the segment, but for those that an earlier one had brought */
    bool has_tcp_stream;
    uint32_t tcp_stream; /* tcp.stream; there is none in exported PDUs */
    const address *client, *server;
    uint32_t client_port, server_port;
    bool hides_passwords; /* a preference of the user's */
    uint32_t entry_count;
    const pop_tap_entry *entries;
} pop_tap_record;

/* The name of another tap, for whoever wants words instead of octets. */
#define POP_TAP_WORDS_NAME "pop_words"

/* A command or a reply, as far as the segment has it. */
typedef struct pop_tap_part {
    const pop_exchange *exchange; /* NULL: none */
    const pop_line *line; /* of which this is a part, the line ends later if ever; else NULL */
    /* As the Info column has it: one line, what is secret is hidden. NULL: octets of the exchange's
     * message, of which pop_tap_message_words() tells when all is known. */
    const char *words;
} pop_tap_part;

/* What that tap tells of a segment, in packet scope. */
typedef struct pop_tap_words {
    const pop_tap_record *segment;
    uint32_t part_count;
    const pop_tap_part *parts;
} pop_tap_words;

/* What the exchange's message is, of which there is one, in one line for people; in the scope. Any
 * pass. */
const char *pop_tap_message_words(wmem_allocator_t *scope, const pop_exchange *exchange);

struct pop_record;

/* Tells the taps' listeners, if there are any, of a segment that was recorded. Any pass. */
void pop_tap_queue(tvbuff_t *tvb, packet_info *pinfo, const struct pop_record *record);

/* Who listens to a tap is called when a frame has been dissected: too late to speak to another tap.
 * So a relay, who does that, is called while the frame is dissected: for each record, in any pass,
 * where anything listens to that other tap, and behind the tap "pop". Registration only; there is
 * room for POP_TAP_RELAYS of them. */
#define POP_TAP_RELAYS 4
typedef void (*pop_tap_relay)(packet_info *pinfo, const pop_tap_record *told);
void pop_tap_add_relay(int to, pop_tap_relay relay);

/* The number of the session (pop.stream) that the packet's connection is; false where it is none of
 * ours. Any pass. */
bool pop_tap_stream_of(packet_info *pinfo, uint32_t *stream_out);

/* Listens to the tap of that name, which exists, without a filter that could be wrong: so nothing
 * of register_tap_listener() can fail. Before a reading, or between two. */
void pop_tap_listen(const char *name, void *listener, unsigned flags, tap_reset_cb reset,
    tap_packet_cb take, tap_draw_cb draw);

/* How many sessions there are so far. Any pass. */
uint32_t pop_tap_stream_count(void);

/* A session of the capture. All of it is in file scope. */
typedef struct pop_tap_session {
    uint32_t stream; /* pop.stream */
    const pop_session *session;
    const address *server;
} pop_tap_session;

/* Tells of each session so far, the latest first. Any pass. */
typedef void (*pop_tap_session_taker)(const pop_tap_session *told, void *data);
void pop_tap_each_session(pop_tap_session_taker take, void *data);

/* An entry that a frame has, with the session that it is of. All of it is in file scope. */
typedef struct pop_tap_place {
    uint32_t stream; /* pop.stream */
    const pop_session *session;
    const pop_entry *entry;
} pop_tap_place;

/* False: it wants no more. */
typedef bool (*pop_tap_place_visitor)(const pop_tap_place *place, void *data);

/* Calls `visit` for the entries of a frame that was dissected, in their order; for none where the
 * frame has no POP, or there is no such frame. Behind the first pass of that frame, any time. */
void pop_tap_visit_frame(uint32_t frame, pop_tap_place_visitor visit, void *data);

/* Registration only. */
void pop_tap_register(void);

#endif
