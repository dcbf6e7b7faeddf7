/* export_objects.c
 * File > Export Objects > POP: mails, and what is attached to them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/export_objects.h"

#include <epan/export_object.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "analysis/export_filter.h"
#include "analysis/object_name.h"
#include "analysis/reading.h"
#include "analysis/report.h"
#include "dissector/known_files.h"
#include "dissector/tap.h"
#include "mail/pop_attachments.h"
#include "mail/pop_header.h"

/* A mail that is to be listed. */
typedef struct listed_mail {
    export_object_list_t *list; /* the host's */
    uint32_t frame; /* in which it ends, or breaks off */
    bool is_preview;
    char *host; /* user, server, number, unique-id */
    const pop_exchange *exchange;
} listed_mail;

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

static unsigned count_label(const listed_mail *mail, const char *label)
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
static char *label_of(const listed_mail *mail)
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

/* An entry as the host wants it, which frees it by itself. */
static export_object_entry_t *new_object(const listed_mail *mail, const listed_object *listed)
{
    char *known = known_of(listed->octets);
    export_object_entry_t *object = g_new0(export_object_entry_t, 1);
    object->pkt_num = mail->frame;
    object->hostname = g_strdup(mail->host);
    object->content_type = content_type(listed, known);
    object->filename = file_name(listed, known != NULL);
    object->payload_len = listed->octets.length;
    object->payload_data = g_memdup2(listed->octets.octets, listed->octets.length);
    g_free(known);
    return object;
}

/* What keeps this mail from being the whole mail of the maildrop; NULL: nothing. */
static const char *mark_of(const listed_mail *mail)
{
    if (!pop_message_is_whole(mail->exchange->message)) {
        return "incomplete";
    }
    if (pop_exchange_is_uncertain(mail->exchange)) {
        return "uncertain";
    }
    return mail->is_preview ? "preview" : NULL;
}

typedef struct attachment_list {
    const listed_mail *mail;
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
    const char *mark = mark_of(attachments->mail);
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

static void add_mail(const listed_mail *mail, const char *label, const char *mark, pop_span octets)
{
    char *subject = pop_header_subject(octets);
    bool has_subject = subject != NULL && *subject != '\0';
    char *text = g_strconcat(has_subject ? subject : "no subject", ".eml", NULL);
    listed_object object = { label, "message/rfc822", mark, text, octets };
    mail->list->add_entry(mail->list->gui_data, new_object(mail, &object));
    g_free(text);
    g_free(subject);
}

static void list_mail(const listed_mail *mail)
{
    const pop_message *message = mail->exchange->message;
    pop_span octets = { message->octets, message->length };
    char *label = label_of(mail);
    attachment_list attachments = { mail, label, g_ptr_array_new() };
    bool all = pop_attachments_visit(octets, add_attachment, &attachments);
    const char *mark = mark_of(mail);
    add_mail(mail, label, mark == NULL && !all ? "attachments left out" : mark, octets);
    for (guint i = 0; i < attachments.objects->len; i++) {
        mail->list->add_entry(mail->list->gui_data, g_ptr_array_index(attachments.objects, i));
    }
    g_ptr_array_free(attachments.objects, TRUE);
    g_free(label);
}

/* --- Mails that never end --------------------------------------------------------------------- */

/* From the second pass on it is known which segment of a mail is its last. In the only pass of
 * tshark this is known at the end of the capture: so long, mails wait here. */
static GHashTable *waiting; /* pop_message to listed_mail */
static bool has_window; /* the host's dialog, which reads the capture again by itself */

static void free_waiting(void *data)
{
    listed_mail *mail = data;
    g_free(mail->host);
    g_free(mail);
}

static int by_frame(const void *one, const void *other)
{
    const listed_mail *a = one, *b = other;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Where a reading ends before the capture does (tshark -M), what waits then has broken off. */
static void list_waiting(void *data _U_)
{
    GList *mails = g_list_sort(g_hash_table_get_values(waiting), by_frame);
    for (GList *link = mails; link != NULL; link = link->next) {
        list_mail(link->data);
    }
    g_list_free(mails);
    g_hash_table_remove_all(waiting);
}

/* The host draws the listeners when it has read the capture, the latest first: this comes before it
 * writes the files. */
static void draw(void *data)
{
    pop_report_end_capture();
    list_waiting(data);
}

static void begin_waiting(void)
{
    waiting = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_waiting);
    pop_tap_listen(POP_TAP_NAME, &waiting, TL_REQUIRES_NOTHING, NULL, NULL, draw);
    pop_reading_join(list_waiting, &waiting);
}

static void wait_for_end(const listed_mail *mail)
{
    if (waiting == NULL) {
        begin_waiting();
    }
    g_hash_table_remove(waiting, mail->exchange->message);
    if (pop_export_filter_passes(mail->frame)) {
        listed_mail *copy = g_memdup2(mail, sizeof *mail);
        copy->host = g_strdup(mail->host);
        g_hash_table_insert(waiting, mail->exchange->message, copy);
    }
}

static bool is_last_octet(const pop_entry *entry, uint32_t frame)
{
    const pop_message *message = entry->exchange->message;
    return message->ended_in == 0 && entry->position == message->total
        && message->fragments.count > 0 && message->fragments.last.frame == frame;
}

/* --- Listening -------------------------------------------------------------------------------- */

static char *host_of(const pop_tap_record *record, const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    GString *host = g_string_new(NULL);
    if (entry->user != NULL) {
        char *user = pop_object_text(entry->user);
        g_string_append_printf(host, "%s@", user);
        g_free(user);
    }
    char *server = address_to_display(NULL, record->server);
    g_string_append(host, server);
    wmem_free(NULL, server);
    if (exchange->message_number == 0) {
        return g_string_free(host, FALSE);
    }
    g_string_append_printf(host, ", message %u", exchange->message_number);
    const char *unique_id = pop_maildrop_unique_id(
        exchange->maildrop, exchange->message_number, record->step);
    if (unique_id != NULL) {
        char *safe = pop_object_text(unique_id);
        g_string_append_printf(host, ", unique-id %s", safe);
        g_free(safe);
    }
    return g_string_free(host, FALSE);
}

static void take_entry(export_object_list_t *list, packet_info *pinfo, const pop_tap_record *record,
    const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    bool ends = entry->kind == POP_ENTRY_BODY_END
        || (entry->kind == POP_ENTRY_BODY && !record->is_first_pass
            && is_last_octet(entry, pinfo->num));
    bool waits = entry->kind == POP_ENTRY_BODY && record->is_first_pass && !has_window;
    if (ends && waiting != NULL) {
        g_hash_table_remove(waiting, exchange->message);
    }
    if (!waits && !(ends && pop_export_filter_passes(pinfo->num))) {
        return;
    }
    listed_mail mail = { .list = list,
        .frame = pinfo->num,
        .is_preview = exchange->command != NULL && exchange->command->id == POP_COMMAND_TOP,
        .host = host_of(record, entry),
        .exchange = exchange };
    if (ends) {
        list_mail(&mail);
    } else {
        wait_for_end(&mail);
    }
    g_free(mail.host);
}

static tap_packet_status take_segment(void *data, packet_info *pinfo,
    epan_dissect_t *dissection _U_, const void *told, tap_flags_t flags _U_)
{
    export_object_list_t *list = data;
    const pop_tap_record *record = told;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = record->entries[i].entry;
        if (entry->exchange != NULL && entry->exchange->message != NULL) {
            take_entry(list, pinfo, record, entry);
        }
    }
    return TAP_PACKET_REDRAW;
}

/* Only the host's dialog asks for this. */
static void reset(void)
{
    has_window = true;
}

static int export_tap = -1; /* the host's, that feeds its lists */

static void pass_on(packet_info *pinfo, const pop_tap_record *told)
{
    tap_queue_packet(export_tap, pinfo, told);
}

static void register_export(int protocol)
{
    export_tap = register_export_object(protocol, take_segment, reset);
    pop_tap_add_relay(export_tap, pass_on);
    pop_export_filter_register(protocol);
}

const pop_analysis_module pop_export_objects_module = { .register_with_protocol = register_export };
