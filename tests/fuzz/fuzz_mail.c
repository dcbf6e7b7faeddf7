/* fuzz_mail.c
 * What a mail says, decoded: valid UTF-8 within its bounds, whatever the mail is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mail/pop_attachments.h"
#include "mail/pop_charset.h"
#include "mail/pop_flowed.h"
#include "mail/pop_head.h"
#include "mail/pop_html.h"
#include "mail/pop_mail_text.h"
#include "mail/pop_words.h"

#define TEXT_MOST 1000 /* octets: so that the limit is met */

static void check_printable(const char *text)
{
    g_assert_true(g_utf8_validate(text, -1, NULL));
    for (const char *at = text; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        g_assert_false(g_unichar_iscntrl(g_utf8_get_char(at)));
    }
}

static void check_all_printable(const GPtrArray *texts)
{
    g_assert_cmpuint(texts->len, <=, POP_ADDRESSES_MOST);
    for (guint i = 0; i < texts->len; i++) {
        check_printable(g_ptr_array_index(texts, i));
    }
}

static void check_head(pop_span mail)
{
    pop_head *head = pop_head_read(mail);
    check_printable(head->subject);
    check_printable(head->from);
    check_printable(head->message_id);
    check_all_printable(head->to);
    check_all_printable(head->cc);
    check_all_printable(head->addresses);
    pop_head_free(head);
}

static void check_text(pop_span mail)
{
    bool is_cut = false;
    GString *text = pop_mail_text(mail, TEXT_MOST, &is_cut);
    g_assert_cmpuint(text->len, <=, TEXT_MOST);
    g_assert_cmpuint(strlen(text->str), ==, text->len);
    g_assert_true(g_utf8_validate(text->str, (gssize)text->len, NULL));
    g_string_free(text, TRUE);
}

/* The numbers go up, level by level. */
static void check_attachment(const pop_attachment *attachment, void *data)
{
    char **before = data;
    g_assert_cmpstr(attachment->number, !=, *before);
    g_free(*before);
    *before = g_strdup(attachment->number);
    g_assert_true(attachment->name == NULL || g_utf8_validate(attachment->name, -1, NULL));
    g_assert_true(g_utf8_validate(attachment->type, -1, NULL));
    g_assert_nonnull(attachment->octets);
}

static void check_attachments(pop_span mail)
{
    char *before = NULL;
    pop_attachments_visit(mail, check_attachment, &before);
    g_free(before);
}

/* The first octet chooses a charset, what is behind it is text in it. */
static void check_charset(pop_span octets)
{
    static const char *const names[] = { "", "utf-8", "iso-2022-jp", "iso-2022-jp-2", "iso-2022-kr",
        "gb18030", "big5", "euc-kr", "utf-7", "utf-16", "utf-32", "windows-1255", "shift_jis" };
    if (octets.length == 0) {
        return;
    }
    const char *name = names[octets.octets[0] % G_N_ELEMENTS(names)];
    GString *text = g_string_new(NULL);
    pop_charset_append(text, pop_span_part(octets, 1, octets.length),
        (pop_span){ (const uint8_t *)name, strlen(name) }, TEXT_MOST);
    g_assert_cmpuint(text->len, <=, TEXT_MOST);
    char *string = pop_charset_string(text);
    g_assert_true(g_utf8_validate(string, -1, NULL));
    g_free(string);
}

/* Text in its forms, as it would come out of a charset. */
static void check_forms(pop_span octets)
{
    char *words = pop_words_decode(octets);
    pop_span text = { (const uint8_t *)words, strlen(words) };
    GString *form = g_string_new(NULL);
    pop_html_append(form, text, SIZE_MAX);
    g_assert_true(g_utf8_validate(form->str, (gssize)form->len, NULL));
    g_string_truncate(form, 0);
    pop_flowed_append(form, text, (octets.length & 1) != 0);
    g_assert_true(g_utf8_validate(form->str, (gssize)form->len, NULL));
    g_string_free(form, TRUE);
    g_free(words);
}

void fuzz_mail(const uint8_t *octets, size_t length)
{
    pop_span mail = fuzz_copy(octets, length);
    check_head(mail);
    check_text(mail);
    check_attachments(mail);
    check_charset(mail);
    check_forms(mail);
    free((void *)(uintptr_t)mail.octets);
}
