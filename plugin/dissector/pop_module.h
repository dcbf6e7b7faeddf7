/* pop_module.h
 * A file of this room declares its fields, subtrees and preferences beside the code that uses them,
 * and hands them over as one descriptor, which packet-pop.c registers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_MODULE_H
#define POP_MODULE_H

#include <epan/packet.h>
#include <epan/prefs.h>

typedef struct pop_module {
    hf_register_info *fields;
    size_t field_count;
    int *const *subtrees;
    size_t subtree_count;
    void (*preferences)(module_t *preferences); /* or NULL */
    void (*handoff)(int protocol); /* finds other dissectors; or NULL */
} pop_module;

#define POP_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
