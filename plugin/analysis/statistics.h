/* statistics.h
 * Statistics > POP, and tshark's "-z pop,tree": what is counted over a whole capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_STATISTICS_H
#define POP_STATISTICS_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_statistics_module;

#endif
