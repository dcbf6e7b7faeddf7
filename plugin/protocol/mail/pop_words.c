/* pop_words.c
 * Encoded words in the text of a header field.
 *
 * RFC 2047 (encoded words), RFC 2231 section 5 (with a language), RFC 6532 (UTF-8 as it is).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_words.h"

#include <string.h>

#include "mail/pop_charset.h"
#include "mail/pop_transfer.h"

/* The text of a field may grow: an octet of KOI8 is two of UTF-8, one that is none is three. */
#define DECODED_MOST ((size_t)4 * POP_FIELD_MOST)

/* The parts of "=?charset?encoding?text?=" (RFC 2047 section 2). */
typedef struct encoded_word {
    pop_span charset;
    bool is_base64;
    pop_span text;
    size_t length; /* of the whole word */
} encoded_word;

typedef struct decoding {
    GString *text;
    GByteArray *octets; /* of the words under way, which have one charset */
    pop_span charset;
    bool no_end; /* behind here, nothing ends a word: it is not looked for again */
} decoding;

static pop_span span_behind(pop_span span, size_t octets)
{
    return pop_span_part(span, octets, span.length);
}

/* Where "?=" stands in the span; its length where it does not. */
static size_t find_end(pop_span span)
{
    size_t at = 0;
    while (at + 1 < span.length) {
        const uint8_t *mark = pop_span_find(span_behind(span, at), '?');
        if (mark == NULL) {
            break;
        }
        at = (size_t)(mark - span.octets);
        if (at + 1 < span.length && mark[1] == '=') {
            return at;
        }
        at++;
    }
    return span.length;
}

/* A charset's name, and the language behind it. 75 octets are all that a word may have (RFC 2047
 * section 2); that is not asked, but no name is as long. */
static bool take_charset(pop_span text, encoded_word *word, size_t *at)
{
    pop_span head = pop_span_part(text, 2, 80);
    const uint8_t *mark = pop_span_find(head, '?');
    if (mark == NULL || mark == head.octets) {
        return false;
    }
    word->charset = (pop_span){ head.octets, (size_t)(mark - head.octets) };
    const uint8_t *language = pop_span_find(word->charset, '*');
    if (language != NULL) {
        word->charset.length = (size_t)(language - head.octets);
    }
    *at = 2 + (size_t)(mark - head.octets) + 1;
    return true;
}

/* The word that `text`, which begins with "=?", begins with. */
static bool take_word(decoding *work, pop_span text, encoded_word *word)
{
    size_t at = 0;
    if (work->no_end || !take_charset(text, word, &at) || at + 1 >= text.length
        || text.octets[at + 1] != '?') {
        return false;
    }
    uint8_t encoding = pop_upper(text.octets[at]);
    if (encoding != 'B' && encoding != 'Q') {
        return false;
    }
    pop_span rest = span_behind(text, at + 2);
    size_t length = find_end(rest);
    if (length == rest.length) {
        work->no_end = true;
        return false;
    }
    word->is_base64 = encoding == 'B';
    word->text = pop_span_part(rest, 0, length);
    word->length = at + 2 + length + 2;
    return true;
}

static void end_words(decoding *work)
{
    if (work->octets->len > 0) {
        pop_span octets = { work->octets->data, work->octets->len };
        pop_charset_append(work->text, octets, work->charset, DECODED_MOST);
        g_byte_array_set_size(work->octets, 0);
    }
}

static void add_word(decoding *work, const encoded_word *word)
{
    if (!pop_span_is(work->charset, word->charset)) {
        end_words(work);
    }
    work->charset = word->charset;
    if (word->is_base64) {
        pop_transfer_append_base64(work->octets, word->text);
    } else {
        pop_transfer_append_quoted_word(work->octets, word->text);
    }
}

static bool is_blank_text(pop_span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (!pop_is_white_space(text.octets[i]) && text.octets[i] != '\r'
            && text.octets[i] != '\n') {
            return false;
        }
    }
    return true;
}

static void add_plain(decoding *work, pop_span text)
{
    end_words(work);
    pop_charset_append(work->text, text, POP_SPAN(""), DECODED_MOST);
}

/* Where the next "=?" stands from `at` on; the text's length where none does. */
static size_t find_start(pop_span text, size_t at)
{
    while (at + 1 < text.length) {
        const uint8_t *equals = pop_span_find(span_behind(text, at), '=');
        if (equals == NULL) {
            break;
        }
        at = (size_t)(equals - text.octets);
        if (at + 1 < text.length && equals[1] == '?') {
            return at;
        }
        at++;
    }
    return text.length;
}

static void decode(decoding *work, pop_span text)
{
    size_t plain = 0; /* where the text that is no word began */
    bool behind_word = false;
    for (size_t at = find_start(text, 0); at < text.length; at = find_start(text, at)) {
        encoded_word word;
        if (!take_word(work, span_behind(text, at), &word)) {
            at += 2;
            continue;
        }
        /* RFC 2047 section 6.2: blanks between two words are not shown. */
        pop_span before = pop_span_part(text, plain, at - plain);
        if (before.length > 0 && !(behind_word && is_blank_text(before))) {
            add_plain(work, before);
        }
        add_word(work, &word);
        at += word.length;
        plain = at;
        behind_word = true;
    }
    if (plain < text.length) {
        add_plain(work, span_behind(text, plain));
    }
    end_words(work);
}

char *pop_words_decode(pop_span text)
{
    decoding work = {
        .text = g_string_new(NULL), .octets = g_byte_array_new(), .charset = POP_SPAN("")
    };
    decode(&work, pop_span_part(text, 0, POP_FIELD_MOST));
    g_byte_array_unref(work.octets);
    return pop_charset_string(work.text);
}
