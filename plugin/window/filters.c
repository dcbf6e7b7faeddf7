/* filters.c
 * Display filters made for what somebody looks at: a message, a session, a user.
 *
 * wireshark-filter(4) (strings and their escapes).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/filters.h"

#include <epan/conversation_filter.h>
#include <epan/plugin_if.h>

#include "dissector/compat.h"
#include "dissector/readable.h"

/* --- Making them ------------------------------------------------------------------------------ */

/* The text as the fields have it, in quotes. */
static void append_quoted(GString *filter, const char *text)
{
    char *valid = (char *)(uintptr_t)pop_readable(NULL, text, strlen(text));
    g_string_append_c(filter, '"');
    for (const char *octet = valid; *octet != '\0'; octet++) {
        if (*octet == '"' || *octet == '\\') {
            g_string_append_printf(filter, "\\%c", *octet);
        } else if (g_ascii_iscntrl(*octet)) {
            g_string_append_printf(filter, "\\x%02x", (unsigned)*octet);
        } else {
            g_string_append_c(filter, *octet);
        }
    }
    g_string_append_c(filter, '"');
    if (valid != text) {
        wmem_free(NULL, valid);
    }
}

char *pop_filter_of_number(uint32_t stream, uint32_t number)
{
    return g_strdup_printf("pop.stream == %u && (pop.message.number == %u || pop.message == %u)",
        stream, number, number);
}

char *pop_filter_of_mail(const pop_mail *mail)
{
    const char *unique_id = pop_mail_unique_id(mail);
    if (unique_id != NULL) {
        GString *filter = g_string_new("pop.message.uid == ");
        append_quoted(filter, unique_id);
        g_string_append(filter, " || pop.uidl.uid == ");
        append_quoted(filter, unique_id);
        return g_string_free(filter, FALSE);
    }
    if (mail->exchange->has_message) {
        return pop_filter_of_number(mail->stream, mail->exchange->message_number);
    }
    return g_strdup_printf("pop.stream == %u && frame.number >= %u && frame.number <= %u",
        mail->stream, pop_mail_first_frame(mail), pop_mail_last_frame(mail));
}

char *pop_filter_of_session(uint32_t stream)
{
    return g_strdup_printf("pop.stream == %u", stream);
}

char *pop_filter_of_user(const char *user)
{
    if (user == NULL) {
        return NULL;
    }
    GString *filter = g_string_new("pop.user == ");
    append_quoted(filter, user);
    return g_string_free(filter, FALSE);
}

void pop_filter_apply(char *filter)
{
    plugin_if_apply_filter(filter, TRUE);
    g_free(filter);
}

/* --- Conversation filters --------------------------------------------------------------------- */

/* What the frame's first entry of that kind tells. */
typedef struct told_of_frame {
    char *message, *user; /* filters; NULL: none */
} told_of_frame;

/* Without a message there is its number all the same: of a deletion, or one that was refused. */
static char *message_filter_of(const pop_tap_place *place)
{
    const pop_exchange *exchange = place->entry->exchange;
    const pop_mail mail = { place->stream, place->session, exchange };
    if (exchange == NULL || (!exchange->has_message && exchange->message == NULL)) {
        return NULL;
    }
    return pop_filter_of_mail(&mail);
}

/* Who is logged in, else whose login this is. */
static const char *user_of(const pop_entry *entry)
{
    const pop_exchange *exchange = entry->exchange;
    if (entry->user != NULL || exchange == NULL) {
        return entry->user;
    }
    if (entry->auth != NULL) {
        return entry->auth->user;
    }
    bool names = exchange->command != NULL && exchange->command->effect == POP_EFFECT_NAME_USER;
    return names ? exchange->argument : NULL;
}

static bool look_at(const pop_tap_place *place, void *data)
{
    told_of_frame *told = data;
    if (told->message == NULL) {
        told->message = message_filter_of(place);
    }
    if (told->user == NULL) {
        told->user = pop_filter_of_user(user_of(place->entry));
    }
    return told->message == NULL || told->user == NULL;
}

static told_of_frame told_of(const packet_info *pinfo)
{
    told_of_frame told = { NULL, NULL };
    pop_tap_visit_frame(pinfo->num, look_at, &told);
    return told;
}

static char *message_filter(const packet_info *pinfo)
{
    told_of_frame told = told_of(pinfo);
    g_free(told.user);
    return told.message;
}

static char *user_filter(const packet_info *pinfo)
{
    told_of_frame told = told_of(pinfo);
    g_free(told.message);
    return told.user;
}

/* Takes the filter. */
static bool is_one(char *filter)
{
    bool is = filter != NULL;
    g_free(filter);
    return is;
}

static gchar *filter_of_message(packet_info *pinfo POP_FILTER_DATA)
{
    return message_filter(pinfo);
}

static gchar *filter_of_user(packet_info *pinfo POP_FILTER_DATA)
{
    return user_filter(pinfo);
}

static pop_host_bool has_message(packet_info *pinfo POP_FILTER_DATA)
{
    return is_one(message_filter(pinfo));
}

static pop_host_bool has_user(packet_info *pinfo POP_FILTER_DATA)
{
    return is_one(user_filter(pinfo));
}

void pop_filters_register(int protocol)
{
    const char *name = proto_get_protocol_filter_name(protocol);
    register_conversation_filter(
        name, "POP message", has_message, filter_of_message POP_NO_FILTER_DATA);
    register_conversation_filter(name, "POP user", has_user, filter_of_user POP_NO_FILTER_DATA);
}
