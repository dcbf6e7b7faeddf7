/* pop_header.c
 * The header fields that the protocol's users ask for, above all a mail's Subject, decoded.
 *
 * RFC 5322 section 2.2 (header fields, folding), RFC 2047 (encoded words).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_header.h"

#include <glib.h>
#include <string.h>

/* --- Finding the field ------------------------------------------------------------------------ */

/* The next line of `rest` with its line end, taken off it. */
static pop_span take_line(pop_span *rest)
{
    const uint8_t *end = pop_span_find(*rest, '\n');
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->octets) + 1;
    pop_span line = pop_span_part(*rest, 0, length);
    *rest = pop_span_part(*rest, length, rest->length);
    return line;
}

static pop_span without_line_end(pop_span line)
{
    while (line.length > 0
        && (line.octets[line.length - 1] == '\n' || line.octets[line.length - 1] == '\r')) {
        line.length--;
    }
    return line;
}

static void append(GString *text, pop_span span)
{
    if (span.length > 0) {
        g_string_append_len(text, (const char *)span.octets, (gssize)span.length);
    }
}

/* RFC 5322 section 2.2.3: a line that begins with a blank continues the field before it. */
static GString *unfolded(pop_span value, pop_span rest)
{
    GString *text = g_string_new(NULL);
    append(text, pop_span_trim(without_line_end(value)));
    while (rest.length > 0 && pop_is_blank(rest.octets[0])) {
        g_string_append_c(text, ' ');
        append(text, pop_span_trim(without_line_end(take_line(&rest))));
    }
    return text;
}

static GString *find_field(pop_span rest, pop_span name)
{
    while (rest.length > 0) {
        pop_span line = take_line(&rest);
        bool may_be_empty = line.length > 0 && (line.octets[0] == '\r' || line.octets[0] == '\n');
        if (may_be_empty && without_line_end(line).length == 0) {
            return NULL; /* the header ends here */
        }
        if (pop_span_starts(line, name)) {
            return unfolded(pop_span_part(line, name.length, line.length), rest);
        }
    }
    return NULL;
}

/* --- Encoded words ---------------------------------------------------------------------------- */

static char *as_utf8(const char *octets, size_t length)
{
    if (g_utf8_validate(octets, (gssize)length, NULL)) {
        return g_strndup(octets, length);
    }
    return g_convert(octets, (gssize)length, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

/* RFC 2047 section 4.2: "_" is a space, "=XX" an octet. */
static GString *decode_q(const char *text, size_t length)
{
    GString *octets = g_string_sized_new(length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '_') {
            g_string_append_c(octets, ' ');
        } else if (text[i] == '=' && i + 2 < length && g_ascii_isxdigit(text[i + 1])
            && g_ascii_isxdigit(text[i + 2])) {
            int octet = g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2]);
            g_string_append_c(octets, (char)octet);
            i += 2;
        } else {
            g_string_append_c(octets, text[i]);
        }
    }
    return octets;
}

static GString *decode_b(const char *text, size_t length)
{
    char *copy = g_strndup(text, length);
    gsize decoded_length = 0;
    guchar *decoded = g_base64_decode(copy, &decoded_length);
    GString *octets = g_string_new_len((const char *)decoded, (gssize)decoded_length);
    g_free(decoded);
    g_free(copy);
    return octets;
}

/* The parts of "=?charset?encoding?text?=" (RFC 2047 section 2). */
typedef struct encoded_word {
    pop_span charset;
    char encoding;
    const char *text;
    size_t text_length;
    const char *end; /* behind the word */
} encoded_word;

static bool find_encoded_word(const char *at, encoded_word *word)
{
    const char *charset = at + 2;
    const char *encoding = strchr(charset, '?');
    if (encoding == NULL || encoding[1] == '\0' || encoding[2] != '?') {
        return false;
    }
    word->text = encoding + 3;
    const char *end = strstr(word->text, "?=");
    if (end == NULL || memchr(at, ' ', (size_t)(end - at)) != NULL) {
        return false;
    }
    size_t charset_length = strcspn(charset, "?*"); /* RFC 2231 section 5: "*language" */
    word->charset = (pop_span){ (const uint8_t *)charset, charset_length };
    word->encoding = g_ascii_toupper(encoding[1]);
    word->text_length = (size_t)(end - word->text);
    word->end = end + 2;
    return word->encoding == 'B' || word->encoding == 'Q';
}

static char *decode_word(const encoded_word *word)
{
    GString *octets = word->encoding == 'B' ? decode_b(word->text, word->text_length)
                                            : decode_q(word->text, word->text_length);
    char *charset = g_strndup((const char *)word->charset.octets, word->charset.length);
    char *text = g_convert(octets->str, (gssize)octets->len, "UTF-8", charset, NULL, NULL, NULL);
    if (text == NULL) {
        text = as_utf8(octets->str, octets->len);
    }
    g_free(charset);
    g_string_free(octets, TRUE);
    return text;
}

static char *decode_words(const char *text)
{
    GString *decoded = g_string_new(NULL);
    bool behind_word = false;
    const char *start;
    while ((start = strstr(text, "=?")) != NULL) {
        encoded_word word;
        size_t before = (size_t)(start - text);
        if (find_encoded_word(start, &word)) {
            /* RFC 2047 section 6.2: blanks between two encoded words are not shown. */
            if (!behind_word || strspn(text, " \t") < before) {
                g_string_append_len(decoded, text, (gssize)before);
            }
            char *part = decode_word(&word);
            g_string_append(decoded, part == NULL ? "" : part);
            g_free(part);
            text = word.end;
            behind_word = true;
        } else {
            g_string_append_len(decoded, text, (gssize)before + 2);
            text = start + 2;
            behind_word = false;
        }
    }
    g_string_append(decoded, text);
    return g_string_free(decoded, FALSE);
}

char *pop_header_value(pop_span header, pop_span name)
{
    GString *field = find_field(header, name);
    return field == NULL ? NULL : g_string_free(field, FALSE);
}

char *pop_header_text(pop_span mail, pop_span name)
{
    char *field = pop_header_value(pop_span_part(mail, 0, POP_HEADER_SEARCHED), name);
    if (field == NULL) {
        return NULL;
    }
    char *utf8 = as_utf8(field, strlen(field));
    g_free(field);
    char *decoded = utf8 == NULL ? NULL : decode_words(utf8);
    g_free(utf8);
    char *valid = decoded == NULL ? NULL : g_utf8_make_valid(decoded, -1);
    g_free(decoded);
    return valid;
}

char *pop_header_subject(pop_span mail)
{
    return pop_header_text(mail, POP_SPAN("Subject:"));
}
