/* report_command.h
 * tshark's "-z pop,sessions", "-z pop,logins", "-z pop,mails".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORT_COMMAND_H
#define POP_REPORT_COMMAND_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_report_command_module;

#endif
