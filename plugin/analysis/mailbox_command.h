/* mailbox_command.h
 * tshark's "-z pop,mbox,FILE" and "-z pop,maildir,FOLDER": the mails of a capture as a mailbox.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MAILBOX_COMMAND_H
#define POP_MAILBOX_COMMAND_H

#include "analysis/analysis.h"

extern const pop_analysis_module pop_mailbox_command_module;

#endif
