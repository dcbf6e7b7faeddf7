/* inert_media.c
 * Tells mails whose dissectors, down to those of their parts, do nothing but draw.
 *
 * RFC 2045 section 5 (Content-Type).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/inert_media.h"

#include <string.h>

#include "mail/pop_media_type.h"

/* Dissectors of the host that keep nothing, by the filter names of their protocols. */
static const char *const inert_protocols[] = { "mime_multipart", "data", "data-text-lines", "png",
    "image-gif", "image-jfif" };
static int inert_ids[POP_COUNT(inert_protocols)];

/* Where the mail dissector and the one for multiparts look a type up. */
static dissector_table_t media_types, multipart_types;

static void find_dissectors(int protocol)
{
    (void)protocol;
    media_types = find_dissector_table("media_type");
    multipart_types = find_dissector_table("multipart_media_type");
    for (size_t i = 0; i < POP_COUNT(inert_protocols); i++) {
        inert_ids[i] = proto_get_id_by_filter_name(inert_protocols[i]);
    }
}

const pop_module pop_inert_media_module = { .handoff = find_dissectors };

static bool is_inert_dissector(dissector_handle_t handle)
{
    int id = dissector_handle_get_protocol_index(handle);
    for (size_t i = 0; i < POP_COUNT(inert_ids); i++) {
        if (id == inert_ids[i]) {
            return id >= 0;
        }
    }
    return false;
}

/* A type that no dissector is registered for is shown as octets. */
static bool is_inert_in(dissector_table_t table, const char *type)
{
    dissector_handle_t handle = table == NULL ? NULL : dissector_get_string_handle(table, type);
    return handle == NULL || is_inert_dissector(handle);
}

/* What is encrypted (RFC 1847 section 2.2) may hold any type, once it is decrypted. Of a type with
 * a suffix, "+json" (RFC 6838 section 4.2.8), the suffix may have a dissector. */
static bool is_inert_type(const char *type)
{
    return type[0] != '\0' && strcmp(type, "multipart/encrypted") != 0 && strchr(type, '+') == NULL
        && is_inert_in(media_types, type) && is_inert_in(multipart_types, type);
}

/* Those that look at what has no dissector of its own: one that is enabled may claim any part. */
static void note_enabled(const char *table, struct heur_dtbl_entry *entry, void *enabled)
{
    (void)table;
    *(bool *)enabled = *(bool *)enabled || entry->enabled;
}

static bool has_media_heuristics(void)
{
    bool enabled = false;
    if (has_heur_dissector_list("media")) {
        heur_dissector_table_foreach("media", note_enabled, &enabled);
    }
    return enabled;
}

bool pop_is_inert_mail(pop_span mail)
{
    char type[POP_MEDIA_TYPE_SIZE];
    pop_media_type_walk walk = pop_media_type_begin(mail);
    while (pop_media_type_next(&walk, type)) {
        if (!is_inert_type(type)) {
            return false;
        }
    }
    return !walk.hides_types && !has_media_heuristics();
}
