/* plugin.c
 * What Wireshark's loader calls: the exported symbols, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include <wireshark.h>
#include <epan/packet.h>

#include "dissector/packet-pop.h"

#include "moduleinfo.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = POP_PLUGIN_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

void plugin_register(void)
{
    static proto_plugin plugin;
    plugin.register_protoinfo = pop_register;
    plugin.register_handoff = pop_handoff;
    proto_register_plugin(&plugin);
}
