/* heuristic.h
 * Finds POP on ports of other names, and leaves alone what only looks like it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HEURISTIC_H
#define POP_HEURISTIC_H

#include <epan/packet.h>

/* Registers the heuristic "pop_tcp", which gives what it finds to that handle. Handoff only. */
void pop_heuristic_register(int protocol, dissector_handle_t tcp_handle);

#endif
