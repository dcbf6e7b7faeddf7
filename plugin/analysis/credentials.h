/* credentials.h
 * Tools > Credentials, and tshark's "-z credentials": a row for each attempt to log in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_CREDENTIALS_H
#define POP_CREDENTIALS_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_credentials_module;

#endif
