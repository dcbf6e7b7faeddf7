/* mail_parts_gmime.c
 * The attachments of a mail, decoded: pop_mime cuts the mail, GMime reads each part.
 *
 * GMime is not given the whole mail. Its parser keeps some hundred times a hostile mail's size in
 * memory, looks at each line once for each level of nesting, and ends the program over an address
 * field such as "To: a:a:a:…".
 *
 * RFC 2045 (encodings), RFC 2046 (types), RFC 2183 (Content-Disposition), RFC 2231 (names).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <gmime/gmime.h>

#include "analysis/mail_parts.h"
#include "mail/pop_header.h"
#include "mail/pop_mime.h"
#include "mail/pop_uuencode.h"

/* Encoded mails in encoded mails that are decoded: each is held in memory while its inside is
 * read. */
#define ENCODED_MAILS_MOST 8

typedef struct part_visit {
    pop_attachment_visitor visitor;
    void *data;
    uint32_t count;
    uint32_t mails_around; /* of the mail that is taken apart, where that was encoded itself */
    bool too_many; /* parts, that pop_mime did not cut all */
    bool is_full;
} part_visit;

/* What the header of a part says. */
typedef struct part_header {
    char *type; /* lower case */
    char *name; /* NULL: none */
    bool is_attached; /* "Content-Disposition: attachment" */
    GMimeContentEncoding encoding;
    bool is_uuencoded;
} part_header;

/* --- The header of a part --------------------------------------------------------------------- */

static GMimeParserOptions *options(void)
{
    static GMimeParserOptions *made;
    if (made == NULL) {
        static const char *charsets[] = { "utf-8", "iso-8859-1", NULL };
        g_mime_init();
        made = g_mime_parser_options_new();
        g_mime_parser_options_set_fallback_charsets(made, charsets);
    }
    return made;
}

static char *valid_name(const char *name)
{
    return name == NULL || *name == '\0' ? NULL : g_utf8_make_valid(name, -1);
}

static void read_type(pop_span header, bool in_digest, part_header *read)
{
    char *value = pop_header_value(header, POP_SPAN("Content-Type:"));
    GMimeContentType *type = value == NULL ? NULL : g_mime_content_type_parse(options(), value);
    if (type == NULL) {
        read->type = g_strdup(in_digest ? "message/rfc822" : "text/plain");
    } else {
        char *text = g_mime_content_type_get_mime_type(type);
        char *valid = g_utf8_make_valid(text, -1);
        read->type = g_ascii_strdown(valid, -1);
        read->name = valid_name(g_mime_content_type_get_parameter(type, "name"));
        g_free(valid);
        g_free(text);
        g_object_unref(type);
    }
    g_free(value);
}

/* RFC 2183 section 2.3: the name here goes before that of the Content-Type. */
static void read_disposition(pop_span header, part_header *read)
{
    char *value = pop_header_value(header, POP_SPAN("Content-Disposition:"));
    GMimeContentDisposition *disposition = value == NULL
        ? NULL
        : g_mime_content_disposition_parse(options(), value);
    if (disposition != NULL) {
        read->is_attached = g_mime_content_disposition_is_attachment(disposition);
        char *name = valid_name(g_mime_content_disposition_get_parameter(disposition, "filename"));
        if (name != NULL) {
            g_free(read->name);
            read->name = name;
        }
        g_object_unref(disposition);
    }
    g_free(value);
}

static part_header read_header(const pop_mime_part *part)
{
    part_header read = { .type = NULL };
    read_type(part->header, part->in_digest, &read);
    read_disposition(part->header, &read);
    char *encoding = pop_header_value(part->header, POP_SPAN("Content-Transfer-Encoding:"));
    if (encoding != NULL) {
        read.encoding = g_mime_content_encoding_from_string(encoding);
        read.is_uuencoded = read.encoding == GMIME_CONTENT_ENCODING_UUENCODE;
    }
    g_free(encoding);
    return read;
}

static void free_header(part_header *read)
{
    g_free(read->type);
    g_free(read->name);
}

/* --- The content of a part -------------------------------------------------------------------- */

/* RFC 2045 section 6.8: only its alphabet and line ends, in groups of four. */
static bool is_sound_base64(pop_span body)
{
    size_t characters = 0;
    for (size_t i = 0; i < body.length; i++) {
        uint8_t octet = body.octets[i];
        if (g_ascii_isalnum(octet) || octet == '+' || octet == '/' || octet == '=') {
            characters++;
        } else if (!g_ascii_isspace(octet)) {
            return false;
        }
    }
    return characters % 4 == 0;
}

static GByteArray *copy_of(pop_span body)
{
    GByteArray *octets = g_byte_array_sized_new((guint)body.length);
    return g_byte_array_append(octets, body.octets, (guint)body.length);
}

/* Base64 and quoted-printable are undone; all else is left as it is, line ends included. */
static GByteArray *decoded(pop_span body, GMimeContentEncoding encoding)
{
    if (encoding != GMIME_CONTENT_ENCODING_BASE64
        && encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
        return copy_of(body);
    }
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, encoding);
    GByteArray *octets = g_byte_array_new();
    g_byte_array_set_size(octets, (guint)g_mime_encoding_outlen(&state, body.length));
    size_t length = g_mime_encoding_flush(
        &state, (const char *)body.octets, body.length, (char *)octets->data);
    return g_byte_array_set_size(octets, (guint)length);
}

/* --- What is an attachment -------------------------------------------------------------------- */

static bool tell(part_visit *visit, const pop_attachment *attachment)
{
    if (visit->count >= POP_ATTACHMENTS_MOST) {
        visit->is_full = true;
        return false;
    }
    visit->count++;
    visit->visitor(attachment, visit->data);
    return true;
}

static void tell_uuencoded(part_visit *visit, pop_span text)
{
    pop_uu_file file;
    size_t at = 0;
    while (!visit->is_full && pop_uu_next(text, &at, &file)) {
        char *raw = g_strndup((const char *)file.name.octets, file.name.length);
        char *name = valid_name(raw);
        tell(visit,
            &(pop_attachment){ name, "application/octet-stream", !file.is_whole, file.octets });
        g_byte_array_unref(file.octets);
        g_free(name);
        g_free(raw);
    }
}

static bool is_attachment(const part_header *header)
{
    return header->is_attached || header->name != NULL || !g_str_has_prefix(header->type, "text/");
}

static void visit_parts(part_visit *visit, pop_span mail);

/* The whole content is one uuencoded file, whose own name counts if the header has none. */
static bool take_uuencoded_part(part_header *header, pop_span body, pop_attachment *attachment)
{
    pop_uu_file file;
    size_t at = 0;
    if (!pop_uu_next(body, &at, &file)) {
        return false;
    }
    if (header->name == NULL) {
        char *raw = g_strndup((const char *)file.name.octets, file.name.length);
        header->name = valid_name(raw);
        g_free(raw);
    }
    *attachment = (pop_attachment){ header->name, header->type, !file.is_whole, file.octets };
    return true;
}

static void tell_part(part_visit *visit, part_header *header, pop_span body)
{
    pop_attachment attachment;
    if (!header->is_uuencoded || !take_uuencoded_part(header, body, &attachment)) {
        bool damaged = header->is_uuencoded
            || (header->encoding == GMIME_CONTENT_ENCODING_BASE64 && !is_sound_base64(body));
        attachment = (pop_attachment){ header->name, header->type, damaged,
            decoded(body, header->encoding) };
    }
    pop_span octets = { attachment.octets->data, attachment.octets->len };
    if (tell(visit, &attachment) && pop_mime_is_mail_type(header->type)
        && visit->mails_around < ENCODED_MAILS_MOST) {
        visit->mails_around++;
        visit_parts(visit, octets);
        visit->mails_around--;
    }
    g_byte_array_unref(attachment.octets);
}

/* The text of a mail, which uuencode may have put files into. */
static void look_into_text(part_visit *visit, const part_header *header, pop_span body)
{
    if (header->encoding == GMIME_CONTENT_ENCODING_BASE64
        || header->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
        GByteArray *text = decoded(body, header->encoding);
        tell_uuencoded(visit, (pop_span){ text->data, text->len });
        g_byte_array_unref(text);
    } else {
        tell_uuencoded(visit, body);
    }
}

/* RFC 2046 section 5.2.1: a mail is attached as it is. Its name is the sender's, or its subject. */
static void tell_attached_mail(
    part_visit *visit, const part_header *header, const pop_mime_part *part)
{
    if (visit->mails_around + part->mails_around >= POP_ATTACHED_MAILS_MOST) {
        return;
    }
    char *subject = header->name != NULL ? NULL : pop_header_subject(part->body);
    char *name = subject == NULL || *subject == '\0' ? NULL : g_strconcat(subject, ".eml", NULL);
    GByteArray *octets = copy_of(part->body);
    tell(visit,
        &(pop_attachment){
            header->name != NULL ? header->name : name, header->type, false, octets });
    g_byte_array_unref(octets);
    g_free(name);
    g_free(subject);
}

static void visit_part(part_visit *visit, const pop_mime_part *part)
{
    part_header header = read_header(part);
    if (part->is_mail) {
        tell_attached_mail(visit, &header, part);
    } else if (header.is_uuencoded || is_attachment(&header)) {
        tell_part(visit, &header, part->body);
    } else if (g_strcmp0(header.type, "text/plain") == 0) {
        look_into_text(visit, &header, part->body);
    }
    free_header(&header);
}

static void visit_parts(part_visit *visit, pop_span mail)
{
    pop_mime_parts *parts = pop_mime_cut(mail);
    visit->too_many |= parts->too_many;
    for (size_t i = 0; i < parts->count && !visit->is_full; i++) {
        visit_part(visit, &parts->parts[i]);
    }
    pop_mime_free(parts);
}

bool pop_mail_parts_known(void)
{
    return true;
}

bool pop_mail_parts_visit(pop_span mail, pop_attachment_visitor visitor, void *data)
{
    part_visit visit = { .visitor = visitor, .data = data };
    visit_parts(&visit, mail);
    return !visit.too_many && !visit.is_full;
}
