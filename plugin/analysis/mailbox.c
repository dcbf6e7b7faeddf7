/* mailbox.c
 * Mails as a mailbox that other programs open: a file in the mboxrd form, or a Maildir.
 *
 * RFC 4155 (mbox); the forms of its lines "From " as qmail's page mbox(5) has them; maildir(5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/mailbox.h"

#include <errno.h>
#include <stdio.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "mail/pop_head.h"
#include "mail/pop_header.h"

struct pop_mailbox {
    pop_mailbox_form form;
    char *path;
    FILE *file; /* of an mbox; NULL in a Maildir */
    uint32_t frame; /* of the latest mail in a Maildir ... */
    uint32_t ordinal; /* ... and which one it was in that frame */
};

static const char *const folders[] = { "tmp", "new", "cur" };

/* --- Opening ---------------------------------------------------------------------------------- */

static bool make_folders(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        char *folder = g_build_filename(path, folders[i], NULL);
        int made = g_mkdir_with_parents(folder, 0700);
        g_free(folder);
        if (made != 0) {
            return false;
        }
    }
    return true;
}

pop_mailbox *pop_mailbox_open(pop_mailbox_form form, const char *path, char **error_out)
{
    FILE *file = form == POP_MAILBOX_MBOX ? g_fopen(path, "wb") : NULL;
    if (form == POP_MAILBOX_MBOX ? file == NULL : !make_folders(path)) {
        *error_out = g_strdup_printf("%s: %s", path, g_strerror(errno));
        return NULL;
    }
    pop_mailbox *mailbox = g_new0(pop_mailbox, 1);
    *mailbox = (pop_mailbox){ .form = form, .path = g_strdup(path), .file = file };
    return mailbox;
}

bool pop_mailbox_close(pop_mailbox *mailbox)
{
    bool is_written = mailbox->file == NULL || fclose(mailbox->file) == 0;
    g_free(mailbox->path);
    g_free(mailbox);
    return is_written;
}

/* --- A mail ----------------------------------------------------------------------------------- */

static void add_field(GString *text, const char *name, const char *value)
{
    if (value != NULL && *value != '\0') {
        char *printable = pop_header_printable(g_utf8_make_valid(value, -1));
        g_string_append_printf(text, "X-POP-Capture-%s: %s\n", name, printable);
        g_free(printable);
    }
}

/* RFC 3339, and as asctime() of C writes it, in no language but C's. The host counts from 1970. */
static char *time_text(const pop_instant *at, bool as_asctime)
{
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    GDateTime *time = g_date_time_new_from_unix_utc(at->seconds);
    if (time == NULL) { /* beyond the year 9999 */
        time = g_date_time_new_from_unix_utc(0);
    }
    int hour = g_date_time_get_hour(time), minute = g_date_time_get_minute(time);
    int second = g_date_time_get_second(time), day = g_date_time_get_day_of_month(time);
    int month = g_date_time_get_month(time), year = g_date_time_get_year(time);
    const char *day_name = days + (size_t)3 * (size_t)(g_date_time_get_day_of_week(time) - 1);
    const char *month_name = months + (size_t)3 * (size_t)(month - 1);
    g_date_time_unref(time);
    return as_asctime
        ? g_strdup_printf("%.3s %.3s %2d %02d:%02d:%02d %d", day_name, month_name, day, hour,
            minute, second, year)
        : g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute, second);
}

static void add_block(GString *text, const pop_boxed_mail *mail)
{
    char *frames = g_strdup_printf("%u-%u", mail->first_frame, mail->last_frame);
    char *time = time_text(&mail->at, false);
    add_field(text, "State", mail->state);
    add_field(text, "Frames", frames);
    add_field(text, "Time", time);
    add_field(text, "User", mail->user);
    add_field(text, "Unique-ID", mail->unique_id);
    add_field(text, "SHA256", mail->sha256);
    add_field(text, "Known-As", mail->known);
    g_free(frames);
    g_free(time);
}

static pop_span take_line(pop_span *rest)
{
    const uint8_t *end = pop_span_find(*rest, '\n');
    size_t length = end == NULL ? rest->length : (size_t)(end - rest->octets);
    pop_span line = pop_span_part(*rest, 0, length);
    *rest = pop_span_part(*rest, length + 1, rest->length);
    if (end != NULL && line.length > 0 && line.octets[line.length - 1] == '\r') {
        line.length--;
    }
    return line;
}

/* mboxrd: a ">" more before each line of the mail that "From " begins, whatever ">" stand there
 * already; so it can be taken away again. */
static bool needs_quote(pop_span line)
{
    size_t at = 0;
    while (at < line.length && line.octets[at] == '>') {
        at++;
    }
    return pop_span_equals(pop_span_part(line, at, 5), POP_SPAN("From "));
}

static GString *written(const pop_boxed_mail *mail, pop_mailbox_form form)
{
    GString *text = g_string_sized_new(mail->octets.length + 512);
    if (mail->has_block) {
        add_block(text, mail);
    }
    for (pop_span rest = mail->octets; rest.length > 0;) {
        pop_span line = take_line(&rest);
        if (form == POP_MAILBOX_MBOX && needs_quote(line)) {
            g_string_append_c(text, '>');
        }
        if (line.length > 0) {
            g_string_append_len(text, (const char *)line.octets, (gssize)line.length);
        }
        g_string_append_c(text, '\n');
    }
    return text;
}

/* --- An mbox ---------------------------------------------------------------------------------- */

/* RFC 4155, appendix A: a bare address; what is none stands for nobody. */
static char *sender_of(pop_span octets)
{
    pop_head *head = pop_head_read(octets);
    const char *address = head->addresses->len == 0 || head->from[0] == '\0'
        ? ""
        : g_ptr_array_index(head->addresses, 0);
    bool is_plain = *address != '\0';
    for (const char *at = address; *at != '\0' && is_plain; at++) {
        is_plain = g_ascii_isgraph(*at);
    }
    char *sender = g_strdup(is_plain ? address : "MAILER-DAEMON");
    pop_head_free(head);
    return sender;
}

static bool add_to_mbox(const pop_mailbox *mailbox, const pop_boxed_mail *mail)
{
    char *sender = sender_of(mail->octets);
    char *time = time_text(&mail->at, true);
    GString *text = written(mail, POP_MAILBOX_MBOX);
    bool is_written = fprintf(mailbox->file, "From %s %s\n", sender, time) > 0
        && fwrite(text->str, 1, text->len, mailbox->file) == text->len
        && fputc('\n', mailbox->file) != EOF;
    g_string_free(text, TRUE);
    g_free(time);
    g_free(sender);
    return is_written;
}

/* --- A Maildir -------------------------------------------------------------------------------- */

static char *next_name(pop_mailbox *mailbox, const pop_boxed_mail *mail)
{
    mailbox->ordinal = mailbox->frame == mail->last_frame ? mailbox->ordinal + 1 : 1;
    mailbox->frame = mail->last_frame;
    return g_strdup_printf("%" G_GINT64_FORMAT ".M%06dS%uF%uN%u.%s", mail->at.seconds,
        mail->at.nanoseconds / 1000, mail->stream, mail->last_frame, mailbox->ordinal, mail->state);
}

static bool add_to_maildir(pop_mailbox *mailbox, const pop_boxed_mail *mail)
{
    char *name = next_name(mailbox, mail);
    char *made = g_build_filename(mailbox->path, "tmp", name, NULL);
    char *delivered = g_build_filename(mailbox->path, "new", name, NULL);
    GString *text = written(mail, POP_MAILBOX_MAILDIR);
    bool is_written = g_file_set_contents(made, text->str, (gssize)text->len, NULL)
        && g_rename(made, delivered) == 0;
    g_string_free(text, TRUE);
    g_free(delivered);
    g_free(made);
    g_free(name);
    return is_written;
}

bool pop_mailbox_add(pop_mailbox *mailbox, const pop_boxed_mail *mail)
{
    return mailbox->form == POP_MAILBOX_MBOX ? add_to_mbox(mailbox, mail)
                                             : add_to_maildir(mailbox, mail);
}
