/* pop_listing.c
 * The lines of LIST and UIDL: scan listings and unique-id listings.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_listing.h"

/* Both listings begin with the message number. */
static bool take_message(pop_span *line, pop_listing *listing_out)
{
    uint64_t number = 0;
    bool is_number = pop_next_number(line, &listing_out->message_text, &number);
    listing_out->message = (uint32_t)number;
    return is_number && number <= UINT32_MAX;
}

bool pop_scan_listing_parse(pop_span line, pop_listing *listing_out)
{
    pop_listing listing = { 0 };
    if (!take_message(&line, &listing)
        || !pop_next_number(&line, &listing.value_text, &listing.size)) {
        return false;
    }
    *listing_out = listing;
    return true;
}

/* Some servers put several blanks behind the number. */
bool pop_unique_id_listing_parse(pop_span line, pop_listing *listing_out)
{
    pop_listing listing = { 0 };
    if (!take_message(&line, &listing)) {
        return false;
    }
    listing.value_text = pop_next_token(&line);
    if (listing.value_text.length == 0) {
        return false;
    }
    *listing_out = listing;
    return true;
}

pop_span pop_listing_bare_value(pop_span text)
{
    pop_span word = pop_next_token(&text);
    return pop_next_token(&text).length == 0 ? word : (pop_span){ NULL, 0 };
}

bool pop_listing_is_of(pop_body kind, pop_span line, uint32_t message)
{
    pop_listing listing;
    bool parsed = kind == POP_BODY_SCAN_LISTING
        ? pop_scan_listing_parse(line, &listing)
        : kind == POP_BODY_UNIQUE_ID_LISTING && pop_unique_id_listing_parse(line, &listing);
    return parsed && listing.message == message;
}

bool pop_listing_is_value(pop_body kind, pop_span line)
{
    pop_span value = pop_listing_bare_value(line);
    uint64_t number = 0;
    bool is_number = pop_span_number(value, &number);
    return is_number ? kind == POP_BODY_SCAN_LISTING || kind == POP_BODY_UNIQUE_ID_LISTING
                     : kind == POP_BODY_UNIQUE_ID_LISTING && pop_is_surely_unique_id(value);
}

bool pop_is_surely_unique_id(pop_span word)
{
    size_t digits = 0;
    for (size_t i = 0; i < word.length; i++) {
        digits += pop_is_digit(word.octets[i]);
    }
    return digits > 0 && digits < word.length;
}
