/* mail_text.c
 * A message as a text for people: what POP knows of it, its header, its attachments, what it says.
 *
 * RFC 5322 section 3.6 (header fields), RFC 1939 sections 5 (DELE), 6 (UPDATE) and 7 (TOP, UIDL).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/mail_text.h"

#include <wsutil/str_util.h>

#include "analysis/labels.h"
#include "dissector/compat.h"
#include "dissector/contents.h"
#include "dissector/readable.h"
#include "mail/pop_head.h"
#include "mail/pop_header.h"
#include "mail/pop_mail_text.h"
#include "session/pop_history.h"
#include "window/filters.h"

/* A text that is being written. */
typedef struct writing {
    wmem_allocator_t *scope;
    wmem_strbuf_t *text;
    const pop_mail *mail;
    const pop_exchange *exchange;
    const pop_message *message;
    pop_span octets;
} writing;

/* --- Lines ------------------------------------------------------------------------------------ */

static void begin_line(const writing *to, const char *name)
{
    wmem_strbuf_append_printf(to->text, "%-12s", name);
}

static void end_line(const writing *to)
{
    wmem_strbuf_append_c(to->text, '\n');
}

/* What a stranger wrote, on one line. */
static void append_foreign(const writing *to, const char *text)
{
    const char *valid = pop_readable(to->scope, text, strlen(text));
    wmem_strbuf_append(to->text, pop_format_text(to->scope, valid));
}

/* A line, where there is a value that is not empty. */
static void add_foreign(const writing *to, const char *name, const char *value)
{
    if (value != NULL && *value != '\0') {
        begin_line(to, name);
        append_foreign(to, value);
        end_line(to);
    }
}

/* --- What POP knows --------------------------------------------------------------------------- */

static bool is_preview(const pop_exchange *exchange)
{
    return pop_history_action(exchange) == POP_ACTION_PREVIEW;
}

/* Its status line was not sent, or not seen; or the reply may be another command's. */
static bool is_guess(const pop_exchange *exchange)
{
    return exchange->guessed
        || (exchange->status_line.frame == 0 && exchange->body == POP_BODY_MESSAGE);
}

static void add_title(const writing *to)
{
    pop_mail_ordinal ordinal = pop_mail_ordinal_of(to->mail);
    wmem_strbuf_append_printf(to->text, "Message %u of %u in session %u\n\n", ordinal.number,
        ordinal.count, to->mail->stream);
}

static void add_number(const writing *to)
{
    if (to->exchange->has_message) {
        begin_line(to, "Number:");
        wmem_strbuf_append_printf(to->text, "%u%s", to->exchange->message_number,
            is_guess(to->exchange) ? " (a guess)" : "");
        end_line(to);
    }
    const char *unique_id = pop_mail_unique_id(to->mail);
    add_foreign(to, is_guess(to->exchange) ? "Unique-id?" : "Unique-id:", unique_id);
}

static void add_command(const writing *to)
{
    const pop_exchange *exchange = to->exchange;
    begin_line(to, "Command:");
    wmem_strbuf_append(to->text, pop_label_command(to->scope, exchange->command));
    if (exchange->has_message) {
        wmem_strbuf_append_printf(to->text, " %u", exchange->message_number);
    }
    if (exchange->has_lines) {
        wmem_strbuf_append_printf(to->text, " %u", exchange->lines);
    }
    if (exchange->request.frame != 0) {
        wmem_strbuf_append_printf(to->text, ", frame %u", exchange->request.frame);
    }
    end_line(to);
}

static void add_frames(const writing *to)
{
    uint32_t first = pop_mail_first_frame(to->mail), last = pop_mail_last_frame(to->mail);
    begin_line(to, "Frames:");
    if (first == last) {
        wmem_strbuf_append_printf(to->text, "%u", first);
    } else {
        wmem_strbuf_append_printf(to->text, "%u to %u", first, last);
    }
    end_line(to);
}

static void add_size(const writing *to)
{
    const pop_exchange *exchange = to->exchange;
    uint64_t listed = 0;
    begin_line(to, "Size:");
    wmem_strbuf_append_printf(
        to->text, "%" PRIu64 " byte%s", to->message->total, plurality(to->message->total, "", "s"));
    if (exchange->has_message
        && pop_maildrop_size(exchange->maildrop, exchange->message_number, UINT32_MAX, &listed)) {
        wmem_strbuf_append_printf(to->text, "; LIST said %" PRIu64, listed);
    }
    if (exchange->has_announced_size) {
        wmem_strbuf_append_printf(to->text, "; the reply said %" PRIu64, exchange->announced_size);
    }
    end_line(to);
}

static const char *wholeness_of(const writing *to)
{
    if (to->message->damaged) {
        return to->message->head_lost ? "no, bytes of it are missing, perhaps of its header"
                                      : "no, bytes of it are missing";
    }
    if (to->message->ended_in == 0) {
        return "no, its end was not seen";
    }
    if (!pop_message_is_whole(to->message)) {
        return "no, it is larger than what is kept";
    }
    return is_preview(to->exchange) ? "no, the client asked for its top alone" : "yes";
}

static const char *fate_of(const pop_mail_facts *facts)
{
    switch (facts->fate) {
    case POP_MAIL_DELETED:
        return "yes";
    case POP_MAIL_RESTORED:
        return "no, the mark was undone";
    case POP_MAIL_MARKED:
        return "no, marked, and no accepted QUIT was seen";
    case POP_MAIL_UNKNOWN:
        return "perhaps: the reply to a command is missing, or a guess";
    case POP_MAIL_KEPT:
        break;
    }
    return "no";
}

static void add_fate(const writing *to)
{
    const pop_exchange *exchange = to->exchange;
    const pop_maildrop_mail *mail = exchange->has_message
        ? pop_maildrop_find(exchange->maildrop, exchange->message_number)
        : NULL;
    if (mail == NULL) {
        return;
    }
    pop_mail_facts facts = pop_history_facts(exchange->maildrop, mail, UINT32_MAX);
    begin_line(to, "Deleted:");
    wmem_strbuf_append(to->text, fate_of(&facts));
    if (facts.deletion != NULL && facts.deletion->request.frame != 0) {
        wmem_strbuf_append_printf(to->text, "; DELE in frame %u", facts.deletion->request.frame);
    }
    end_line(to);
}

static void add_digest(const writing *to)
{
    const char *sha256 = pop_contents_sha256(to->message);
    add_foreign(to, "SHA-256:", sha256);
    add_foreign(to, "Known as:", *sha256 == '\0' ? NULL : pop_label_known(sha256));
}

static void add_filter(const writing *to)
{
    char *filter = pop_filter_of_mail(to->mail);
    add_foreign(to, "Filter:", filter);
    g_free(filter);
}

static void add_knowledge(const writing *to)
{
    add_title(to);
    add_foreign(to, "User:", to->exchange->user);
    add_number(to);
    add_command(to);
    add_frames(to);
    add_size(to);
    begin_line(to, "Whole:");
    wmem_strbuf_append(to->text, wholeness_of(to));
    end_line(to);
    add_fate(to);
    add_digest(to);
    add_filter(to);
}

/* --- What it has ------------------------------------------------------------------------------ */

static void add_attachment(const writing *to, const pop_kept_attachment *attachment)
{
    wmem_strbuf_append_printf(to->text, "  %s  %" PRIu64 " byte%s  ", attachment->number,
        attachment->size, plurality(attachment->size, "", "s"));
    append_foreign(to, attachment->type);
    wmem_strbuf_append(to->text, attachment->is_damaged ? "  damaged  " : "  ");
    append_foreign(to, attachment->name[0] == '\0' ? "(no name)" : attachment->name);
    wmem_strbuf_append_printf(to->text, "\n     SHA-256 %s\n", attachment->sha256);
}

static void add_attachments(const writing *to)
{
    const pop_kept_attachments *attachments = pop_contents_attachments(to->message);
    uint32_t told = MIN(attachments->count, POP_MAIL_ATTACHMENTS_MOST);
    if (told == 0) {
        return;
    }
    wmem_strbuf_append_printf(to->text, "\n%u attachment%s%s\n", attachments->count,
        plurality(attachments->count, "", "s"), attachments->is_cut ? ", or more" : "");
    for (uint32_t i = 0; i < told; i++) {
        add_attachment(to, &attachments->rows[i]);
    }
    if (told < attachments->count) {
        wmem_strbuf_append(to->text, "  ...\n");
    }
}

/* --- What it says ----------------------------------------------------------------------------- */

static void add_addressees(const writing *to, const char *name, const GPtrArray *addressees)
{
    if (addressees->len == 0) {
        return;
    }
    begin_line(to, name);
    for (guint i = 0; i < addressees->len; i++) {
        wmem_strbuf_append(to->text, i == 0 ? "" : ", ");
        append_foreign(to, g_ptr_array_index(addressees, i));
    }
    end_line(to);
}

static void add_header(const writing *to)
{
    pop_head *head = pop_head_read(to->octets);
    char *date = pop_header_text(to->octets, POP_SPAN("Date:"));
    end_line(to);
    add_foreign(to, "From:", head->from);
    add_addressees(to, "To:", head->to);
    add_addressees(to, "Cc:", head->cc);
    add_foreign(to, "Date:", date);
    add_foreign(to, "Subject:", head->subject);
    g_free(date);
    pop_head_free(head);
}

static void add_readable(const writing *to)
{
    bool is_cut = false;
    GString *text = pop_mail_text(to->octets, POP_MAIL_TEXT_MOST, &is_cut);
    end_line(to);
    if (text->len == 0) {
        wmem_strbuf_append(to->text, "(no readable text)\n");
    } else {
        wmem_strbuf_append(to->text, text->str);
        wmem_strbuf_append(to->text, text->str[text->len - 1] == '\n' ? "" : "\n");
    }
    wmem_strbuf_append(to->text, is_cut ? "(the text goes on)\n" : "");
    g_string_free(text, TRUE);
}

const char *pop_mail_text_of(wmem_allocator_t *scope, const pop_mail *mail)
{
    if (mail->exchange == NULL) {
        return "This frame belongs to no message of a POP session.\n";
    }
    const pop_message *message = mail->exchange->message;
    const writing to = { .scope = scope,
        .text = wmem_strbuf_new(scope, ""),
        .mail = mail,
        .exchange = mail->exchange,
        .message = message,
        .octets = { message->octets, message->length } };
    add_knowledge(&to);
    add_attachments(&to);
    add_header(&to);
    add_readable(&to);
    return wmem_strbuf_get_str(to.text);
}
