/* fuzz_mime.c
 * The parts of any mail lie within it, in the order of their beginnings; the files that uuencode
 * put into any text are found in time that does not depend on them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mail/pop_header.h"
#include "mail/pop_media_type.h"
#include "mail/pop_mime.h"
#include "mail/pop_parameter.h"
#include "mail/pop_uuencode.h"

static void check_parts(pop_span mail)
{
    pop_mime_parts *parts = pop_mime_cut(mail);
    const uint8_t *last = NULL;
    g_assert_cmpuint(parts->count, <=, POP_MIME_PARTS_MOST);
    for (size_t i = 0; i < parts->count; i++) {
        const pop_mime_part *part = &parts->parts[i];
        fuzz_check_part(part->header, mail);
        fuzz_check_part(part->body, mail);
        g_assert_true(part->body.octets >= last);
        g_assert_cmpuint(part->mails_around, <=, POP_MIME_LEVELS_MOST);
        last = part->body.octets;
    }
    pop_mime_free(parts);
}

static void check_type(pop_span mail)
{
    static const char *const names[] = { "boundary", "name", "charset" };
    char *type = pop_header_value(mail, POP_SPAN("Content-Type:"));
    for (size_t i = 0; type != NULL && i < G_N_ELEMENTS(names); i++) {
        pop_span value = { (const uint8_t *)type, strlen(type) };
        g_free(pop_parameter_text(value, names[i]));
    }
    g_free(type);
}

static void check_media_types(pop_span mail)
{
    char type[POP_MEDIA_TYPE_SIZE];
    pop_media_type_walk walk = pop_media_type_begin(mail);
    for (size_t before = 0; pop_media_type_next(&walk, type); before = walk.position) {
        g_assert_cmpuint(walk.position, >, before);
        g_assert_cmpuint(walk.position, <=, mail.length);
        g_assert_nonnull(memchr(type, '\0', sizeof(type)));
    }
}

static void check_files(pop_span text)
{
    pop_uu_file file;
    size_t at = 0;
    for (size_t before = 0; pop_uu_next(text, &at, &file); before = at) {
        g_assert_cmpuint(at, >, before);
        g_assert_cmpuint(at, <=, text.length);
        fuzz_check_part(file.name, text);
        g_assert_cmpuint(
            file.octets->len, <=, 63 * (at - before)); /* a line may say so of itself */
        g_byte_array_unref(file.octets);
    }
}

void fuzz_mime(const uint8_t *octets, size_t length)
{
    pop_span mail = fuzz_copy(octets, length);
    check_parts(mail);
    check_type(mail);
    check_media_types(mail);
    check_files(mail);
    free((void *)(uintptr_t)mail.octets);
}
