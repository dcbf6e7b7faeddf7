/* info_message.c
 * The Info column's text for a message: how much of it has come, and what it is.
 *
 * RFC 5322 section 3.4 (addresses).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <epan/packet.h>
#include <string.h>

#include "dissector/info.h"
#include "dissector/wire_text.h"
#include "mail/pop_header.h"

/* Octets of a message in which a field is looked for. */
#define HEADER_SEARCHED 65536

/* A field of the header, decoded; NULL: there is none. The caller frees it with g_free(). Most are
 * plain ASCII, and need no decoding. */
static char *field_of(const pop_message *message, pop_span name)
{
    pop_span octets = { message->octets, message->length };
    char *field = pop_header_value(pop_span_part(octets, 0, HEADER_SEARCHED), name);
    if (field == NULL) {
        return NULL;
    }
    pop_span text = { (const uint8_t *)field, strlen(field) };
    if (pop_span_is_printable(text) && strstr(field, "=?") == NULL) {
        return field;
    }
    g_free(field);
    return pop_header_text(octets, name);
}

static void append_bytes(wmem_strbuf_t *to, uint64_t octets)
{
    pop_wire_append_number(to, octets);
    wmem_strbuf_append(to, octets == 1 ? " byte" : " bytes");
}

void pop_info_append_subject(wmem_strbuf_t *to, const pop_message *message, const char *before)
{
    char *subject = field_of(message, POP_SPAN("Subject:"));
    if (subject != NULL) {
        wmem_strbuf_append(to, before);
        pop_wire_append_quoted(to, subject);
        g_free(subject);
    }
}

/* The name before the address; the address where there is none. Written into `from` itself. */
static const char *author_in(char *from)
{
    char *address = strchr(from, '<');
    if (address != NULL) {
        *address = '\0';
    }
    g_strstrip(from);
    size_t length = strlen(from);
    if (length >= 2 && from[0] == '"' && from[length - 1] == '"') {
        from[length - 1] = '\0';
        return from + 1;
    }
    if (length == 0 && address != NULL) {
        address[1 + strcspn(address + 1, ">")] = '\0';
        return address + 1;
    }
    return from;
}

static void append_author(wmem_strbuf_t *to, const pop_message *message)
{
    char *from = field_of(message, POP_SPAN("From:"));
    if (from != NULL) {
        wmem_strbuf_append(to, " from ");
        pop_wire_append_quoted(to, author_in(from));
        g_free(from);
    }
}

static bool is_preview(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->command->id == POP_COMMAND_TOP;
}

/* "message 3", "top of message 3". */
static void append_name(wmem_strbuf_t *to, const pop_exchange *exchange)
{
    wmem_strbuf_append(to, is_preview(exchange) ? "top of message" : "message");
    if (exchange->has_message) {
        wmem_strbuf_append_c(to, ' ');
        pop_wire_append_number(to, exchange->message_number);
    }
}

void pop_info_append_whole(wmem_strbuf_t *to, const pop_exchange *exchange)
{
    const pop_message *message = exchange->message;
    append_name(to, exchange);
    if (message->damaged) {
        wmem_strbuf_append(to, ", incomplete");
    }
    if (!is_preview(exchange) || message->damaged) {
        wmem_strbuf_append(to, ", ");
        append_bytes(to, message->total);
    }
    pop_info_append_subject(to, message, ": ");
    append_author(to, message);
}

/* How many bytes the message is going to have. */
static bool size_of(const pop_view *frame, const pop_exchange *exchange, uint64_t *size)
{
    if (is_preview(exchange)) {
        return false; /* that of the whole message is not the top's */
    }
    *size = exchange->announced_size;
    return exchange->has_announced_size
        || pop_maildrop_size(
            exchange->maildrop, exchange->message_number, frame->record->step, size);
}

/* "1460 bytes (4380 of 28698610)". */
static void append_segment(wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu)
{
    uint64_t octets = 0, so_far = 0, size = 0;
    for (uint32_t i = 0; i < pdu->count; i++) {
        if (pdu->entries[i].kind == POP_ENTRY_BODY) {
            octets += pdu->entries[i].length;
            so_far = pdu->entries[i].position;
        }
    }
    append_name(to, pdu->exchange);
    wmem_strbuf_append(to, ", ");
    append_bytes(to, octets);
    wmem_strbuf_append(to, " (");
    pop_wire_append_number(to, so_far);
    if (size_of(frame, pdu->exchange, &size) && size >= so_far) {
        wmem_strbuf_append(to, " of ");
        pop_wire_append_number(to, size);
    }
    wmem_strbuf_append_c(to, ')');
}

void pop_info_append_message(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, bool ends)
{
    if (ends) {
        pop_info_append_whole(to, pdu->exchange);
    } else {
        append_segment(to, frame, pdu);
    }
}
