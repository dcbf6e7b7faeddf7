/* foreign_field.c
 * A plugin for the tests: it has a field of one of the names of POP, with another type. Wireshark
 * registers it before the POP plugin where it lies in the personal folder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include <wireshark.h>
#include <epan/packet.h>

#include "dissector/compat.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = "0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

#ifdef WS_PLUGIN_DESC_DISSECTOR
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
#endif

static int hf_stream = -1;

static hf_register_info fields[] = {
    { &hf_stream,
        { "Stream", "pop.stream", FT_STRING, BASE_NONE, NULL, 0, "Of another type than POP's",
            HFILL } },
};

static void register_protocol(void)
{
    int protocol = proto_register_protocol("Foreign field", "Foreign", "foreign_field");
    proto_register_field_array(protocol, fields, (int)(sizeof fields / sizeof fields[0]));
}

void plugin_register(void)
{
    static const proto_plugin plugin = { register_protocol, NULL };
    proto_register_plugin(&plugin);
}
