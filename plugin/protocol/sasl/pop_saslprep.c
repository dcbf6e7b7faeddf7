/* pop_saslprep.c
 * Passwords as SCRAM wants them before they are hashed.
 *
 * RFC 4013 (SASLprep), RFC 3454 (stringprep).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_saslprep.h"

#include <glib.h>

/* RFC 3454 table C.1.2: spaces beyond ASCII. */
static gboolean is_other_space(gunichar character)
{
    return character == 0x00A0 || character == 0x1680
        || (character >= 0x2000 && character <= 0x200B) || character == 0x202F
        || character == 0x205F || character == 0x3000;
}

/* RFC 3454 table B.1: commonly mapped to nothing. U+200B is in both tables; as a space it comes
 * first in RFC 4013 section 2.1. */
static gboolean is_mapped_to_nothing(gunichar character)
{
    return character == 0x00AD || character == 0x034F || character == 0x1806
        || (character >= 0x180B && character <= 0x180D)
        || (character >= 0x200C && character <= 0x200D) || character == 0x2060
        || (character >= 0xFE00 && character <= 0xFE0F) || character == 0xFEFF;
}

char *pop_saslprep(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL)) {
        return NULL;
    }
    GString *mapped = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar character = g_utf8_get_char(at);
        if (is_other_space(character)) {
            g_string_append_c(mapped, ' ');
        } else if (!is_mapped_to_nothing(character)) {
            g_string_append_unichar(mapped, character);
        }
    }
    char *prepared = g_utf8_normalize(mapped->str, (gssize)mapped->len, G_NORMALIZE_NFKC);
    g_string_free(mapped, TRUE);
    return prepared;
}
