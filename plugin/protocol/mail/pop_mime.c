/* pop_mime.c
 * Where the parts of a mail stand in it: a mail is cut along its boundaries.
 *
 * RFC 2046 sections 5.1 (multipart) and 5.2.1 (message/rfc822).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_mime.h"

#include <glib.h>
#include <string.h>

#include "mail/pop_header.h"
#include "mail/pop_parameter.h"

/* --- Cutting ---------------------------------------------------------------------------------- */

/* A multipart that is open, or an attached mail. */
typedef struct nesting {
    char *boundary; /* NULL: an attached mail */
    size_t outer; /* number of the level before that has the same boundary, from 1; 0: none */
    bool is_digest;
    size_t part; /* of an attached mail: its place in the list */
} nesting;

typedef enum cutting_state {
    IN_HEADER,
    IN_BODY,
    BETWEEN, /* before the first boundary of a multipart, or behind its last */
} cutting_state;

typedef struct cutting {
    pop_span mail;
    cutting_state state;
    size_t header_start; /* of the part under way */
    size_t part; /* IN_BODY: its place in the list */
    bool in_digest; /* the part under way */
    uint32_t mails; /* attached mails that are open */
    GArray *levels; /* nesting */
    GHashTable *boundaries; /* of the levels: text to the innermost one's number, from 1 */
    GArray *parts; /* pop_mime_part */
} cutting;

static bool is_full(const cutting *cut)
{
    return cut->parts->len >= POP_MIME_PARTS_MOST;
}

static void push_level(cutting *cut, nesting level)
{
    g_array_append_val(cut->levels, level);
    if (level.boundary != NULL) {
        g_hash_table_insert(
            cut->boundaries, level.boundary, GSIZE_TO_POINTER((gsize)cut->levels->len));
    } else {
        cut->mails++;
    }
}

static void set_body_end(cutting *cut, size_t part, size_t end)
{
    pop_mime_part *ended = &g_array_index(cut->parts, pop_mime_part, part);
    size_t start = (size_t)(ended->body.octets - cut->mail.octets);
    ended->body.length = end > start ? end - start : 0;
}

static void pop_level(cutting *cut, size_t end)
{
    nesting last = g_array_index(cut->levels, nesting, cut->levels->len - 1);
    if (last.boundary == NULL) {
        set_body_end(cut, last.part, end);
        cut->mails--;
    } else {
        g_hash_table_remove(cut->boundaries, last.boundary);
        if (last.outer > 0) {
            char *same = g_array_index(cut->levels, nesting, last.outer - 1).boundary;
            g_hash_table_insert(cut->boundaries, same, GSIZE_TO_POINTER(last.outer));
        }
        g_free(last.boundary);
    }
    g_array_set_size(cut->levels, cut->levels->len - 1);
}

/* Adds the part whose header ended; its body begins at `start`, and ends there for now. */
static size_t add_part(cutting *cut, size_t header_end, size_t start, bool is_mail)
{
    const pop_span *mail = &cut->mail;
    pop_mime_part part = { .header = pop_span_part(
                               *mail, cut->header_start, header_end - cut->header_start),
        .body = { mail->octets + start, 0 },
        .is_mail = is_mail,
        .in_digest = cut->in_digest,
        .mails_around = cut->mails };
    g_array_append_val(cut->parts, part);
    return cut->parts->len - 1;
}

static void begin_header(cutting *cut, size_t start, bool in_digest)
{
    cut->state = IN_HEADER;
    cut->header_start = start;
    cut->in_digest = in_digest;
}

/* --- What a header says ----------------------------------------------------------------------- */

static bool has_type(const char *type, const char *wanted)
{
    size_t length = strcspn(type, "; \t(");
    return length == strlen(wanted) && g_ascii_strncasecmp(type, wanted, length) == 0;
}

/* RFC 2046 section 5.2.1, RFC 5537 section 5.1, RFC 6532 section 3.7. */
bool pop_mime_is_mail_type(const char *type)
{
    return has_type(type, "message/rfc822") || has_type(type, "message/rfc2822")
        || has_type(type, "message/news") || has_type(type, "message/global");
}

/* RFC 2046 section 5.2.1 allows no encoding there; but it is seen, and hides what is inside. */
static bool is_encoded(pop_span header)
{
    char *encoding = pop_header_value(header, POP_SPAN("Content-Transfer-Encoding:"));
    bool plain = encoding == NULL || *encoding == '7' || *encoding == '8'
        || g_ascii_strncasecmp(encoding, "binary", 6) == 0 || *encoding == '\0';
    g_free(encoding);
    return !plain;
}

static void open_multipart(cutting *cut, const char *type, char *boundary)
{
    /* RFC 2046 section 5.1.1: it does not end with blanks. */
    g_strchomp(boundary);
    size_t outer = GPOINTER_TO_SIZE(g_hash_table_lookup(cut->boundaries, boundary));
    push_level(cut,
        (nesting){ .boundary = boundary,
            .outer = outer,
            .is_digest = has_type(type, "multipart/digest") });
    cut->state = BETWEEN;
}

static void open_mail(cutting *cut, size_t header_end, size_t start)
{
    size_t part = add_part(cut, header_end, start, true);
    push_level(cut, (nesting){ .part = part });
    begin_header(cut, start, false);
}

/* The header of the part under way ended at `header_end`; its body begins at `start`. */
static void end_header(cutting *cut, size_t header_end, size_t start)
{
    pop_span header = pop_span_part(cut->mail, cut->header_start, header_end - cut->header_start);
    char *type = pop_header_value(header, POP_SPAN("Content-Type:"));
    const char *known = type != NULL ? type : cut->in_digest ? "message/rfc822" : "text/plain";
    bool may_nest = cut->levels->len < POP_MIME_LEVELS_MOST;
    char *boundary = may_nest && g_ascii_strncasecmp(known, "multipart/", 10) == 0
        ? pop_parameter_octets((pop_span){ (const uint8_t *)known, strlen(known) }, "boundary")
        : NULL;
    if (boundary != NULL) {
        open_multipart(cut, known, boundary);
    } else if (may_nest && pop_mime_is_mail_type(known) && !is_encoded(header)) {
        open_mail(cut, header_end, start);
    } else {
        cut->part = add_part(cut, header_end, start, false);
        cut->state = IN_BODY;
    }
    g_free(type);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* The part under way ends at `end`, before a boundary or with the mail. */
static void end_part(cutting *cut, size_t end)
{
    if (cut->state == IN_HEADER && end > cut->header_start) {
        end_header(cut, end, end); /* without an empty line */
    }
    if (cut->state == IN_BODY) {
        set_body_end(cut, cut->part, end);
    }
    cut->state = BETWEEN;
}

/* RFC 2046 section 5.1.1: the line end before a boundary belongs to the boundary. */
static size_t before_line_end(const cutting *cut, size_t end)
{
    if (end > 0 && cut->mail.octets[end - 1] == '\n') {
        end--;
        if (end > 0 && cut->mail.octets[end - 1] == '\r') {
            end--;
        }
    }
    return end;
}

/* The level whose boundary the line is, from 1; 0: it is none. */
static size_t level_of(const cutting *cut, pop_span line, bool *is_last)
{
    *is_last = false;
    if (line.length < 2 || memcmp(line.octets, "--", 2) != 0
        || g_hash_table_size(cut->boundaries) == 0) {
        return 0;
    }
    char *text = g_strndup((const char *)line.octets + 2, line.length - 2);
    g_strchomp(text);
    size_t number = GPOINTER_TO_SIZE(g_hash_table_lookup(cut->boundaries, text));
    if (number == 0 && g_str_has_suffix(text, "--")) {
        text[strlen(text) - 2] = '\0';
        number = GPOINTER_TO_SIZE(g_hash_table_lookup(cut->boundaries, text));
        *is_last = number != 0;
    }
    g_free(text);
    return number;
}

static void at_boundary(cutting *cut, size_t number, bool is_last, size_t start, size_t next)
{
    size_t end = before_line_end(cut, start);
    end_part(cut, end);
    while (cut->levels->len > number) {
        pop_level(cut, end);
    }
    if (is_last) {
        pop_level(cut, end);
    } else {
        begin_header(cut, next, g_array_index(cut->levels, nesting, number - 1).is_digest);
    }
}

/* A field, the continuation of one, or the line "From " that mail stores put before a mail. */
static bool is_of_header(pop_span line)
{
    const uint8_t *colon = pop_span_find(line, ':');
    if (pop_is_white_space(line.octets[0]) || pop_span_starts(line, POP_SPAN("From "))
        || pop_span_starts(line, POP_SPAN(">From "))) {
        return true;
    }
    if (colon == NULL || colon == line.octets) {
        return false;
    }
    pop_span name = { line.octets, (size_t)(colon - line.octets) };
    return pop_span_find(name, ' ') == NULL || pop_is_white_space(name.octets[name.length - 1]);
}

static void header_line(cutting *cut, pop_span line, size_t start, size_t next)
{
    if (before_line_end(cut, next) == start) {
        end_header(cut, start, next);
    } else if (!is_of_header(line)) {
        end_header(cut, start, start);
    }
}

/* The line from `start`; gives back where the next one begins. */
static size_t take_line(cutting *cut, size_t start)
{
    const uint8_t *octets = cut->mail.octets;
    const uint8_t *newline = memchr(octets + start, '\n', cut->mail.length - start);
    size_t next = newline == NULL ? cut->mail.length : (size_t)(newline - octets) + 1;
    pop_span line = { octets + start, next - start };
    bool is_last = false;
    size_t number = level_of(cut, line, &is_last);
    if (number != 0) {
        at_boundary(cut, number, is_last, start, next);
    } else if (cut->state == IN_HEADER) {
        header_line(cut, line, start, next);
    }
    return next;
}

pop_mime_parts *pop_mime_cut(pop_span mail)
{
    cutting cut = { .mail = mail,
        .levels = g_array_new(FALSE, FALSE, sizeof(nesting)),
        .boundaries = g_hash_table_new(g_str_hash, g_str_equal),
        .parts = g_array_new(FALSE, FALSE, sizeof(pop_mime_part)) };
    size_t at = 0;
    while (at < mail.length && !is_full(&cut)) {
        at = take_line(&cut, at);
    }
    end_part(&cut, at);
    while (cut.levels->len > 0) {
        pop_level(&cut, at);
    }
    g_array_free(cut.levels, TRUE);
    g_hash_table_destroy(cut.boundaries);
    pop_mime_parts *parts = g_new(pop_mime_parts, 1);
    parts->too_many = at < mail.length;
    parts->count = cut.parts->len;
    parts->parts = (pop_mime_part *)(void *)g_array_free(cut.parts, FALSE);
    return parts;
}

void pop_mime_free(pop_mime_parts *parts)
{
    g_free(parts->parts);
    g_free(parts);
}
