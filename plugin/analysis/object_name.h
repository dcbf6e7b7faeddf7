/* object_name.h
 * File names for what is taken out of a capture: safe on any system, and recognisable.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_OBJECT_NAME_H
#define POP_OBJECT_NAME_H

#include <glib.h>

/* Octets of a whole file name. The host puts "(999)" into names that are taken; file systems end at
 * 255 octets. */
#define POP_OBJECT_NAME_LIMIT 200

/* "label text", or "label (mark) text" where there is a mark: `text` is valid UTF-8 that somebody
 * sent. What could be a path, a command or a trick in it becomes "_": path separators, what Windows
 * forbids, control characters, characters that are not seen or change the direction of writing.
 * Dots and blanks at the end go. Where the name would be too long, it is cut between two
 * characters, and a short extension stays. `label` must begin with an alphanumeric character, so
 * that no name begins with a dot, or is a device of Windows. The caller frees it with g_free(). */
char *pop_object_name(const char *label, const char *mark, const char *text);

/* A text that somebody sent, for a table: control characters become "_". `text` need not be valid
 * UTF-8. The caller frees it with g_free(). */
char *pop_object_text(const char *text);

/* The usual extension of a media type (RFC 6838), with its dot; ".bin" where none is known. */
const char *pop_object_extension(const char *type);

#endif
