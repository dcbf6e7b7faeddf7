/* known_files.h
 * The user's list of known files, a preference, in which attachments and mails are looked up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_DISSECTOR_KNOWN_FILES_H
#define POP_DISSECTOR_KNOWN_FILES_H

#include "dissector/pop_module.h"

/* True where there is a list with anything in it. Any pass. */
bool pop_known_files_asked(void);

/* The list's name for the file with that SHA-256; "" where it has none for it; NULL where it is not
 * on the list. It stands until the preferences change. Any pass. */
const char *pop_known_file_name(const char *sha256);

extern const pop_module pop_known_files_module;

#endif
