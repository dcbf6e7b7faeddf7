/* export_filter.c
 * The preference that limits what is exported: a display filter. The host's own filters do not
 * reach its export of objects.
 *
 * A listener with the filter does the work: the host then reads the fields of the filter from each
 * frame, and calls the listener for the frames that pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/export_filter.h"

#include <epan/prefs.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "dissector/tap.h"

static const char *filter = ""; /* the preference */
static char *applied; /* the filter that is in force; NULL: none was so far */
static bool is_listening, is_invalid;
static uint32_t passed; /* the latest frame that passed */

static tap_packet_status note_frame(void *data _U_, packet_info *pinfo,
    epan_dissect_t *dissection _U_, const void *record _U_, tap_flags_t flags _U_)
{
    passed = pinfo->num;
    return TAP_PACKET_DONT_REDRAW;
}

bool pop_export_filter_passes(uint32_t frame)
{
    return is_listening ? passed == frame : !is_invalid;
}

static void listen(void)
{
    GString *error = register_tap_listener(
        POP_TAP_NAME, &passed, applied, TL_REQUIRES_NOTHING, NULL, note_frame, NULL, NULL);
    is_listening = error == NULL;
    is_invalid = error != NULL;
    if (is_invalid) {
        report_failure(
            "The preference pop.export_filter: %s\nNo POP object is exported until it is "
            "corrected.",
            error->str);
        g_string_free(error, TRUE);
    }
}

/* Preferences are settled when this is called, before each first pass. */
static void apply_filter(void)
{
    passed = 0;
    if (g_strcmp0(filter, applied) == 0) {
        return;
    }
    if (is_listening) {
        remove_tap_listener(&passed);
    }
    is_listening = false;
    is_invalid = false;
    g_free(applied);
    applied = g_strdup(filter);
    if (applied != NULL && *applied != '\0') {
        listen();
    }
}

void pop_export_filter_register(int protocol)
{
    module_t *preferences = prefs_find_module(proto_get_protocol_filter_name(protocol));
    prefs_register_string_preference(preferences, "export_filter", "Export objects: display filter",
        "Only mails whose last frame passes this display filter are listed in File > Export "
        "Objects > "
        "POP. Empty: all. While it is set, Wireshark reads its fields from every frame.",
        &filter);
    register_init_routine(apply_filter);
}
