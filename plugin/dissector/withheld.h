/* withheld.h
 * Octets that TCP hands to nobody, though they are new.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WITHHELD_H
#define POP_WITHHELD_H

#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>

/* Behind all dissectors of a frame for which we were not called: the segment's octets, where TCP
 * took it for a mere repetition, and there are new ones among them; else NULL. `tcp` is filled in
 * as TCP does. Any pass, the same in each. */
tvbuff_t *pop_withheld_segment(tvbuff_t *frame, packet_info *pinfo, struct tcpinfo *tcp);

#endif
