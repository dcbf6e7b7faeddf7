/* show_session.c
 * Draws what a segment has in common with its session: number, version, TLS; and how the session
 * ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"
#include "dissector/show.h"

static int hf_stream = -1;
static int hf_version = -1;
static int hf_session_tls = -1;

static hf_register_info fields[] = {
    { &hf_stream,
        { "Session", "pop.stream", FT_UINT32, BASE_DEC, NULL, 0,
            "The number of the session in the capture, from 0", HFILL } },
    { &hf_version,
        { "Version", "pop.version", FT_UINT8, BASE_DEC, NULL, 0,
            "The version of the protocol: 1 (RFC 918), 2 (RFC 937) or 3 (RFC 1939)", HFILL } },
    { &hf_session_tls,
        { "TLS", "pop.session.tls", FT_BOOLEAN, BASE_NONE, NULL, 0, "These octets came through TLS",
            HFILL } },
};

const pop_module pop_show_session_module = { .fields = fields, .field_count = POP_COUNT(fields) };

void pop_show_session(const pop_view *view)
{
    const pop_record *record = view->record;
    if (view->tree == NULL) {
        return;
    }
    if (record->stream != NULL) {
        pop_view_add_generated_number(view, view->tree, hf_stream, record->stream->number);
    }
    pop_view_add_generated_number(view, view->tree, hf_version, record->version);
    proto_item_set_generated(
        proto_tree_add_boolean(view->tree, hf_session_tls, view->tvb, 0, 0, record->tls));
}

/* Some servers write a status line into a mail that they cannot finish. */
static bool breaks_off_with_error(const pop_message *message)
{
    size_t start = message->length;
    while (start > 0 && (start == message->length || message->octets[start - 1] != '\n')) {
        start--;
    }
    pop_span last = { message->octets + start, message->length - start };
    return message->total == message->length && pop_span_starts(last, POP_SPAN("-ERR"));
}

void pop_show_session_end(const pop_view *view, proto_item *item)
{
    const pop_stream *stream = view->record->stream;
    if (!pop_transcript_ends_with(view->record, view->pinfo)) {
        return;
    }
    const pop_session *session = stream->session;
    pop_anomalies anomalies = 0;
    if (session->exchanges.waiting.count > 0) {
        anomalies |= POP_FLAW(NO_REPLY);
    }
    if (session->reply.exchange != NULL && session->reply.body != POP_BODY_UNDETERMINED) {
        anomalies |= POP_FLAW(NO_TERMINATOR);
    }
    if (session->reply.message != NULL && breaks_off_with_error(session->reply.message)) {
        anomalies |= POP_FLAW(ERROR_IN_BODY);
    }
    if (session->deletions != NULL) {
        anomalies |= POP_FLAW(DELETIONS_LOST);
    }
    pop_show_unanswered_login(view);
    if (session->maildrop->quit == NULL) { /* else it stands with the reply to QUIT */
        pop_show_maildrop(view, session->maildrop);
    }
    pop_expert_add(view->pinfo, item, anomalies);
}
