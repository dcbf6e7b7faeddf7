/* info.c
 * The Info column's text for one command or one reply: our own words first, a stranger's last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/info.h"

#include <string.h>
#include <wsutil/str_util.h>

#include "dissector/hiding.h"
#include "dissector/octets.h"
#include "dissector/summary.h"
#include "dissector/wire_text.h"
#include "grammar/pop_listing.h"
#include "session/pop_history.h"

/* Octets of a list of capabilities that is written out. */
#define LIST_LIMIT 512

static void append_kept(wmem_strbuf_t *to, const pop_view *frame, const char *kept)
{
    pop_wire_append(to, pop_view_readable(frame, kept));
}

static void append_user(
    wmem_strbuf_t *to, const pop_view *frame, const char *before, const char *user)
{
    wmem_strbuf_append(to, before);
    pop_wire_append_quoted(to, pop_view_readable(frame, user));
}

/* The line as it was sent. */
static void append_line(wmem_strbuf_t *to, const pop_view *view)
{
    pop_wire_append(to, pop_view_string(view, view->text));
    wmem_strbuf_append(to, pop_view_is_cut_off(view) ? "..." : "");
}

static pop_view view_of(const pop_view *frame, const pop_entry *entry)
{
    return pop_view_read(frame->tvb, frame->pinfo, frame->record, entry);
}

/* --- Commands --------------------------------------------------------------------------------- */

/* What an answer in an AUTH dialogue, or an initial response, is. */
static void append_sasl(wmem_strbuf_t *to, const pop_view *view)
{
    const pop_auth_step *step = view->entry->auth;
    const char *mechanism = pop_exchange_mechanism(view->entry->exchange);
    bool is_initial = view->entry->kind == POP_ENTRY_REQUEST;
    append_kept(to, view, mechanism == NULL ? "SASL" : mechanism);
    if (!is_initial && pop_span_is(view->text, POP_SPAN("*"))) {
        wmem_strbuf_append(to, " cancelled");
    } else if (!is_initial && view->text.length == 0) {
        wmem_strbuf_append(to, " empty answer");
    } else if (step->proof == POP_LOGIN_DIGEST || step->proof == POP_LOGIN_SCRAM_PROOF) {
        wmem_strbuf_append(to, " proof");
        if (step->user != NULL) {
            append_user(to, view, " of ", step->user);
        }
    } else if (step->proof == POP_LOGIN_PASSWORD && (step->place > 0 || step->user == NULL)) {
        wmem_strbuf_append(to, " password");
        if (step->user != NULL) {
            append_user(to, view, " of ", step->user);
        }
    } else if (step->user != NULL) {
        append_user(to, view, ": ", step->user);
    } else {
        wmem_strbuf_append(to, is_initial ? " with initial response" : " answer");
    }
}

static bool has_initial(const pop_entry *entry)
{
    return entry->auth != NULL && entry->exchange != NULL && entry->exchange->dialogue != NULL
        && entry->exchange->dialogue->has_initial
        && !(entry->anomalies & POP_FLAW(LINE_INCOMPLETE));
}

const char *pop_info_deleted(const pop_view *view)
{
    const pop_exchange *exchange = view->entry->exchange;
    if (exchange == NULL || view->entry->kind != POP_ENTRY_REQUEST || view->record->entry_count != 1
        || pop_history_action(exchange) != POP_ACTION_DELETION) {
        return NULL;
    }
    const pop_exchange *fetch = pop_history_fetch_before(
        exchange->maildrop, exchange->message_number, exchange->ordinal, view->pinfo->num);
    if (fetch == NULL) {
        return NULL;
    }
    wmem_strbuf_t *text = wmem_strbuf_new(view->pinfo->pool, "");
    pop_info_append_subject(text, fetch->message, " (");
    wmem_strbuf_append(text, wmem_strbuf_get_len(text) > 0 ? ")" : "");
    return wmem_strbuf_get_str(text);
}

static void append_command(wmem_strbuf_t *to, const pop_view *view)
{
    if (view->entry->kind == POP_ENTRY_ANSWER) {
        append_sasl(to, view);
    } else if (has_initial(view->entry)) {
        wmem_strbuf_append(to, "AUTH ");
        append_sasl(to, view);
    } else {
        append_line(to, view);
    }
}

/* --- Status lines ----------------------------------------------------------------------------- */

static void append_challenge(wmem_strbuf_t *to, const pop_view *view)
{
    const char *mechanism = view->entry->exchange == NULL
        ? NULL
        : pop_exchange_mechanism(view->entry->exchange);
    if (view->entry->auth == NULL) {
        wmem_strbuf_append(to, "challenge: ");
        append_line(to, view);
        return;
    }
    append_kept(to, view, mechanism == NULL ? "SASL" : mechanism);
    wmem_strbuf_append(to, " challenge");
    if (view->entry->auth->iterations > 0) {
        wmem_strbuf_append_printf(to, ", %u iterations", view->entry->auth->iterations);
    }
}

static void append_verdict(wmem_strbuf_t *to, const pop_view *view)
{
    const char *mechanism = pop_exchange_mechanism(view->entry->exchange);
    pop_summary_append_verdict(to, view->pinfo, view->entry->auth);
    if (mechanism != NULL) {
        wmem_strbuf_append(to, " (");
        append_kept(to, view, mechanism);
        wmem_strbuf_append_c(to, ')');
    }
    wmem_strbuf_append(to, ": ");
    append_line(to, view);
}

static size_t deleted_by(const pop_exchange *quit)
{
    return quit->deletions == NULL ? 0 : quit->deletions->count;
}

/* True for the QUIT that ends the session well, where anything was done in it. */
static bool has_sums(const pop_exchange *exchange)
{
    return exchange != NULL && exchange->maildrop->quit == exchange
        && (pop_history_retrieved(exchange->maildrop) > 0 || deleted_by(exchange) > 0);
}

/* What the session has done. */
static void append_sums(wmem_strbuf_t *to, const pop_exchange *quit)
{
    uint32_t retrieved = pop_history_retrieved(quit->maildrop);
    size_t deleted = deleted_by(quit);
    if (retrieved > 0) {
        wmem_strbuf_append_printf(
            to, "%u message%s retrieved", retrieved, plurality(retrieved, "", "s"));
    }
    if (retrieved > 0 && deleted > 0) {
        wmem_strbuf_append_printf(to, ", %zu deleted", deleted);
    } else if (deleted > 0) {
        wmem_strbuf_append_printf(
            to, "%zu message%s deleted", deleted, plurality(deleted, "", "s"));
    }
    wmem_strbuf_append(to, ": ");
}

static bool has_verdict(const pop_entry *entry)
{
    return entry->auth != NULL && entry->auth->result != POP_AUTH_UNDECIDED;
}

static bool is_malformed(const pop_entry *entry)
{
    return (entry->anomalies & POP_FLAW(STATUS_MALFORMED)) != 0;
}

static void append_status(wmem_strbuf_t *to, const pop_view *view)
{
    if (has_verdict(view->entry)) {
        append_verdict(to, view);
        return;
    }
    if (is_malformed(view->entry)) {
        wmem_strbuf_append(to, "malformed status: ");
    } else if (has_sums(view->entry->exchange)) {
        append_sums(to, view->entry->exchange);
    }
    append_line(to, view);
}

/* --- Listings --------------------------------------------------------------------------------- */

static bool lists_messages(pop_body kind)
{
    return kind == POP_BODY_SCAN_LISTING || kind == POP_BODY_UNIQUE_ID_LISTING
        || kind == POP_BODY_HEADER_LISTING;
}

static pop_span octets_of(const pop_view *view)
{
    return pop_octets(view->tvb, (uint32_t)view->offset, (uint32_t)view->length);
}

/* Where the last line of `lines`, which may lack its end, begins. */
static pop_span last_line(pop_span lines)
{
    size_t start = lines.length > 0 ? lines.length - 1 : 0;
    while (start > 0 && lines.octets[start - 1] != '\n') {
        start--;
    }
    return pop_span_part(lines, start, lines.length);
}

/* The number that a line of a listing begins with. */
static bool number_in(pop_span line, uint32_t *number)
{
    return pop_span_number32(pop_next_token(&line), number);
}

/* "messages 70 to 100". */
static bool append_range(wmem_strbuf_t *to, const pop_view *first, const pop_view *last)
{
    uint32_t from, until;
    if (!number_in(octets_of(first), &from) || !number_in(last_line(octets_of(last)), &until)) {
        return false;
    }
    if (from == until) {
        wmem_strbuf_append_printf(to, "message %u", from);
    } else {
        wmem_strbuf_append_printf(to, "messages %u to %u", from, until);
    }
    return true;
}

/* The lines themselves, of a list of words: ": TOP, UIDL, SASL PLAIN". */
static void append_lines(wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu)
{
    const char *separator = ": ";
    size_t before = wmem_strbuf_get_len(to);
    for (uint32_t i = 0; i < pdu->count; i++) {
        pop_view line = view_of(frame, &pdu->entries[i]);
        pop_span rest = pdu->entries[i].kind == POP_ENTRY_LISTING ? octets_of(&line)
                                                                  : (pop_span){ NULL, 0 };
        while (rest.length > 0) {
            if (wmem_strbuf_get_len(to) - before > LIST_LIMIT) {
                wmem_strbuf_append(to, ", ...");
                return;
            }
            const uint8_t *end = pop_span_find(rest, '\n');
            size_t length = end == NULL ? rest.length : (size_t)(end - rest.octets) + 1;
            line.text = pop_line_text(pop_span_part(rest, 0, length));
            line.secret = pop_hiding_secret(&line);
            wmem_strbuf_append(to, separator);
            pop_wire_append(to, pop_view_string(&line, line.text));
            line.offset += (int)length;
            rest = pop_span_part(rest, length, rest.length);
            separator = ", ";
        }
    }
}

static const pop_entry *last_listing(const pop_pdu *pdu)
{
    const pop_entry *found = NULL;
    for (uint32_t i = 0; i < pdu->count; i++) {
        found = pdu->entries[i].kind == POP_ENTRY_LISTING ? &pdu->entries[i] : found;
    }
    return found;
}

/* How many lines there are here, or which ones. `begins`, `ends`: of the reply. */
static void append_extent(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, bool begins, bool ends)
{
    const pop_exchange *exchange = pdu->exchange;
    const pop_entry *latest = last_listing(pdu);
    pop_view first = view_of(frame, pop_pdu_find(pdu, POP_ENTRY_LISTING));
    pop_view last = view_of(frame, latest);
    if (!begins && lists_messages(exchange->body) && append_range(to, &first, &last)) {
        return;
    }
    uint64_t lines = begins && latest != NULL ? latest->position
                                              : pop_summary_lines(frame->tvb, pdu);
    pop_summary_append_count(to, exchange->body, lines);
    if (begins && ends && exchange->body == POP_BODY_SCAN_LISTING) {
        wmem_strbuf_append_printf(to, ", %" PRIu64 " bytes", exchange->listed_octets);
    }
    wmem_strbuf_append(to, begins && !ends ? " so far" : "");
}

static const char *name_of(const pop_exchange *exchange)
{
    return exchange->command == NULL ? "reply" : exchange->command->keyword;
}

static void append_listing(wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu)
{
    bool begins = pop_pdu_has_status(pdu);
    wmem_strbuf_append_printf(to, "%s, ", name_of(pdu->exchange));
    append_extent(to, frame, pdu, begins, pop_pdu_find(pdu, POP_ENTRY_BODY_END) != NULL);
    if (pdu->exchange->body == POP_BODY_CAPABILITIES || pdu->exchange->body == POP_BODY_MECHANISMS
        || pdu->exchange->body == POP_BODY_LANGUAGES) {
        append_lines(to, frame, pdu);
    } else if (begins) {
        pop_view status = view_of(frame, &pdu->entries[0]);
        wmem_strbuf_append(to, ": ");
        append_line(to, &status);
    }
}

/* --- Replies ---------------------------------------------------------------------------------- */

static void append_piece(wmem_strbuf_t *to, const pop_entry *entry)
{
    wmem_strbuf_append_printf(
        to, "part of a line, %u byte%s", entry->length, plurality(entry->length, "", "s"));
}

static void append_message(wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, bool ends)
{
    pop_info_append_message(to, frame, pdu, ends);
    if (!ends && pop_pdu_has_status(pdu)) {
        pop_view status = view_of(frame, &pdu->entries[0]);
        wmem_strbuf_append(to, ": ");
        append_line(to, &status);
    }
}

/* What follows the status line is told first. */
static void append_reply(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, const pop_view *first)
{
    const pop_entry *end = pop_pdu_find(pdu, POP_ENTRY_BODY_END);
    if (end != NULL && pdu->exchange->message != NULL) {
        append_message(to, frame, pdu, true);
    } else if (pop_pdu_find(pdu, POP_ENTRY_BODY) != NULL) {
        append_message(to, frame, pdu, false);
    } else if (pop_pdu_find(pdu, POP_ENTRY_LISTING) != NULL) {
        append_listing(to, frame, pdu);
    } else if (first->entry->kind == POP_ENTRY_CHALLENGE) {
        append_challenge(to, first);
    } else if (pop_pdu_has_status(pdu)) {
        append_status(to, first);
    } else if (pop_view_empty_lines(first->entry) > 1) {
        wmem_strbuf_append_printf(
            to, "malformed status, %" PRIu64 " empty lines", pop_view_empty_lines(first->entry));
    } else if (first->entry->kind == POP_ENTRY_UNEXPECTED) {
        wmem_strbuf_append(to, "malformed status: ");
        append_line(to, first);
    } else if (end != NULL) {
        wmem_strbuf_append_printf(to, "end of %s", name_of(pdu->exchange));
    } else {
        append_piece(to, first->entry);
    }
}

static void append_unassigned(wmem_strbuf_t *to, const pop_view *view)
{
    const pop_entry *entry = view->entry;
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_PIECE:
        if (!entry->ends_line_here) {
            append_piece(to, entry);
        }
        break;
    case POP_ENTRY_PREAMBLE:
        wmem_strbuf_append(to, "PROXY header");
        break;
    case POP_ENTRY_PROTECTED:
        wmem_strbuf_append_printf(to, "protected data, %u bytes", entry->length);
        break;
    default:
        wmem_strbuf_append_printf(to, "undecoded data, %u bytes", entry->length);
        break;
    }
}

bool pop_info_is_line(const pop_view *view)
{
    const pop_entry *entry = view->entry;
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_REQUEST:
        return !has_initial(entry);
    case POP_ENTRY_GREETING:
    case POP_ENTRY_STATUS:
        return !has_verdict(entry) && !is_malformed(entry) && !has_sums(entry->exchange);
    default:
        return false;
    }
}

void pop_info_append(
    wmem_strbuf_t *to, const pop_view *frame, const pop_pdu *pdu, const pop_view *first)
{
    switch (pdu->kind) {
    case POP_PDU_COMMAND:
        append_command(to, first);
        break;
    case POP_PDU_REPLY:
        append_reply(to, frame, pdu, first);
        break;
    case POP_PDU_SUBMISSION:
        append_message(to, frame, pdu, pop_pdu_last(pdu)->kind == POP_ENTRY_BODY_END);
        break;
    case POP_PDU_UNASSIGNED:
        append_unassigned(to, first);
        break;
    }
}
