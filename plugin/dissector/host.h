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

/* The ports of the protocol's name (RFC 1939 section 3, RFC 8314 section 3.1). */
#define POP_TCP_PORT 110
#define POP_TLS_PORT 995
#define POP_OLD_PORT 109 /* versions 1 and 2 (RFC 937, Assigned Numbers RFC 923) */
#define POP_KERBEROS_PORT 1109 /* version 3 behind a Kerberos exchange */

/* Finds or registers the protocol and gives its id. Registration only. */
int pop_host_adopt_protocol(void);

/* The protocol's preferences, those of the host's dissector included. Registration only. */
module_t *pop_host_preferences(void);

/* Registers the fields, but for those that the host has under the same name: their ids are written
 * where ours would have gone. The array must live as long as the program. Registration only. */
void pop_host_add_fields(hf_register_info *fields, size_t count);

/* The value of the host's preference "desegment_data", or of ours where the host has none. Any
 * pass. */
bool pop_host_reassembles(void);

/* True where the user has given everything back to the host's own dissector. Any pass. */
bool pop_host_built_in_is_chosen(void);

/* The dissector for TCP, by name: where the host has a "pop", another than that; else the
 * protocol's, for which the host then names the preference of the port. Registration only; behind
 * pop_host_adopt_protocol(). */
const char *pop_host_tcp_name(void);

/* How Decode As describes the dissector for TCP. The text belongs to the host. Registration only;
 * behind pop_host_adopt_protocol(). */
const char *pop_host_tcp_description(void);

/* Takes the host's ports: called once, in the handoff, with our handles for TCP and for TLS. */
void pop_host_claim_ports(dissector_handle_t tcp_handle, dissector_handle_t tls_handle);

#endif
