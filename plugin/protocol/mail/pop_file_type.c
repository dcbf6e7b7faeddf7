/* pop_file_type.c
 * What a file is, by its first octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_file_type.h"

#include <glib.h>
#include <string.h>

#define ARCHIVE_SEARCHED 4096 /* octets of an archive in which the names of entries are sought */

/* Where the first entry's name stands in an archive (APPNOTE.TXT section 4.3.7). */
#define FIRST_NAME 30

/* OASIS OpenDocument 1.2, part 3, section 3.3: the first entry is "mimetype", not compressed. */
static const char *open_document(pop_span octets)
{
    static const char *const types[] = { "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation", "application/epub+zip" };
    if (!pop_span_equals(pop_span_part(octets, FIRST_NAME, 8), POP_SPAN("mimetype"))) {
        return NULL;
    }
    pop_span type = pop_span_part(octets, FIRST_NAME + 8, octets.length);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (pop_span_starts(type, (pop_span){ (const uint8_t *)types[i], strlen(types[i]) })) {
            return types[i];
        }
    }
    return NULL;
}

static const char *type_of_archive(pop_span octets)
{
    static const struct {
        pop_span entry;
        const char *type;
    } entries[] = {
        { { (const uint8_t *)"word/", 5 },
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { { (const uint8_t *)"xl/", 3 },
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
        { { (const uint8_t *)"ppt/", 4 },
            "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
        { { (const uint8_t *)"META-INF/MANIFEST.MF", 20 }, "application/java-archive" },
    };
    const char *type = open_document(octets);
    pop_span head = pop_span_part(octets, FIRST_NAME, ARCHIVE_SEARCHED);
    for (size_t i = 0; i < G_N_ELEMENTS(entries) && type == NULL; i++) {
        type = pop_span_holds(head, entries[i].entry) ? entries[i].type : NULL;
    }
    return type != NULL ? type : "application/zip";
}

const char *pop_file_type(pop_span octets)
{
    static const struct {
        size_t offset, length;
        const char *octets;
        const char *type;
    } rows[] = {
#define FILE_TYPE(offset, octets, type) { offset, sizeof(octets) - 1, octets, type },
#include "mail/pop_file_types.def"
#undef FILE_TYPE
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        pop_span there = pop_span_part(octets, rows[i].offset, rows[i].length);
        if (pop_span_equals(there, (pop_span){ (const uint8_t *)rows[i].octets, rows[i].length })) {
            return strcmp(rows[i].type, "application/zip") == 0 ? type_of_archive(octets)
                                                                : rows[i].type;
        }
    }
    return NULL;
}

bool pop_file_type_says_nothing(const char *type)
{
    return strcmp(type, "application/octet-stream") == 0
        || strcmp(type, "application/x-octet-stream") == 0
        || strcmp(type, "application/unknown") == 0 || strcmp(type, "application/x-download") == 0
        || strcmp(type, "application/force-download") == 0
        || strcmp(type, "application/binary") == 0;
}
