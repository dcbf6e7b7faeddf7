/* pop_software.c
 * Which server software a greeting gives away.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_software.h"

const char *pop_software_of_greeting(pop_span description)
{
    static const struct {
        pop_span words;
        const char *name;
    } rows[] = {
#define POP_SOFTWARE(words, name) { { (const uint8_t *)(words), sizeof(words) - 1 }, name },
#include "grammar/pop_software.def"
#undef POP_SOFTWARE
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pop_span_holds(description, rows[i].words)) {
            return rows[i].name;
        }
    }
    return NULL;
}
