/* report_escape.h
 * Control characters of strangers, kept from the terminal that a report is printed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_REPORT_ESCAPE_H
#define POP_REPORT_ESCAPE_H

#include <stddef.h>

/* Octets of the control character with which the UTF-8 text begins: 1 (U+0001 to U+001F, U+007F)
 * or 2 (U+0080 to U+009F); 0: it begins with another one, or is empty. */
size_t pop_control_length(const char *text);

/* The code of that character. */
unsigned pop_control_code(const char *text);

#endif
