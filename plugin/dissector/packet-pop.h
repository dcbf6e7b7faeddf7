/* packet-pop.h
 * The entry to the plugin: what the loader registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PACKET_POP_H
#define PACKET_POP_H

/* Called once, in this order, when the host registers its protocols. The first gives the protocol's
 * id. */
int pop_dissector_register(void);
void pop_dissector_handoff(void);

#endif
