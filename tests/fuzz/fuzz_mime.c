/* fuzz_mime.c
 * Any octets as a mail: its parts lie in it, in order, and files in it are decoded within bounds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "fuzz.h"
#include "pop_mime.h"
#include "pop_uuencode.h"

static void check_inside(pop_span whole, pop_span part)
{
    if (part.length > 0) {
        g_assert_true(part.octets >= whole.octets);
        g_assert_true(part.octets + part.length <= whole.octets + whole.length);
    }
}

static void decode_files(pop_span text)
{
    pop_uu_file file;
    size_t at = 0, before = 0;
    while (pop_uu_next(text, &at, &file)) {
        g_assert_cmpuint(at, >, before);
        g_assert_cmpuint(at, <=, text.length);
        /* Of a line of two octets, blanks lost, come up to 63. */
        g_assert_cmpuint(file.octets->len, <=, 63 * (at - before));
        before = at;
        g_byte_array_unref(file.octets);
    }
}

void fuzz_mime(const uint8_t *octets, size_t length)
{
    pop_span mail = fuzz_copy(octets, length);
    pop_mime_parts *parts = pop_mime_cut(mail);
    const uint8_t *latest = mail.octets;
    for (size_t i = 0; i < parts->count; i++) {
        check_inside(mail, parts->parts[i].header);
        check_inside(mail, parts->parts[i].body);
        g_assert_true(parts->parts[i].body.octets >= latest);
        latest = parts->parts[i].body.octets;
    }
    pop_mime_free(parts);
    decode_files(mail);
    free((void *)(uintptr_t)mail.octets);
}
