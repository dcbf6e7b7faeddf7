/* pop_software.c
 * Which server software a greeting gives away.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_software.h"

/* The length of a number and the `end` behind it; 0: that is not what the text begins with. */
static size_t number_length(pop_span text, char end)
{
    size_t length = 0;
    while (length < text.length && pop_is_digit(text.octets[length])) {
        length++;
    }
    return length > 0 && length < text.length && text.octets[length] == (uint8_t)end ? length + 1
                                                                                     : 0;
}

/* Twisted greets with the timestamp alone: time in 14 digits, process, random number, counter.
 * Behind stunnel " + stunnel" follows. */
static bool is_twisted(pop_span text)
{
    if (text.length == 0 || text.octets[0] != '<') {
        return false;
    }
    text = pop_span_part(text, 1, text.length);
    for (unsigned part = 0; part < 4; part++) {
        size_t length = number_length(text, part == 3 ? '@' : '.');
        if (length == 0 || (part == 0 && length != 15)) {
            return false;
        }
        text = pop_span_part(text, length, text.length);
    }
    const uint8_t *end = pop_span_find(text, '>');
    pop_span rest = end == NULL ? (pop_span){ NULL, 0 }
                                : pop_span_part(text, (size_t)(end - text.octets) + 1, text.length);
    return end != NULL && (rest.length == 0 || pop_span_is(rest, POP_SPAN(" + stunnel")));
}

const char *pop_software_of_greeting(pop_span description)
{
    static const struct {
        pop_span words;
        const char *name;
    } rows[] = {
#define POP_SOFTWARE(words, name) { { (const uint8_t *)(words), sizeof(words) - 1 }, name },
#include "grammar/pop_software.def"
#undef POP_SOFTWARE
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (pop_span_holds(description, rows[i].words)) {
            return rows[i].name;
        }
    }
    return is_twisted(description) ? "Twisted" : NULL;
}
