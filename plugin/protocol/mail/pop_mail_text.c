/* pop_mail_text.c
 * The text of a mail that a reader would see, from whatever form it travels in.
 *
 * RFC 2045, RFC 2046 section 5.1.4 (alternatives), RFC 3676.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_mail_text.h"

#include <string.h>

#include "mail/pop_charset.h"
#include "mail/pop_flowed.h"
#include "mail/pop_html.h"
#include "mail/pop_part.h"
#include "mail/pop_uuencode.h"

/* Octets of a part that are looked at for each octet of text that may still be told: markup and
 * encodings are longer than what they say. A little is looked at in any case. */
#define SOURCE_TIMES 16
#define SOURCE_LEAST 4096

#define CHARSET_SEARCHED                                                                           \
    1024 /* octets of HTML that may say its charset (HTML Standard, 13.2.3.2) */

typedef struct text_work {
    GString *text;
    size_t limit;
    bool is_cut;
} text_work;

static pop_span span_of(const GString *text)
{
    return (pop_span){ (const uint8_t *)text->str, text->len };
}

/* --- The way of a part's text to the mail's --------------------------------------------------- */

/* One character that is not printable ASCII: line ends are LF; other control characters are not for
 * anybody's eyes. Returns what comes behind it. */
static const char *append_character(GString *text, const char *at, const char *end)
{
    if (*at == '\n' || *at == '\t') {
        g_string_append_c(text, *at);
        return at + 1;
    }
    if (*at == '\r') {
        g_string_append_c(text, '\n');
        return at + (at + 1 < end && at[1] == '\n' ? 2 : 1);
    }
    gunichar character = *at == '\0' ? 0 : g_utf8_get_char(at);
    g_string_append_unichar(text, g_unichar_iscntrl(character) ? 0xFFFD : character);
    return character == 0 ? at + 1 : g_utf8_find_next_char(at, NULL);
}

static void append_clean(text_work *work, const GString *part)
{
    const char *at = part->str, *end = part->str + part->len;
    while (at < end && work->text->len < work->limit) {
        pop_span rest = { (const uint8_t *)at, (size_t)(end - at) };
        size_t plain = pop_span_printable_length(
            pop_span_part(rest, 0, work->limit - work->text->len));
        g_string_append_len(work->text, at, (gssize)plain);
        at += plain;
        if (plain == 0) {
            at = append_character(work->text, at, end);
        }
    }
    work->is_cut = work->is_cut || at < end;
}

static void append_part(text_work *work, const GString *part)
{
    bool is_empty = true;
    for (gsize i = 0; i < part->len && is_empty; i++) {
        is_empty = g_ascii_isspace(part->str[i]);
    }
    if (is_empty) {
        return;
    }
    if (work->text->len > 0) {
        bool ends_line = work->text->str[work->text->len - 1] == '\n';
        g_string_append(work->text, ends_line ? "\n" : "\n\n");
    }
    append_clean(work, part);
}

/* --- One part --------------------------------------------------------------------------------- */

/* Where a header names no charset, the document may. */
static pop_span charset_of_html(pop_span document)
{
    static const char mark[] = "charset=";
    pop_span head = pop_span_part(document, 0, CHARSET_SEARCHED);
    for (size_t at = 0; at + strlen(mark) < head.length; at++) {
        pop_span rest = pop_span_part(head, at, head.length);
        if (pop_span_starts(rest, POP_SPAN("charset="))) {
            rest = pop_span_part(rest, strlen(mark), rest.length);
            size_t from = rest.length > 0 && strchr("\"'", rest.octets[0]) != NULL ? 1 : 0;
            size_t to = from;
            while (to < rest.length
                && (g_ascii_isalnum(rest.octets[to]) || strchr("-_.", rest.octets[to]) != NULL)
                && rest.octets[to] != '\0') {
                to++;
            }
            return pop_span_part(rest, from, to - from);
        }
    }
    return POP_SPAN("");
}

/* The files that uuencode put there are told as attachments. */
static GString *without_files(GString *text)
{
    GString *rest = NULL;
    pop_uu_file file;
    size_t at = 0, behind = 0;
    while (pop_uu_next(span_of(text), &at, &file)) {
        rest = rest == NULL ? g_string_new(NULL) : rest;
        g_string_append_len(rest, text->str + behind, (gssize)(file.begins - behind));
        behind = at;
        g_byte_array_unref(file.octets);
    }
    if (rest == NULL) {
        return text;
    }
    g_string_append_len(rest, text->str + behind, (gssize)(text->len - behind));
    g_string_free(text, TRUE);
    return rest;
}

static bool is_html(const pop_part_header *header)
{
    return strcmp(header->type, "text/html") == 0 || strcmp(header->type, "text/x-amp-html") == 0;
}

/* The part's text in UTF-8, in the form it was written in. */
static GString *written_text(const pop_part_header *header, pop_span body)
{
    GByteArray *octets = pop_transfer_decode(body, header->encoding, NULL);
    pop_span decoded = { octets->data, octets->len };
    pop_span charset = { (const uint8_t *)header->charset, strlen(header->charset) };
    if (charset.length == 0 && is_html(header)) {
        charset = charset_of_html(decoded);
    }
    GString *text = g_string_new(NULL);
    pop_charset_append(text, decoded, charset, SIZE_MAX);
    g_byte_array_unref(octets);
    return text;
}

static GString *seen_text(const pop_part_header *header, GString *written, size_t limit)
{
    if (is_html(header)) {
        GString *seen = g_string_new(NULL);
        pop_html_append(seen, span_of(written), limit + 1);
        g_string_free(written, TRUE);
        return seen;
    }
    written = without_files(written);
    if (header->is_flowed) {
        GString *seen = g_string_new(NULL);
        pop_flowed_append(seen, span_of(written), header->deletes_space);
        g_string_free(written, TRUE);
        return seen;
    }
    return written;
}

static void take_part(text_work *work, const pop_mime_part *part)
{
    pop_part_header header = pop_part_header_read(part);
    if (pop_part_is_text(&header)) {
        size_t room = work->limit - work->text->len;
        size_t source = room <= (SIZE_MAX - SOURCE_LEAST) / SOURCE_TIMES
            ? room * SOURCE_TIMES + SOURCE_LEAST
            : SIZE_MAX;
        GString *seen = seen_text(
            &header, written_text(&header, pop_span_part(part->body, 0, source)), room);
        work->is_cut = work->is_cut || part->body.length > source;
        append_part(work, seen);
        g_string_free(seen, TRUE);
    }
    pop_part_header_clear(&header);
}

GString *pop_mail_text(pop_span mail, size_t limit, bool *is_cut_out)
{
    text_work work = { g_string_new(NULL), limit, false };
    pop_mime_parts *parts = pop_mime_cut(mail);
    work.is_cut = parts->too_many;
    for (size_t i = 0; i < parts->count; i++) {
        if (work.text->len >= limit) {
            work.is_cut = true;
            break;
        }
        if (!parts->parts[i].is_mail) {
            take_part(&work, &parts->parts[i]);
        }
    }
    pop_mime_free(parts);
    pop_span whole = pop_span_head(span_of(work.text), limit);
    *is_cut_out = work.is_cut || whole.length < work.text->len;
    g_string_truncate(work.text, whole.length);
    return work.text;
}
