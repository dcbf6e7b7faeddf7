/* sasl_messages.h
 * What the tests of SASL share: a message parsed at the end of readable memory, then as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SASL_MESSAGES_H
#define SASL_MESSAGES_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "sasl/pop_sasl.h"

#define SASL_NAME_COUNT 34

/* One name for every row of the table of mechanisms, and last one that it does not have. */
extern const char *const sasl_names[SASL_NAME_COUNT];

/* The row of the table; NULL where it has none of that name. */
const pop_sasl_mechanism *sasl_mechanism_of(const char *name);

/* The octets of a text that must be base64. The caller gives them back. */
GBytes *sasl_octets_from_base64(const char *base64, size_t length);

/* Asserts what holds for every message of `length` octets, whatever is in it. */
void sasl_check_bounds(const pop_sasl_message *message, size_t length);

/* Parses a copy that ends at unreadable memory. Returns the message as text, the caller's: its
 * fields, written as kind[:name]=text@offset+length, then what else was found, with blanks between.
 * `ordinal` counts the sender's messages from 0. */
char *sasl_rendered(const char *mechanism, pop_sasl_sender sender, unsigned ordinal,
    const void *octets, size_t length);

/* The same; whether the message is malformed. */
bool sasl_is_malformed(const char *mechanism, pop_sasl_sender sender, unsigned ordinal,
    const void *octets, size_t length);

#endif
