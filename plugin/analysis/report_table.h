/* report_table.h
 * The reports as tables of the window (Statistics > POP Sessions, ...), and for sharkd ("nstat").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORT_TABLE_H
#define POP_REPORT_TABLE_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_report_table_module;

#endif
