/* pop_framing_private.h
 * What the files of the framing share among themselves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FRAMING_PRIVATE_H
#define POP_FRAMING_PRIVATE_H

#include "session/pop_framing.h"

/* Hands octets of a body to its sink. */
void pop_framing_emit(pop_framing *framing, const uint8_t *octets, size_t length);

/* The unit that ends a body: from *offset to `end`. Afterwards the mode is LINES. */
pop_unit pop_framing_end_body(pop_framing *framing, size_t *offset, size_t end);

/* pop_framing_next() in mode DOTTED. */
pop_unit pop_framing_next_in_dotted(
    pop_framing *framing, pop_span segment, size_t *offset, uint32_t frame);

#endif
