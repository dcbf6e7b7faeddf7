/* analysis.h
 * What is counted and collected over a whole capture: the registration of all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ANALYSIS_H
#define POP_ANALYSIS_H

/* A file of this room hands over what it registers with the host as one descriptor, which
 * analysis.c lists. All of them read the tap record of dissector/tap.h, and nothing else of the
 * dissector. */
typedef struct pop_analysis_module {
    /* Beside the protocol: exports, tables, preferences; gets the protocol's id. Or NULL. */
    void (*register_with_protocol)(int protocol);
    /* When the host registers what listens to taps: its command line and menus know of it then. Or
     * NULL. */
    void (*register_listener)(void);
} pop_analysis_module;

/* Both are called once by the host, in this order. */
void pop_analysis_register(int protocol);
void pop_analysis_register_listeners(void);

#endif
