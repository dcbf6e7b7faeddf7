/* pop_software.h
 * Which server software a greeting gives away.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SOFTWARE_H
#define POP_SOFTWARE_H

#include "text/pop_text.h"

/* The name of the software that greets with this text; NULL where the text tells none. */
const char *pop_software_of_greeting(pop_span description);

#endif
