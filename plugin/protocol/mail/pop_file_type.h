/* pop_file_type.h
 * What a file is, by its first octets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_FILE_TYPE_H
#define POP_FILE_TYPE_H

#include "text/pop_text.h"

/* The media type of the file; NULL: it is not known. Of a ZIP archive its first entries are looked
 * at: documents of offices and programs of Java are such archives. */
const char *pop_file_type(pop_span octets);

/* True where a declared type says nothing of what a file is. */
bool pop_file_type_says_nothing(const char *type);

#endif
