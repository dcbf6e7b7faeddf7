/* view.h
 * One entry as the drawing functions see it, and what they share: text, generated items, context.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_VIEW_H
#define POP_VIEW_H

#include "dissector/pop_module.h"
#include "dissector/transcript.h"

/* All of it is const but the tree: drawing writes nothing else. */
typedef struct pop_view {
    packet_info *pinfo;
    proto_tree *tree; /* the protocol's; NULL where nothing is drawn */
    tvbuff_t *tvb; /* holds the entry's octets: the segment, or a line put together from several */
    int offset, length; /* of the entry in tvb, octets, line end and all */
    pop_span text; /* the line without its line end (lines alone) */
    pop_span secret; /* the part of the text that is not to be shown */
    const pop_record *record;
    const pop_entry *entry;
    uint32_t message_number; /* of the mail that this concerns; 0: none */
} pop_view;

/* The view of an entry of the segment in tvb, to draw it. A line from several segments gets a data
 * source of its own where its end stands. */
pop_view pop_view_of(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const pop_record *record,
    const pop_entry *entry);

/* The same without a tree, and without a data source: to read it. */
pop_view pop_view_read(
    tvbuff_t *tvb, packet_info *pinfo, const pop_record *record, const pop_entry *entry);

/* True for a command or a status line whose end was not captured: its last word may go on. */
static inline bool pop_view_is_cut_off(const pop_view *view)
{
    return (view->entry->anomalies & POP_FLAW(LINE_INCOMPLETE)) != 0;
}

/* What is told of the entry; of a reply, from the second pass on, also what came behind it
 * showed. */
static inline pop_anomalies pop_view_anomalies(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    bool is_doubted = view->record->direction == POP_FROM_SERVER && exchange != NULL
        && exchange->doubted_later;
    pop_anomalies anomalies = view->entry->anomalies;
    return is_doubted ? (anomalies & ~POP_FLAW(SIZE_MISMATCH)) | POP_FLAW(UNCERTAIN) : anomalies;
}

/* How many empty lines that have no place in the session the entry is. */
static inline uint64_t pop_view_empty_lines(const pop_entry *entry)
{
    return entry->kind == POP_ENTRY_UNEXPECTED ? entry->position : 0;
}

/* True where the view's tree is shown, or a filter, a column or a tap asks for a field of the
 * module. */
bool pop_view_wants(const pop_view *view, const pop_module *module);

/* Adds a text field over `span`, which must lie in the view's text: decoded as UTF-8 where it is
 * valid UTF-8, else octet by octet. `item_length` octets are highlighted; 0: the span. What is
 * secret is neither shown nor highlighted. */
proto_item *pop_view_add_text(
    const pop_view *view, proto_tree *tree, int field, pop_span span, int item_length);

/* Text that a session kept, for a field or a label: the text itself, or, where it is no valid
 * UTF-8, a copy in the packet's memory, read octet by octet. */
const char *pop_view_readable(const pop_view *view, const char *kept);

/* A span of the line, as pop_view_add_text() shows it, in the packet's memory. */
const char *pop_view_string(const pop_view *view, pop_span span);

/* Where in the view's tvb the span begins. */
int pop_view_offset(const pop_view *view, pop_span span);

/* Adds, hidden, what the label of the line says: the command, the number and the unique-id of its
 * mail. */
void pop_view_add_context(const pop_view *view, proto_tree *tree);

/* Adds the segments of a line that was put together, where the view's entry is one. */
void pop_view_add_line_fragments(const pop_view *view, proto_tree *tree);

/* The number of the mail that the entry concerns; 0: none. */
uint32_t pop_view_message_number(const pop_entry *entry);

/* True where labels of the tree are read by somebody. Any pass. */
bool pop_view_is_seen(const proto_tree *tree);

/* Marks an item as one that is not drawn, and still found. NULL is none. */
void pop_view_hide(proto_item *item, bool hidden);

/* Adds a text that is generated, not read from the octets; what is no valid UTF-8 in it is read
 * octet by octet. Returns its item. */
proto_item *pop_view_add_generated_string(
    const pop_view *view, proto_tree *tree, int field, const char *value);

/* Adds a number that is generated, not read from the octets. Returns its item. */
proto_item *pop_view_add_generated_number(
    const pop_view *view, proto_tree *tree, int field, uint32_t value);

/* Adds pop.message.uid, where the unique-id of that mail was known when the segment came. The item,
 * or NULL. */
proto_item *pop_view_add_unique_id(
    const pop_view *view, proto_tree *tree, const pop_maildrop *maildrop, uint32_t number);

/* The time between two instants, later first, as the host counts time. */
nstime_t pop_elapsed(pop_instant later, pop_instant earlier);

extern const pop_module pop_view_module;

#endif
