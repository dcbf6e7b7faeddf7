/* reading.c
 * The end of a reading: the last moment at which what the dissector keeps of a capture can be read.
 *
 * The host calls cleanup routines before it leaves the file scope (epan/packet.c, from 4.0 to 4.6),
 * in an order that does not matter here: no other one frees what a report reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/reading.h"

#include <epan/packet.h>

/* Somebody who keeps pointers into file scope while it lasts. */
typedef struct reader {
    void (*end)(void *data);
    void *data;
} reader;

static GSList *readers; /* the latest first */

void pop_reading_join(void (*end)(void *data), void *data)
{
    reader *joined = g_new(reader, 1);
    *joined = (reader){ end, data };
    readers = g_slist_prepend(readers, joined);
}

void pop_reading_leave(void *data)
{
    for (GSList *link = readers; link != NULL; link = link->next) {
        reader *joined = link->data;
        if (joined->data == data) {
            readers = g_slist_delete_link(readers, link);
            g_free(joined);
            return;
        }
    }
}

static void end_for_all(void)
{
    for (const GSList *link = readers; link != NULL; link = link->next) {
        const reader *joined = link->data;
        joined->end(joined->data);
    }
}

void pop_reading_register(void)
{
    register_cleanup_routine(end_for_all);
}
