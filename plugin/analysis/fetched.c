/* fetched.c
 * The mails that any session of the capture has fetched, by whose maildrop and which unique-id.
 *
 * RFC 1939 section 7 (UIDL: a unique-id stays the same from session to session).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/fetched.h"

#include <epan/packet.h>
#include <epan/to_str.h>

#include "dissector/tap.h"

/* In file scope; made anew where sessions have come since. */
static wmem_map_t *messages; /* "server LF user LF unique-id" to pop_message */
static uint32_t sessions_known; /* whose mails are among them */

static char *key_of(
    wmem_allocator_t *scope, const char *server, const char *user, const char *unique_id)
{
    return wmem_strdup_printf(scope, "%s\n%s\n%s", server, user, unique_id);
}

/* A whole mail tells more than its beginning. */
static void note(const char *server, const pop_exchange *exchange)
{
    const char *unique_id = exchange->has_message && exchange->message != NULL
        ? pop_maildrop_unique_id(exchange->maildrop, exchange->message_number, UINT32_MAX)
        : NULL;
    if (unique_id == NULL || exchange->user == NULL) {
        return;
    }
    char *key = key_of(wmem_file_scope(), server, exchange->user, unique_id);
    const pop_message *known = wmem_map_lookup(messages, key);
    if (known == NULL
        || (!pop_message_is_whole(known) && pop_message_is_whole(exchange->message))) {
        wmem_map_insert(messages, key, exchange->message);
    }
}

static void note_session(const pop_tap_session *told, void *data _U_)
{
    char *text = address_to_str(NULL, told->server);
    for (const pop_exchange *exchange = told->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        note(text, exchange);
    }
    wmem_free(NULL, text);
}

static void bring_up_to_date(void)
{
    uint32_t sessions = pop_tap_stream_count();
    if (sessions_known != sessions) {
        pop_tap_each_session(note_session, NULL);
        sessions_known = sessions;
    }
}

const pop_message *pop_fetched_message(const char *server, const char *user, const char *unique_id)
{
    if (server == NULL || user == NULL || unique_id == NULL) {
        return NULL;
    }
    bring_up_to_date();
    char *key = key_of(NULL, server, user, unique_id);
    const pop_message *message = wmem_map_lookup(messages, key);
    wmem_free(NULL, key);
    return message;
}

/* Before each reading; the map has left with the file scope of the one before. */
static void forget(void)
{
    sessions_known = 0;
}

void pop_fetched_register(void)
{
    messages = wmem_map_new_autoreset(
        wmem_epan_scope(), wmem_file_scope(), g_str_hash, g_str_equal);
    register_init_routine(forget);
}
