/* pop_known_files.h
 * A list of files that somebody knows by their SHA-256, with a name for each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_KNOWN_FILES_H
#define POP_KNOWN_FILES_H

#include "text/pop_text.h"

typedef struct pop_known_files pop_known_files;

/* Told of each line that is no line of such a list, by its number, from 1. */
typedef void (*pop_bad_line_visitor)(uint32_t line, void *data);

/* Reads a list: one hash a line, in hexadecimal digits of either case, and behind blanks, a comma,
 * a semicolon or the "*" of sha256sum a name for it, which may be missing. Quotes around the two
 * are no part of them. Empty lines and those that begin with "#" are nothing. Of a hash that stands
 * there twice the first name counts. Takes some 40 octets a line, and the names. */
pop_known_files *pop_known_files_read(pop_span list, pop_bad_line_visitor bad_line, void *data);
void pop_known_files_free(pop_known_files *files); /* may be NULL */

/* How many files the list has. */
uint32_t pop_known_files_count(const pop_known_files *files);

/* The name of the file with that SHA-256, in hexadecimal digits; "" where it stands there without
 * one; NULL where it does not. Valid UTF-8 without control characters. */
const char *pop_known_files_name(const pop_known_files *files, const char *sha256);

#endif
