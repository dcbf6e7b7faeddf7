/* pop_charset.c
 * Octets of a mail in the character set that it names, as UTF-8.
 *
 * RFC 2045 section 5.1 (charset), RFC 2047 section 2; the names are IANA's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_charset.h"

#include <errno.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define CHUNK 4096 /* octets that are converted at once */

/* --- Names ------------------------------------------------------------------------------------ */

static bool is_separator(uint8_t octet)
{
    return octet == '-' || octet == '_' || octet == '.' || octet == ' ';
}

static bool is_named(pop_span name, const char *known)
{
    size_t i = 0;
    for (; i < name.length && known[i] != '\0'; i++) {
        bool same = pop_upper(name.octets[i]) == pop_upper((uint8_t)known[i]);
        if (!same && !(is_separator(name.octets[i]) && is_separator((uint8_t)known[i]))) {
            return false;
        }
    }
    return i == name.length && known[i] == '\0';
}

static bool is_utf8(pop_span name)
{
    return is_named(name, "utf-8") || is_named(name, "utf8");
}

static const char *iconv_name(pop_span name)
{
    static const struct {
        const char *name, *iconv;
    } rows[] = {
#define CHARSET(name, iconv) { name, iconv },
#include "mail/pop_charsets.def"
#undef CHARSET
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (is_named(name, rows[i].name)) {
            return rows[i].iconv;
        }
    }
    return NULL;
}

/* --- UTF-8 ------------------------------------------------------------------------------------ */

static bool append(GString *text, const char *octets, size_t length, size_t limit)
{
    size_t room = text->len < limit ? limit - text->len : 0;
    pop_span fitting = pop_span_head((pop_span){ (const uint8_t *)octets, length }, room);
    g_string_append_len(text, (const char *)fitting.octets, (gssize)fitting.length);
    return fitting.length == length;
}

/* Octets that begin no valid character are one U+FFFD each. */
static bool append_repaired(GString *text, pop_span octets, size_t limit)
{
    const char *at = (const char *)octets.octets, *end = at + octets.length;
    bool fits = true;
    while (at < end && fits) {
        const char *valid_to = at;
        g_utf8_validate_len(at, (gsize)(end - at), &valid_to);
        fits = append(text, at, (size_t)(valid_to - at), limit);
        at = valid_to;
        if (at < end && fits) {
            /* g_utf8_validate_len() stops at a NUL, which is a character all the same. */
            fits = *at == '\0' ? append(text, at, 1, limit)
                               : append(text, REPLACEMENT, strlen(REPLACEMENT), limit);
            at++;
        }
    }
    return fits;
}

typedef enum utf8_look {
    ALL_VALID, /* NULs too */
    SOME_VALID, /* some characters beyond ASCII are, some octets are not */
    NONE_VALID, /* there are octets beyond ASCII, and none is of a valid character */
} utf8_look;

static utf8_look look_at(pop_span octets)
{
    const char *at = (const char *)octets.octets, *end = at + octets.length;
    bool valid = false, invalid = false;
    while (at < end) {
        const char *valid_to = at;
        g_utf8_validate_len(at, (gsize)(end - at), &valid_to);
        for (; at < valid_to && !valid; at++) {
            valid = (uint8_t)*at >= 0x80;
        }
        invalid = invalid || (valid_to < end && *valid_to != '\0');
        at = valid_to + 1;
    }
    return !invalid ? ALL_VALID : valid ? SOME_VALID : NONE_VALID;
}

/* --- iconv ------------------------------------------------------------------------------------ */

typedef struct conversion {
    GIConv iconv;
    char *at; /* in the octets */
    gsize left;
    GString *text;
    size_t limit;
    bool fits; /* all that was converted so far */
} conversion;

/* Converts what fits into a chunk. False where no more is to be done. */
static bool convert_chunk(conversion *work)
{
    char chunk[CHUNK];
    char *end = chunk;
    gsize room = sizeof chunk;
    gsize before = work->left;
    gsize result = g_iconv(work->iconv, &work->at, &work->left, &end, &room);
    int error = errno;
    work->fits = append(work->text, chunk, (size_t)(end - chunk), work->limit);
    if (!work->fits) {
        return false;
    }
    if (result != (gsize)-1) {
        return work->left > 0 && work->left < before;
    }
    if (error == E2BIG) {
        return end > chunk;
    }
    if (work->left == 0) {
        return false;
    }
    /* A character that is none, or breaks off at the end: goes on behind its first octet. */
    work->fits = append(work->text, REPLACEMENT, strlen(REPLACEMENT), work->limit);
    work->at++;
    work->left = error == EILSEQ ? work->left - 1 : 0;
    return work->fits && work->left > 0;
}

/* Some charsets have characters that the next one may change: the last one waits. */
static void flush(conversion *work)
{
    char chunk[CHUNK];
    char *end = chunk;
    gsize room = sizeof chunk;
    g_iconv(work->iconv, NULL, NULL, &end, &room);
    work->fits = append(work->text, chunk, (size_t)(end - chunk), work->limit);
}

static bool append_converted(GString *text, pop_span octets, const char *charset, size_t limit)
{
    GIConv iconv = g_iconv_open("UTF-8", charset);
    if (iconv == (GIConv)-1) { /* iconv was built without it */
        return append_repaired(text, octets, limit);
    }
    conversion work = { iconv, (char *)(uintptr_t)octets.octets, octets.length, text, limit, true };
    bool goes_on = true;
    while (goes_on && work.left > 0) {
        goes_on = convert_chunk(&work);
    }
    if (work.fits) {
        flush(&work);
    }
    g_iconv_close(iconv);
    return work.fits && work.left == 0;
}

/* --- All of them ------------------------------------------------------------------------------ */

bool pop_charset_append(GString *text, pop_span octets, pop_span charset, size_t limit)
{
    if (octets.length == 0) {
        return true;
    }
    bool said_utf8 = is_utf8(charset);
    const char *name = said_utf8 ? NULL : iconv_name(charset);
    if (name != NULL) {
        return append_converted(text, octets, name, limit);
    }
    if (pop_span_is_ascii(octets)) { /* nearly all are: nothing to look at or to convert */
        return append(text, (const char *)octets.octets, octets.length, limit);
    }
    switch (look_at(octets)) {
    case ALL_VALID:
        return append(text, (const char *)octets.octets, octets.length, limit);
    case SOME_VALID:
        return said_utf8 ? append_repaired(text, octets, limit)
                         : append_converted(text, octets, "CP1252", limit);
    case NONE_VALID:
        break;
    }
    return append_converted(text, octets, "CP1252", limit);
}

char *pop_charset_string(GString *text)
{
    if (memchr(text->str, '\0', text->len) == NULL) {
        return g_string_free(text, FALSE);
    }
    GString *whole = g_string_sized_new(text->len + 2);
    for (gsize i = 0; i < text->len; i++) {
        if (text->str[i] == '\0') {
            g_string_append(whole, REPLACEMENT);
        } else {
            g_string_append_c(whole, text->str[i]);
        }
    }
    g_string_free(text, TRUE);
    return g_string_free(whole, FALSE);
}
