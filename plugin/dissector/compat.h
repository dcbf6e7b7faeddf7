/* compat.h
 * What differs between the versions of Wireshark that the plugin is built for: 4.0, 4.4, 4.6, and
 * of the GLib below them. No other file asks for the version.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_COMPAT_H
#define POP_COMPAT_H

#include <string.h>

#include <wireshark.h>
#include <epan/packet.h>
#include <epan/strutil.h>

#define POP_HOST_IS(major, minor)                                                                  \
    (WIRESHARK_VERSION_MAJOR > (major)                                                             \
        || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* WS_PLUGIN_DESC_DISSECTOR is defined where a plugin has to describe itself. */
#if POP_HOST_IS(4, 2)
#include <wsutil/plugins.h>
#endif

/* A boolean preference, and what a heuristic dissector returns. */
#if POP_HOST_IS(4, 4)
typedef bool pop_host_bool;
#else
typedef gboolean pop_host_bool;
#endif

/* What parts a submenu from its entry in the name of a statistic. */
#if POP_HOST_IS(4, 4)
#define POP_MENU_SEPARATOR "//"
#else
#define POP_MENU_SEPARATOR "/"
#endif

/* What begins a statistic of the command line says, from 4.6 on, whether it could. */
#if POP_HOST_IS(4, 6)
#define POP_STATISTIC_BEGINS bool
#define POP_STATISTIC_BEGUN return true
#else
#define POP_STATISTIC_BEGINS void
#define POP_STATISTIC_BEGUN return
#endif

/* Behind the packet, what the callbacks of a conversation filter are given. */
#if POP_HOST_IS(4, 4)
#define POP_FILTER_DATA , void *filter_data _U_
#define POP_NO_FILTER_DATA , NULL
#else
#define POP_FILTER_DATA
#define POP_NO_FILTER_DATA
#endif

/* Behind the tap's callback, what following a stream is given: a function that counts the streams,
 * and one for streams within streams. */
#if POP_HOST_IS(4, 4)
#define POP_FOLLOW_STREAMS(count) , count, NULL
#else
#define POP_FOLLOW_STREAMS(count)
#endif

/* A packet's own menu, which 4.0 cannot extend: a callback that calls `called` with its data, and
 * its entry. Both vanish where the host cannot. The host frees the entry's data, of which it gets a
 * copy, and drops the entry when the scripts of Lua are loaded again. */
#if POP_HOST_IS(4, 4)
#define POP_PACKET_MENU_CALLBACK(name, called)                                                     \
    static void name(void *data, GPtrArray *packet_data _U_)                                       \
    {                                                                                              \
        called(data);                                                                              \
    }
#define POP_REGISTER_PACKET_MENU(label, field, callback, data)                                     \
    funnel_register_packet_menu(label, field, callback, g_memdup2(data, sizeof *(data)), false)
#else
#define POP_PACKET_MENU_CALLBACK(name, called)
#define POP_REGISTER_PACKET_MENU(label, field, callback, data)
#endif

/* An export of this packet's frame needs that other frame, too. */
static inline void pop_depend_upon(packet_info *pinfo, uint32_t frame)
{
#if POP_HOST_IS(4, 4)
    mark_frame_as_depended_upon(pinfo->fd, frame);
#else
    mark_frame_as_depended_upon(pinfo, frame);
#endif
}

/* The octet at `offset`. */
static inline uint8_t pop_tvb_octet(tvbuff_t *tvb, int offset)
{
#if POP_HOST_IS(4, 4)
    return tvb_get_uint8(tvb, offset);
#else
    return tvb_get_guint8(tvb, offset);
#endif
}

/* Where the octet is found in `length` octets from `start` on; -1 where it is not. */
static inline int pop_tvb_find(tvbuff_t *tvb, int start, int length, uint8_t octet)
{
#if POP_HOST_IS(4, 4)
    return tvb_find_uint8(tvb, start, length, octet);
#else
    return tvb_find_guint8(tvb, start, length, octet);
#endif
}

/* Sorts `count` things of `size` octets each; those that compare equal stay in their order. */
static inline void pop_sort(
    void *things, size_t count, size_t size, GCompareDataFunc compare, gpointer data)
{
#if GLIB_CHECK_VERSION(2, 82, 0)
    g_sort_array(things, count, size, compare, data);
#else
    g_qsort_with_data(things, (gint)count, size, compare, data);
#endif
}

/* False where the packet belongs to another of TCP's connections: from 4.4 on, those in several
 * VLANs or on several interfaces may have the same ends. */
static inline bool pop_may_be_connection(const packet_info *pinfo, uint32_t tcp_stream)
{
#if POP_HOST_IS(4, 4)
    return pinfo->stream_id == tcp_stream;
#else
    (void)pinfo;
    (void)tcp_stream;
    return true;
#endif
}

/* The string with escapes for what a column cannot show. */
static inline const char *pop_format_text(wmem_allocator_t *scope, const char *text)
{
#if POP_HOST_IS(4, 2)
    return format_text(scope, text, strlen(text));
#else
    return format_text(scope, (const guchar *)text, strlen(text));
#endif
}

#endif
