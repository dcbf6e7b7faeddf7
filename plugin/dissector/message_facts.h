/* message_facts.h
 * Draws what is known of a mail where it ends: the subtree pop.message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_MESSAGE_FACTS_H
#define POP_DISSECTOR_MESSAGE_FACTS_H

#include "dissector/view.h"

/* Draws the mail that the view's entry ends, or that is known never to end. Of its facts only those
 * are worked out that the tree shows or somebody asks for. Runs with tree NULL too: a file on the
 * user's list is told to the expert items' listeners all the same. Any pass. */
void pop_message_facts_show(const pop_view *view, const pop_exchange *exchange);

extern const pop_module pop_message_facts_module;

#endif
