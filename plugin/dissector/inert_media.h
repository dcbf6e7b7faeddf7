/* inert_media.h
 * Tells mails whose dissectors, down to those of their parts, do nothing but draw.
 *
 * RFC 2045 section 5 (Content-Type).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_INERT_MEDIA_H
#define POP_DISSECTOR_INERT_MEDIA_H

#include "dissector/view.h"
#include "text/pop_text.h"

/* True where no dissector that the mail dissector would call for `mail` remembers anything from one
 * packet to another: without a tree, such a mail need not be dissected. Any pass. */
bool pop_is_inert_mail(pop_span mail);

extern const pop_module pop_inert_media_module;

#endif
