/* object_name.c
 * File names for what is taken out of a capture: safe on any system, and recognisable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/object_name.h"

#include <stdbool.h>
#include <string.h>

#include "text/pop_text.h"

/* A longer extension, dot and all, is no extension but a part of the name. */
#define EXTENSION_LIMIT 16

/* Characters that nobody sees, or that turn the writing around: "exe.fdp" reads "pdf.exe" behind
 * one. */
static bool is_trick(gunichar character)
{
    switch (g_unichar_type(character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
        return true;
    default:
        return false;
    }
}

static bool is_forbidden(gunichar character)
{
    return is_trick(character)
        || (character < 128 && strchr("<>:\"/\\|?*", (int)character) != NULL);
}

static GString *with_underscores(const char *text, bool (*is_bad)(gunichar))
{
    GString *result = g_string_new(NULL);
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        gunichar character = g_utf8_get_char(text);
        g_string_append_unichar(result, is_bad(character) ? '_' : character);
    }
    return result;
}

/* Windows drops dots and blanks at the end of a name. */
static void strip_end(GString *name)
{
    while (name->len > 0 && strchr(" .", name->str[name->len - 1]) != NULL) {
        g_string_truncate(name, name->len - 1);
    }
}

static const char *extension_of(const GString *name)
{
    const char *dot = strrchr(name->str, '.');
    return dot == NULL || strlen(dot) > EXTENSION_LIMIT || strchr(dot, ' ') != NULL ? "" : dot;
}

/* Cuts the name to `limit` octets, its extension kept. */
static void shorten(GString *name, size_t limit)
{
    if (name->len <= limit) {
        return;
    }
    char *extension = g_strdup(extension_of(name));
    pop_span whole = { (const uint8_t *)name->str, name->len };
    g_string_truncate(name, pop_span_head(whole, limit - strlen(extension)).length);
    strip_end(name);
    g_string_append(name, extension);
    g_free(extension);
}

char *pop_object_name(const char *label, const char *mark, const char *text)
{
    GString *name = g_string_new(label);
    if (mark != NULL) {
        g_string_append_printf(name, " (%s)", mark);
    }
    g_string_append_c(name, ' ');
    GString *safe = with_underscores(text, is_forbidden);
    strip_end(safe);
    shorten(safe, POP_OBJECT_NAME_LIMIT - name->len);
    g_string_append_len(name, safe->str, (gssize)safe->len);
    g_string_free(safe, TRUE);
    strip_end(name);
    return g_string_free(name, FALSE);
}

char *pop_object_text(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *safe = with_underscores(valid, is_trick);
    g_free(valid);
    return g_string_free(safe, FALSE);
}

const char *pop_object_extension(const char *type)
{
    static const struct {
        const char *type, *extension;
    } rows[] = {
#define MEDIA_TYPE(type, extension) { type, extension },
#include "analysis/media_types.def"
#undef MEDIA_TYPE
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].type, type) == 0) {
            return rows[i].extension;
        }
    }
    return ".bin";
}
