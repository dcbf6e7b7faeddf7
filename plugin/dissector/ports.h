/* ports.h
 * What the plugin has in the host's tables of ports and names, and how it is given back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PORTS_H
#define POP_PORTS_H

#include <epan/packet.h>
#include <epan/prefs.h>

/* The ports of the protocol's name (RFC 1939 section 3, RFC 8314 section 3.1). */
#define POP_TCP_PORT 110
#define POP_TLS_PORT 995
#define POP_OLD_PORT 109 /* versions 1 and 2 (RFC 937, Assigned Numbers RFC 923) */

/* Adds the preference for the ports of KPOP, which is empty by default. Registration only. */
void pop_ports_add_preference(module_t *preferences);

/* Tells whose the ports are: `host` is the handle of the host's own dissector, NULL where it has
 * none. Called once, in the handoff, before pop_ports_settle(). */
void pop_ports_register(
    dissector_handle_t host, dissector_handle_t own_tcp, dissector_handle_t own_tls);

/* Gives all that is the host's, or that the user has given to its dissector, to the plugin's, and
 * the plugin's own ports and names with it; or, where not `ours`, gives all of that back. What the
 * user has decided for a port (Decode As) stays. Whatever was settled before, the result is that of
 * a fresh start. Never while a packet is dissected. */
void pop_ports_settle(bool ours);

/* True where a server at the port speaks KPOP: version 3 behind a Kerberos exchange. Any pass. */
bool pop_ports_is_kerberos(uint32_t port);

#endif
