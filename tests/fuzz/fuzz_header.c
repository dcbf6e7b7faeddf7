/* fuzz_header.c
 * The Subject of any octets: valid UTF-8, or none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "mail/pop_header.h"

void fuzz_header(const uint8_t *octets, size_t length)
{
    pop_span mail = fuzz_copy(octets, length);
    char *subject = pop_header_subject(mail);
    if (subject != NULL) {
        g_assert_true(g_utf8_validate(subject, -1, NULL));
    }
    g_free(subject);
    free((void *)(uintptr_t)mail.octets);
}
