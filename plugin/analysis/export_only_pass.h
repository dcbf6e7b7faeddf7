/* export_only_pass.h
 * What is to be exported in the only pass of tshark.
 *
 * Which segment of a mail is its last, whose mail it is, and what was held until the end, is known
 * when the capture has been read: so long, mails wait here. Then they are listed as in a second
 * pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EXPORT_ONLY_PASS_H
#define POP_EXPORT_ONLY_PASS_H

#include <epan/export_object.h>

#include "dissector/tap.h"

/* A segment of the only pass, of which a tap tells; `passes`: its frame passes the filter of what
 * is exported. */
void pop_export_only_pass_take(
    export_object_list_t *list, uint32_t frame, const pop_tap_record *record, bool passes);

#endif
