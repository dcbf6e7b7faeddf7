/* message.h
 * A mail that is whole goes to the mail dissector; its fragments are drawn as the host draws them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_MESSAGE_H
#define POP_DISSECTOR_MESSAGE_H

#include "dissector/view.h"

/* Draws the list of a mail's fragments. Any pass. */
void pop_message_show_fragments(const pop_view *view, proto_tree *tree, const pop_message *message);

/* Draws where an earlier fragment's mail is put together; from the second pass on. */
void pop_message_show_reassembled_in(
    const pop_view *view, proto_tree *tree, const pop_message *message);

/* True where what the exchange brought goes to the mail dissector: it is whole, and no preference
 * keeps it. Any pass. */
bool pop_message_is_decoded(const pop_exchange *exchange);

/* Hands a whole mail to the IMF dissector, below `tree`. What that throws stays with this mail; it
 * writes into no column. Any pass. */
void pop_message_hand_over(const pop_view *view, proto_tree *tree, const pop_message *message);

extern const pop_module pop_message_module;

#endif
