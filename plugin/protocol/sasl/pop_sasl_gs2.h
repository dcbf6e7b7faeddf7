/* pop_sasl_gs2.h
 * The head that SCRAM, GS2, OAuth, SAML and OpenID messages share. Private to pop_sasl*.c.
 *
 * RFC 5801 section 4, RFC 5802 section 5.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_GS2_H
#define POP_SASL_GS2_H

#include "sasl/pop_sasl_reader.h"

/* Takes ["F,"] cb-flag "," ["a=" authzid] ",". Adds the flag (n, y, or the name of the channel
 * binding behind "p=") as parameter gs2-cb-flag, and the authzid, which also stands in *authzid_out
 * (length 0 where there is none; authzid_out may be NULL). False where the head is broken. */
bool pop_sasl_take_gs2_header(pop_sasl_reader *reader, pop_sasl_part *authzid_out);

/* Adds a name in which "=2C" stands for a comma and "=3D" for an equals sign. */
void pop_sasl_add_saslname(pop_sasl_reader *reader, pop_sasl_field_kind kind, pop_sasl_part part);

#endif
