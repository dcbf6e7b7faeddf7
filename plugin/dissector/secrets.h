/* secrets.h
 * The user's table of secrets, a preference, against which logins are verified.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SECRETS_H
#define POP_SECRETS_H

#include "dissector/pop_module.h"
#include "session/pop_verify.h"

/* The verifier for the table as it is now; NULL where the table is empty. Any pass. */
pop_verifier *pop_secrets_verifier(void);

extern const pop_module pop_secrets_module;

#endif
