/* host_private.h
 * What Wireshark keeps to its own files and the plugin has to know all the same.
 *
 * Checked on the releases 4.0, 4.4 and 4.6: tests/install/host_declarations compares each line with
 * the source of a release.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_HOST_PRIVATE_H
#define POP_HOST_PRIVATE_H

#include <epan/packet.h>

/* What the tap "credentials" takes: tap_credential_t of ui/tap-credentials.h. */
typedef struct pop_host_credential {
    unsigned num; /* frame of the password */
    unsigned username_num; /* frame of the user's name; 0: there is none */
    unsigned password_hf_id;
    char *username;
    const char *proto;
    char *info;
} pop_host_credential;

/* What the tap "imf_eo" takes, the mails of File > Export Objects > IMF: imf_eo_t of
 * packet-imf.c. */
typedef struct pop_host_imf_export {
    char *filename;
    char *sender_data;
    char *subject_data;
    uint32_t payload_len;
    char *payload_data;
} pop_host_imf_export;

/* Of tcp_analysis.conversation_completeness: TCP_COMPLETENESS_… of packet-tcp.c. */
#define POP_HOST_TCP_COMPLETENESS_SYNSENT 0x01
#define POP_HOST_TCP_COMPLETENESS_SYNACK 0x02

/* Of tcp_flow_t.static_flags: TCP_S_… of packet-tcp.c. The bit of TCP_S_BASE_SEQ_SET is in both. */
#define POP_HOST_TCP_S_BASE_SEQ_SET 0x01
#define POP_HOST_TCP_S_SAW_SYN 0x03
#define POP_HOST_TCP_S_SAW_SYNACK 0x05

/* What the host says where it throws since a frame has too many items in its tree, or too many
 * layers: it takes both for an endless loop (proto.c, packet.c). */
#define POP_HOST_TOO_MANY_ITEMS "items in the tree -- possible infinite loop"
#define POP_HOST_TOO_MANY_LAYERS "saved_layers_len < prefs.gui_max_tree_depth"

/* How many items the tree's frame has. The host sets it to 0 before it throws since they are too
 * many. */
static inline unsigned *pop_host_item_count(const proto_tree *tree)
{
    return &PTREE_DATA(tree)->count;
}

/* Takes the frame's latest layers off its list, down to `kept` of them. A dissector that is called
 * adds one; the host takes it off again where the dissector refuses. */
static inline void pop_host_drop_layers(packet_info *pinfo, unsigned kept)
{
    while (wmem_list_count(pinfo->layers) > kept) {
        wmem_list_remove_frame(pinfo->layers, wmem_list_tail(pinfo->layers));
    }
}

#endif
