/* session_script.c
 * What the session target plays: chunks of both directions, read from any octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session_script.h"

enum {
    HEADER = 0xF0,
    HEADER_DIRECTION = 0x01,
    HEADER_TLS = 0x02,
    HEADER_GAP = 0x04,
    HEADER_LITERAL = 0xF8,
    HEADER_AGAIN = 0xF9,
    HEADER_CUT_OFF = 0xFA,
};

static session_script new_script(uint8_t options)
{
    return (session_script){ options, g_array_new(FALSE, FALSE, sizeof(stream_chunk)),
        g_byte_array_sized_new(CHUNK_LIMIT) }; /* never NULL */
}

static stream_chunk *new_chunk(session_script *script, uint8_t header)
{
    stream_chunk chunk = { .direction = (header & HEADER_DIRECTION) != 0 ? POP_FROM_SERVER
                                                                         : POP_FROM_CLIENT,
        .tls = (header & HEADER_TLS) != 0,
        .offset = script->octets->len };
    g_array_append_val(script->chunks, chunk);
    return &g_array_index(script->chunks, stream_chunk, script->chunks->len - 1);
}

static void add_octets(
    session_script *script, stream_chunk *chunk, const uint8_t *octets, size_t length)
{
    size_t taken = MIN(length, CHUNK_LIMIT - chunk->length);
    g_byte_array_append(script->octets, octets, (guint)taken);
    chunk->length += taken;
}

static void add_again(session_script *script, stream_chunk *chunk)
{
    size_t length = MIN(chunk->length, CHUNK_LIMIT - chunk->length);
    g_byte_array_set_size(script->octets, script->octets->len + (guint)length);
    uint8_t *octets = script->octets->data + chunk->offset;
    memcpy(octets + chunk->length, octets, length);
    chunk->length += length;
}

/* Octets from `at` on that stand for themselves. */
static size_t plain_run(const uint8_t *octets, size_t at, size_t length)
{
    size_t end = at;
    while (end < length && (octets[end] < HEADER || octets[end] > HEADER_CUT_OFF)) {
        end++;
    }
    return end - at;
}

session_script read_script(const uint8_t *octets, size_t length)
{
    session_script script = new_script(length > 0 ? octets[0] : 0);
    stream_chunk *chunk = NULL;
    for (size_t at = 1; at < length; at++) {
        uint8_t octet = octets[at];
        if (octet >= HEADER && octet < HEADER_LITERAL) {
            chunk = new_chunk(&script, octet);
            if ((octet & HEADER_GAP) != 0 && at + 1 < length) {
                chunk->lost = octets[++at];
            }
            continue;
        }
        if (chunk == NULL) {
            chunk = new_chunk(&script, HEADER);
        }
        size_t run = plain_run(octets, at, length);
        if (run > 0) {
            add_octets(&script, chunk, octets + at, run);
            at += run - 1;
        } else if (octet == HEADER_AGAIN) {
            add_again(&script, chunk);
        } else if (octet == HEADER_CUT_OFF && at + 1 < length) {
            chunk->cut_off = chunk->length > 0 ? octets[at + 1] : 0;
            at++;
        } else {
            at += at + 1 < length;
            add_octets(&script, chunk, octets + at, 1);
        }
    }
    return script;
}

void free_script(session_script *script)
{
    g_array_free(script->chunks, TRUE);
    g_byte_array_unref(script->octets);
}

const stream_chunk *script_chunk(const session_script *script, guint index)
{
    return &g_array_index(script->chunks, stream_chunk, index);
}

pop_span chunk_octets(const session_script *script, const stream_chunk *chunk)
{
    return (pop_span){ script->octets->data + chunk->offset, chunk->length };
}

bool goes_on(const stream_chunk *last, const stream_chunk *next)
{
    return last->direction == next->direction && last->tls == next->tls && next->lost == 0
        && last->cut_off == 0;
}

session_script joined_script(const session_script *cut)
{
    session_script whole = new_script(cut->options);
    stream_chunk *last = NULL;
    for (guint i = 0; i < cut->chunks->len; i++) {
        const stream_chunk *next = script_chunk(cut, i);
        if (last == NULL || !goes_on(last, next)) {
            last = new_chunk(&whole, (uint8_t)(HEADER | next->direction));
            last->tls = next->tls;
            last->lost = next->lost;
        }
        pop_span octets = chunk_octets(cut, next);
        g_byte_array_append(whole.octets, octets.octets, (guint)octets.length);
        last->length += octets.length;
        last->cut_off = next->cut_off;
    }
    return whole;
}
