/* labels.c
 * How values are named to a user, in every report and table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/labels.h"

#include "dissector/compat.h"
#include "dissector/known_files.h"
#include "dissector/readable.h"

const char *pop_label_text(wmem_allocator_t *scope, const char *text, const char *otherwise)
{
    if (text == NULL) {
        return otherwise;
    }
    const char *valid = pop_readable(scope, text, strlen(text));
    if (g_utf8_strlen(valid, -1) > POP_LABEL_LIMIT) {
        size_t kept = (size_t)(g_utf8_offset_to_pointer(valid, POP_LABEL_LIMIT) - valid);
        valid = wmem_strdup_printf(scope, "%.*s...", (int)kept, valid);
    }
    return pop_format_text(scope, valid);
}

const char *pop_label_upper(wmem_allocator_t *scope, pop_span span)
{
    char *text = wmem_strndup(scope, (const char *)span.octets, span.length);
    for (char *octet = text; *octet != '\0'; octet++) {
        *octet = g_ascii_toupper(*octet);
    }
    return pop_label_text(scope, text, "");
}

const char *pop_label_result(pop_auth_result result)
{
    static const char *const names[] = {
        [POP_AUTH_UNDECIDED] = "unanswered",
        [POP_AUTH_ACCEPTED] = "accepted",
        [POP_AUTH_REJECTED] = "rejected",
        [POP_AUTH_CANCELLED] = "cancelled",
        [POP_AUTH_UNANSWERED] = "unanswered",
    };
    return names[result];
}

const char *pop_label_verdict(const pop_login *login)
{
    bool seems = login->shown_accepted && login->result == POP_AUTH_UNDECIDED;
    return seems ? "seems accepted" : pop_label_result(login->result);
}

const char *pop_label_known(const char *sha256)
{
    const char *name = pop_known_file_name(sha256);
    return name != NULL && *name == '\0' ? "yes" : name;
}

char *pop_label_command(wmem_allocator_t *scope, const pop_command *command)
{
    if (command == NULL) {
        return wmem_strdup(scope, "(unknown)");
    }
    const char *version = "";
    if (command->versions == 1U << POP_VERSION_1) {
        version = " (POP1)";
    } else if (command->versions == 1U << POP_VERSION_2) {
        version = " (POP2)";
    }
    if (command->subcommand == NULL) {
        return wmem_strdup_printf(scope, "%s%s", command->keyword, version);
    }
    return wmem_strdup_printf(scope, "%s %s%s", command->keyword, command->subcommand, version);
}

const char *pop_label_mark(const pop_exchange *exchange, bool is_preview)
{
    return !pop_message_is_whole(exchange->message) ? "incomplete"
        : pop_exchange_is_uncertain(exchange)       ? "uncertain"
        : is_preview                                ? "preview"
                                                    : NULL;
}
