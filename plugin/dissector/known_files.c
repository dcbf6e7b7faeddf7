/* known_files.c
 * The user's list of known files, a preference, in which attachments and mails are looked up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/known_files.h"

#include <glib/gstdio.h>
#include <wsutil/report_message.h>

#include "mail/pop_known_files.h"

#define BAD_LINES_TOLD 10

static const char *file = ""; /* the preference */
static char *applied; /* the file that was read; NULL: none was so far */
static GStatBuf applied_state; /* when it was read: it is read again where it has changed */
static pop_known_files *known;

/* --- Reading it ------------------------------------------------------------------------------- */

typedef struct bad_lines {
    GString *numbers;
    uint32_t count;
} bad_lines;

static void note_bad_line(uint32_t line, void *data)
{
    bad_lines *bad = data;
    if (bad->count < BAD_LINES_TOLD) {
        g_string_append_printf(bad->numbers, "%s%u", bad->count == 0 ? "" : ", ", line);
    }
    bad->count++;
}

static void tell_bad_lines(const bad_lines *bad)
{
    if (bad->count > 0) {
        report_warning("The preference pop.known_files: in %s, no SHA-256 begins line %s%s. The "
                       "other lines are used.",
            file, bad->numbers->str, bad->count > BAD_LINES_TOLD ? ", …" : "");
    }
}

static void read_list(void)
{
    char *octets = NULL;
    gsize length = 0;
    GError *error = NULL;
    if (!g_file_get_contents(file, &octets, &length, &error)) {
        report_failure("The preference pop.known_files: %s", error->message);
        g_error_free(error);
        return;
    }
    bad_lines bad = { g_string_new(NULL), 0 };
    known = pop_known_files_read(
        (pop_span){ (const uint8_t *)octets, length }, note_bad_line, &bad);
    tell_bad_lines(&bad);
    g_string_free(bad.numbers, TRUE);
    g_free(octets);
}

static bool is_applied(const GStatBuf *state)
{
    return g_strcmp0(file, applied) == 0 && state->st_mtime == applied_state.st_mtime
        && state->st_size == applied_state.st_size;
}

/* Preferences are settled when this is called, before each first pass. */
static void apply(void)
{
    GStatBuf state = { 0 };
    bool is_set = file != NULL && *file != '\0';
    if (is_set && g_stat(file, &state) != 0) {
        state = (GStatBuf){ 0 };
    }
    if (is_applied(&state)) {
        return;
    }
    pop_known_files_free(known);
    known = NULL;
    g_free(applied);
    applied = g_strdup(file);
    applied_state = state;
    if (is_set) {
        read_list();
    }
}

/* --- Asking ----------------------------------------------------------------------------------- */

bool pop_known_files_asked(void)
{
    return known != NULL && pop_known_files_count(known) > 0;
}

const char *pop_known_file_name(const char *sha256)
{
    return known == NULL ? NULL : pop_known_files_name(known, sha256);
}

static void add_preferences(module_t *preferences)
{
    prefs_register_filename_preference(preferences, "known_files", "List of known files (SHA-256)",
        "A file with one SHA-256 a line, and behind it a name. Messages and attachments that are "
        "on the list are marked, in the tree, in reports and among the exported objects.",
        &file, FALSE);
    register_init_routine(apply);
}

const pop_module pop_known_files_module = { .preferences = add_preferences };
