/* export_only_pass.c
 * What is to be exported in the only pass of tshark.
 *
 * Which segment of a mail is its last, whose mail it is, and what was held until the end, is known
 * when the capture has been read: so long, mails wait here. Then they are listed as in a second
 * pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/export_only_pass.h"

#include <epan/to_str.h>

#include "analysis/exported_mail.h"
#include "analysis/reading.h"
#include "analysis/report.h"

/* A session of which a tap has told. */
typedef struct seen_session {
    char *server;
    uint32_t frame; /* the latest that told of it */
    bool passes; /* that frame does */
} seen_session;

typedef struct waiting_mail {
    pop_exported_mail mail;
    size_t ordinal; /* in the order in which their latest segments came */
} waiting_mail;

static export_object_list_t *objects; /* the host's */
static GHashTable *sessions; /* pop_session to seen_session */
static GHashTable *mails; /* pop_message to waiting_mail */
static size_t ordinal;

static void free_session(void *data)
{
    seen_session *seen = data;
    g_free(seen->server);
    g_free(seen);
}

/* --- The end ---------------------------------------------------------------------------------- */

static int by_frame(const void *one, const void *other)
{
    const waiting_mail *a = one, *b = other;
    int frames = (a->mail.frame > b->mail.frame) - (a->mail.frame < b->mail.frame);
    return frames != 0 ? frames : (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* Where a reading ends before the capture does (tshark -M), what waits then has broken off. */
static void list_mails(void *data _U_)
{
    GList *sorted = g_list_sort(g_hash_table_get_values(mails), by_frame);
    for (GList *link = sorted; link != NULL; link = link->next) {
        const waiting_mail *waits = link->data;
        pop_exported_mail_list(&waits->mail);
    }
    g_list_free(sorted);
    g_hash_table_remove_all(mails);
    g_hash_table_remove_all(sessions);
}

/* A segment of the mail stands in the session's latest frame. */
static void note_mail(const seen_session *seen, const pop_entry *entry, uint32_t step)
{
    pop_message *message = entry->exchange->message;
    waiting_mail *waits = g_hash_table_lookup(mails, message);
    if (!seen->passes) {
        g_hash_table_remove(mails, message);
        return;
    }
    if (waits != NULL && waits->mail.frame == seen->frame) {
        return;
    }
    if (waits == NULL) {
        waits = g_new0(waiting_mail, 1);
        g_hash_table_insert(mails, message, waits);
    }
    waits->ordinal = ordinal++;
    waits->mail = (pop_exported_mail){ .list = objects,
        .frame = seen->frame,
        .user = entry->user,
        .server = seen->server,
        .step = step,
        .exchange = entry->exchange };
}

static bool is_of_mail(const pop_entry *entry)
{
    return entry->exchange != NULL && entry->exchange->message != NULL
        && (entry->kind == POP_ENTRY_BODY || entry->kind == POP_ENTRY_BODY_END);
}

/* What was held until the end stands in the latest frame of its session. */
static bool note_place(const pop_tap_place *place, void *data)
{
    const seen_session *seen = data;
    if (is_of_mail(place->entry) && g_hash_table_lookup(sessions, place->session) == seen) {
        note_mail(seen, place->entry, UINT32_MAX);
    }
    return true;
}

/* The host draws the listeners when it has read the capture, the latest first: this comes before it
 * writes the files. */
static void draw(void *data)
{
    pop_report_end_capture();
    GHashTableIter walk;
    void *seen;
    g_hash_table_iter_init(&walk, sessions);
    while (g_hash_table_iter_next(&walk, NULL, &seen)) {
        pop_tap_visit_frame(((seen_session *)seen)->frame, note_place, seen);
    }
    list_mails(data);
}

/* --- Segments --------------------------------------------------------------------------------- */

static void begin(void)
{
    sessions = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_session);
    mails = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    pop_tap_listen(POP_TAP_NAME, &mails, TL_REQUIRES_NOTHING, NULL, NULL, draw);
    pop_reading_join(list_mails, &mails);
}

static seen_session *session_of(const pop_tap_record *record)
{
    seen_session *seen = g_hash_table_lookup(sessions, record->session);
    if (seen == NULL) {
        seen = g_new0(seen_session, 1);
        char *server = address_to_display(NULL, record->server);
        seen->server = g_strdup(server);
        wmem_free(NULL, server);
        g_hash_table_insert(sessions, (void *)(uintptr_t)record->session, seen);
    }
    return seen;
}

/* It is no end of anything, and what is held until the end is not shown there. */
static bool is_repetition(const pop_tap_record *record)
{
    return record->entry_count == 1 && (record->entries[0].entry->anomalies & POP_FLAW(LATE)) != 0
        && record->entries[0].entry->exchange == NULL;
}

void pop_export_only_pass_take(
    export_object_list_t *list, uint32_t frame, const pop_tap_record *record, bool passes)
{
    if (mails == NULL) {
        begin();
    }
    objects = list;
    seen_session *seen = session_of(record);
    if (is_repetition(record)) {
        return;
    }
    seen->frame = frame;
    seen->passes = passes;
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = record->entries[i].entry;
        if (is_of_mail(entry)) {
            note_mail(seen, entry, record->step);
        }
    }
}
