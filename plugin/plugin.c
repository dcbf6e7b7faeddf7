/* plugin.c
 * What Wireshark's loader calls: the exported symbols, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include <wireshark.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include "analysis/analysis.h"
#include "dissector/compat.h"
#include "dissector/packet-pop.h"
#include "window/window.h"

#include "moduleinfo.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = POP_PLUGIN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

/* What a plugin brings, for Wireshark's list of plugins; before 4.2 it found that out by itself. */
#ifdef WS_PLUGIN_DESC_DISSECTOR
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
#endif

static void register_protocol(void)
{
    int protocol = pop_dissector_register();
    pop_analysis_register(protocol);
    pop_window_register(protocol);
}

static void register_listeners(void)
{
    pop_analysis_register_listeners();
    pop_window_register_listeners();
}

void plugin_register(void)
{
    static const proto_plugin protocol = { register_protocol, pop_dissector_handoff };
    static const tap_plugin taps = { register_listeners };
    proto_register_plugin(&protocol);
    tap_register_plugin(&taps);
}
