/* host.h
 * The host's own protocol "pop" is adopted: its fields, its preferences, its ports. Where the host
 * has none, it is made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HOST_H
#define POP_HOST_H

#include <epan/packet.h>
#include <epan/prefs.h>

/* Finds or registers the protocol and gives its id. Registration only. */
int pop_host_adopt_protocol(void);

/* The protocol's preferences, those of the host's dissector included. Registration only. */
module_t *pop_host_preferences(void);

/* Registers the fields, but for those that the host has under the same name: their ids are written
 * where ours would have gone. Where the host's is of another type, ours gets another name, and a
 * warning says so. The array must live as long as the program. Registration only. */
void pop_host_add_fields(hf_register_info *fields, size_t count);

/* The value of the host's preference "desegment_data", or of ours where the host has none. Any
 * pass. */
bool pop_host_reassembles(void);

/* The dissector for TCP, by name: where the host has a "pop", another than that; else the
 * protocol's, for which the host then names the preference of the port. Registration only; behind
 * pop_host_adopt_protocol(). */
const char *pop_host_tcp_name(void);

/* How Decode As describes the dissector for TCP. The text belongs to the host. Registration only;
 * behind pop_host_adopt_protocol(). */
const char *pop_host_tcp_description(void);

/* Takes the host's ports, and settles them whenever preferences change: called once, in the
 * handoff, with our handles for TCP and for TLS. */
void pop_host_claim_ports(dissector_handle_t tcp_handle, dissector_handle_t tls_handle);

/* True where the user wants the host's own dissector (the preference "dissector"). Any pass. */
bool pop_host_is_chosen(void);

/* Calls the host's own dissector in our place; only where it is chosen. Any pass. */
int pop_host_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data);

#endif
