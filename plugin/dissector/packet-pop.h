/* packet-pop.h
 * The entry to the plugin: what the loader registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PACKET_POP_H
#define PACKET_POP_H

/* Called once by the host, in this order, when it registers its protocols. */
void pop_register(void);
void pop_handoff(void);

#endif
