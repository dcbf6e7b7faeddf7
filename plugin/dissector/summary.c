/* summary.c
 * What a command or a reply is, in a few words of our own: for the lines of the tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/summary.h"

#include <string.h>

#include "dissector/compat.h"
#include "dissector/octets.h"
#include "dissector/readable.h"
#include "dissector/wire_text.h"

const char pop_summary_malformed[] = "Malformed status";

/* --- Listings --------------------------------------------------------------------------------- */

static uint64_t lines_of(tvbuff_t *tvb, const pop_entry *entry)
{
    if (entry->ends_line_here) {
        return 1;
    }
    pop_span rest = pop_octets(tvb, entry->offset, entry->length);
    uint64_t lines = 0;
    const uint8_t *end;
    while ((end = pop_span_find(rest, '\n')) != NULL) {
        lines++;
        rest = pop_span_part(rest, (size_t)(end - rest.octets) + 1, rest.length);
    }
    return lines + (rest.length > 0); /* the capture's end, perhaps, in the middle of a line */
}

uint64_t pop_summary_lines(tvbuff_t *tvb, const pop_pdu *pdu)
{
    uint64_t lines = 0;
    for (uint32_t i = 0; i < pdu->count; i++) {
        if (pdu->entries[i].kind == POP_ENTRY_LISTING) {
            lines += lines_of(tvb, &pdu->entries[i]);
        }
    }
    return lines;
}

void pop_summary_append_count(wmem_strbuf_t *to, pop_body kind, uint64_t lines)
{
    const char *one = "line", *many = "lines";
    switch (kind) {
    case POP_BODY_SCAN_LISTING:
    case POP_BODY_UNIQUE_ID_LISTING:
    case POP_BODY_HEADER_LISTING:
        one = "message", many = "messages";
        break;
    case POP_BODY_CAPABILITIES:
        one = "capability", many = "capabilities";
        break;
    case POP_BODY_MECHANISMS:
        one = "mechanism", many = "mechanisms";
        break;
    case POP_BODY_LANGUAGES:
        one = "language", many = "languages";
        break;
    default:
        break;
    }
    wmem_strbuf_append_printf(to, "%" PRIu64 " %s", lines, plurality(lines, one, many));
}

/* --- Commands and replies --------------------------------------------------------------------- */

/* The command's name where the table has it: a name that it does not have is the client's text. */
static const char *known_name(const pop_exchange *exchange)
{
    return exchange == NULL || exchange->command == NULL ? NULL : exchange->command->keyword;
}

static void append_message_number(wmem_strbuf_t *to, const pop_exchange *exchange)
{
    if (exchange->has_message) {
        wmem_strbuf_append_printf(to, ", message %u", exchange->message_number);
    }
}

void pop_summary_append_verdict(wmem_strbuf_t *to, packet_info *pinfo, const pop_auth_step *step)
{
    static const char *const verdicts[] = { [POP_AUTH_ACCEPTED] = " accepted",
        [POP_AUTH_REJECTED] = " rejected",
        [POP_AUTH_CANCELLED] = " cancelled" };
    wmem_strbuf_append(to, "login");
    if (step->user != NULL) {
        wmem_strbuf_append(to, " of ");
        pop_wire_append_quoted(to, pop_readable(pinfo->pool, step->user, strlen(step->user)));
    }
    wmem_strbuf_append(to, verdicts[step->result]);
}

static void append_answer(wmem_strbuf_t *to, packet_info *pinfo, const pop_exchange *exchange)
{
    const char *mechanism = exchange == NULL ? NULL : pop_exchange_mechanism(exchange);
    if (mechanism != NULL) {
        wmem_strbuf_append(to, "SASL answer, ");
        pop_wire_append(to, pop_readable(pinfo->pool, mechanism, strlen(mechanism)));
    } else {
        wmem_strbuf_append(to, "SASL answer");
    }
}

static void append_command(wmem_strbuf_t *to, packet_info *pinfo, const pop_pdu *pdu)
{
    const char *name = known_name(pdu->exchange);
    if (pdu->entries[0].kind == POP_ENTRY_ANSWER) {
        append_answer(to, pinfo, pdu->exchange);
    } else if (name == NULL) {
        wmem_strbuf_append(to, pdu->exchange == NULL ? "Client's line" : "Unknown command");
    } else {
        wmem_strbuf_append_printf(to, "Command %s", name);
        append_message_number(to, pdu->exchange);
    }
}

static void append_head_of_reply(wmem_strbuf_t *to, const pop_pdu *pdu)
{
    const char *name = known_name(pdu->exchange);
    if (pdu->entries[0].kind == POP_ENTRY_GREETING) {
        wmem_strbuf_append(to, "Greeting");
    } else if (pdu->entries[0].kind == POP_ENTRY_CHALLENGE) {
        wmem_strbuf_append(to, "Challenge");
    } else if (pdu->entries[0].kind == POP_ENTRY_UNEXPECTED) {
        wmem_strbuf_append(to, pop_summary_malformed);
    } else if (pdu->exchange == NULL) {
        wmem_strbuf_append(to, "Beginning of a reply");
    } else if (name == NULL) {
        wmem_strbuf_append(to,
            pdu->exchange->name != NULL             ? "Reply to an unknown command"
                : pdu->exchange->request.frame != 0 ? "Reply to an empty line"
                                                    : "Reply to no command that was seen");
    } else {
        wmem_strbuf_append_printf(to, "Reply to %s", name);
        append_message_number(to, pdu->exchange);
    }
}

static void append_login(wmem_strbuf_t *to, packet_info *pinfo, const pop_pdu *pdu)
{
    const pop_auth_step *step = pdu->entries[0].auth;
    const char *mechanism = pdu->exchange == NULL ? NULL : pop_exchange_mechanism(pdu->exchange);
    bool decides = step != NULL && step->result != POP_AUTH_UNDECIDED;
    if (!decides && pdu->entries[0].kind != POP_ENTRY_CHALLENGE) {
        return;
    }
    if (decides) {
        wmem_strbuf_append(to, ", ");
        pop_summary_append_verdict(to, pinfo, step);
    }
    if (mechanism != NULL) {
        wmem_strbuf_append(to, decides ? " (" : ", ");
        pop_wire_append(to, pop_readable(pinfo->pool, mechanism, strlen(mechanism)));
        wmem_strbuf_append(to, decides ? ")" : "");
    }
}

static void append_reply(wmem_strbuf_t *to, tvbuff_t *tvb, packet_info *pinfo, const pop_pdu *pdu)
{
    append_head_of_reply(to, pdu);
    append_login(to, pinfo, pdu);
    bool begins = pop_pdu_has_status(pdu);
    if (!begins && pdu->entries[0].kind != POP_ENTRY_PIECE
        && pdu->entries[0].kind != POP_ENTRY_UNEXPECTED) {
        wmem_strbuf_append(to, ", continued");
    }
    if (pop_pdu_find(pdu, POP_ENTRY_LISTING) != NULL) {
        wmem_strbuf_append(to, ", ");
        pop_summary_append_count(to, pdu->exchange->body, pop_summary_lines(tvb, pdu));
    }
    bool refused = begins && pdu->exchange != NULL && pdu->entries[0].kind == POP_ENTRY_STATUS
        && pdu->exchange->status == POP_STATUS_NEGATIVE
        && (pdu->entries[0].anomalies & POP_FLAW(STATUS_MALFORMED)) == 0
        && (pdu->entries[0].auth == NULL || pdu->entries[0].auth->result == POP_AUTH_UNDECIDED);
    wmem_strbuf_append(to, refused ? ", refused" : "");
}

static const char *name_of_unassigned(const pop_entry *entry)
{
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_PIECE:
        return "Part of a line";
    case POP_ENTRY_PREAMBLE:
        return "PROXY header";
    case POP_ENTRY_PROTECTED:
        return "Protected data";
    default:
        return "Undecoded data";
    }
}

void pop_summary_append(wmem_strbuf_t *to, tvbuff_t *tvb, packet_info *pinfo, const pop_pdu *pdu)
{
    switch (pdu->kind) {
    case POP_PDU_COMMAND:
        append_command(to, pinfo, pdu);
        break;
    case POP_PDU_REPLY:
        append_reply(to, tvb, pinfo, pdu);
        break;
    case POP_PDU_SUBMISSION:
        wmem_strbuf_append(to, "Submitted message");
        break;
    case POP_PDU_UNASSIGNED:
        wmem_strbuf_append(to, name_of_unassigned(pdu->entries));
        break;
    }
}
