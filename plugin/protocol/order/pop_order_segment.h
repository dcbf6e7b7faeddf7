/* pop_order_segment.h
 * What of a TCP segment tells the place of its octets.
 *
 * RFC 9293 section 3.1 (the header).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ORDER_SEGMENT_H
#define POP_ORDER_SEGMENT_H

#include "text/pop_direction.h"
#include "text/pop_instant.h"
#include "text/pop_text.h"

/* TCP's flags, as its header has them. */
#define POP_ORDER_FIN 0x01
#define POP_ORDER_SYN 0x02
#define POP_ORDER_RST 0x04
#define POP_ORDER_ACK 0x10

/* One TCP segment, with octets or without. The numbers are those of its header, not relative to
 * anything. */
typedef struct pop_order_segment {
    pop_direction direction;
    uint8_t flags;
    uint32_t sequence, acknowledgment;
    uint32_t length; /* octets on the wire; as many of them as `octets` has were captured */
    pop_span octets;
    pop_instant at;
} pop_order_segment;

#endif
