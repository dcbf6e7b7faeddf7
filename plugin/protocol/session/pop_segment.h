/* pop_segment.h
 * What a session is fed with: the next octets of one side.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SEGMENT_H
#define POP_SEGMENT_H

#include "text/pop_direction.h"
#include "text/pop_instant.h"
#include "text/pop_text.h"

/* What is asked of the session with one segment. */
typedef struct pop_segment {
    pop_direction direction;
    pop_span octets;
    pop_instant at;
    bool tls; /* the octets came through TLS */
    bool cut_off; /* the segment went on: the rest was not captured */
    int64_t
        ahead; /* octets of the other direction that its sender has acknowledged, beyond those that
                      were fed (or, negative, short of them); 0 where that is not known */
} pop_segment;

#endif
