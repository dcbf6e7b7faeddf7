/* columns.h
 * Writes the Protocol and Info columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_COLUMNS_H
#define POP_COLUMNS_H

#include "dissector/transcript.h"

/* Writes both columns for the segment, and protects what it wrote from what comes behind it in the
 * same frame. Any pass. */
void pop_columns_write(tvbuff_t *tvb, packet_info *pinfo, const pop_record *record);

#endif
