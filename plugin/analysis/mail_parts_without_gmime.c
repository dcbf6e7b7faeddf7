/* mail_parts_without_gmime.c
 * The plugin was built without GMime: attachments are not told of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/mail_parts.h"

bool pop_mail_parts_known(void)
{
    return false;
}

bool pop_mail_parts_visit(pop_span mail, pop_attachment_visitor visit, void *data)
{
    (void)mail;
    (void)visit;
    (void)data;
    return true;
}
