/* pop_mail.c
 * Says what the plugin makes of mails, for the tests that compare it with other readers of mails.
 *
 *   pop_mail FILE...    of each mail, records of a name and a text, and a last one, "end"
 *
 * A record is a line "name octets", so many octets of text, and a line end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>
#include <string.h>

#include "mail/pop_attachments.h"
#include "mail/pop_head.h"
#include "mail/pop_mail_text.h"

#define TEXT_MOST 65536

static void tell(const char *name, const char *text)
{
    printf("%s %zu\n", name, strlen(text));
    fputs(text, stdout);
    putchar('\n');
}

static void tell_all(const char *name, const GPtrArray *texts)
{
    for (guint i = 0; i < texts->len; i++) {
        tell(name, g_ptr_array_index(texts, i));
    }
}

static void tell_head(pop_span mail)
{
    pop_head *head = pop_head_read(mail);
    tell("subject", head->subject);
    tell("from", head->from);
    tell("message_id", head->message_id);
    if (head->has_date) {
        char *date = g_strdup_printf("%" G_GINT64_FORMAT, head->date);
        tell("date", date);
        g_free(date);
    }
    tell_all("to", head->to);
    tell_all("cc", head->cc);
    tell_all("address", head->addresses);
    tell("header_cut", head->is_cut ? "yes" : "no");
    pop_head_free(head);
}

static void tell_text(pop_span mail)
{
    bool is_cut = false;
    GString *text = pop_mail_text(mail, TEXT_MOST, &is_cut);
    tell("text", text->str);
    tell("text_cut", is_cut ? "yes" : "no");
    g_string_free(text, TRUE);
}

/* Six records, of which the first is the attachment's number. */
static void tell_attachment(const pop_attachment *attachment, void *data)
{
    (void)data;
    const GByteArray *octets = attachment->octets;
    char *digest = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, octets->len > 0 ? octets->data : (const guchar *)"", octets->len);
    char *size = g_strdup_printf("%u", octets->len);
    tell("attachment", attachment->number);
    tell("name", attachment->name == NULL ? "" : attachment->name);
    tell("type", attachment->type);
    tell("size", size);
    tell("sha256", digest);
    tell("damaged", attachment->is_damaged ? "yes" : "no");
    g_free(size);
    g_free(digest);
}

int main(int count, char **words)
{
    for (int i = 1; i < count; i++) {
        char *octets = NULL;
        gsize length = 0;
        if (!g_file_get_contents(words[i], &octets, &length, NULL)) {
            fprintf(stderr, "pop_mail: %s cannot be read\n", words[i]);
            return 2;
        }
        pop_span mail = { (const uint8_t *)octets, length };
        tell_head(mail);
        tell_text(mail);
        tell("attachments_cut", pop_attachments_visit(mail, tell_attachment, NULL) ? "no" : "yes");
        tell("end", "");
        g_free(octets);
    }
    return 0;
}
