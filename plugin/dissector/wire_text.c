/* wire_text.c
 * What a stranger wrote, as it may stand among our own words: in the Info column, in a label.
 *
 * UAX #9 (bidirectional text).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/wire_text.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Characters of a quoted text that are shown. */
#define QUOTED_LIMIT 256

/* Octets that we put into a label; the host's limit is 240, the field's name included. */
#define LABEL_LIMIT 200

static bool turns_direction(gunichar character)
{
    return character == 0x061C || character == 0x200E || character == 0x200F
        || (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2066 && character <= 0x2069);
}

/* Line and paragraph separators begin a new line as LF does. */
static bool is_control(gunichar character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028
        || character == 0x2029;
}

static void append_escape(wmem_strbuf_t *to, gunichar character)
{
    static const struct {
        gunichar character;
        const char *escape;
    } shorthands[] = { { '\r', "\\r" }, { '\n', "\\n" }, { '\t', "\\t" } };
    for (size_t i = 0; i < G_N_ELEMENTS(shorthands); i++) {
        if (character == shorthands[i].character) {
            wmem_strbuf_append(to, shorthands[i].escape);
            return;
        }
    }
    wmem_strbuf_append_printf(to, character < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)character);
}

static const char *next_character(const char *text)
{
    return text + g_utf8_skip[(guchar)*text];
}

/* Returns where it stopped: at the text's end, or behind `limit` characters. */
static const char *append(wmem_strbuf_t *to, const char *text, bool quoted, size_t limit)
{
    const char *plain = text; /* what needs no escape is appended at once */
    for (; *text != '\0' && limit > 0; limit--) {
        gunichar character = g_utf8_get_char(text);
        bool escaped = is_control(character) || turns_direction(character) || character == '|';
        bool slashed = quoted && (character == '"' || character == '\\');
        if (escaped || slashed) {
            wmem_strbuf_append_len(to, plain, (size_t)(text - plain));
            plain = escaped ? next_character(text) : text; /* a slashed one follows its slash */
        }
        if (escaped) {
            append_escape(to, character);
        } else if (slashed) {
            wmem_strbuf_append_c(to, '\\');
        }
        text = next_character(text);
    }
    wmem_strbuf_append_len(to, plain, (size_t)(text - plain));
    return text;
}

void pop_wire_append_number(wmem_strbuf_t *to, uint64_t number)
{
    char digits[sizeof "18446744073709551615"];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    wmem_strbuf_append_len(to, digits + at, sizeof digits - at);
}

/* Nearly each text: it needs no escape, and is short. */
static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 0x20 || text[i] == 0x7F || text[i] == '|' || text[i] == '"'
            || text[i] == '\\') {
            return false;
        }
    }
    return true;
}

void pop_wire_append(wmem_strbuf_t *to, const char *text)
{
    size_t length = strlen(text);
    if (is_plain(text, length)) {
        wmem_strbuf_append_len(to, text, length);
    } else {
        append(to, text, false, SIZE_MAX);
    }
}

void pop_wire_append_quoted(wmem_strbuf_t *to, const char *text)
{
    size_t length = strlen(text);
    wmem_strbuf_append_c(to, '"');
    if (length <= QUOTED_LIMIT && is_plain(text, length)) {
        wmem_strbuf_append_len(to, text, length);
        wmem_strbuf_append_c(to, '"');
        return;
    }
    const char *end = append(to, text, true, QUOTED_LIMIT);
    wmem_strbuf_append(to, *end == '\0' ? "\"" : "\"...");
}

const char *pop_wire_label(wmem_strbuf_t *text)
{
    if (wmem_strbuf_get_len(text) > LABEL_LIMIT) {
        const char *whole = wmem_strbuf_get_str(text);
        const char *end = g_utf8_find_prev_char(whole, whole + LABEL_LIMIT + 1);
        wmem_strbuf_truncate(text, (size_t)(end - whole));
        wmem_strbuf_append(text, "...");
    }
    return wmem_strbuf_get_str(text);
}
