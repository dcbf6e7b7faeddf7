/* tls.h
 * Where the stream goes on in TLS: after STLS, and in captures that begin after it.
 *
 * RFC 2595 section 4 (STLS), RFC 8446 section 5.1 (records).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_TLS_H
#define POP_TLS_H

#include "dissector/pop_module.h"

struct tcpinfo;

/* Where this segment is the first of TLS, gives it, and all that come after it, to the host's TLS
 * dissector, which brings the decrypted octets to `application`. True where that was so: the
 * segment is done. Decides in the first pass; in later ones the host calls TLS by itself. */
bool pop_tls_takes_over(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, struct tcpinfo *tcp,
    dissector_handle_t application);

extern const pop_module pop_tls_module;

#endif
