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

/* What a character stands for; from 64 on: it is not of the alphabet. */
static const uint8_t *alphabet(void)
{
    static uint8_t values[256];
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (values[0] == 0) {
        memset(values, 64, sizeof values);
        for (uint8_t i = 0; i < 64; i++) {
            values[(uint8_t)letters[i]] = i;
        }
    }
    return values;
}

/* Whole groups of four, up to what is none; returns how many characters they were. Nearly all of an
 * attachment is decoded here. */
static size_t take_groups(pop_span body, guint8 *to)
{
    const uint8_t *values = alphabet();
    size_t at = 0;
    for (; at + 4 <= body.length; at += 4) {
        const uint8_t *four = body.octets + at;
        uint32_t first = values[four[0]], second = values[four[1]], third = values[four[2]],
                 fourth = values[four[3]];
        if (((first | second | third | fourth) & 64) != 0) {
            break;
        }
        uint32_t bits = first << 18 | second << 12 | third << 6 | fourth;
        *to++ = (guint8)(bits >> 16);
        *to++ = (guint8)(bits >> 8);
        *to++ = (guint8)bits;
    }
    return at;
}

/* A body that is being decoded: GLib takes what is no whole group. */
typedef struct base64_work {
    guint8 *to;
    gsize length;
    gint state;
    guint save;
    size_t characters; /* of the alphabet, and padding, that GLib took */
    bool is_sound;
} base64_work;

static void take_character(base64_work *work, const uint8_t *octet)
{
    bool counts = alphabet()[*octet] < 64 || *octet == '=';
    work->characters += counts ? 1 : 0;
    work->is_sound = work->is_sound && (counts || g_ascii_isspace(*octet));
    work->length += g_base64_decode_step(
        (const char *)octet, 1, work->to + work->length, &work->state, &work->save);
}

/* RFC 2045 section 6.8: only its alphabet and line ends, in groups of four. */
bool pop_transfer_append_base64(GByteArray *octets, pop_span body)
{
    guint before = octets->len;
    g_byte_array_set_size(octets, before + (guint)(body.length / 4 * 3 + 6));
    base64_work work = { .to = octets->data + before, .is_sound = true };
    for (size_t at = 0; at < body.length;) {
        size_t groups = work.state == 0
            ? take_groups(pop_span_part(body, at, body.length), work.to + work.length)
            : 0;
        at += groups;
        work.length += groups / 4 * 3;
        if (at < body.length) {
            take_character(&work, body.octets + at++);
        }
    }
    int waiting = abs(work.state); /* characters of a group that is not full */
    if (waiting >= 2) { /* one character alone is not even an octet */
        work.length += g_base64_decode_step(
            "==", (gsize)(4 - waiting), work.to + work.length, &work.state, &work.save);
    }
    g_byte_array_set_size(octets, before + (guint)work.length);
    return work.is_sound && work.characters % 4 == 0;
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
    while (end < body.length && pop_is_white_space(body.octets[end])) {
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
    } else if (pop_is_white_space(body.octets[at])) {
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
        && !pop_is_white_space(body.octets[end])) {
        end++;
    }
    return end - at;
}

static void append_quoted(GByteArray *octets, pop_span body)
{
    for (size_t at = 0; at < body.length;) {
        size_t run = plain_run(body, at);
        g_byte_array_append(octets, body.octets + at, (guint)run);
        at += run;
        if (at < body.length) {
            at += take_quoted(octets, body, at);
        }
    }
}

void pop_transfer_append_quoted_word(GByteArray *octets, pop_span text)
{
    for (size_t at = 0; at < text.length;) {
        at += take_quoted_in_word(octets, text, at);
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

GByteArray *pop_transfer_decode(pop_span body, pop_transfer_encoding encoding, bool *is_sound_out)
{
    GByteArray *octets = g_byte_array_sized_new((guint)body.length + 1);
    bool is_sound = true;
    switch (encoding) {
    case POP_TRANSFER_BASE64:
        is_sound = pop_transfer_append_base64(octets, body);
        break;
    case POP_TRANSFER_QUOTED_PRINTABLE:
        append_quoted(octets, body);
        is_sound = is_sound_out == NULL || is_sound_quoted(body);
        break;
    case POP_TRANSFER_PLAIN:
    case POP_TRANSFER_UUENCODE:
        g_byte_array_append(octets, body.octets, (guint)body.length);
        break;
    }
    if (is_sound_out != NULL) {
        *is_sound_out = is_sound;
    }
    return octets;
}
