/* link.h
 * A link between two ends of TCP, on a small scale: what a capture in its middle shows of a
 * conversation, where segments are reordered, lost and repeated. The same seed, the same segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_LINK_H
#define POP_TESTS_LINK_H

#include <glib.h>

#include "order/pop_order.h"

/* What one side writes at once, when it has all that was written before. */
typedef struct link_write {
    pop_direction direction;
    pop_span octets; /* must outlive what is made of it */
    uint32_t
        uncaptured; /* octets of it behind those, which no capture has: then it is one segment */
    uint32_t unheard; /* octets of the other side's that had not reached its sender */
} link_write;

/* Chances are per mille of the packets. */
typedef struct link_impairment {
    const char *name;
    guint reorder, repeat;
    guint lost_before; /* ... the capture point: the capture has the retransmission alone */
    guint lost_behind; /* it has both */
    guint dropped; /* by the capture: never in it; no SYN is */
    guint largest; /* octets of a segment; 0: 1460 */
    gint skew; /* milliseconds that the clock for the server's packets is ahead; halved until each
                  side is seen before the other ends */
    gboolean cut_anew; /* a retransmission may take octets of the next segment along */
    gboolean wraps; /* sequence numbers begin just before 2^32 */
    gboolean twice; /* everything is captured two times */
    gboolean unseen_start; /* the handshake is not in the capture; what comes first then is calm */
    gboolean silent_sides; /* a side that writes nothing is not in the capture at all */
} link_impairment;

/* Whether anything of it can be missing in the capture. */
gboolean link_is_lossless(const link_impairment *impairment);

/* pop_order_segment, in the order of the capture, their frames from 1; the caller frees it. */
GArray *link_capture(
    const link_write *writes, gsize count, const link_impairment *impairment, guint32 seed);

#endif
