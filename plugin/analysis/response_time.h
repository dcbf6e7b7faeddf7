/* response_time.h
 * Statistics > Service Response Time > POP, and tshark's "-z pop,srt".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_RESPONSE_TIME_H
#define POP_RESPONSE_TIME_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_response_time_module;

#endif
