/* pop_sasl_directives.c
 * Lists of name=value pairs with commas between them, as DIGEST-MD5 and HTTP's Authorization write
 * them.
 *
 * RFC 2831 section 7.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_directives.h"

#include <string.h>

/* RFC 2831 section 7.1: token = 1*<any CHAR except CTLs or separators>. */
static bool is_token_octet(uint8_t octet)
{
    return octet > ' ' && octet <= '~' && strchr("()<>@,;:\\\"/[]?={}", octet) == NULL;
}

static pop_sasl_part take_token(pop_sasl_reader *reader)
{
    size_t start = reader->at;
    while (!pop_sasl_at_end(reader) && is_token_octet(reader->octets.octets[reader->at])) {
        reader->at++;
    }
    return (pop_sasl_part){ start, reader->at - start };
}

/* Takes the rest of a quoted-string, whose first quote is taken. A backslash takes the meaning from
 * the octet behind it. False where the string does not end. */
static bool take_quoted(pop_sasl_reader *reader)
{
    while (!pop_sasl_at_end(reader)) {
        uint8_t octet = reader->octets.octets[reader->at++];
        if (octet == '"') {
            return true;
        }
        if (octet == '\\' && !pop_sasl_at_end(reader)) {
            reader->at++;
        }
    }
    return false;
}

static bool take_value(pop_sasl_reader *reader, pop_sasl_directive *directive)
{
    size_t start = reader->at;
    directive->is_quoted = pop_sasl_take(reader, '"');
    if (!directive->is_quoted) {
        directive->value = take_token(reader);
        return directive->value.length > 0;
    }
    bool is_whole = take_quoted(reader);
    directive->value = (pop_sasl_part){ start, reader->at - start };
    return is_whole;
}

static bool take_directive(pop_sasl_reader *reader, pop_sasl_directive *directive)
{
    directive->name = take_token(reader);
    pop_sasl_skip_blanks(reader);
    if (directive->name.length == 0 || !pop_sasl_take(reader, '=')) {
        return false;
    }
    pop_sasl_skip_blanks(reader);
    pop_sasl_require(reader, take_value(reader, directive));
    pop_sasl_skip_blanks(reader);
    return true;
}

bool pop_sasl_next_directive(pop_sasl_reader *reader, pop_sasl_directive *directive_out)
{
    for (;;) {
        /* RFC 2831 section 7.1, rule "#": elements may be missing between the commas. */
        do {
            pop_sasl_skip_blanks(reader);
        } while (pop_sasl_take(reader, ','));
        if (pop_sasl_at_end(reader)) {
            return false;
        }
        *directive_out = (pop_sasl_directive){ .is_quoted = false };
        bool found = take_directive(reader, directive_out);
        pop_sasl_part junk = pop_sasl_take_until(reader, ',');
        pop_sasl_require(reader, found && junk.length == 0);
        if (found) {
            return true;
        }
    }
}

/* The octets between the quotes without the backslashes that quote, into `text`; their number. A
 * string that does not end has no second quote. */
static size_t unquote(pop_span quoted, char *text)
{
    size_t length = 0;
    for (size_t i = 1; i < quoted.length && quoted.octets[i] != '"'; i++) {
        if (quoted.octets[i] == '\\' && i + 1 < quoted.length) {
            i++;
        }
        text[length++] = (char)quoted.octets[i];
    }
    return length;
}

pop_sasl_field *pop_sasl_add_directive(
    pop_sasl_reader *reader, pop_sasl_field_kind kind, const pop_sasl_directive *directive)
{
    pop_sasl_field *field = pop_sasl_add(reader, kind, directive->value);
    if (field == NULL) {
        return NULL;
    }
    if (kind == POP_SASL_PARAMETER) {
        field->name = pop_span_copy(reader->allocator, pop_sasl_octets(reader, directive->name));
    }
    if (directive->is_quoted) {
        field->text_length = unquote(pop_sasl_octets(reader, directive->value), field->text);
        field->text[field->text_length] = '\0';
    }
    return field;
}
