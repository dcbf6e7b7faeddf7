/* export_objects.h
 * File > Export Objects > POP: mails, and what is attached to them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXPORT_OBJECTS_H
#define POP_EXPORT_OBJECTS_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_export_objects_module;

#endif
