/* pop_sasl_reader.h
 * What the parsers of the SASL mechanisms share: a place in the message, and the fields found so
 * far.
 *
 * Private to pop_sasl*.c. A parser takes octets off the front and adds fields; where the grammar
 * breaks it says so with pop_sasl_require() and reads on as far as that makes sense. Only the
 * functions declared here look at octets by index, so only they need to know where the end is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_READER_H
#define POP_SASL_READER_H

#include "sasl/pop_sasl_base64.h"
#include "sasl/pop_sasl_message.h"

enum { POP_SASL_FIELDS_MAX = 64 };

/* A part of the message. Offsets, not pointers: a field says where its value stands. */
typedef struct pop_sasl_part {
    size_t offset;
    size_t length;
} pop_sasl_part;

typedef struct pop_sasl_reader {
    pop_span octets; /* the whole message */
    size_t at; /* the next octet to read; never beyond octets.length */
    unsigned ordinal; /* of the sender's messages, from 0 */
    const pop_allocator *allocator;
    pop_sasl_message message; /* what has been found */
    size_t capacity; /* of message.fields */
} pop_sasl_reader;

/* Reads one message of one mechanism and one sender; the message is not empty. */
typedef void pop_sasl_parser(pop_sasl_reader *reader);

static inline bool pop_sasl_at_end(const pop_sasl_reader *reader)
{
    return reader->at == reader->octets.length;
}

/* Marks the message as malformed where the rule is not met; says whether it is met. */
static inline bool pop_sasl_require(pop_sasl_reader *reader, bool met)
{
    if (!met) {
        reader->message.malformed = true;
    }
    return met;
}

/* The octets of a part. */
pop_span pop_sasl_octets(const pop_sasl_reader *reader, pop_sasl_part part);

/* True where the message has `length` octets at `offset`. */
bool pop_sasl_holds(const pop_sasl_reader *reader, size_t offset, size_t length);

/* Takes the next octet where it is this one. */
bool pop_sasl_take(pop_sasl_reader *reader, uint8_t octet);

/* Takes the next octets where they are this word, ASCII letters compared without case. */
bool pop_sasl_take_word(pop_sasl_reader *reader, pop_span word);

/* Takes the octets up to the next `stop`, which is left, or up to the end. */
pop_sasl_part pop_sasl_take_until(pop_sasl_reader *reader, uint8_t stop);

/* Takes everything that is left. */
pop_sasl_part pop_sasl_take_rest(pop_sasl_reader *reader);

/* Takes spaces, TABs, CRs and LFs: the blanks of DIGEST-MD5 and of JSON. */
void pop_sasl_skip_blanks(pop_sasl_reader *reader);

/* Parts `part` at the first `stop`. False, and nothing changed, where there is none. */
bool pop_sasl_split(const pop_sasl_reader *reader, pop_sasl_part part, uint8_t stop,
    pop_sasl_part *before_out, pop_sasl_part *after_out);

/* Adds a field whose text is still to be set, before the next field is added. NULL, and the message
 * malformed, where there are POP_SASL_FIELDS_MAX already. */
pop_sasl_field *pop_sasl_add_bare(
    pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part);

/* Adds a field whose text is the octets of the part. */
pop_sasl_field *pop_sasl_add(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part);

/* The same for a POP_SASL_PARAMETER, which gets a copy of the name. */
void pop_sasl_add_parameter(pop_sasl_reader *reader, pop_span name, pop_sasl_part part);

/* Adds a field whose text is the octets of the part in lower-case hexadecimal. */
void pop_sasl_add_hex(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part);

/* Questions about values. All but the UTF-8 question are false for an empty one. */
bool pop_sasl_is_utf8(pop_span octets); /* and without NUL */
bool pop_sasl_is_hex(pop_span octets);
bool pop_sasl_is_graphic(pop_span octets); /* 0x21 to 0x7E */

#endif
