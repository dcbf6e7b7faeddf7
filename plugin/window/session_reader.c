/* session_reader.c
 * The window "Read this session".
 *
 * What was said is not kept: all frames are dissected again for each session that is shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/readers.h"

#include "dissector/tap.h"
#include "window/dialogue.h"
#include "window/filters.h"
#include "window/text_window.h"

#define TITLE "POP Session"
#define NONE "This frame belongs to no POP session.\n"

/* An open window. */
typedef struct session_reader {
    pop_text_window *window; /* NULL: the user closed it while the capture was read */
    bool has_stream;
    uint32_t stream; /* pop.stream */
    bool is_busy;
} session_reader;

/* The host processes what the user does while it reads: one reading at a time. */
static bool is_reading;

static void discard(session_reader *reader)
{
    if (reader->window == NULL && !reader->is_busy) {
        g_free(reader);
    }
}

static void show(session_reader *reader)
{
    if (!reader->has_stream) {
        pop_text_window_show(reader->window, NONE);
        return;
    }
    pop_dialogue_reader *dialogue = pop_dialogue_begin(reader->stream, false);
    is_reading = reader->is_busy = true;
    bool has_read = pop_text_window_read_again();
    is_reading = reader->is_busy = false;
    if (reader->window != NULL && has_read) {
        pop_text_window_show(reader->window, pop_dialogue_text_of(dialogue));
    }
    pop_dialogue_end(dialogue);
    discard(reader);
}

/* --- Buttons ---------------------------------------------------------------------------------- */

static void press_previous(void *data)
{
    session_reader *reader = data;
    if (reader->has_stream && reader->stream > 0 && !is_reading) {
        reader->stream--;
        show(reader);
    }
}

static void press_next(void *data)
{
    session_reader *reader = data;
    if (reader->has_stream && reader->stream + 1 < pop_tap_stream_count() && !is_reading) {
        reader->stream++;
        show(reader);
    }
}

static void press_filter(void *data)
{
    const session_reader *reader = data;
    if (reader->has_stream && !is_reading) {
        pop_filter_apply(pop_filter_of_session(reader->stream));
    }
}

/* --- The window ------------------------------------------------------------------------------- */

static void closed(void *data)
{
    session_reader *reader = data;
    reader->window = NULL;
    discard(reader);
}

static bool note_stream(const pop_tap_place *place, void *data)
{
    session_reader *reader = data;
    reader->has_stream = true;
    reader->stream = place->stream;
    return false;
}

void pop_read_session(uint32_t frame)
{
    static const pop_window_button buttons[] = {
        { "Previous Session", press_previous },
        { "Next Session", press_next },
        { "Filter This Session", press_filter },
    };
    if (is_reading) {
        return;
    }
    session_reader *reader = g_new0(session_reader, 1);
    pop_tap_visit_frame(frame, note_stream, reader);
    reader->window = pop_text_window_open(TITLE, buttons, G_N_ELEMENTS(buttons), closed, reader);
    if (reader->window == NULL) {
        discard(reader);
        return;
    }
    show(reader);
}
