/* follow.h
 * Follow > POP: a session as one dialogue, clear and, from STLS on, decrypted; and the conversation
 * filter.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FOLLOW_H
#define POP_FOLLOW_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_follow_module;

#endif
