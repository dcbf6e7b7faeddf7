/* pop_html.c
 * The text of an HTML document, as its reader would see it; and where its links lead.
 *
 * HTML 4.01; where a tag or a comment ends, what a character reference stands for: the HTML
 * Standard, section 13.2.5.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_html.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCE_MOST 32 /* octets of a character reference that are looked at */
#define LINK_MOST 2048 /* octets of an address that are kept */

typedef struct html_reader {
    pop_span document;
    size_t at;
    GString *text;
    GString *link; /* the address of the "a" that is open; empty: none is */
    size_t link_text; /* where in the text its own text begins */
    bool pending_blank; /* blanks came, and no text behind them */
    unsigned preformatted; /* how many "pre" are open */
} html_reader;

static pop_span from_here(const html_reader *reader)
{
    return pop_span_part(reader->document, reader->at, reader->document.length);
}

static bool is_white(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n' || octet == '\f';
}

/* --- Character references --------------------------------------------------------------------- */

static int compare_names(const void *name, const void *row)
{
    return strcmp(name, *(const char *const *)row);
}

static gunichar named_character(const char *name)
{
    static const struct entity {
        const char *name;
        gunichar character;
    } entities[] = {
#define ENTITY(name, character) { name, character },
#include "mail/pop_html_entities.def"
#undef ENTITY
    };
    const struct entity *found = bsearch(
        name, entities, G_N_ELEMENTS(entities), sizeof entities[0], compare_names);
    return found == NULL ? 0 : found->character;
}

/* Numbers from 128 to 159 are those of Windows-1252 (HTML Standard, section 13.2.5.80). */
static gunichar numbered_character(const char *digits, int base)
{
    static const gunichar windows[] = { 0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
        0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
        0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
        0x017E, 0x0178 };
    char *end = NULL;
    guint64 number = g_ascii_strtoull(digits, &end, (guint)base);
    if (end == digits || *end != '\0') {
        return 0;
    }
    if (number >= 0x80 && number <= 0x9F) {
        return windows[number - 0x80];
    }
    bool is_character = number > 0 && number <= 0x10FFFF && g_unichar_validate((gunichar)number);
    return is_character ? (gunichar)number : 0xFFFD;
}

/* The character that the span, which begins with "&", begins with; 0: it is no reference. */
static gunichar take_reference(pop_span span, size_t *length_out)
{
    char name[REFERENCE_MOST];
    size_t length = 0;
    while (1 + length < span.length && length + 1 < sizeof name
        && (g_ascii_isalnum(span.octets[1 + length]) || span.octets[1 + length] == '#')) {
        name[length] = (char)span.octets[1 + length];
        length++;
    }
    name[length] = '\0';
    bool is_closed = 1 + length < span.length && span.octets[1 + length] == ';';
    *length_out = 1 + length + (is_closed ? 1 : 0);
    if (name[0] == '#') {
        bool is_hexadecimal = name[1] == 'x' || name[1] == 'X';
        return is_hexadecimal ? numbered_character(name + 2, 16) : numbered_character(name + 1, 10);
    }
    return named_character(name);
}

/* Text with references, of an attribute or between tags, as characters. */
static GString *dereferenced(pop_span raw)
{
    GString *text = g_string_sized_new(raw.length);
    for (size_t at = 0; at < raw.length;) {
        size_t length = 0;
        gunichar character = raw.octets[at] == '&'
            ? take_reference(pop_span_part(raw, at, raw.length), &length)
            : 0;
        if (character != 0) {
            g_string_append_unichar(text, character);
            at += length;
        } else {
            g_string_append_c(text, (char)raw.octets[at++]);
        }
    }
    return text;
}

/* --- Text ------------------------------------------------------------------------------------- */

static bool at_line_start(const html_reader *reader)
{
    return reader->text->len == 0 || reader->text->str[reader->text->len - 1] == '\n';
}

static void end_line(html_reader *reader)
{
    reader->pending_blank = false;
    if (!at_line_start(reader)) {
        g_string_append_c(reader->text, '\n');
    }
}

/* Blanks and line ends are one blank, and none at a line's beginning or end. */
static void append_collapsed(html_reader *reader, const GString *text)
{
    for (gsize i = 0; i < text->len; i++) {
        if (is_white((uint8_t)text->str[i])) {
            reader->pending_blank = true;
            continue;
        }
        if (reader->pending_blank && !at_line_start(reader)) {
            g_string_append_c(reader->text, ' ');
        }
        reader->pending_blank = false;
        g_string_append_c(reader->text, text->str[i]);
    }
}

static void append_text(html_reader *reader, pop_span raw)
{
    GString *text = dereferenced(raw);
    if (reader->preformatted > 0) {
        g_string_append_len(reader->text, text->str, (gssize)text->len);
    } else {
        append_collapsed(reader, text);
    }
    g_string_free(text, TRUE);
}

/* An address behind its text; not where the text is that address. */
static void append_link(html_reader *reader, const char *address, size_t link_text)
{
    const char *own = reader->text->str + MIN(link_text, reader->text->len);
    bool is_told = strstr(own, address) != NULL;
    if (*address != '\0' && *address != '#' && !is_told) {
        g_string_append_printf(reader->text, "%s<%s>", at_line_start(reader) ? "" : " ", address);
        reader->pending_blank = true;
    }
}

/* --- Tags ------------------------------------------------------------------------------------- */

typedef struct html_tag {
    pop_span name;
    bool is_end;
    pop_span link, alternative; /* values of href or action, and of alt */
} html_tag;

static pop_span take_attribute_value(html_reader *reader)
{
    pop_span rest = from_here(reader);
    uint8_t quote = rest.length > 0 ? rest.octets[0] : 0;
    size_t length = 0;
    if (quote == '"' || quote == '\'') {
        const uint8_t *end = pop_span_find(pop_span_part(rest, 1, rest.length), quote);
        length = end == NULL ? rest.length - 1 : (size_t)(end - rest.octets) - 1;
        reader->at += length + 2;
        return pop_span_part(rest, 1, length);
    }
    while (length < rest.length && !is_white(rest.octets[length]) && rest.octets[length] != '>') {
        length++;
    }
    reader->at += length;
    return pop_span_part(rest, 0, length);
}

static void skip_white(html_reader *reader)
{
    while (reader->at < reader->document.length && is_white(reader->document.octets[reader->at])) {
        reader->at++;
    }
}

static bool is_of_name(uint8_t octet)
{
    return !is_white(octet) && octet != '>' && octet != '/' && octet != '=';
}

static pop_span take_name(html_reader *reader)
{
    pop_span rest = from_here(reader);
    size_t length = 0;
    while (length < rest.length && is_of_name(rest.octets[length])) {
        length++;
    }
    reader->at += length;
    return pop_span_part(rest, 0, length);
}

static void take_attribute(html_reader *reader, html_tag *tag)
{
    pop_span name = take_name(reader), value = { NULL, 0 };
    skip_white(reader);
    if (reader->at < reader->document.length && reader->document.octets[reader->at] == '=') {
        reader->at++;
        skip_white(reader);
        value = take_attribute_value(reader);
    } else if (name.length == 0) {
        reader->at++; /* "/", or what has no place here */
    }
    if (pop_span_is(name, POP_SPAN("href")) || pop_span_is(name, POP_SPAN("action"))) {
        tag->link = value;
    } else if (pop_span_is(name, POP_SPAN("alt"))) {
        tag->alternative = value;
    }
}

/* The tag from its name on; the reader stands behind its ">" then, or at the document's end. */
static html_tag take_tag(html_reader *reader)
{
    html_tag tag = { .is_end = reader->document.octets[reader->at] == '/' };
    reader->at += tag.is_end ? 1 : 0;
    tag.name = take_name(reader);
    while (reader->at < reader->document.length && reader->document.octets[reader->at] != '>') {
        skip_white(reader);
        if (reader->at < reader->document.length && reader->document.octets[reader->at] != '>') {
            take_attribute(reader, &tag);
        }
    }
    reader->at++;
    return tag;
}

static bool is_one_of(pop_span name, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (pop_span_is(name, (pop_span){ (const uint8_t *)names[i], strlen(names[i]) })) {
            return true;
        }
    }
    return false;
}

/* What stands between these and their ends is no text for the reader. */
static const char *const unseen[] = { "script", "style", "title", NULL };

/* These begin and end lines. */
static const char *const blocks[] = { "address", "article", "blockquote", "body", "center", "dd",
    "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul", NULL };

/* The reader stands behind "<script>": moves to its end tag, or to the end. */
static void skip_unseen(html_reader *reader, pop_span name)
{
    while (reader->at < reader->document.length) {
        pop_span rest = from_here(reader);
        const uint8_t *found = pop_span_find(rest, '<');
        if (found == NULL) {
            reader->at = reader->document.length;
            return;
        }
        reader->at += (size_t)(found - rest.octets);
        pop_span behind = pop_span_part(from_here(reader), 2, name.length);
        if (pop_span_part(from_here(reader), 1, 1).length == 1 && found[1] == '/'
            && pop_span_is(behind, name)) {
            return;
        }
        reader->at++;
    }
}

static void close_link(html_reader *reader)
{
    if (reader->link->len > 0) {
        append_link(reader, reader->link->str, reader->link_text);
        g_string_truncate(reader->link, 0);
    }
}

static void open_link(html_reader *reader, const html_tag *tag)
{
    close_link(reader);
    GString *address = dereferenced(pop_span_head(tag->link, LINK_MOST));
    g_string_append(reader->link, address->str);
    g_string_free(address, TRUE);
    reader->link_text = reader->text->len;
}

static void open_form(html_reader *reader, const html_tag *tag)
{
    GString *address = dereferenced(pop_span_head(tag->link, LINK_MOST));
    append_link(reader, address->str, reader->text->len);
    g_string_free(address, TRUE);
}

static void note_preformatted(html_reader *reader, const html_tag *tag)
{
    if (!tag->is_end) {
        reader->preformatted++;
    } else if (reader->preformatted > 0) {
        reader->preformatted--;
    }
}

static void apply_tag(html_reader *reader, const html_tag *tag)
{
    if (pop_span_is(tag->name, POP_SPAN("a"))) {
        if (tag->is_end) {
            close_link(reader);
        } else {
            open_link(reader, tag);
        }
    } else if (pop_span_is(tag->name, POP_SPAN("br"))) {
        reader->pending_blank = false;
        g_string_append_c(reader->text, '\n');
    } else if (pop_span_is(tag->name, POP_SPAN("td")) || pop_span_is(tag->name, POP_SPAN("th"))) {
        reader->pending_blank = true;
    } else if (pop_span_is(tag->name, POP_SPAN("img"))) {
        append_text(reader, tag->alternative);
    } else if (is_one_of(tag->name, blocks)) {
        end_line(reader);
    }
    if (pop_span_is(tag->name, POP_SPAN("pre"))) {
        note_preformatted(reader, tag);
    } else if (pop_span_is(tag->name, POP_SPAN("form")) && !tag->is_end) {
        open_form(reader, tag);
    } else if (!tag->is_end && is_one_of(tag->name, unseen)) {
        skip_unseen(reader, tag->name);
    }
}

/* "<!-- … -->", "<!DOCTYPE …>", "<?…>": the reader stands behind "<". */
static void skip_declaration(html_reader *reader)
{
    pop_span rest = from_here(reader);
    bool is_comment = pop_span_starts(rest, POP_SPAN("!--"));
    const char *end = is_comment ? "-->" : ">";
    /* "<!-->" is a comment, too: its dashes may be those of its end. */
    size_t from = is_comment ? 1 : 0;
    for (size_t at = from; at < rest.length; at++) {
        const uint8_t *found = pop_span_find(pop_span_part(rest, at, rest.length), '>');
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - rest.octets);
        if (strlen(end) == 1 || (at >= from + 2 && memcmp(found - 2, end, 2) == 0)) {
            reader->at += at + 1;
            return;
        }
    }
    reader->at = reader->document.length;
}

/* The reader stands at "<". */
static void take_markup(html_reader *reader)
{
    pop_span rest = from_here(reader);
    uint8_t next = rest.length > 1 ? rest.octets[1] : 0;
    bool is_end_tag = next == '/' && rest.length > 2 && g_ascii_isalpha(rest.octets[2]);
    if (g_ascii_isalpha(next) || is_end_tag) {
        reader->at++;
        html_tag tag = take_tag(reader);
        apply_tag(reader, &tag);
    } else if (next == '!' || next == '?' || next == '/') {
        reader->at++;
        skip_declaration(reader);
    } else { /* "a < b" */
        append_text(reader, pop_span_part(rest, 0, 1));
        reader->at++;
    }
}

void pop_html_append(GString *text, pop_span document, size_t limit)
{
    html_reader reader = {
        .document = document, .text = text, .link = g_string_new(NULL), .link_text = text->len
    };
    while (reader.at < document.length && text->len < limit) {
        pop_span rest = from_here(&reader);
        const uint8_t *markup = pop_span_find(rest, '<');
        size_t plain = markup == NULL ? rest.length : (size_t)(markup - rest.octets);
        append_text(&reader, pop_span_part(rest, 0, plain));
        reader.at += plain;
        if (markup != NULL) {
            take_markup(&reader);
        }
    }
    close_link(&reader);
    g_string_free(reader.link, TRUE);
}
