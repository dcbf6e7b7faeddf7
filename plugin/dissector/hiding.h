/* hiding.h
 * Where the preference says so, passwords and tokens are not shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HIDING_H
#define POP_HIDING_H

#include "dissector/view.h"

/* What stands in the place of what is hidden. */
#define POP_HIDDEN "(hidden)"

/* The part of the view's line that holds a password or token, in base64 perhaps, or the server's
 * echo of one; empty where it holds none, and where the preference lets it be shown. Before the
 * user is logged in, what no command defines and a SASL answer that cannot be read may be one. Any
 * pass. */
pop_span pop_hiding_secret(const pop_view *view);

/* True where octets are not to be shown whatever they are: parts of lines and octets out of step,
 * from the client, or where the server may echo a password. Any pass. */
bool pop_hiding_octets(const pop_view *view);

/* True where the name of the exchange's command, which is none, may be a password. Any pass. */
bool pop_hiding_name(const pop_exchange *exchange);

#endif
