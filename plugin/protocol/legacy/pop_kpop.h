/* pop_kpop.h
 * KPOP: where the Kerberos exchange ends, which comes before the greeting.
 *
 * No document describes it; the program fetchmail speaks it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_KPOP_H
#define POP_KPOP_H

#include "session/pop_state.h"

/* A Kerberos exchange, in which the client speaks first, comes before the greeting. Before the
 * first segment. */
void pop_kpop_expect(pop_session *session);

#endif
