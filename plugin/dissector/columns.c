/* columns.c
 * Writes the Protocol and Info columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/columns.h"

#include <string.h>

#include "dissector/info.h"
#include "dissector/message.h"

/* Parts of Info for one segment; a pipelining client may put thousands of commands into one. */
#define PARTS_SHOWN 20

/* What stands before a part. All of the same length. */
#define FROM_CLIENT "C: "
#define FROM_SERVER "S: "
#define BETWEEN_PARTS " | "
#define SEPARATOR_LENGTH 3

/* Nearly every line: its octets are its text, and that is all there is to say. */
static bool is_plain_line(const pop_view *view, const pop_pdu *pdu)
{
    const pop_entry *entry = pdu->entries;
    if (pdu->count != 1 || entry->auth != NULL || view->text.length == 0 || view->secret.length > 0
        || pop_view_is_cut_off(view)
        || (entry->kind != POP_ENTRY_REQUEST && entry->kind != POP_ENTRY_STATUS)) {
        return false;
    }
    bool ends_session = entry->kind == POP_ENTRY_STATUS
        && entry->exchange->maildrop->quit == entry->exchange;
    return !ends_session && pop_span_is_printable(view->text)
        && pop_span_find(view->text, '|') == NULL;
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

static void write_part(const pop_view *frame, const pop_pdu *pdu, const char *separator)
{
    packet_info *pinfo = frame->pinfo;
    pop_view view = pop_view_read(frame->tvb, pinfo, frame->record, pdu->entries);
    if (is_plain_line(&view, pdu)) {
        append_plain_line(pinfo, separator, view.text);
    } else {
        wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, separator);
        pop_info_append(text, frame, pdu, &view);
        col_append_str(pinfo->cinfo, COL_INFO, wmem_strbuf_get_str(text));
    }
    const char *deleted = pop_info_deleted(&view);
    if (deleted != NULL) {
        col_append_str(pinfo->cinfo, COL_INFO, deleted);
    }
}

static void write_info(const pop_view *frame, const char *separator)
{
    const pop_record *record = frame->record;
    unsigned parts = 0;
    for (uint32_t i = 0; i < record->entry_count;) {
        if (pop_pdu_is_told(&record->entries[i])) {
            i++;
            continue;
        }
        if (parts == PARTS_SHOWN) {
            col_append_str(frame->pinfo->cinfo, COL_INFO, BETWEEN_PARTS "...");
            return;
        }
        const pop_pdu pdu = pop_pdu_at(record, i);
        write_part(frame, &pdu, parts++ == 0 ? separator : BETWEEN_PARTS);
        i += pdu.count;
    }
}

/* True where a mail that ends in this segment goes to the mail dissector. */
static bool carries_mail(const pop_record *record)
{
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = &record->entries[i];
        if (entry->kind == POP_ENTRY_BODY_END && entry->exchange->message != NULL
            && pop_message_is_decoded(entry->exchange)) {
            return true;
        }
    }
    return false;
}

/* The next segment of a frame goes on where the one before ended: who speaks is said again where
 * somebody else did. */
static const char *go_on(packet_info *pinfo, const pop_record *record, const char *speaker)
{
    const pop_record *before = pop_transcript_before(record, pinfo);
    if (before != NULL && before->direction == record->direction) {
        return BETWEEN_PARTS;
    }
    col_append_str(pinfo->cinfo, COL_INFO, BETWEEN_PARTS);
    return speaker;
}

void pop_columns_write(tvbuff_t *tvb, packet_info *pinfo, const pop_record *record)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, carries_mail(record) ? "POP/IMF" : "POP");
    if (!col_get_writable(pinfo->cinfo, COL_INFO)) {
        return;
    }
    col_clear(pinfo->cinfo, COL_INFO);
    const char *speaker = record->direction == POP_FROM_CLIENT ? FROM_CLIENT : FROM_SERVER;
    const pop_view frame = { .pinfo = pinfo, .tvb = tvb, .record = record };
    write_info(&frame, record->is_first_of_frame ? speaker : go_on(pinfo, record, speaker));
    col_set_fence(pinfo->cinfo, COL_INFO);
}
