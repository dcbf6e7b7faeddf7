/* readable.c
 * Octets that a session kept, as the text that a field, a label or a report may hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/readable.h"

#include <epan/charsets.h>
#include <glib.h>
#include <stdint.h>

const char *pop_readable(wmem_allocator_t *scope, const char *text, size_t length)
{
    if (g_utf8_validate(text, (gssize)length, NULL)) {
        return text;
    }
    return (const char *)get_8859_1_string(scope, (const uint8_t *)text, (int)length);
}
