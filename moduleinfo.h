/* moduleinfo.h
 * The one place with the plugin's name and version; C includes it and CMake reads it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MODULEINFO_H
#define POP_MODULEINFO_H

#define POP_PLUGIN_NAME "pop"
#define POP_PLUGIN_VERSION "0.2.0"

#endif
