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
    return pdu->count == 1 && view->text.length > 0 && view->secret.length == 0
        && !pop_view_is_cut_off(view) && pop_info_is_line(view) && pop_span_is_printable(view->text)
        && pop_span_find(view->text, '|') == NULL;
}

/* The first part takes the place of what another dissector has written behind the fence. */
static void add_text(packet_info *pinfo, bool is_first, const char *text)
{
    if (is_first) {
        col_add_str(pinfo->cinfo, COL_INFO, text);
    } else {
        col_append_str(pinfo->cinfo, COL_INFO, text);
    }
}

/* The separator and the line at once: it is done for every line. */
static const char *plain_line(packet_info *pinfo, const char *separator, pop_span line)
{
    char *text = wmem_alloc(pinfo->pool, SEPARATOR_LENGTH + line.length + 1);
    memcpy(text, separator, SEPARATOR_LENGTH);
    memcpy(text + SEPARATOR_LENGTH, line.octets, line.length);
    text[SEPARATOR_LENGTH + line.length] = '\0';
    return text;
}

static const char *other_part(
    const pop_view *frame, const pop_pdu *pdu, const pop_view *view, const char *separator)
{
    wmem_strbuf_t *text = wmem_strbuf_new(frame->pinfo->pool, separator);
    pop_info_append(text, frame, pdu, view);
    return wmem_strbuf_get_str(text);
}

static void write_part(
    const pop_view *frame, const pop_pdu *pdu, bool is_first, const char *separator)
{
    packet_info *pinfo = frame->pinfo;
    pop_view view = pop_view_read(frame->tvb, pinfo, frame->record, pdu->entries);
    add_text(pinfo, is_first,
        is_plain_line(&view, pdu) ? plain_line(pinfo, separator, view.text)
                                  : other_part(frame, pdu, &view, separator));
    const char *deleted = pop_info_deleted(&view);
    if (deleted != NULL) {
        col_append_str(pinfo->cinfo, COL_INFO, deleted);
    }
}

/* `separator`: before the first part. */
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
        write_part(frame, &pdu, parts == 0, parts == 0 ? separator : BETWEEN_PARTS);
        parts++;
        i += pdu.count;
    }
    if (parts == 0) {
        col_clear(frame->pinfo->cinfo, COL_INFO);
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
    col_add_str(pinfo->cinfo, COL_INFO, BETWEEN_PARTS);
    col_set_fence(pinfo->cinfo, COL_INFO);
    return speaker;
}

void pop_columns_write(tvbuff_t *tvb, packet_info *pinfo, const pop_record *record)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, carries_mail(record) ? "POP/IMF" : "POP");
    if (!col_get_writable(pinfo->cinfo, COL_INFO)) {
        return;
    }
    const char *speaker = record->direction == POP_FROM_CLIENT ? FROM_CLIENT : FROM_SERVER;
    const pop_view frame = { .pinfo = pinfo, .tvb = tvb, .record = record };
    write_info(&frame, record->is_first_of_frame ? speaker : go_on(pinfo, record, speaker));
    col_set_fence(pinfo->cinfo, COL_INFO);
}
