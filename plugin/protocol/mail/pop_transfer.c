/* pop_transfer.c
 * The content of a part, its transfer encoding undone.
 *
 * RFC 2045 section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_transfer.h"

#include <stdlib.h>
#include <string.h>

pop_transfer_encoding pop_transfer_named(pop_span value)
{
    pop_span name = pop_next_token(&value);
    const uint8_t *behind = pop_span_find(name, ';');
    if (behind != NULL) {
        name.length = (size_t)(behind - name.octets);
    }
    if (pop_span_is(name, POP_SPAN("base64"))) {
        return POP_TRANSFER_BASE64;
    }
    if (pop_span_is(name, POP_SPAN("quoted-printable"))) {
        return POP_TRANSFER_QUOTED_PRINTABLE;
    }
    bool uuencode = pop_span_is(name, POP_SPAN("x-uuencode"))
        || pop_span_is(name, POP_SPAN("uuencode")) || pop_span_is(name, POP_SPAN("x-uue"));
    return uuencode ? POP_TRANSFER_UUENCODE : POP_TRANSFER_PLAIN;
}

/* --- Base64 ----------------------------------------------------------------------------------- */

void pop_transfer_append_base64(GByteArray *octets, pop_span body)
{
    gint state = 0;
    guint save = 0;
    guint before = octets->len;
    g_byte_array_set_size(octets, before + (guint)(body.length / 4 * 3 + 6));
    guint8 *to = octets->data + before;
    gsize length = body.length == 0
        ? 0
        : g_base64_decode_step((const char *)body.octets, body.length, to, &state, &save);
    int waiting = abs(state); /* characters of a group that is not full */
    if (waiting >= 2) { /* one character alone is not even an octet */
        length += g_base64_decode_step("==", (gsize)(4 - waiting), to + length, &state, &save);
    }
    g_byte_array_set_size(octets, before + (guint)length);
}

/* RFC 2045 section 6.8: only its alphabet and line ends, in groups of four. */
static bool is_sound_base64(pop_span body)
{
    size_t characters = 0;
    for (size_t i = 0; i < body.length; i++) {
        uint8_t octet = body.octets[i];
        if (g_ascii_isalnum(octet) || octet == '+' || octet == '/' || octet == '=') {
            characters++;
        } else if (!g_ascii_isspace(octet)) {
            return false;
        }
    }
    return characters % 4 == 0;
}

/* --- Quoted-printable ------------------------------------------------------------------------- */

static bool is_escape(pop_span body, size_t at)
{
    return at + 2 < body.length && g_ascii_isxdigit(body.octets[at + 1])
        && g_ascii_isxdigit(body.octets[at + 2]);
}

static uint8_t escaped(pop_span body, size_t at)
{
    int high = g_ascii_xdigit_value((char)body.octets[at + 1]);
    int low = g_ascii_xdigit_value((char)body.octets[at + 2]);
    return (uint8_t)(high * 16 + low);
}

/* How many octets from `at` on are blanks and, behind them, a line end; 0: no line ends so. A line
 * end may be missing at the end of the body. */
static size_t blank_line_end(pop_span body, size_t at, size_t *blanks_out)
{
    size_t end = at;
    while (end < body.length && pop_is_blank(body.octets[end])) {
        end++;
    }
    *blanks_out = end - at;
    if (end < body.length && body.octets[end] == '\r') {
        end++;
    }
    if (end < body.length && body.octets[end] == '\n') {
        return end + 1 - at;
    }
    return end == body.length ? end - at : 0;
}

/* Rule 3: blanks at a line's end were added on the way. Rule 5: "=" at a line's end joins it with
 * the next. Returns how many octets the thing at `at` takes. */
static size_t take_quoted(GByteArray *octets, pop_span body, size_t at)
{
    size_t blanks = 0;
    if (body.octets[at] == '=') {
        if (is_escape(body, at)) {
            uint8_t octet = escaped(body, at);
            g_byte_array_append(octets, &octet, 1);
            return 3;
        }
        size_t ended = blank_line_end(body, at + 1, &blanks);
        if (ended > 0 || at + 1 == body.length) {
            return 1 + ended;
        }
    } else if (pop_is_blank(body.octets[at])) {
        size_t ended = blank_line_end(body, at, &blanks);
        g_byte_array_append(octets, body.octets + at, ended > 0 ? 0 : (guint)blanks);
        return blanks;
    }
    g_byte_array_append(octets, body.octets + at, 1); /* what breaks the rules stays */
    return 1;
}

static size_t take_quoted_in_word(GByteArray *octets, pop_span body, size_t at)
{
    bool is_octet = body.octets[at] == '=' && is_escape(body, at);
    uint8_t octet = is_octet     ? escaped(body, at)
        : body.octets[at] == '_' ? (uint8_t)' '
                                 : body.octets[at];
    g_byte_array_append(octets, &octet, 1);
    return is_octet ? 3 : 1;
}

/* How many octets from `at` on are plain, and are taken as they are. */
static size_t plain_run(pop_span body, size_t at)
{
    size_t end = at;
    while (end < body.length && body.octets[end] != '=' && body.octets[end] != '_'
        && !pop_is_blank(body.octets[end])) {
        end++;
    }
    return end - at;
}

void pop_transfer_append_quoted(GByteArray *octets, pop_span body, bool word)
{
    for (size_t at = 0; at < body.length;) {
        size_t run = plain_run(body, at);
        g_byte_array_append(octets, body.octets + at, (guint)run);
        at += run;
        if (at < body.length) {
            at += word ? take_quoted_in_word(octets, body, at) : take_quoted(octets, body, at);
        }
    }
}

/* Rule 1: behind "=" stand two digits or a line end. */
static bool is_sound_quoted(pop_span body)
{
    for (size_t at = 0; at < body.length; at++) {
        size_t blanks = 0;
        if (body.octets[at] == '=' && !is_escape(body, at) && at + 1 < body.length
            && blank_line_end(body, at + 1, &blanks) == 0) {
            return false;
        }
    }
    return true;
}

/* --- Either ----------------------------------------------------------------------------------- */

GByteArray *pop_transfer_decode(pop_span body, pop_transfer_encoding encoding)
{
    GByteArray *octets = g_byte_array_sized_new((guint)body.length + 1);
    switch (encoding) {
    case POP_TRANSFER_BASE64:
        pop_transfer_append_base64(octets, body);
        break;
    case POP_TRANSFER_QUOTED_PRINTABLE:
        pop_transfer_append_quoted(octets, body, false);
        break;
    case POP_TRANSFER_PLAIN:
    case POP_TRANSFER_UUENCODE:
        g_byte_array_append(octets, body.octets, (guint)body.length);
        break;
    }
    return octets;
}

bool pop_transfer_is_sound(pop_span body, pop_transfer_encoding encoding)
{
    switch (encoding) {
    case POP_TRANSFER_BASE64:
        return is_sound_base64(body);
    case POP_TRANSFER_QUOTED_PRINTABLE:
        return is_sound_quoted(body);
    case POP_TRANSFER_PLAIN:
    case POP_TRANSFER_UUENCODE:
        break;
    }
    return true;
}
