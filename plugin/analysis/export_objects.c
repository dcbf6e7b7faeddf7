/* export_objects.c
 * File > Export Objects > POP: mails, and what is attached to them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/export_objects.h"

#include <epan/export_object.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include "analysis/export_filter.h"
#include "analysis/export_only_pass.h"
#include "analysis/exported_mail.h"
#include "dissector/tap.h"

static bool has_window; /* the host's dialog, which reads the capture again by itself */

static bool is_last_octet(const pop_entry *entry, uint32_t frame)
{
    const pop_message *message = entry->exchange->message;
    return message->ended_in == 0 && entry->position == message->total
        && message->fragments.count > 0 && message->fragments.last.frame == frame;
}

/* What ends with that entry; that of the first pass is whole as far as it is known. */
static bool ends(const pop_entry *entry, uint32_t frame, bool is_first_pass)
{
    return entry->exchange != NULL && entry->exchange->message != NULL
        && (entry->kind == POP_ENTRY_BODY_END
            || (entry->kind == POP_ENTRY_BODY && !is_first_pass && is_last_octet(entry, frame)));
}

static void list_ended(export_object_list_t *list, uint32_t frame, const pop_tap_record *record,
    const pop_entry *entry)
{
    char *server = address_to_display(NULL, record->server);
    const pop_exported_mail mail = { .list = list,
        .frame = frame,
        .user = entry->user,
        .server = server,
        .step = record->step,
        .exchange = entry->exchange };
    pop_exported_mail_list(&mail);
    wmem_free(NULL, server);
}

static void list_what_ends(export_object_list_t *list, uint32_t frame, const pop_tap_record *record)
{
    for (uint32_t i = 0; i < record->entry_count; i++) {
        const pop_entry *entry = record->entries[i].entry;
        if (ends(entry, frame, record->is_first_pass)) {
            list_ended(list, frame, record, entry);
        }
    }
}

static tap_packet_status take_segment(void *data, packet_info *pinfo,
    epan_dissect_t *dissection _U_, const void *told, tap_flags_t flags _U_)
{
    const pop_tap_record *record = told;
    bool passes = pop_export_filter_passes(pinfo->num);
    if (record->is_first_pass && !has_window) {
        pop_export_only_pass_take(data, pinfo->num, record, passes);
    } else if (passes) {
        list_what_ends(data, pinfo->num, record);
    }
    return TAP_PACKET_REDRAW;
}

/* Only the host's dialog asks for this. */
static void reset(void)
{
    has_window = true;
}

static int export_tap = -1; /* the host's, that feeds its lists */

static void pass_on(packet_info *pinfo, const pop_tap_record *told)
{
    tap_queue_packet(export_tap, pinfo, told);
}

static void register_export(int protocol)
{
    export_tap = register_export_object(protocol, take_segment, reset);
    pop_tap_add_relay(export_tap, pass_on);
    pop_export_filter_register(protocol);
}

const pop_analysis_module pop_export_objects_module = { .register_with_protocol = register_export };
