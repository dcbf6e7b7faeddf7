/* pop_attachments.c
 * Lists the attachments of a mail: a line for each, with what the plugin makes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdio.h>

#include "analysis/mail_parts.h"

/* Damaged or whole, size, digest, type, name; then, of the whole mail, whether there may be
 * more. */
static void print_attachment(const pop_attachment *attachment, void *data)
{
    (void)data;
    const GByteArray *octets = attachment->octets;
    char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, octets->data, octets->len);
    printf("%s\t%u\t%s\t%s\t%s\n", attachment->is_damaged ? "damaged" : "whole", octets->len,
        digest, attachment->type, attachment->name == NULL ? "" : attachment->name);
    g_free(digest);
}

int main(int count, char **words)
{
    char *octets = NULL;
    gsize length = 0;
    if (count != 2 || !g_file_get_contents(words[1], &octets, &length, NULL)) {
        fprintf(stderr, "usage: pop_attachments MAIL\n");
        return 2;
    }
    pop_span mail = { (const uint8_t *)octets, length };
    puts(pop_mail_parts_visit(mail, print_attachment, NULL) ? "all" : "more");
    g_free(octets);
    return 0;
}
