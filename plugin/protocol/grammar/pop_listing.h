/* pop_listing.h
 * The lines of LIST and UIDL: scan listings and unique-id listings.
 *
 * RFC 1939 sections 5 (LIST) and 7 (UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LISTING_H
#define POP_LISTING_H

#include "grammar/pop_command.h"

/* A line about one mail. The spans point into the line that was parsed. */
typedef struct pop_listing {
    uint32_t message;
    pop_span message_text;
    uint64_t size; /* of a scan listing, octets */
    pop_span value_text; /* the size, or the unique-id */
} pop_listing;

/* "number blank size [more]". False where the line has another form. */
bool pop_scan_listing_parse(pop_span line, pop_listing *listing_out);

/* "number blank unique-id [more]". False where the line has another form. */
bool pop_unique_id_listing_parse(pop_span line, pop_listing *listing_out);

/* What some servers answer LIST or UIDL of one mail with: the size, or the unique-id, alone. The
 * one word of the text; empty where it has none, or more. */
pop_span pop_listing_bare_value(pop_span text);

/* True where the line of LIST or UIDL tells of that message; and where it is the size, or the
 * unique-id, alone. False for other kinds. */
bool pop_listing_is_of(pop_body kind, pop_span line, uint32_t message);
bool pop_listing_is_value(pop_body kind, pop_span line);

/* True for a word that can hardly be anything but a unique-id: digits, and other octets too. */
bool pop_is_surely_unique_id(pop_span word);

#endif
