/* dialogue.c
 * A session as a dialogue for people: what each side said and when, in words, and what became of
 * the maildrop.
 *
 * The words are those of the Info column. What a message is can be told only when it has ended, so
 * its line is written last of all, and stands where its reply began.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/dialogue.h"

#include <epan/tap.h>
#include <wsutil/str_util.h>

#include "analysis/labels.h"
#include "analysis/reading.h"
#include "analysis/session_facts.h"
#include "dissector/compat.h"
#include "dissector/readable.h"
#include "session/pop_history.h"

/* What was said. Points into file scope, but for `words`. */
typedef struct said_line {
    pop_instant at;
    bool by_server, in_tls;
    const pop_exchange *exchange;
    const pop_line *line; /* of which it is a part */
    const char *words; /* NULL: octets of a message */
} said_line;

struct pop_dialogue_reader {
    uint32_t stream;
    pop_collector *collector; /* of this session alone */
    pop_connection_ends *ends;
    const pop_seen_session *seen; /* NULL: nothing of the session was heard in this reading */
    wmem_array_t *lines; /* said_line, in the collector's scope, as `seen` is */
    char *text; /* NULL: not written yet */
};

/* A text that is being written. */
typedef struct writing {
    wmem_allocator_t *scope;
    wmem_strbuf_t *text;
    const pop_seen_session *seen;
    pop_session_facts facts;
} writing;

/* --- The head --------------------------------------------------------------------------------- */

/* What a stranger wrote, on one line. */
static void append_foreign(const writing *to, const char *text)
{
    const char *valid = pop_readable(to->scope, text, strlen(text));
    wmem_strbuf_append(to->text, pop_format_text(to->scope, valid));
}

static const char *tls_of(const pop_session *session)
{
    if (session->transport.in_tls) {
        return session->transport.tls_started ? "from STLS on" : "from the start";
    }
    return session->transport.tls_started ? "from STLS on, not decrypted" : "no";
}

static void add_user(const writing *to)
{
    const pop_login *login = to->facts.login;
    if (login != NULL && login->user != NULL) {
        wmem_strbuf_append(to->text, "User:       ");
        append_foreign(to, login->user);
        if (login->mechanism != NULL) {
            wmem_strbuf_append(to->text, " (");
            append_foreign(to, login->mechanism);
            wmem_strbuf_append_c(to->text, ')');
        }
        wmem_strbuf_append_c(to->text, '\n');
    }
}

static void add_head(const writing *to)
{
    const pop_seen_session *seen = to->seen;
    pop_cell began = pop_cell_time(&seen->opened);
    wmem_strbuf_append_printf(to->text, "Session %u: client %s port %u, server %s port %u\n\n",
        seen->stream, seen->client, seen->client_port, seen->server, seen->server_port);
    if (seen->session->service.software != NULL) {
        wmem_strbuf_append(to->text, "Software:   ");
        append_foreign(to, seen->session->service.software);
        wmem_strbuf_append_c(to->text, '\n');
    }
    add_user(to);
    wmem_strbuf_append_printf(to->text, "TLS:        %s\nBegan:      %s UTC\nEnded:      %s",
        tls_of(seen->session), pop_cell_short_string(to->scope, &began),
        pop_session_ending_name(to->facts.ending));
    if (to->facts.ended_by != NULL) {
        wmem_strbuf_append_printf(to->text, ", by the %s", to->facts.ended_by);
    }
    wmem_strbuf_append(to->text, "\n\n");
}

/* --- What was said ---------------------------------------------------------------------------- */

/* Seconds since the session began, "-" where two clocks say that it came before. */
static const char *time_of(const writing *to, const pop_instant *at)
{
    pop_cell elapsed = pop_cell_elapsed(at, &to->seen->opened);
    return elapsed.kind == POP_CELL_NOTHING ? "-" : pop_cell_short_string(to->scope, &elapsed);
}

/* Whose reply it is may be a guess: then it is marked as one. */
static void add_line(const writing *to, const said_line *line, const char *words)
{
    bool is_guess = line->by_server && line->exchange != NULL && line->exchange->guessed;
    wmem_strbuf_append_printf(to->text, "%12s %7u  %s %s%s\n", time_of(to, &line->at),
        line->at.frame, line->by_server ? "S:" : "C:", is_guess ? "(a guess) " : "", words);
}

static bool is_submission(const pop_exchange *exchange)
{
    return exchange->command != NULL && exchange->command->effect == POP_EFFECT_SUBMIT;
}

/* A reply that is a message is told as a message, its status line too, however it was cut. */
static bool is_of_message(const said_line *line)
{
    const pop_exchange *exchange = line->exchange;
    return line->words == NULL
        || (line->by_server && exchange != NULL && exchange->message != NULL
            && !is_submission(exchange));
}

static void add_message(const writing *to, const said_line *line)
{
    const pop_message *message = line->exchange->message;
    wmem_strbuf_t *words = wmem_strbuf_new(
        to->scope, pop_tap_message_words(to->scope, line->exchange));
    if (!message->damaged && !pop_message_is_whole(message)) {
        wmem_strbuf_append(
            words, message->ended_in == 0 ? " (its end was not seen)" : " (not kept)");
    }
    uint32_t last = message->ended_in != 0 ? message->ended_in : message->fragments.last.frame;
    if (last > line->at.frame) {
        wmem_strbuf_append_printf(words, " (until frame %u)", last);
    }
    add_line(to, line, wmem_strbuf_get_str(words));
}

static void add_lines(const writing *to, const wmem_array_t *lines)
{
    wmem_array_t *said = (wmem_array_t *)(uintptr_t)lines;
    wmem_map_t *told = wmem_map_new(to->scope, g_direct_hash, g_direct_equal);
    bool in_tls = to->seen->session->transport.in_tls && !to->seen->session->transport.tls_started;
    wmem_strbuf_append_printf(to->text, "%12s %7s\n", "Seconds", "Frame");
    for (guint i = 0; i < wmem_array_get_count(said); i++) {
        const said_line *line = wmem_array_index(said, i);
        if (line->in_tls && !in_tls) {
            wmem_strbuf_append(to->text, "                      -- inside TLS from here --\n");
        }
        in_tls = in_tls || line->in_tls;
        if (line->line != NULL && line->line->completed_in != 0) {
            continue; /* it is told whole where it ends */
        }
        if (!is_of_message(line)) {
            add_line(to, line, line->words);
        } else if (wmem_map_insert(told, line->exchange->message, to->text) == NULL) {
            add_message(to, line);
        }
    }
    const pop_transport *transport = &to->seen->session->transport;
    if (transport->tls_started && !transport->in_tls) {
        wmem_strbuf_append(to->text, "                      -- TLS from here, not decrypted --\n");
    }
}

/* --- The maildrop ----------------------------------------------------------------------------- */

static const char *fate_name(pop_mail_fate fate)
{
    switch (fate) {
    case POP_MAIL_DELETED:
        return ", deleted";
    case POP_MAIL_RESTORED:
        return ", marked as deleted, which was undone";
    case POP_MAIL_MARKED:
        return ", marked as deleted, which no accepted QUIT made true";
    case POP_MAIL_UNKNOWN:
        return ", perhaps deleted";
    case POP_MAIL_KEPT:
        break;
    }
    return "";
}

static void add_mail(const writing *to, const pop_maildrop *maildrop, const pop_maildrop_mail *mail)
{
    pop_mail_facts facts = pop_history_facts(maildrop, mail, UINT32_MAX);
    if (facts.actions == NULL) {
        return;
    }
    wmem_strbuf_append_printf(to->text, "  %u", facts.number);
    if (facts.unique_id != NULL) {
        wmem_strbuf_append(to->text, " (");
        append_foreign(to, facts.unique_id);
        wmem_strbuf_append_c(to->text, ')');
    }
    wmem_strbuf_append(to->text,
        facts.retrievals > 0     ? ": retrieved"
            : facts.previews > 0 ? ": previewed"
                                 : ": not fetched");
    wmem_strbuf_append(to->text, fate_name(facts.fate));
    wmem_strbuf_append_c(to->text, '\n');
}

static void add_maildrop(const writing *to, const pop_maildrop *maildrop)
{
    pop_maildrop_sums sums = pop_history_sums(maildrop, UINT32_MAX);
    if (sums.known == 0) {
        return;
    }
    wmem_strbuf_append(to->text, "\nMaildrop");
    if (maildrop->name != NULL) {
        wmem_strbuf_append_c(to->text, ' ');
        append_foreign(to, maildrop->name);
    }
    wmem_strbuf_append_printf(to->text,
        ": %u message%s known, %u retrieved, %u previewed, %u deleted\n", sums.known,
        plurality(sums.known, "", "s"), sums.retrieved, sums.previewed, sums.deleted);
    const pop_maildrop_mail **mails = wmem_alloc_array(
        to->scope, const pop_maildrop_mail *, POP_DIALOGUE_MAILS_MOST);
    size_t count = pop_history_mails(maildrop, UINT32_MAX, mails, POP_DIALOGUE_MAILS_MOST);
    for (size_t i = 0; i < MIN(count, POP_DIALOGUE_MAILS_MOST); i++) {
        add_mail(to, maildrop, mails[i]);
    }
    if (count > POP_DIALOGUE_MAILS_MOST) {
        wmem_strbuf_append(to->text, "  ...\n");
    }
}

static void add_maildrops(const writing *to, const pop_maildrop *maildrop)
{
    for (; maildrop != NULL; maildrop = maildrop->former) {
        add_maildrop(to, maildrop);
    }
}

/* --- Listening -------------------------------------------------------------------------------- */

static void begin_lines(pop_dialogue_reader *reader)
{
    reader->seen = NULL;
    reader->lines = wmem_array_new(reader->collector->scope, sizeof(said_line));
}

static void write_text(pop_dialogue_reader *reader)
{
    if (reader->seen == NULL) {
        return;
    }
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    const writing to = { .scope = scope,
        .text = wmem_strbuf_new(scope, ""),
        .seen = reader->seen,
        .facts = pop_session_facts_of(reader->collector, reader->seen) };
    add_head(&to);
    add_lines(&to, reader->lines);
    add_maildrops(&to, reader->seen->session->maildrop);
    g_free(reader->text);
    reader->text = g_strdup(wmem_strbuf_get_str(to.text));
    wmem_destroy_allocator(scope);
}

static void forget(void *data)
{
    pop_dialogue_reader *reader = data;
    pop_collector_reset(reader->collector);
    begin_lines(reader);
}

static void end_reading(void *data)
{
    write_text(data);
    forget(data);
}

static tap_packet_status take(void *data, packet_info *pinfo _U_, epan_dissect_t *dissection _U_,
    const void *told, tap_flags_t flags _U_)
{
    pop_dialogue_reader *reader = data;
    const pop_tap_words *words = told;
    const pop_tap_record *segment = words->segment;
    if (segment->stream != reader->stream) {
        return TAP_PACKET_DONT_REDRAW;
    }
    reader->seen = pop_collector_take(reader->collector, segment, NULL);
    for (uint32_t i = 0; i < words->part_count; i++) {
        const pop_tap_part *part = &words->parts[i];
        const said_line line = { .at = segment->at,
            .by_server = segment->direction == POP_FROM_SERVER,
            .in_tls = segment->tls,
            .exchange = part->exchange,
            .line = part->line,
            .words = part->words == NULL ? NULL
                                         : wmem_strdup(reader->collector->scope, part->words) };
        wmem_array_append_one(reader->lines, line);
    }
    return TAP_PACKET_REDRAW;
}

pop_dialogue_reader *pop_dialogue_begin(uint32_t stream, bool dissects)
{
    pop_dialogue_reader *reader = g_new0(pop_dialogue_reader, 1);
    reader->stream = stream;
    reader->ends = pop_connection_ends_new(dissects, NULL, NULL);
    reader->collector = pop_collector_new(false, reader->ends);
    begin_lines(reader);
    pop_reading_join(end_reading, reader);
    pop_tap_listen(POP_TAP_WORDS_NAME, reader,
        dissects ? TL_REQUIRES_NOTHING : TL_IS_DISSECTOR_HELPER, forget, take, NULL);
    return reader;
}

const char *pop_dialogue_text_of(pop_dialogue_reader *reader)
{
    write_text(reader);
    return reader->text == NULL ? "The capture has no POP session of that number.\n" : reader->text;
}

void pop_dialogue_end(pop_dialogue_reader *reader)
{
    pop_reading_leave(reader);
    remove_tap_listener(reader);
    pop_connection_ends_remove(reader->ends);
    pop_collector_free(reader->collector);
    g_free(reader->text);
    g_free(reader);
}
