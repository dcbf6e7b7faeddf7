/* pop_sasl_ntlm.c
 * The names and the challenge in the three messages of NTLM. All else is for the host's dissector.
 *
 * MS-NLMP sections 2.2.1 and 2.2.2. All numbers are little-endian.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_parsers.h"

#include <glib.h>

/* Where the members of the messages stand (MS-NLMP section 2.2.1). */
enum {
    TYPE_AT = 8,

    NEGOTIATE_FLAGS_AT = 12,
    NEGOTIATE_DOMAIN_AT = 16,
    NEGOTIATE_WORKSTATION_AT = 24,

    CHALLENGE_TARGET_AT = 12,
    CHALLENGE_FLAGS_AT = 20,
    CHALLENGE_NONCE_AT = 24,
    CHALLENGE_NONCE_LENGTH = 8,

    AUTHENTICATE_DOMAIN_AT = 28,
    AUTHENTICATE_USER_AT = 36,
    AUTHENTICATE_WORKSTATION_AT = 44,
    AUTHENTICATE_FLAGS_AT = 60,
};

/* MS-NLMP section 2.2.2.5. */
enum {
    FLAG_UNICODE = 0x00000001,
    FLAG_DOMAIN_SUPPLIED = 0x00001000,
    FLAG_WORKSTATION_SUPPLIED = 0x00002000,
};

enum { REPLACEMENT_CHARACTER = 0xFFFD };

/* A little-endian number; false where the message ends before it does. */
static bool read_number(
    const pop_sasl_reader *reader, size_t offset, size_t octets, uint32_t *number_out)
{
    if (!pop_sasl_holds(reader, offset, octets)) {
        return false;
    }
    uint32_t number = 0;
    for (size_t i = octets; i > 0; i--) {
        number = number << 8 | reader->octets.octets[offset + i - 1];
    }
    *number_out = number;
    return true;
}

/* A security buffer: length (16 bits), space (16), offset from the start of the message (32). */
static bool read_buffer(pop_sasl_reader *reader, size_t offset, pop_sasl_part *part_out)
{
    uint32_t length = 0;
    uint32_t start = 0;
    if (!pop_sasl_require(reader,
            read_number(reader, offset, 2, &length)
                && read_number(reader, offset + 4, 4, &start))) {
        return false;
    }
    *part_out = (pop_sasl_part){ start, length };
    /* The offset of an empty buffer may be anything. */
    return length > 0 && pop_sasl_require(reader, pop_sasl_holds(reader, start, length));
}

static gunichar unit_at(pop_span octets, size_t at)
{
    return (gunichar)(octets.octets[at] | octets.octets[at + 1] << 8);
}

/* The character of UTF-16 at *at, which is moved behind it. At least two octets are there. */
static gunichar read_utf16(pop_span octets, size_t *at)
{
    gunichar high = unit_at(octets, *at);
    *at += 2;
    if (high < 0xD800 || high > 0xDFFF) {
        return high;
    }
    if (high < 0xDC00 && octets.length - *at >= 2) {
        gunichar low = unit_at(octets, *at);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *at += 2;
            return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    return REPLACEMENT_CHARACTER;
}

/* UTF-16LE into UTF-8. A unit of two octets becomes at most three, a pair of four becomes four. */
static void set_unicode(pop_sasl_reader *reader, pop_sasl_field *field, pop_span octets)
{
    field->text = pop_allocate(reader->allocator, octets.length / 2 * 3 + 1);
    size_t at = 0;
    while (octets.length - at >= 2) {
        gunichar character = read_utf16(octets, &at);
        field->text_length += (size_t)g_unichar_to_utf8(
            character, field->text + field->text_length);
    }
    field->text[field->text_length] = '\0';
    pop_sasl_require(reader, octets.length % 2 == 0);
}

/* Adds the name that a security buffer points to. Only the workstation's is a parameter. */
static void add_name(
    pop_sasl_reader *reader, pop_sasl_field_kind kind, size_t buffer_at, bool is_unicode)
{
    pop_sasl_part part;
    if (!read_buffer(reader, buffer_at, &part)) {
        return;
    }
    pop_sasl_field *field = is_unicode ? pop_sasl_add_bare(reader, kind, part)
                                       : pop_sasl_add(reader, kind, part);
    if (field == NULL) {
        return;
    }
    if (kind == POP_SASL_PARAMETER) {
        field->name = pop_span_copy(reader->allocator, POP_SPAN("workstation"));
    }
    if (is_unicode) {
        set_unicode(reader, field, pop_sasl_octets(reader, part));
    }
}

/* MS-NLMP section 2.2.1.1: what the client knows already, always in its OEM character set. Old
 * clients leave the buffers out. */
static void read_negotiate(pop_sasl_reader *reader)
{
    uint32_t flags = 0;
    if (!pop_sasl_require(reader, read_number(reader, NEGOTIATE_FLAGS_AT, 4, &flags))) {
        return;
    }
    if ((flags & FLAG_DOMAIN_SUPPLIED) != 0) {
        add_name(reader, POP_SASL_REALM, NEGOTIATE_DOMAIN_AT, false);
    }
    if ((flags & FLAG_WORKSTATION_SUPPLIED) != 0) {
        add_name(reader, POP_SASL_PARAMETER, NEGOTIATE_WORKSTATION_AT, false);
    }
}

/* MS-NLMP section 2.2.1.2. */
static void read_challenge(pop_sasl_reader *reader)
{
    uint32_t flags = 0;
    if (!pop_sasl_require(reader, read_number(reader, CHALLENGE_FLAGS_AT, 4, &flags))) {
        return;
    }
    add_name(reader, POP_SASL_REALM, CHALLENGE_TARGET_AT, (flags & FLAG_UNICODE) != 0);
    if (pop_sasl_require(
            reader, pop_sasl_holds(reader, CHALLENGE_NONCE_AT, CHALLENGE_NONCE_LENGTH))) {
        pop_sasl_add_hex(
            reader, POP_SASL_NONCE, (pop_sasl_part){ CHALLENGE_NONCE_AT, CHALLENGE_NONCE_LENGTH });
    }
}

/* Messages of old clients end their head before the flags and begin their names there; they knew
 * only OEM character sets. */
static bool is_unicode_answer(const pop_sasl_reader *reader)
{
    static const size_t buffers[] = { AUTHENTICATE_DOMAIN_AT, AUTHENTICATE_USER_AT,
        AUTHENTICATE_WORKSTATION_AT };
    uint32_t flags = 0;
    if (!read_number(reader, AUTHENTICATE_FLAGS_AT, 4, &flags)) {
        return false;
    }
    for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
        uint32_t length = 0;
        uint32_t start = 0;
        if (read_number(reader, buffers[i], 2, &length)
            && read_number(reader, buffers[i] + 4, 4, &start) && length > 0
            && start < AUTHENTICATE_FLAGS_AT + 4) {
            return false;
        }
    }
    return (flags & FLAG_UNICODE) != 0;
}

/* MS-NLMP section 2.2.1.3. */
static void read_authenticate(pop_sasl_reader *reader)
{
    bool is_unicode = is_unicode_answer(reader);
    add_name(reader, POP_SASL_REALM, AUTHENTICATE_DOMAIN_AT, is_unicode);
    add_name(reader, POP_SASL_USERNAME, AUTHENTICATE_USER_AT, is_unicode);
    add_name(reader, POP_SASL_PARAMETER, AUTHENTICATE_WORKSTATION_AT, is_unicode);
}

void pop_sasl_ntlm(pop_sasl_reader *reader)
{
    uint32_t type = 0;
    if (!pop_sasl_require(reader,
            pop_span_starts(reader->octets, POP_SPAN("NTLMSSP\0"))
                && read_number(reader, TYPE_AT, 4, &type))) {
        return;
    }
    reader->message.payload = POP_SASL_PAYLOAD_NTLMSSP;
    switch (type) {
    case 1:
        read_negotiate(reader);
        break;
    case 2:
        read_challenge(reader);
        break;
    case 3:
        read_authenticate(reader);
        break;
    default:
        pop_sasl_require(reader, false);
        break;
    }
}
