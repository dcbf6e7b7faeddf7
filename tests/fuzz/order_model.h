/* order_model.h
 * What has to come out of pop_order, known the plain way: every segment is remembered, and each
 * delivery is compared with the segment that it says to be of.
 *
 * RFC 9293 section 3.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_ORDER_MODEL_H
#define POP_TESTS_ORDER_MODEL_H

#include <glib.h>

#include "order/pop_order.h"

#define ORDER_MODEL_SEGMENT_MOST 255 /* octets of a segment */

/* A segment as it was captured. Positions count from the octet behind the SYN. */
typedef struct model_segment {
    pop_direction direction;
    int64_t position;
    uint32_t length, captured;
    bool is_twisted; /* it has other octets than the others in their place */
    bool is_data; /* no RST */
    bool is_sure; /* its receiver can have taken it: it comes out */
} model_segment;

typedef struct model_side {
    bool placed; /* something of it came out, so it is known ... */
    int64_t next; /* ... where what follows stands */
    uint64_t lost_before; /* octets that were told as lost before anything was placed ... */
    guint lost_when; /* ... and how many segments had been captured at the first of them */
} model_side;

typedef struct order_model {
    GArray *segments; /* model_segment; frame 1 is the first */
    guint since; /* the first segment of this connection */
    model_side sides[2];
    bool is_loose; /* octets were passed over: what is lost, and what is left, is not known */
} order_model;

void order_model_init(order_model *model);
void order_model_free(order_model *model);

/* The octet that a direction has at a position, or has in a forged copy. */
uint8_t order_model_octet(pop_direction direction, int64_t position, bool is_twisted);

/* Another connection begins: with which frame. */
void order_model_begin_anew(order_model *model, uint32_t frame);

/* Ends the program where the delivery is not what the model says. */
void order_model_check(order_model *model, const pop_order_delivery *delivery);

/* Somebody else has octets of this connection: from now on octets are compared, places are not. */
void order_model_pass_over(order_model *model);

/* Ends the program unless all octets that came in have come out. */
void order_model_check_end(const order_model *model);

#endif
