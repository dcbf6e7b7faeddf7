/* pop_part.c
 * What the header of a part says of its content.
 *
 * RFC 2045 (types, encodings), RFC 2183 (Content-Disposition), RFC 2231, RFC 3676 (format=flowed).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_part.h"

#include <string.h>

#include "mail/pop_header.h"
#include "mail/pop_parameter.h"

static pop_span span_of(const GString *text)
{
    return (pop_span){ (const uint8_t *)text->str, text->len };
}

static char *non_empty(char *text)
{
    if (text != NULL && *text == '\0') {
        g_free(text);
        return NULL;
    }
    return text;
}

static bool parameter_is(pop_span value, const char *name, const char *wanted)
{
    char *text = pop_parameter_text(value, name);
    bool is_wanted = text != NULL && g_ascii_strcasecmp(text, wanted) == 0;
    g_free(text);
    return is_wanted;
}

static char *type_named(pop_span value)
{
    pop_span head = pop_parameter_head(value);
    char *raw = head.length == 0
        ? g_strdup("")
        : g_utf8_make_valid((const char *)head.octets, (gssize)head.length);
    char *type = g_ascii_strdown(raw, -1);
    g_free(raw);
    return type;
}

/* RFC 2045 section 5.2: what names no type is a text. */
static void read_type(pop_part_header *read, pop_span value)
{
    g_free(read->type);
    read->type = type_named(value);
    if (strchr(read->type, '/') == NULL) {
        g_free(read->type);
        read->type = g_strdup("text/plain");
    }
    g_free(read->name);
    read->name = non_empty(pop_parameter_text(value, "name"));
    if (!g_str_has_prefix(read->type, "text/")) {
        return;
    }
    char *charset = pop_parameter_text(value, "charset");
    if (charset != NULL) {
        g_free(read->charset);
        read->charset = charset;
    }
    read->is_flowed = parameter_is(value, "format", "flowed");
    read->deletes_space = parameter_is(value, "delsp", "yes");
}

/* What a header says, field by field; the first field of each name counts. */
typedef struct part_fields {
    GString *type, *disposition, *encoding; /* unfolded; NULL: not there */
} part_fields;

static void take_field(part_fields *fields, const pop_header_field *field)
{
    GString **to = NULL;
    if (pop_span_is(field->name, POP_SPAN("Content-Type:"))) {
        to = &fields->type;
    } else if (pop_span_is(field->name, POP_SPAN("Content-Disposition:"))) {
        to = &fields->disposition;
    } else if (pop_span_is(field->name, POP_SPAN("Content-Transfer-Encoding:"))) {
        to = &fields->encoding;
    }
    if (to != NULL && *to == NULL) {
        *to = pop_header_unfold(field->value);
    }
}

/* RFC 2183 section 2.3: the name here goes before that of the Content-Type. */
static void read_disposition(pop_part_header *read, pop_span value)
{
    read->is_attached = pop_span_is(pop_parameter_head(value), POP_SPAN("attachment"));
    char *name = non_empty(pop_parameter_text(value, "filename"));
    if (name != NULL) {
        g_free(read->name);
        read->name = name;
    }
}

static void free_field(GString *field)
{
    if (field != NULL) {
        g_string_free(field, TRUE);
    }
}

pop_part_header pop_part_header_read(const pop_mime_part *part)
{
    pop_part_header read = {
        .type = g_strdup(part->in_digest ? "message/rfc822" : "text/plain"),
        .charset = g_strdup(""),
    };
    part_fields fields = { NULL, NULL, NULL };
    pop_header_walk walk = { part->header };
    pop_header_field field;
    while (pop_header_next(&walk, &field)) {
        take_field(&fields, &field);
    }
    if (fields.type != NULL) {
        read_type(&read, span_of(fields.type));
    }
    if (fields.disposition != NULL) {
        read_disposition(&read, span_of(fields.disposition));
    }
    if (fields.encoding != NULL) {
        read.encoding = pop_transfer_named(span_of(fields.encoding));
    }
    free_field(fields.type);
    free_field(fields.disposition);
    free_field(fields.encoding);
    return read;
}

void pop_part_header_clear(pop_part_header *header)
{
    g_free(header->type);
    g_free(header->name);
    g_free(header->charset);
}

bool pop_part_is_attachment(const pop_part_header *header)
{
    return header->is_attached || header->name != NULL || !g_str_has_prefix(header->type, "text/");
}

bool pop_part_is_text(const pop_part_header *header)
{
    return !header->is_attached && g_str_has_prefix(header->type, "text/");
}
