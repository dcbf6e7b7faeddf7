/* pop_head.c
 * What the header of a mail says of it: who wrote it to whom, when, about what.
 *
 * RFC 5322 section 3.6 (field definitions), RFC 2047, RFC 6532.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_head.h"

#include "mail/pop_addresses.h"
#include "mail/pop_date.h"
#include "mail/pop_header.h"
#include "mail/pop_words.h"

/* A list that is being read. */
typedef struct address_list {
    pop_head *head;
    GPtrArray *texts; /* NULL: they are not wanted */
    GHashTable *known; /* the addresses that were told of */
    bool is_full;
} address_list;

static void add_text(address_list *list, const pop_address *address)
{
    if (list->texts == NULL) {
        return;
    }
    if (list->texts->len < POP_ADDRESSES_MOST) {
        g_ptr_array_add(list->texts, pop_address_text(address));
    } else {
        list->is_full = true;
    }
}

static void add_bare(address_list *list, const char *address)
{
    char *bare = g_utf8_strdown(address, -1);
    if (*bare == '\0' || g_hash_table_contains(list->known, bare)) {
        g_free(bare);
    } else if (list->head->addresses->len >= POP_ADDRESSES_MOST) {
        list->is_full = list->is_full || list->texts == NULL;
        list->head->is_cut = true;
        g_free(bare);
    } else {
        g_hash_table_add(list->known, bare);
        g_ptr_array_add(list->head->addresses, bare);
    }
}

/* Wants one more than is told: then it is known that there are more. */
static bool add_address(const pop_address *address, void *data)
{
    address_list *list = data;
    add_text(list, address);
    add_bare(list, address->address);
    return !list->is_full;
}

static void read_list(address_list *list, pop_span value)
{
    GString *field = pop_header_unfold(value);
    pop_addresses_visit((pop_span){ (const uint8_t *)field->str, field->len }, add_address, list);
    g_string_free(field, TRUE);
    list->head->is_cut = list->head->is_cut || list->is_full;
}

static void read_text(char **text, pop_span value)
{
    if (*text == NULL) {
        *text = pop_header_decoded(value);
    }
}

static void read_date(pop_head *head, pop_span value)
{
    if (!head->has_date) {
        GString *field = pop_header_unfold(value);
        head->has_date = pop_date_read(
            (pop_span){ (const uint8_t *)field->str, field->len }, &head->date);
        g_string_free(field, TRUE);
    }
}

static void read_field(pop_head *head, GHashTable *known, const pop_header_field *field)
{
    address_list list = { head, NULL, known, false };
    if (pop_span_is(field->name, POP_SPAN("Subject:"))) {
        read_text(&head->subject, field->value);
    } else if (pop_span_is(field->name, POP_SPAN("Message-ID:"))) {
        read_text(&head->message_id, field->value);
    } else if (pop_span_is(field->name, POP_SPAN("Date:"))) {
        read_date(head, field->value);
    } else if (pop_span_is(field->name, POP_SPAN("From:"))) {
        read_text(&head->from, field->value);
        read_list(&list, field->value);
    } else if (pop_span_is(field->name, POP_SPAN("To:"))) {
        list.texts = head->to;
        read_list(&list, field->value);
    } else if (pop_span_is(field->name, POP_SPAN("Cc:"))) {
        list.texts = head->cc;
        read_list(&list, field->value);
    } else {
        return;
    }
    head->is_cut = head->is_cut || field->value.length > POP_FIELD_MOST;
}

static void fill_up(char **text)
{
    if (*text == NULL) {
        *text = g_strdup("");
    }
}

pop_head *pop_head_read(pop_span mail)
{
    pop_head *head = g_new0(pop_head, 1);
    head->to = g_ptr_array_new_with_free_func(g_free);
    head->cc = g_ptr_array_new_with_free_func(g_free);
    head->addresses = g_ptr_array_new_with_free_func(g_free);
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    pop_header_walk walk = { mail };
    pop_header_field field;
    while (pop_header_next(&walk, &field)) {
        read_field(head, known, &field);
    }
    g_hash_table_destroy(known);
    fill_up(&head->subject);
    fill_up(&head->from);
    fill_up(&head->message_id);
    return head;
}

void pop_head_free(pop_head *head)
{
    g_free(head->subject);
    g_free(head->from);
    g_free(head->message_id);
    g_ptr_array_free(head->to, TRUE);
    g_ptr_array_free(head->cc, TRUE);
    g_ptr_array_free(head->addresses, TRUE);
    g_free(head);
}
