/* ordered.c
 * Octets of several segments that go on one behind the other: puts them together, with what the
 * session made of them, and keeps them for later passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/ordered.h"

#include <string.h>

/* Octets of several segments that go on one behind the other, in one direction, and what the
 * session made of them. Memory is kept from one to the next. */
static struct {
    bool open;
    pop_direction direction;
    GByteArray *octets;
    GArray *origins; /* pop_origin */
    GArray *entries; /* pop_entry */
} run;

/* --- Putting together ------------------------------------------------------------------------- */

static void begin(pop_direction direction)
{
    if (run.octets == NULL) {
        run.octets = g_byte_array_new();
        run.origins = g_array_new(FALSE, FALSE, sizeof(pop_origin));
        run.entries = g_array_new(FALSE, FALSE, sizeof(pop_entry));
    }
    g_byte_array_set_size(run.octets, 0);
    g_array_set_size(run.origins, 0);
    g_array_set_size(run.entries, 0);
    run.open = true;
    run.direction = direction;
}

static void add_origin(uint32_t frame, uint32_t length, bool held)
{
    for (guint i = run.origins->len; i > 0; i--) {
        pop_origin *origin = &g_array_index(run.origins, pop_origin, i - 1);
        if (origin->frame == frame) {
            origin->length += length;
            origin->held |= held;
            return;
        }
    }
    pop_origin origin = { frame, length, held };
    g_array_append_val(run.origins, origin);
}

/* The pieces with which the entries end are the beginning of that line, all of it: the line is
 * whole here, and stands in the octets. */
static void join_pieces(pop_entry *line)
{
    uint64_t missing = line->line->total - line->length;
    guint count = run.entries->len;
    while (missing > 0 && count > 0) {
        const pop_entry *piece = &g_array_index(run.entries, pop_entry, count - 1);
        if (piece->kind != POP_ENTRY_PIECE || piece->length > missing) {
            return;
        }
        missing -= piece->length;
        count--;
    }
    if (missing > 0 || line->line->length != line->line->total) {
        return;
    }
    for (guint i = count; i < run.entries->len; i++) {
        line->anomalies |= g_array_index(run.entries, pop_entry, i).anomalies;
    }
    uint32_t begin = line->offset + line->length - (uint32_t)line->line->total;
    line->length += line->offset - begin;
    line->offset = begin;
    line->line = NULL;
    line->ends_line_here = false;
    g_array_set_size(run.entries, count);
}

static bool goes_on(const pop_entry *last, const pop_entry *entry)
{
    bool merges = entry->kind == POP_ENTRY_BODY || entry->kind == POP_ENTRY_LISTING
        || entry->kind == POP_ENTRY_OPAQUE;
    return merges && last->kind == entry->kind && last->exchange == entry->exchange
        && entry->anomalies == 0 && last->line == NULL && entry->line == NULL
        && last->offset + last->length == entry->offset
        && (last->anomalies == 0 || entry->kind == POP_ENTRY_BODY);
}

static void add_entry(pop_entry entry)
{
    if (entry.ends_line_here && entry.line != NULL) {
        join_pieces(&entry);
    }
    guint count = run.entries->len;
    pop_entry *last = count == 0 ? NULL : &g_array_index(run.entries, pop_entry, count - 1);
    if (last != NULL && goes_on(last, &entry)) {
        last->length += entry.length;
        last->position = entry.position;
        last->stretch = entry.stretch;
        return;
    }
    g_array_append_val(run.entries, entry);
}

bool pop_ordered_is_open(void)
{
    return run.open;
}

bool pop_ordered_goes_on(pop_direction direction)
{
    return run.open && run.direction == direction;
}

void pop_ordered_add(const pop_session *session, const pop_order_delivery *delivery)
{
    if (!run.open) {
        begin(delivery->direction);
    }
    uint32_t before = run.octets->len;
    add_origin(delivery->at.frame, (uint32_t)delivery->length, !delivery->is_own);
    g_byte_array_append(run.octets, delivery->octets.octets, (guint)delivery->octets.length);
    for (size_t i = 0; i < session->entries.count; i++) {
        pop_entry entry = session->entries.list[i];
        entry.offset += before;
        add_entry(entry);
    }
}

/* --- What is kept ----------------------------------------------------------------------------- */

/* How many of the octets stand before the beginning of a line with which they end. */
static uint32_t length_of_lines(void)
{
    uint32_t length = run.octets->len;
    for (guint i = run.entries->len; i > 0; i--) {
        const pop_entry *entry = &g_array_index(run.entries, pop_entry, i - 1);
        if (entry->kind != POP_ENTRY_PIECE) {
            break;
        }
        length = entry->offset;
    }
    return length;
}

/* The message that the first octets have gone into as they are; NULL: none. */
static const pop_message *message_with(uint32_t length)
{
    const pop_message *message = NULL;
    if (run.entries->len > 0) {
        const pop_entry *first = &g_array_index(run.entries, pop_entry, 0);
        bool is_body = first->kind == POP_ENTRY_BODY && first->exchange != NULL;
        message = is_body ? first->exchange->message : NULL;
    }
    bool has_them = message != NULL && length > 0 && message->length >= length
        && memcmp(message->octets + message->length - length, run.octets->data, length) == 0;
    return has_them ? message : NULL;
}

static const pop_ordered_octets *kept_octets(void)
{
    guint count = run.origins->len;
    uint32_t whole = length_of_lines(), left = run.octets->len;
    pop_ordered_octets *ordered = wmem_alloc(
        wmem_file_scope(), sizeof *ordered + count * sizeof(pop_origin));
    *ordered = (pop_ordered_octets){
        .message = message_with(whole), .length = run.octets->len, .origin_count = count
    };
    if (ordered->message != NULL) {
        ordered->message_offset = ordered->message->length - whole;
        ordered->message_length = whole;
        left -= whole;
    }
    if (left > 0) {
        ordered->rest = wmem_memdup(
            wmem_file_scope(), run.octets->data + ordered->message_length, left);
    }
    memcpy(ordered->origins, run.origins->data, count * sizeof(pop_origin));
    return ordered;
}

void pop_ordered_end(pop_ordered_run *run_out)
{
    run.open = false;
    *run_out = (pop_ordered_run){ .direction = run.direction,
        .entries = (const pop_entry *)(const void *)run.entries->data,
        .entry_count = run.entries->len,
        .octets = kept_octets() };
}

/* --- Drawing ---------------------------------------------------------------------------------- */

/* With the packet where they do not stand together. A message that may still grow may move, while
 * the window shows this frame. */
static const uint8_t *octets_of(packet_info *pinfo, const pop_ordered_octets *ordered)
{
    if (ordered->message == NULL) {
        return ordered->rest;
    }
    const uint8_t *first = ordered->message->octets + ordered->message_offset;
    if (ordered->message_length == ordered->length && ordered->message->ended_in != 0) {
        return first;
    }
    uint8_t *octets = wmem_alloc(pinfo->pool, ordered->length);
    memcpy(octets, first, ordered->message_length);
    if (ordered->message_length < ordered->length) {
        memcpy(octets + ordered->message_length, ordered->rest,
            ordered->length - ordered->message_length);
    }
    return octets;
}

tvbuff_t *pop_ordered_tvb(tvbuff_t *tvb, packet_info *pinfo, const pop_ordered_octets *ordered)
{
    tvbuff_t *together = tvb_new_child_real_data(
        tvb, octets_of(pinfo, ordered), ordered->length, (int)ordered->length);
    add_new_data_source(pinfo, together, "POP put in order");
    return together;
}
