/* choices.c
 * The users and the sessions of a capture, each with the filter that shows what is theirs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/choices.h"

#include <epan/to_str.h>

#include "analysis/labels.h"
#include "window/filters.h"

/* --- Choices ---------------------------------------------------------------------------------- */

static void free_choice(void *data)
{
    pop_choice *choice = data;
    g_free(choice->label);
    g_free(choice->filter);
    g_free(choice);
}

/* What a stranger wrote, on one line. */
static char *label_of(const char *text, const char *otherwise)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_SIMPLE);
    char *label = g_strdup(pop_label_text(scope, text, otherwise));
    wmem_destroy_allocator(scope);
    return label;
}

/* Takes both. */
static pop_choice *choice_of(char *label, char *filter)
{
    pop_choice *choice = g_new(pop_choice, 1);
    *choice = (pop_choice){ label, filter };
    return choice;
}

/* --- Users ------------------------------------------------------------------------------------ */

static void note_users(const pop_tap_session *told, void *data)
{
    GHashTable *users = data; /* of names that the sessions have */
    for (const pop_login *login = told->session->access.first_login; login != NULL;
         login = login->next) {
        if (login->user != NULL) {
            g_hash_table_add(users, (char *)(uintptr_t)login->user);
        }
    }
}

static gint by_name(gconstpointer one, gconstpointer other)
{
    return strcmp(one, other);
}

GPtrArray *pop_choices_of_users(void)
{
    GPtrArray *choices = g_ptr_array_new_with_free_func(free_choice);
    GHashTable *users = g_hash_table_new(g_str_hash, g_str_equal);
    pop_tap_each_session(note_users, users);
    GList *names = g_list_sort(g_hash_table_get_keys(users), by_name);
    for (const GList *name = names; name != NULL && choices->len < POP_CHOICES_MOST;
         name = name->next) {
        g_ptr_array_add(
            choices, choice_of(label_of(name->data, ""), pop_filter_of_user(name->data)));
    }
    g_list_free(names);
    g_hash_table_destroy(users);
    return choices;
}

/* --- Sessions --------------------------------------------------------------------------------- */

/* Who was logged in last, as reports tell it, else whose login it was to be; NULL: nobody is named.
 */
static const char *user_of(const pop_session *session)
{
    const pop_login *accepted = pop_access_accepted_login(&session->access);
    if (accepted != NULL && accepted->user != NULL) {
        return accepted->user;
    }
    const char *named = NULL;
    for (const pop_login *login = session->access.first_login; login != NULL; login = login->next) {
        named = login->user != NULL ? login->user : named;
    }
    return named;
}

static void note_session(const pop_tap_session *told, void *data)
{
    GPtrArray *choices = data;
    if (told->stream >= POP_CHOICES_MOST) {
        return;
    }
    char *server = address_to_str(NULL, told->server);
    char *user = label_of(user_of(told->session), "nobody");
    g_ptr_array_insert(choices, 0,
        choice_of(g_strdup_printf("%u: %s at %s", told->stream, user, server),
            pop_filter_of_session(told->stream)));
    g_free(user);
    wmem_free(NULL, server);
}

GPtrArray *pop_choices_of_sessions(void)
{
    GPtrArray *choices = g_ptr_array_new_with_free_func(free_choice);
    pop_tap_each_session(note_session, choices);
    return choices;
}
