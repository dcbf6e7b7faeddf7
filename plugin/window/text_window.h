/* text_window.h
 * A window of the host's with a text and buttons. Where there is no window, nothing here does
 * anything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_WINDOW_TEXT_WINDOW_H
#define POP_WINDOW_TEXT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pop_text_window pop_text_window;

typedef struct pop_window_button {
    const char *label;
    void (*press)(void *data);
} pop_window_button;

/* Opens a window without a text, whose buttons call their functions with `data`. When the user
 * closes it, `closed(data)` is called; from then on the window is gone. NULL: there is no host that
 * has windows. */
pop_text_window *pop_text_window_open(const char *title, const pop_window_button *buttons,
    size_t count, void (*closed)(void *data), void *data);

/* Shows that text, valid UTF-8, from its beginning; as it stands there, whatever markup it has. */
void pop_text_window_show(pop_text_window *window, const char *text);

/* Asks for the name of a file, `name` to begin with. When the user has agreed, `agreed` gets what
 * was written. In either case `discard(data)` is called in the end. */
void pop_text_window_ask_for_file(const char *title, const char *name,
    void (*agreed)(const char *name, void *data), void (*discard)(void *data), void *data);

/* Makes the host dissect all frames again, for those who listen to taps. False: it cannot, or it
 * reads already. Returns when that is done; the user may have closed windows meanwhile. */
bool pop_text_window_read_again(void);

#endif
