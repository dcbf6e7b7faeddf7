/* session_script.h
 * What the session target plays: chunks of both directions, read from any octets.
 *
 * The input: an octet of options (below), then chunks. A chunk begins with a header octet from 0xF0
 * on and ends before the next one:
 *   0xF0 | direction | TLS << 1 | gap << 2   the chunk is a segment; with a gap, the next octet
 *                                            tells how many octets are missing before it
 *   0xF8                                     the next octet stands for itself
 *   0xF9                                     what the chunk has so far, once more
 *   0xFA                                     the next octet tells how many octets of the segment
 *                                            were not captured, behind all that the chunk has
 * So a segment can grow and shrink under the fuzzer without a length to keep in step.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TESTS_SESSION_SCRIPT_H
#define POP_TESTS_SESSION_SCRIPT_H

#include <glib.h>

#include "session/pop_session.h"

enum {
    OPTION_START_SEEN = 0x01,
    OPTION_OLD_PORT = 0x02,
    OPTION_KERBEROS = 0x04,
    OPTION_SHORT_LINES = 0x08,
    OPTION_SMALL_MAILS = 0x10,
};

/* Octets that a chunk may grow to. */
enum { CHUNK_LIMIT = 4096 };

typedef struct stream_chunk {
    pop_direction direction;
    bool tls;
    uint64_t lost; /* octets missing before it */
    uint64_t cut_off; /* octets not captured at its end */
    size_t offset, length; /* of its octets, among the script's */
} stream_chunk;

typedef struct session_script {
    uint8_t options;
    GArray *chunks; /* of stream_chunk */
    GByteArray *octets;
} session_script;

/* Any octets are a script. free_script() gives back what it holds. */
session_script read_script(const uint8_t *octets, size_t length);

/* The same script with every run in one chunk. */
session_script joined_script(const session_script *cut);

void free_script(session_script *script);

const stream_chunk *script_chunk(const session_script *script, guint index);

pop_span chunk_octets(const session_script *script, const stream_chunk *chunk);

/* Chunks that no other side's octets, no gap, nothing cut off and no beginning of TLS part are one
 * run. */
bool goes_on(const stream_chunk *last, const stream_chunk *next);

#endif
