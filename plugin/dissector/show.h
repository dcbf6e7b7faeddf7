/* show.h
 * Draws the entries of a segment, each kind in a file of its own. Every function may run in any
 * pass, any number of times, and writes nothing but the tree and the expert items.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SHOW_H
#define POP_SHOW_H

#include "dissector/pdu.h"
#include "dissector/view.h"

/* A command, a reply, or an entry that belongs to none: the frame's view has the protocol's tree
 * and the segment's octets. False where the frame's tree had no room for all of it. */
bool pop_show_pdu(const pop_view *frame, const pop_pdu *pdu);

/* True where drawing the record leaves something behind, though no tree is drawn. */
bool pop_show_leaves_trace(const packet_info *pinfo, const pop_record *record);

/* In all that follows but for pop_show_maildrop(), the view's tree is that of the reply.
 *
 * A command line, or a client's line in an AUTH dialogue. */
void pop_show_request(const pop_view *view);
void pop_show_answer(const pop_view *view);
void pop_show_empty_line(const pop_view *view); /* ends alone, before the first command */

/* A status line, the greeting, a challenge; and a line that should have been one of these. */
void pop_show_status(const pop_view *view);
void pop_show_malformed(const pop_view *view);

/* Lines of a multi-line reply that is no mail, and the final "." of one. */
void pop_show_listing(const pop_view *view);

/* Octets of a mail, and a final "." with all that is known of the reply that it ends. */
void pop_show_body(const pop_view *view);
void pop_show_body_end(const pop_view *view);

/* The deletions that a reply to QUIT made true: `quit` has some. */
void pop_show_deletions(const pop_view *view, proto_tree *tree, const pop_exchange *quit);

/* The maildrop, and those that the session had before it, with what became of their mails. */
void pop_show_maildrop(const pop_view *view, const pop_maildrop *maildrop);

/* A part of a line, a header of the PROXY protocol, octets that are not decoded. */
void pop_show_piece(const pop_view *view);
void pop_show_preamble(const pop_view *view);

/* Adds pop.unexpected, which the line before says already. */
void pop_show_as_unexpected(const pop_view *view, proto_tree *tree);
void pop_show_opaque(const pop_view *view);

/* The numbers in the text of a reply to STAT. */
void pop_show_stat(const pop_view *view, proto_tree *tree, pop_span text);

/* A line of LIST or UIDL, or the text of the reply to their single-line forms. False where it is
 * none. */
bool pop_show_one_listing(const pop_view *view, proto_tree *tree, pop_body kind, pop_span text);

/* The size or unique-id alone, with which some servers answer LIST or UIDL of one mail. */
void pop_show_bare_value(const pop_view *view, proto_tree *tree, pop_body kind, pop_span text);

/* A line of CAPA, of AUTH without a mechanism, of LANG; what the greeting tells of the server. */
void pop_show_capability(const pop_view *view, proto_tree *tree);
void pop_show_offered_mechanism(const pop_view *view, proto_tree *tree);
void pop_show_language(const pop_view *view, proto_tree *tree, pop_span text);
void pop_show_software(const pop_view *view, proto_tree *tree, pop_span greeting);

/* What the line is in a login: its decoded contents, the verdict. Runs with tree NULL too. */
void pop_show_auth(const pop_view *view, proto_tree *tree);

/* Whether the digest or proof in the line fits a secret of the user's. Runs with tree NULL too. */
void pop_show_verified(const pop_view *view, proto_tree *tree);

/* On the session's last record: a login that was never answered. */
void pop_show_unanswered_login(const pop_view *view);

/* The links and times of a command, on its entry; and of the part of a reply. */
void pop_show_command_times(const pop_view *view, proto_tree *tree);
void pop_show_times(const pop_view *view, const pop_pdu *pdu);

/* What is true of the whole segment, once: session, state, user, version, TLS. */
void pop_show_session(const pop_view *view);

/* The same of a frame whose octets are held: hidden, and nothing else is told of it. */
void pop_show_held_session(const pop_view *view);

/* On the session's last record, from the second pass on: what never came. */
void pop_show_session_end(const pop_view *view, proto_item *item);

/* A segment whose octets wait for others: what stands below the protocol's item (NULL where no tree
 * is drawn), and what Info says of it. */
void pop_show_held(tvbuff_t *tvb, packet_info *pinfo, proto_item *item, const pop_record *record);

/* Where the record's octets were put in order: from which frames they are. */
void pop_show_ordered(const pop_view *view);

extern const pop_module pop_show_held_module;
extern const pop_module pop_show_pdu_module;
extern const pop_module pop_show_request_module;
extern const pop_module pop_show_reply_module;
extern const pop_module pop_show_listing_module;
extern const pop_module pop_show_capability_module;
extern const pop_module pop_show_body_module;
extern const pop_module pop_show_unassigned_module;
extern const pop_module pop_show_auth_module;
extern const pop_module pop_show_verified_module;
extern const pop_module pop_show_exchange_module;
extern const pop_module pop_show_session_module;
extern const pop_module pop_show_maildrop_module;

#endif
