/* compat.h
 * What differs between the versions of Wireshark that the plugin is built for: 4.0, 4.4, 4.6. No other
 * file asks for the version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_COMPAT_H
#define POP_COMPAT_H

#include <string.h>

#include <wireshark.h>
#include <epan/strutil.h>

#define POP_HOST_IS(major, minor)                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major)                                                             \
        || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* The string with escapes for what a column cannot show. */
static inline const char *pop_format_text(wmem_allocator_t *scope, const char *text)
{
#if POP_HOST_IS(4, 2)
    return format_text(scope, text, strlen(text));
#else
    return format_text(scope, (const guchar *)text, strlen(text));
#endif
}

#endif
