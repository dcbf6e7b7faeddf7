/* pop_attachments.c
 * The attachments of a mail, decoded.
 *
 * RFC 2045 (encodings), RFC 2046 (types), RFC 2183 (Content-Disposition), RFC 2231 (names).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_attachments.h"

#include "mail/pop_charset.h"
#include "mail/pop_file_type.h"
#include "mail/pop_header.h"
#include "mail/pop_part.h"
#include "mail/pop_uuencode.h"

/* Encoded mails in encoded mails that are decoded: each is held in memory while its inside is
 * read. */
#define ENCODED_MAILS_MOST 8

typedef struct attachment_visit {
    pop_attachment_visitor visitor;
    void *data;
    uint32_t count;
    uint32_t mails_around; /* of the mail that is taken apart, where that was encoded itself */
    uint32_t numbers[POP_ATTACHED_MAILS_MOST + 1]; /* of the latest on each level of mails */
    bool too_many; /* parts, that pop_mime did not cut all */
    bool is_full;
} attachment_visit;

/* --- Telling ---------------------------------------------------------------------------------- */

/* Mails that are no files of their own do not count as levels. */
static char *next_number(attachment_visit *visit, uint32_t mails_around)
{
    uint32_t level = MIN(visit->mails_around + mails_around, POP_ATTACHED_MAILS_MOST);
    GString *number = g_string_new(NULL);
    visit->numbers[level]++;
    for (uint32_t i = 0; i <= level; i++) {
        g_string_append_printf(number, i == 0 ? "%u" : ".%u", visit->numbers[i]);
    }
    for (uint32_t i = level + 1; i <= POP_ATTACHED_MAILS_MOST; i++) {
        visit->numbers[i] = 0;
    }
    return g_string_free(number, FALSE);
}

static bool tell(attachment_visit *visit, uint32_t mails_around, pop_attachment *attachment)
{
    if (visit->count >= POP_ATTACHMENTS_MOST) {
        visit->is_full = true;
        return false;
    }
    visit->count++;
    if (pop_file_type_says_nothing(attachment->type)) {
        pop_span octets = { attachment->octets->data, attachment->octets->len };
        const char *known = pop_file_type(octets);
        attachment->type = known != NULL ? known : attachment->type;
    }
    char *number = next_number(visit, mails_around);
    attachment->number = number;
    visit->visitor(attachment, visit->data);
    g_free(number);
    return true;
}

/* --- Files in a text -------------------------------------------------------------------------- */

/* Before MIME nobody said in which charset a name is. */
static char *uuencoded_name(const pop_uu_file *file)
{
    if (file->name.length == 0) {
        return NULL;
    }
    GString *name = g_string_new(NULL);
    pop_charset_append(name, file->name, POP_SPAN(""), SIZE_MAX);
    return pop_charset_string(name);
}

static void tell_uuencoded(attachment_visit *visit, uint32_t mails_around, pop_span text)
{
    pop_uu_file file;
    size_t at = 0;
    while (!visit->is_full && pop_uu_next(text, &at, &file)) {
        char *name = uuencoded_name(&file);
        tell(visit, mails_around,
            &(pop_attachment){ .name = name,
                .type = "application/octet-stream",
                .is_damaged = !file.is_whole,
                .octets = file.octets });
        g_byte_array_unref(file.octets);
        g_free(name);
    }
}

/* The text of a mail, which uuencode may have put files into. */
static void look_into_text(
    attachment_visit *visit, const pop_part_header *header, const pop_mime_part *part)
{
    if (header->encoding == POP_TRANSFER_PLAIN) {
        tell_uuencoded(visit, part->mails_around, part->body);
        return;
    }
    GByteArray *text = pop_transfer_decode(part->body, header->encoding, NULL);
    tell_uuencoded(visit, part->mails_around, (pop_span){ text->data, text->len });
    g_byte_array_unref(text);
}

/* --- Parts ------------------------------------------------------------------------------------ */

static void visit_parts(attachment_visit *visit, pop_span mail);

/* The whole content is one uuencoded file, whose own name counts if the header has none. */
static bool take_uuencoded_part(pop_part_header *header, pop_span body, pop_attachment *attachment)
{
    pop_uu_file file;
    size_t at = 0;
    if (!pop_uu_next(body, &at, &file)) {
        return false;
    }
    if (header->name == NULL) {
        header->name = uuencoded_name(&file);
    }
    attachment->octets = file.octets;
    attachment->is_damaged = !file.is_whole;
    return true;
}

/* A mail that is attached and encoded, which RFC 2046 section 5.2.1 forbids. */
static void visit_encoded_mail(attachment_visit *visit, const pop_mime_part *part, pop_span octets)
{
    uint32_t around = visit->mails_around;
    if (around < ENCODED_MAILS_MOST) {
        visit->mails_around += part->mails_around + 1;
        visit_parts(visit, octets);
        visit->mails_around = around;
    }
}

static void tell_part(attachment_visit *visit, pop_part_header *header, const pop_mime_part *part)
{
    pop_attachment attachment = { .type = header->type };
    if (header->encoding != POP_TRANSFER_UUENCODE
        || !take_uuencoded_part(header, part->body, &attachment)) {
        bool is_sound = true;
        attachment.octets = pop_transfer_decode(part->body, header->encoding, &is_sound);
        /* A lone "=" in quoted-printable is common, and costs nothing. */
        attachment.is_damaged = header->encoding == POP_TRANSFER_UUENCODE
            || (header->encoding == POP_TRANSFER_BASE64 && !is_sound);
    }
    attachment.name = header->name;
    if (tell(visit, part->mails_around, &attachment) && pop_mime_is_mail_type(header->type)) {
        visit_encoded_mail(
            visit, part, (pop_span){ attachment.octets->data, attachment.octets->len });
    }
    g_byte_array_unref(attachment.octets);
}

/* RFC 2046 section 5.2.1: a mail is attached as it is. Its name is the sender's, or its subject. */
static void tell_attached_mail(
    attachment_visit *visit, const pop_part_header *header, const pop_mime_part *part)
{
    if (visit->mails_around + part->mails_around >= POP_ATTACHED_MAILS_MOST) {
        return;
    }
    char *subject = header->name != NULL ? NULL : pop_header_subject(part->body);
    char *name = subject == NULL || *subject == '\0' ? NULL : g_strconcat(subject, ".eml", NULL);
    GByteArray *octets = pop_transfer_decode(part->body, POP_TRANSFER_PLAIN, NULL);
    tell(visit, part->mails_around,
        &(pop_attachment){ .name = header->name != NULL ? header->name : name,
            .type = header->type,
            .octets = octets });
    g_byte_array_unref(octets);
    g_free(name);
    g_free(subject);
}

static void visit_part(attachment_visit *visit, const pop_mime_part *part)
{
    pop_part_header header = pop_part_header_read(part);
    if (part->is_mail) {
        tell_attached_mail(visit, &header, part);
    } else if (header.encoding == POP_TRANSFER_UUENCODE || pop_part_is_attachment(&header)) {
        tell_part(visit, &header, part);
    } else if (g_strcmp0(header.type, "text/plain") == 0) {
        look_into_text(visit, &header, part);
    }
    pop_part_header_clear(&header);
}

static void visit_parts(attachment_visit *visit, pop_span mail)
{
    pop_mime_parts *parts = pop_mime_cut(mail);
    visit->too_many |= parts->too_many;
    for (size_t i = 0; i < parts->count && !visit->is_full; i++) {
        visit_part(visit, &parts->parts[i]);
    }
    pop_mime_free(parts);
}

bool pop_attachments_visit(pop_span mail, pop_attachment_visitor visitor, void *data)
{
    attachment_visit visit = { .visitor = visitor, .data = data };
    visit_parts(&visit, mail);
    return !visit.too_many && !visit.is_full;
}
