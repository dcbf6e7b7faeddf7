/* octets.h
 * The one way from a tvbuff to octets: the span is as long as what was asked for, or the host
 * throws.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_OCTETS_H
#define POP_OCTETS_H

#include <epan/tvbuff.h>

#include "text/pop_text.h"

/* `length` octets of tvb from `offset` on. Where they were not captured the host throws, and the
 * frame is shown as malformed. No octets: an empty span. Any pass. */
static inline pop_span pop_octets(tvbuff_t *tvb, uint32_t offset, uint32_t length)
{
    if (length == 0) {
        return (pop_span){ NULL, 0 };
    }
    return (pop_span){ tvb_get_ptr(tvb, (int)offset, (int)length), length };
}

#endif
