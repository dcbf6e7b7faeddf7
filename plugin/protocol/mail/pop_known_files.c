/* pop_known_files.c
 * A list of files that somebody knows by their SHA-256, with a name for each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_known_files.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "mail/pop_charset.h"
#include "mail/pop_header.h"

#define DIGEST 32 /* octets of a SHA-256 */

typedef struct known_file {
    uint8_t digest[DIGEST];
    uint32_t line; /* the earlier one counts */
    size_t name; /* where in the names it begins */
} known_file;

struct pop_known_files {
    GArray *files; /* known_file, in the order of their digests */
    GString *names; /* each with a NUL behind it */
};

/* --- A line ----------------------------------------------------------------------------------- */

static bool read_digest(pop_span digits, uint8_t digest[DIGEST])
{
    if (digits.length < (size_t)2 * DIGEST) {
        return false;
    }
    for (size_t i = 0; i < DIGEST; i++) {
        int high = g_ascii_xdigit_value((char)digits.octets[2 * i]);
        int low = g_ascii_xdigit_value((char)digits.octets[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        digest[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

static pop_span behind(pop_span span, size_t octets)
{
    return pop_span_part(span, octets, span.length);
}

static bool is_separator(uint8_t octet)
{
    return pop_is_white_space(octet) || octet == ',' || octet == ';' || octet == '*';
}

static pop_span unquoted(pop_span span)
{
    bool is_quoted = span.length >= 2 && span.octets[0] == '"'
        && span.octets[span.length - 1] == '"';
    return is_quoted ? pop_span_part(span, 1, span.length - 2) : span;
}

/* The name behind the hash; false where something else than a separator stands between them. */
static bool take_name(pop_span rest, bool is_quoted, pop_span *name_out)
{
    if (is_quoted) {
        if (rest.length == 0 || rest.octets[0] != '"') {
            return false;
        }
        rest = behind(rest, 1);
    }
    if (rest.length > 0 && !is_separator(rest.octets[0])) {
        return false;
    }
    while (rest.length > 0 && is_separator(rest.octets[0])) {
        rest = behind(rest, 1);
    }
    *name_out = unquoted(rest);
    return true;
}

static void add_name(GString *names, pop_span name)
{
    GString *text = g_string_new(NULL);
    pop_charset_append(text, name, POP_SPAN(""), SIZE_MAX);
    char *printable = pop_header_printable(pop_charset_string(text));
    g_string_append_len(names, printable, (gssize)strlen(printable) + 1);
    g_free(printable);
}

static bool take_file(pop_known_files *list, pop_span line, uint32_t number)
{
    bool is_quoted = line.octets[0] == '"';
    line = behind(line, is_quoted ? 1 : 0);
    known_file file = { .line = number, .name = list->names->len };
    pop_span name = { NULL, 0 };
    if (!read_digest(line, file.digest)
        || !take_name(behind(line, (size_t)2 * DIGEST), is_quoted, &name)) {
        return false;
    }
    g_array_append_val(list->files, file);
    add_name(list->names, name);
    return true;
}

/* --- The list --------------------------------------------------------------------------------- */

static int by_digest(const void *one, const void *other)
{
    const known_file *a = one, *b = other;
    int order = memcmp(a->digest, b->digest, DIGEST);
    return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

pop_known_files *pop_known_files_read(pop_span list, pop_bad_line_visitor bad_line, void *data)
{
    pop_known_files *files = g_new(pop_known_files, 1);
    files->files = g_array_new(FALSE, FALSE, sizeof(known_file));
    files->names = g_string_new(NULL);
    if (pop_span_starts(list, POP_SPAN("\xEF\xBB\xBF"))) {
        list = behind(list, 3);
    }
    for (uint32_t number = 1; list.length > 0; number++) {
        pop_span line = pop_span_trim(pop_next_line(&list));
        bool is_nothing = line.length == 0 || line.octets[0] == '#';
        if (!is_nothing && !take_file(files, line, number)) {
            bad_line(number, data);
        }
    }
    g_array_sort(files->files, by_digest);
    return files;
}

void pop_known_files_free(pop_known_files *files)
{
    if (files != NULL) {
        g_array_free(files->files, TRUE);
        g_string_free(files->names, TRUE);
        g_free(files);
    }
}

uint32_t pop_known_files_count(const pop_known_files *files)
{
    return files->files->len;
}

const char *pop_known_files_name(const pop_known_files *files, const char *sha256)
{
    uint8_t digest[DIGEST];
    pop_span digits = { (const uint8_t *)sha256, strlen(sha256) };
    if (!read_digest(digits, digest)) {
        return NULL;
    }
    guint low = 0, high = files->files->len; /* the first one that is not before it */
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const known_file *file = &g_array_index(files->files, known_file, middle);
        if (memcmp(file->digest, digest, DIGEST) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == files->files->len) {
        return NULL;
    }
    const known_file *found = &g_array_index(files->files, known_file, low);
    return memcmp(found->digest, digest, DIGEST) == 0 ? files->names->str + found->name : NULL;
}
