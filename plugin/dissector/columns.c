/* columns.c
 * Writes the Protocol and Info columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/columns.h"

#include <string.h>

#include "dissector/compat.h"
#include "dissector/message.h"
#include "dissector/view.h"
#include "mail/pop_header.h"

/* Parts of Info for one segment; a pipelining client may put thousands of commands into one. */
#define PARTS_SHOWN 20

/* What stands before a part. All of the same length. */
#define FROM_CLIENT "C: "
#define FROM_SERVER "S: "
#define BETWEEN_PARTS " | "
#define SEPARATOR_LENGTH 3

static void append_part(packet_info *pinfo, const char *separator, const char *text)
{
    col_append_str(pinfo->cinfo, COL_INFO, separator);
    col_append_str(pinfo->cinfo, COL_INFO, text);
}

/* Nearly every line: its octets are its text. */
static bool is_plain_line(const pop_view *view)
{
    return view->text.length > 0 && view->secret.length == 0 && !pop_view_is_cut_off(view)
        && pop_span_is_printable(view->text);
}

/* Both at once: it is done for every line. */
static void append_plain_line(packet_info *pinfo, const char *separator, pop_span line)
{
    char *text = wmem_alloc(pinfo->pool, SEPARATOR_LENGTH + line.length + 1);
    memcpy(text, separator, SEPARATOR_LENGTH);
    memcpy(text + SEPARATOR_LENGTH, line.octets, line.length);
    text[SEPARATOR_LENGTH + line.length] = '\0';
    col_append_str(pinfo->cinfo, COL_INFO, text);
}

static const char *line_text(const pop_view *view)
{
    const char *text = pop_format_text(view->pinfo->pool, pop_view_string(view, view->text));
    return pop_view_is_cut_off(view) ? wmem_strconcat(view->pinfo->pool, text, "...", NULL) : text;
}

/* "message 3, 1460 bytes (4380 of 28698610)" */
static const char *body_text(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    DISSECTOR_ASSERT(exchange != NULL); /* a body is always somebody's */
    wmem_strbuf_t *text = wmem_strbuf_new(view->pinfo->pool, "message");
    if (exchange->has_message) {
        wmem_strbuf_append_printf(text, " %u", exchange->message_number);
    }
    wmem_strbuf_append_printf(text, ", %d bytes (%" PRIu64, view->length, view->entry->position);
    uint64_t size = exchange->announced_size;
    if (exchange->has_announced_size
        || pop_maildrop_size(
            exchange->maildrop, exchange->message_number, view->record->step, &size)) {
        wmem_strbuf_append_printf(text, " of %" PRIu64, size);
    }
    wmem_strbuf_append(text, ")");
    return wmem_strbuf_get_str(text);
}

static const char *subject_text(const pop_view *view)
{
    const pop_message *message = view->entry->exchange->message;
    char *subject = pop_header_subject((pop_span){ message->octets, message->length });
    if (subject == NULL) {
        return "";
    }
    const char *text = wmem_strdup_printf(
        view->pinfo->pool, ", \"%s\"", pop_format_text(view->pinfo->pool, subject));
    g_free(subject);
    return text;
}

/* The text for an entry; NULL where it needs none. */
static const char *entry_text(const pop_view *view, const pop_entry *before)
{
    const pop_entry *entry = view->entry;
    const char *name = entry->exchange == NULL || entry->exchange->name == NULL
        ? "multi-line reply"
        : entry->exchange->name;
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_BODY:
        return body_text(view);
    case POP_ENTRY_LISTING:
        return before != NULL
            ? NULL
            : wmem_strdup_printf(view->pinfo->pool, "%s, %d bytes", name, view->length);
    case POP_ENTRY_BODY_END:
        return before != NULL ? NULL : wmem_strdup_printf(view->pinfo->pool, "end of %s", name);
    case POP_ENTRY_PIECE:
        return wmem_strdup_printf(view->pinfo->pool, "part of a line, %d byte%s", view->length,
            plurality(view->length, "", "s"));
    case POP_ENTRY_PREAMBLE:
        return "PROXY header";
    case POP_ENTRY_PROTECTED:
        return wmem_strdup_printf(view->pinfo->pool, "protected data, %d bytes", view->length);
    case POP_ENTRY_OPAQUE:
        return wmem_strdup_printf(view->pinfo->pool, "undecoded data, %d bytes", view->length);
    default:
        return line_text(view);
    }
}

static bool ends_message(const pop_entry *entry)
{
    return entry->kind == POP_ENTRY_BODY_END && entry->exchange->message != NULL;
}

/* True where a mail that ends in this segment goes to the mail dissector. */
static bool carries_mail(const pop_record *record)
{
    for (uint32_t i = 0; i < record->entry_count; i++) {
        if (ends_message(&record->entries[i])
            && pop_message_is_decoded(record->entries[i].exchange)) {
            return true;
        }
    }
    return false;
}

/* Writes the text for an entry, if it needs one, behind `separator`. */
static bool write_part(const pop_view *view, const pop_entry *before, const char *separator)
{
    if (is_plain_line(view)) {
        append_plain_line(view->pinfo, separator, view->text);
        return true;
    }
    const char *text = entry_text(view, before);
    if (text != NULL) {
        append_part(view->pinfo, separator, text);
    }
    return text != NULL;
}

static void write_info(
    tvbuff_t *tvb, packet_info *pinfo, const pop_record *record, const char *separator)
{
    const pop_entry *before = NULL;
    unsigned parts = 0;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = &record->entries[i];
        if (parts == PARTS_SHOWN) {
            append_part(pinfo, BETWEEN_PARTS, "...");
            return;
        }
        pop_view view = pop_view_of(tvb, pinfo, NULL, record, entry);
        if (write_part(&view, before, parts == 0 ? separator : BETWEEN_PARTS)) {
            parts++;
        }
        if (ends_message(entry)) {
            col_append_str(pinfo->cinfo, COL_INFO, subject_text(&view));
        }
        before = entry;
    }
}

void pop_columns_write(tvbuff_t *tvb, packet_info *pinfo, const pop_record *record)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, carries_mail(record) ? "POP/IMF" : "POP");
    if (!col_get_writable(pinfo->cinfo, COL_INFO)) {
        return;
    }
    col_clear(pinfo->cinfo, COL_INFO);
    /* The second TLS record of a frame goes on where the first one ended. */
    const char *speaker = record->direction == POP_FROM_CLIENT ? FROM_CLIENT : FROM_SERVER;
    write_info(tvb, pinfo, record, record->is_first_of_frame ? speaker : BETWEEN_PARTS);
    col_set_fence(pinfo->cinfo, COL_INFO);
}
