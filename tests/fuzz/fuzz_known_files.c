/* fuzz_known_files.c
 * A list of known files from any octets: what it names is printable, and no line is told twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mail/pop_known_files.h"

enum { DIGITS = 64 }; /* of a SHA-256 */

static void check_line(uint32_t line, void *data)
{
    uint32_t *last = data;
    g_assert_cmpuint(line, >, *last);
    *last = line;
}

/* Every stretch of the input that may be a hash is looked up. */
static unsigned look_up(const pop_known_files *files, pop_span list)
{
    unsigned found = 0;
    char digits[DIGITS + 1] = "";
    for (size_t at = 0; at + DIGITS <= list.length; at++) {
        memcpy(digits, list.octets + at, DIGITS);
        const char *name = strlen(digits) < DIGITS ? NULL : pop_known_files_name(files, digits);
        g_assert_true(name == NULL || g_utf8_validate(name, -1, NULL));
        found += name != NULL;
    }
    return found;
}

void fuzz_known_files(const uint8_t *octets, size_t length)
{
    uint32_t last = 0;
    pop_span list = fuzz_copy(octets, length);
    pop_known_files *files = pop_known_files_read(list, check_line, &last);
    unsigned found = look_up(files, list);
    g_assert_true(pop_known_files_count(files) > 0 || found == 0);
    pop_known_files_free(files);
    free((void *)(uintptr_t)list.octets);
}
