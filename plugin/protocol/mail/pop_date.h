/* pop_date.h
 * The point in time that a field Date names.
 *
 * RFC 5322 sections 3.3 (date and time) and 4.3 (obsolete forms).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DATE_H
#define POP_DATE_H

#include "text/pop_text.h"

/* Reads a date as "Mon, 6 Jan 2025 09:00:01 +0100", unfolded: seconds since 1970, UTC. The day of
 * the week is not looked at; a zone that is not known is UTC (RFC 5322 section 4.3). False where it
 * is no date, or none of the years 1 to 9999. */
bool pop_date_read(pop_span value, int64_t *seconds_out);

#endif
