/* guard_page.c
 * Octets that end where readable memory ends: reading one octet too many ends the test.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _DEFAULT_SOURCE
#include "guard_page.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

guarded guarded_new(const void *octets, size_t length)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t readable = (length / page + 1) * page;
    uint8_t *mapping = mmap(
        NULL, readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    g_assert_true(mapping != MAP_FAILED);
    g_assert_cmpint(mprotect(mapping + readable, page, PROT_NONE), ==, 0);
    guarded copy = { mapping + readable - length, length, mapping, readable + page };
    if (length > 0) {
        memcpy(copy.octets, octets, length);
    }
    return copy;
}

pop_span guarded_span(const guarded *copy)
{
    return (pop_span){ copy->octets, copy->length };
}

void guarded_free(guarded *copy)
{
    munmap(copy->mapping, copy->mapping_length);
    copy->mapping = NULL;
}
