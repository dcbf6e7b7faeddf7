/* pop_flowed.c
 * Text whose paragraphs were cut into lines for the way, put together again.
 *
 * RFC 3676 (format=flowed).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_flowed.h"

static size_t take_quotes(pop_span *line)
{
    size_t depth = 0;
    while (depth < line->length && line->octets[depth] == '>') {
        depth++;
    }
    *line = pop_span_part(*line, depth, line->length);
    return depth;
}

static void append(GString *text, pop_span span)
{
    if (span.length > 0) {
        g_string_append_len(text, (const char *)span.octets, (gssize)span.length);
    }
}

static void begin_line(GString *text, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        g_string_append_c(text, '>');
    }
    if (depth > 0) {
        g_string_append_c(text, ' ');
    }
}

void pop_flowed_append(GString *text, pop_span flowed, bool deletes_space)
{
    size_t depth_before = 0;
    bool flows = false; /* the line before goes on with this one */
    while (flowed.length > 0) {
        pop_span line = pop_next_line(&flowed);
        size_t depth = take_quotes(&line);
        if (line.length > 0 && line.octets[0] == ' ') { /* section 4.4: stuffed */
            line = pop_span_part(line, 1, line.length);
        }
        bool is_signature = pop_span_equals(line, POP_SPAN("-- ")); /* section 4.3 */
        if (flows && (depth != depth_before || is_signature)) {
            g_string_append_c(text, '\n');
            flows = false;
        }
        if (!flows) {
            begin_line(text, depth);
        }
        flows = line.length > 0 && line.octets[line.length - 1] == ' ' && !is_signature;
        line.length -= flows && deletes_space ? 1 : 0;
        append(text, line);
        if (!flows) {
            g_string_append_c(text, '\n');
        }
        depth_before = depth;
    }
    if (flows) {
        g_string_append_c(text, '\n');
    }
}
