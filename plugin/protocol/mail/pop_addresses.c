/* pop_addresses.c
 * The addresses in a field such as To, as people wrote them: with names, comments and groups.
 *
 * RFC 5322 sections 3.4 (address specification) and 4.4 (obsolete addressing), RFC 2047, RFC 6532.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_addresses.h"

#include <string.h>

#include "mail/pop_header.h"
#include "mail/pop_words.h"

/* A reader of the field, and what it has of the address under way. */
typedef struct address_reader {
    pop_span value;
    size_t at;
    GString *phrase; /* words outside "<>", with a blank between them: a name, or an address */
    GString *bare; /* the same, as written and without blanks: an address */
    GString *angle; /* what stands in "<>" */
    GString *comment; /* the latest */
    bool had_blank; /* before what comes next */
    bool had_angle, is_quoted; /* there was "<>"; the phrase has quotes */
    bool wants_no_more;
    pop_address_visitor visit;
    void *data;
} address_reader;

/* --- Pieces ----------------------------------------------------------------------------------- */

/* RFC 5322 section 3.2.2: comments nest. Ends behind the closing parenthesis, or with the field. */
static void take_comment(address_reader *reader)
{
    size_t depth = 0;
    g_string_truncate(reader->comment, 0);
    for (; reader->at < reader->value.length; reader->at++) {
        uint8_t octet = reader->value.octets[reader->at];
        if (octet == '\\' && reader->at + 1 < reader->value.length) {
            octet = reader->value.octets[++reader->at];
        } else if (octet == '(') {
            if (depth++ == 0) {
                continue;
            }
        } else if (octet == ')' && --depth == 0) {
            reader->at++;
            break;
        }
        g_string_append_c(reader->comment, (char)octet);
    }
    reader->had_blank = true;
}

static void begin_word(address_reader *reader)
{
    if (reader->had_blank && reader->phrase->len > 0) {
        g_string_append_c(reader->phrase, ' ');
    }
    reader->had_blank = false;
}

/* RFC 5322 section 3.2.4: what is quoted is a word without its quotes, and a part of an address
 * with them. Ends behind the closing quote, or with the field. */
static void take_quoted(address_reader *reader, GString *plain, GString *as_written)
{
    g_string_append_c(as_written, '"');
    for (reader->at++; reader->at < reader->value.length; reader->at++) {
        uint8_t octet = reader->value.octets[reader->at];
        if (octet == '"') {
            reader->at++;
            break;
        }
        if (octet == '\\' && reader->at + 1 < reader->value.length) {
            g_string_append_c(as_written, (char)octet);
            octet = reader->value.octets[++reader->at];
        }
        g_string_append_c(as_written, (char)octet);
        if (plain != NULL) {
            g_string_append_c(plain, (char)octet);
        }
    }
    g_string_append_c(as_written, '"');
}

/* RFC 5322 section 4.4: a route, "@a,@b:", may stand before the address. */
static void drop_route(GString *angle)
{
    const char *colon = angle->len > 0 && angle->str[0] == '@' ? strrchr(angle->str, ':') : NULL;
    if (colon != NULL) {
        g_string_erase(angle, 0, colon - angle->str + 1);
    }
}

/* Of several "<>" the last one counts, as it does for those who deliver. */
static void take_angle(address_reader *reader)
{
    GString *angle = reader->angle;
    g_string_truncate(angle, 0);
    reader->at++;
    reader->had_angle = true;
    while (reader->at < reader->value.length && reader->value.octets[reader->at] != '>') {
        uint8_t octet = reader->value.octets[reader->at];
        if (octet == '"') {
            take_quoted(reader, NULL, angle);
        } else if (octet == '(') {
            take_comment(reader);
        } else {
            if (!pop_is_white_space(octet)) {
                g_string_append_c(angle, (char)octet);
            }
            reader->at++;
        }
    }
    reader->at++;
    drop_route(angle);
    reader->had_blank = true;
}

/* --- Addresses -------------------------------------------------------------------------------- */

static char *decoded(const GString *text)
{
    return pop_header_printable(
        pop_words_decode((pop_span){ (const uint8_t *)text->str, text->len }));
}

static void forget(address_reader *reader)
{
    g_string_truncate(reader->phrase, 0);
    g_string_truncate(reader->bare, 0);
    g_string_truncate(reader->angle, 0);
    g_string_truncate(reader->comment, 0);
    reader->had_blank = reader->had_angle = reader->is_quoted = false;
}

/* Without "<>" the words are an address if they hold an "@", or are one word; then a comment is the
 * name, as it was in the 1980s: "bob@example.org (Bob)". */
static void tell(address_reader *reader)
{
    bool is_address = !reader->had_angle
        && (strchr(reader->bare->str, '@') != NULL
            || (!reader->is_quoted && strchr(reader->phrase->str, ' ') == NULL));
    const GString *address = is_address ? reader->bare : reader->angle;
    bool is_commented = reader->phrase->len == 0 || is_address;
    const GString *name = is_commented ? reader->comment : reader->phrase;
    if (reader->phrase->len > 0 || address->len > 0) { /* not for a comment alone */
        char *name_text = decoded(name), *address_text = decoded(address);
        reader->wants_no_more = !reader->visit(
            &(pop_address){ name_text, address_text }, reader->data);
        g_free(name_text);
        g_free(address_text);
    }
    forget(reader);
}

/* "Friends: bob@example.org, …;": the name of a group is nobody's address. A colon behind "@" or
 * without a word before it is no group's. */
static bool is_group(const address_reader *reader)
{
    return !reader->had_angle && reader->phrase->len > 0 && strchr(reader->bare->str, '@') == NULL;
}

static void take_atom_octet(address_reader *reader, uint8_t octet)
{
    begin_word(reader);
    g_string_append_c(reader->phrase, (char)octet);
    g_string_append_c(reader->bare, (char)octet);
    reader->at++;
}

static void take_quoted_word(address_reader *reader)
{
    begin_word(reader);
    reader->is_quoted = true;
    take_quoted(reader, reader->phrase, reader->bare);
}

static void take_piece(address_reader *reader)
{
    uint8_t octet = reader->value.octets[reader->at];
    switch (octet) {
    case '(':
        take_comment(reader);
        break;
    case '"':
        take_quoted_word(reader);
        break;
    case '<':
        take_angle(reader);
        break;
    case ',':
    case ';':
        reader->at++;
        tell(reader);
        break;
    case ' ':
    case '\t':
        reader->had_blank = true;
        reader->at++;
        break;
    case ':':
        if (is_group(reader)) {
            reader->at++;
            forget(reader);
            break;
        }
        take_atom_octet(reader, octet);
        break;
    default:
        take_atom_octet(reader, octet);
        break;
    }
}

void pop_addresses_visit(pop_span value, pop_address_visitor visit, void *data)
{
    address_reader reader = { .value = value,
        .phrase = g_string_new(NULL),
        .bare = g_string_new(NULL),
        .angle = g_string_new(NULL),
        .comment = g_string_new(NULL),
        .visit = visit,
        .data = data };
    while (reader.at < value.length && !reader.wants_no_more) {
        take_piece(&reader);
    }
    if (!reader.wants_no_more) {
        tell(&reader);
    }
    g_string_free(reader.phrase, TRUE);
    g_string_free(reader.bare, TRUE);
    g_string_free(reader.angle, TRUE);
    g_string_free(reader.comment, TRUE);
}

char *pop_address_text(const pop_address *address)
{
    if (address->name[0] == '\0') {
        return g_strdup(address->address);
    }
    return address->address[0] == '\0'
        ? g_strdup(address->name)
        : g_strdup_printf("%s <%s>", address->name, address->address);
}
