/* pop_sasl_base64.c
 * The base64 around each message of a SASL exchange, taken off strictly.
 *
 * RFC 5034 section 4, RFC 4648 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_base64.h"

#include <glib.h>

/* How many octets at the head of the text are of the alphabet (RFC 4648 table 1). */
static size_t count_symbols(pop_span text)
{
    size_t count = 0;
    while (count < text.length
        && (g_ascii_isalnum(text.octets[count]) || text.octets[count] == '+'
            || text.octets[count] == '/')) {
        count++;
    }
    return count;
}

/* True where the symbols are followed by nothing but the padding that completes the last group of
 * four (RFC 4648 section 3.2: padding is required; section 3.3: nothing else may stand there). */
static bool is_well_padded(pop_span text, size_t symbols)
{
    for (size_t i = symbols; i < text.length; i++) {
        if (text.octets[i] != '=') {
            return false;
        }
    }
    return text.length % 4 == 0 && text.length - symbols <= 2;
}

bool pop_sasl_is_base64(pop_span octets)
{
    return octets.length > 0 && is_well_padded(octets, count_symbols(octets));
}

/* GLib skips what is not of the alphabet without a word, so it is given the symbols alone, and then
 * the padding that they should have had. */
static size_t decode_symbols(pop_span symbols, guchar *octets)
{
    gint state = 0;
    guint save = 0;
    size_t length = g_base64_decode_step(
        (const char *)symbols.octets, symbols.length, octets, &state, &save);
    size_t dangling = symbols.length % 4;
    if (dangling >= 2) {
        length += g_base64_decode_step("==", 4 - dangling, octets + length, &state, &save);
    }
    return length;
}

bool pop_sasl_decode(pop_span text, const pop_allocator *allocator, pop_span *octets_out)
{
    *octets_out = (pop_span){ NULL, 0 };
    /* RFC 5034 section 4: "=" stands for an initial response of no octets. */
    if (text.length == 0 || pop_span_is(text, POP_SPAN("="))) {
        return true;
    }
    size_t symbols = count_symbols(text);
    if (symbols > 0) {
        guchar *octets = pop_allocate(allocator, symbols / 4 * 3 + 3);
        size_t length = decode_symbols(pop_span_part(text, 0, symbols), octets);
        *octets_out = (pop_span){ octets, length };
    }
    return is_well_padded(text, symbols);
}
