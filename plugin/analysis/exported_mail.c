/* exported_mail.c
 * A mail, and what is attached to it, as objects of the host's list: names, types, octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/exported_mail.h"

#include "analysis/labels.h"
#include "analysis/object_name.h"
#include "dissector/known_files.h"
#include "mail/pop_attachments.h"
#include "mail/pop_header.h"

/* --- Names that tell mails apart -------------------------------------------------------------- */

/* Labels given in one frame: somebody may fetch the same mail many times in one segment. */
static struct {
    uint32_t frame;
    const export_object_list_t *list;
    GHashTable *counts; /* label to how often */
} labels;

/* A list of the host's may stand where an earlier one did: it is another while it is empty. */
static bool begins_list(const export_object_list_t *list)
{
    return labels.list != list
        || (list->get_entry != NULL && list->get_entry(list->gui_data, 0) == NULL);
}

static unsigned count_label(const pop_exported_mail *mail, const char *label)
{
    if (labels.counts == NULL) {
        labels.counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    if (labels.frame != mail->frame || begins_list(mail->list)) {
        g_hash_table_remove_all(labels.counts);
        labels.frame = mail->frame;
        labels.list = mail->list;
    }
    unsigned count = GPOINTER_TO_UINT(g_hash_table_lookup(labels.counts, label)) + 1;
    g_hash_table_insert(labels.counts, g_strdup(label), GUINT_TO_POINTER(count));
    return count;
}

/* "27-3": frame 27, mail 3. "27-sent": a mail that the client submitted. "27": it has no number.
 * Where the frame has several of that label, "27-3~2" is the second one. */
static char *label_of(const pop_exported_mail *mail)
{
    const pop_exchange *exchange = mail->exchange;
    GString *label = g_string_new(NULL);
    g_string_append_printf(label, "%u", mail->frame);
    if (exchange->message_number != 0) {
        g_string_append_printf(label, "-%u", exchange->message_number);
    } else if (exchange->command != NULL && exchange->command->effect == POP_EFFECT_SUBMIT) {
        g_string_append(label, "-sent");
    }
    unsigned count = count_label(mail, label->str);
    if (count > 1) {
        g_string_append_printf(label, "~%u", count);
    }
    return g_string_free(label, FALSE);
}

/* --- Objects ---------------------------------------------------------------------------------- */

/* What is to be saved, and what is said of it. */
typedef struct listed_object {
    const char *label, *type;
    const char *mark; /* NULL: none */
    const char *text; /* what somebody sent for its name */
    pop_span octets;
} listed_object;

/* "known", and by which name, where it is on the user's list; else NULL. */
static char *known_of(pop_span octets)
{
    if (!pop_known_files_asked()) {
        return NULL;
    }
    char *sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets.octets, octets.length);
    const char *name = pop_known_file_name(sha256);
    g_free(sha256);
    if (name == NULL) {
        return NULL;
    }
    return *name == '\0' ? g_strdup("known") : g_strconcat("known: ", name, NULL);
}

/* Both may be NULL: there is no such mark. NULL: there is none at all. */
static char *both_marks(const char *mark, const char *known)
{
    return mark != NULL && known != NULL ? g_strconcat(mark, ", ", known, NULL)
                                         : g_strdup(mark != NULL ? mark : known);
}

static char *content_type(const listed_object *object, const char *known)
{
    char *marks = both_marks(object->mark, known);
    char *type = marks == NULL ? g_strdup(object->type)
                               : g_strdup_printf("%s (%s)", object->type, marks);
    g_free(marks);
    return type;
}

/* In the file's name it says "known" alone: the list's names need not be fit for one. */
static char *file_name(const listed_object *object, bool is_known)
{
    char *marks = both_marks(object->mark, is_known ? "known" : NULL);
    char *name = pop_object_name(object->label, marks, object->text);
    g_free(marks);
    return name;
}

/* User, server, number, unique-id. */
static char *host_of(const pop_exported_mail *mail)
{
    const pop_exchange *exchange = mail->exchange;
    GString *host = g_string_new(NULL);
    if (mail->user != NULL) {
        char *user = pop_object_text(mail->user);
        g_string_append_printf(host, "%s@", user);
        g_free(user);
    }
    g_string_append(host, mail->server);
    if (exchange->message_number == 0) {
        return g_string_free(host, FALSE);
    }
    g_string_append_printf(host, ", message %u", exchange->message_number);
    const char *unique_id = pop_maildrop_unique_id(
        exchange->maildrop, exchange->message_number, mail->step);
    if (unique_id != NULL) {
        char *safe = pop_object_text(unique_id);
        g_string_append_printf(host, ", unique-id %s", safe);
        g_free(safe);
    }
    return g_string_free(host, FALSE);
}

/* An entry as the host wants it, which frees it by itself. */
static export_object_entry_t *new_object(const pop_exported_mail *mail, const listed_object *listed)
{
    char *known = known_of(listed->octets);
    export_object_entry_t *object = g_new0(export_object_entry_t, 1);
    object->pkt_num = mail->frame;
    object->hostname = host_of(mail);
    object->content_type = content_type(listed, known);
    object->filename = file_name(listed, known != NULL);
    object->payload_len = listed->octets.length;
    object->payload_data = g_memdup2(listed->octets.octets, listed->octets.length);
    g_free(known);
    return object;
}

static const char *mark_of(const pop_exchange *exchange)
{
    bool is_preview = exchange->command != NULL && exchange->command->id == POP_COMMAND_TOP;
    return pop_label_mark(exchange, is_preview);
}

typedef struct attachment_list {
    const pop_exported_mail *mail;
    const char *label; /* of the mail */
    GPtrArray *objects;
} attachment_list;

static void add_attachment(const pop_attachment *attachment, void *data)
{
    attachment_list *attachments = data;
    char *label = g_strconcat(attachments->label, ".", attachment->number, NULL);
    char *name = attachment->name != NULL
        ? g_strdup(attachment->name)
        : g_strconcat("unnamed", pop_object_extension(attachment->type), NULL);
    const char *mark = mark_of(attachments->mail->exchange);
    if (mark == NULL && attachment->is_damaged) {
        mark = "damaged";
    }
    char *type = pop_object_text(attachment->type);
    listed_object object = { label, type, mark, name,
        { attachment->octets->data, attachment->octets->len } };
    g_ptr_array_add(attachments->objects, new_object(attachments->mail, &object));
    g_free(type);
    g_free(name);
    g_free(label);
}

static void add_mail(
    const pop_exported_mail *mail, const char *label, const char *mark, pop_span octets)
{
    char *subject = pop_header_subject(octets);
    bool has_subject = subject != NULL && *subject != '\0';
    char *text = g_strconcat(has_subject ? subject : "no subject", ".eml", NULL);
    listed_object object = { label, "message/rfc822", mark, text, octets };
    mail->list->add_entry(mail->list->gui_data, new_object(mail, &object));
    g_free(text);
    g_free(subject);
}

void pop_exported_mail_list(const pop_exported_mail *mail)
{
    const pop_message *message = mail->exchange->message;
    pop_span octets = { message->octets, message->length };
    char *label = label_of(mail);
    attachment_list attachments = { mail, label, g_ptr_array_new() };
    bool all = pop_attachments_visit(octets, add_attachment, &attachments);
    const char *mark = mark_of(mail->exchange);
    add_mail(mail, label, mark == NULL && !all ? "attachments left out" : mark, octets);
    for (guint i = 0; i < attachments.objects->len; i++) {
        mail->list->add_entry(mail->list->gui_data, g_ptr_array_index(attachments.objects, i));
    }
    g_ptr_array_free(attachments.objects, TRUE);
    g_free(label);
}
