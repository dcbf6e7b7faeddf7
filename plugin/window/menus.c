/* menus.c
 * Where the window's menus lead to what POP has.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/menus.h"

#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include "analysis/report.h"
#include "dissector/compat.h"
#include "window/readers.h"
#include "window/selection.h"

/* --- The readers ------------------------------------------------------------------------------ */

static const struct entry {
    const char *label;
    const char *submenu_label;
    const char *tooltip;
    const char *field; /* without which a packet's menu does not have it */
    void (*read)(uint32_t frame);
} entries[] = {
    { "Read This Message", "POP/Read This Message",
        "The message that the selected frame is of, as a text", "pop.message.number",
        pop_read_message },
    { "Read This Session", "POP/Read This Session",
        "The session that the selected frame is of, as a dialogue", "pop.stream",
        pop_read_session },
};

static void open_reader(void *data)
{
    const struct entry *entry = data;
    entry->read(pop_selected_frame());
}

static void open_reader_from_menu(ext_menubar_gui_type gui _U_, void *object _U_, void *data)
{
    open_reader(data);
}

POP_PACKET_MENU_CALLBACK(open_reader_from_packet, open_reader)

/* --- Filters ---------------------------------------------------------------------------------- */

/* Those of the profile, which also has them as buttons. */
static const struct filter {
    const char *label, *filter;
} filters[] = {
    { "All That Is POP", "pop" },
    { "Commands and Status Lines", "pop.request || pop.response" },
    { "Verdicts on Logins", "pop.auth.result" },
    { "Failed Logins", "pop.auth.result == 2" },
    { "Cleartext Passwords", "pop.expert.cleartext_password" },
    { "Messages", "pop.message" },
    { "Messages Not Whole", "pop.message.complete == 0 || pop.expert.message_incomplete" },
    { "Deletions",
        "pop.command in {\"DELE\", \"ACKD\"} || pop.message.deleted || pop.expert.deletions_lost" },
    { "Deletions Lost", "pop.expert.deletions_lost" },
    { "Ends of Sessions", "pop.maildrop" },
    { "Errors", "pop.response.indicator == \"-ERR\" || pop.expert.unexpected_data" },
    { "Slow Replies", "pop.service_time > 0.5" },
    { "Warnings",
        "pop && (_ws.expert.severity == \"Warning\" || _ws.expert.severity == \"Error\")" },
};

static void apply_filter(ext_menubar_gui_type gui _U_, void *object _U_, void *data)
{
    const struct filter *filter = data;
    plugin_if_apply_filter(filter->filter, TRUE);
}

static void add_filters(ext_menu_t *menu)
{
    ext_menu_t *submenu = ext_menubar_add_submenu(menu, "Filter");
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        ext_menubar_add_entry(submenu, filters[i].label, filters[i].filter, apply_filter,
            (void *)(uintptr_t)&filters[i]);
    }
}

/* --- Reports ---------------------------------------------------------------------------------- */

static void open_report(ext_menubar_gui_type gui _U_, void *object _U_, void *data)
{
    pop_read_report(data);
}

static void add_reports(ext_menu_t *menu)
{
    ext_menu_t *submenu = ext_menubar_add_submenu(menu, "Reports");
    for (size_t i = 0; pop_reports[i] != NULL; i++) {
        ext_menubar_add_entry(submenu, pop_reports[i]->title,
            "The report, its rows lead to their frames", open_report,
            (void *)(uintptr_t)pop_reports[i]);
    }
}

/* --- Documents -------------------------------------------------------------------------------- */

#define RFC(number) "https://www.rfc-editor.org/rfc/rfc" number ".html"

static const struct document {
    const char *label, *url;
} documents[] = {
    { "POP3 (RFC 1939)", RFC("1939") },
    { "Extensions: CAPA, Response Codes (RFC 2449)", RFC("2449") },
    { "More Response Codes (RFC 3206)", RFC("3206") },
    { "STLS (RFC 2595)", RFC("2595") },
    { "TLS from the Start (RFC 8314)", RFC("8314") },
    { "AUTH (RFC 5034)", RFC("5034") },
    { "UTF8, LANG (RFC 6856)", RFC("6856") },
    { "URLs (RFC 2384)", RFC("2384") },
    { "POP2 (RFC 937)", RFC("937") },
    { "POP1 (RFC 918)", RFC("918") },
};

static void add_documents(ext_menu_t *menu)
{
    ext_menu_t *submenu = ext_menubar_add_submenu(menu, "Documents");
    for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
        ext_menubar_add_website(submenu, documents[i].label, documents[i].url, documents[i].url);
    }
}

/* --- The menus -------------------------------------------------------------------------------- */

static void register_main_menu(int protocol)
{
    ext_menu_t *menu = ext_menubar_register_menu(protocol, "POP", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        ext_menubar_add_entry(menu, entries[i].label, entries[i].tooltip, open_reader_from_menu,
            (void *)(uintptr_t)&entries[i]);
    }
    ext_menubar_add_separator(menu);
    add_reports(menu);
    add_filters(menu);
    add_documents(menu);
}

void pop_menus_register(int protocol)
{
    if (!pop_report_has_window()) {
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        void *entry = (void *)(uintptr_t)&entries[i];
        funnel_register_menu(entries[i].submenu_label, REGISTER_TOOLS_GROUP_UNSORTED, open_reader,
            entry, NULL, FALSE);
        POP_REGISTER_PACKET_MENU(
            entries[i].submenu_label, entries[i].field, open_reader_from_packet, &entries[i]);
    }
    register_main_menu(protocol);
}
