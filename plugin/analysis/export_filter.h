/* export_filter.h
 * The preference that limits what is exported: a display filter. The host's own filters do not
 * reach its export of objects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXPORT_FILTER_H
#define POP_EXPORT_FILTER_H

#include <stdbool.h>
#include <stdint.h>

/* True where the frame, whose taps are being called, passes the filter, or there is none. Where the
 * filter is invalid no frame passes; the user was told. Of use in the callback of a tap that the
 * dissector feeds behind the tap "pop". */
bool pop_export_filter_passes(uint32_t frame);

/* Adds the preference. Registration only. */
void pop_export_filter_register(int protocol);

#endif
