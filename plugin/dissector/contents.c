/* contents.c
 * What is kept of the contents of a mail, once somebody has asked: digests, and its attachments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/contents.h"

#include <epan/packet.h>
#include <gcrypt.h>

#include "dissector/memory.h"
#include "mail/pop_attachments.h"

#define DIGEST ((size_t)32) /* octets of a SHA-256 */

/* Each is worked out when it is first asked for. */
typedef struct contents {
    size_t length; /* of the mail at that time: it may grow while it is not whole */
    const char *sha256;
    const pop_kept_attachments *attachments;
} contents;

static wmem_map_t *kept; /* pop_message to contents, in file scope */

static contents *contents_of(const pop_message *message)
{
    contents *found = wmem_map_lookup(kept, message);
    if (found == NULL) {
        found = wmem_new0(wmem_file_scope(), contents);
        wmem_map_insert(kept, message, found);
    }
    if (found->length != message->length) {
        *found = (contents){ .length = message->length };
    }
    return found;
}

static const char *keep_text(const char *text)
{
    size_t octets = strlen(text) + 1;
    return memcpy(pop_file_keep(octets), text, octets);
}

/* By the host's own library, which takes a quarter of the instructions of GLib's. */
static const char *keep_sha256(const uint8_t *octets, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[DIGEST];
    gcry_md_hash_buffer(GCRY_MD_SHA256, digest, length > 0 ? octets : (const uint8_t *)"", length);
    char *sha256 = pop_file_keep(2 * DIGEST + 1);
    for (size_t i = 0; i < DIGEST; i++) {
        sha256[2 * i] = digits[digest[i] >> 4];
        sha256[2 * i + 1] = digits[digest[i] & 15];
    }
    sha256[2 * DIGEST] = '\0';
    return sha256;
}

const char *pop_contents_sha256(const pop_message *message)
{
    if (!pop_message_is_whole(message)) {
        return "";
    }
    contents *found = contents_of(message);
    if (found->sha256 == NULL) {
        found->sha256 = keep_sha256(message->octets, message->length);
    }
    return found->sha256;
}

static void keep_attachment(const pop_attachment *attachment, void *data)
{
    const pop_kept_attachment row = { .number = keep_text(attachment->number),
        .name = attachment->name == NULL ? "" : keep_text(attachment->name),
        .type = keep_text(attachment->type),
        .sha256 = keep_sha256(attachment->octets->data, attachment->octets->len),
        .size = attachment->octets->len,
        .is_damaged = attachment->is_damaged };
    g_array_append_val((GArray *)data, row);
}

static const pop_kept_attachments *keep_attachments(const pop_message *message)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(pop_kept_attachment));
    bool all = pop_attachments_visit(
        (pop_span){ message->octets, message->length }, keep_attachment, rows);
    pop_kept_attachments *attachments = pop_file_keep(sizeof *attachments);
    *attachments = (pop_kept_attachments){ .count = rows->len, .is_cut = !all };
    if (rows->len > 0) {
        size_t octets = rows->len * sizeof(pop_kept_attachment);
        attachments->rows = memcpy(pop_file_keep(octets), rows->data, octets);
    }
    g_array_free(rows, TRUE);
    return attachments;
}

const pop_kept_attachments *pop_contents_attachments(const pop_message *message)
{
    contents *found = contents_of(message);
    if (found->attachments == NULL) {
        found->attachments = keep_attachments(message);
    }
    return found->attachments;
}

void pop_contents_register(void)
{
    kept = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
}
