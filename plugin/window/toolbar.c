/* toolbar.c
 * The toolbar POP: from message to message, session to session, failed login to failed login; and
 * what a user or a session has.
 *
 * The host's lists point to what they were given: it lives until it has been replaced there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/toolbar.h"

#include <wireshark.h>
#include <epan/packet.h>
#include <epan/plugin_if.h>

#include "analysis/reading.h"
#include "analysis/report.h"
#include "window/choices.h"
#include "window/filters.h"
#include "window/selection.h"
#include "window/steps.h"

/* --- Lists to choose from --------------------------------------------------------------------- */

static struct selector {
    const char *label, *all, *tooltip;
    GPtrArray *(*choices)(void);
    ext_toolbar_t *entry;
    GList *shown; /* of ext_toolbar_value_t: all of POP, then the choices */
} selectors[] = {
    { "User:", "All users of the capture", "Shows what a user did, in whatever session",
        pop_choices_of_users, NULL, NULL },
    { "Session:", "All sessions of the capture", "Shows a session", pop_choices_of_sessions, NULL,
        NULL },
};

static GList *with_value(GList *values, const char *filter, const char *label)
{
    return ext_toolbar_add_val(values, (char *)(uintptr_t)filter, (char *)(uintptr_t)label, FALSE);
}

static GList *values_of(const struct selector *selector, const GPtrArray *choices)
{
    GList *values = with_value(NULL, "pop", selector->all);
    for (guint i = 0; i < choices->len; i++) {
        const pop_choice *choice = g_ptr_array_index(choices, i);
        values = with_value(values, choice->filter, choice->label);
    }
    return values;
}

static void free_value(void *data)
{
    ext_toolbar_value_t *value = data;
    g_free(value->value);
    g_free(value->display);
    g_free(value);
}

static bool are_equal(const GList *one, const GList *other)
{
    for (; one != NULL && other != NULL; one = one->next, other = other->next) {
        const ext_toolbar_value_t *first = one->data, *second = other->data;
        if (strcmp(first->value, second->value) != 0
            || strcmp(first->display, second->display) != 0) {
            return false;
        }
    }
    return one == other;
}

/* What is chosen stays chosen where the list stays. */
static void show(struct selector *selector, const GPtrArray *choices)
{
    GList *values = values_of(selector, choices);
    if (are_equal(values, selector->shown)) {
        g_list_free_full(values, free_value);
        return;
    }
    ext_toolbar_update_data(selector->entry, values, TRUE);
    g_list_free_full(selector->shown, free_value);
    selector->shown = values;
}

static void fill_lists(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(selectors); i++) {
        GPtrArray *choices = selectors[i].choices();
        show(&selectors[i], choices);
        g_ptr_array_unref(choices);
    }
}

static void empty_lists(void *data _U_)
{
    GPtrArray *none = g_ptr_array_new();
    for (size_t i = 0; i < G_N_ELEMENTS(selectors); i++) {
        show(&selectors[i], none);
    }
    g_ptr_array_unref(none);
}

/* The list may change while the host applies the filter. */
static void choose(void *item _U_, void *chosen, void *data _U_)
{
    const ext_toolbar_value_t *value = chosen;
    if (value != NULL) {
        pop_filter_apply(g_strdup(value->value));
    }
}

/* The host gets a list of its own to begin with, which it keeps. */
static void add_selector(ext_toolbar_t *toolbar, struct selector *selector)
{
    GList *first = with_value(NULL, "pop", selector->all);
    selector->shown = with_value(NULL, "pop", selector->all);
    selector->entry = ext_toolbar_add_entry(toolbar, EXT_TOOLBAR_SELECTOR, selector->label, NULL,
        selector->tooltip, FALSE, first, FALSE, NULL, choose, NULL);
    g_list_free(first);
}

/* --- Steps ------------------------------------------------------------------------------------ */

static const struct button {
    const char *label, *tooltip;
    pop_step step;
    uint32_t (*lead)(pop_step step, uint32_t frame);
} buttons[] = {
    { "< Message", "To the end of the message before the selected frame", POP_STEP_MESSAGE,
        pop_step_previous },
    { "Message >", "To the end of the next message", POP_STEP_MESSAGE, pop_step_next },
    { "< Session", "To the beginning of the session before the selected frame", POP_STEP_SESSION,
        pop_step_previous },
    { "Session >", "To the beginning of the next session", POP_STEP_SESSION, pop_step_next },
    { "< Failed Login", "To the failed login before the selected frame", POP_STEP_FAILED_LOGIN,
        pop_step_previous },
    { "Failed Login >", "To the next failed login", POP_STEP_FAILED_LOGIN, pop_step_next },
};

/* Of what is captured, or has been dissected anew, the lists do not hear. */
static void press(void *item _U_, void *item_data _U_, void *data)
{
    const struct button *button = data;
    fill_lists();
    uint32_t frame = button->lead(button->step, pop_selected_frame());
    if (frame != 0) {
        plugin_if_goto_frame(frame);
    }
}

/* --- The toolbar ------------------------------------------------------------------------------ */

void pop_toolbar_register(void)
{
    if (!pop_report_has_window()) {
        return;
    }
    ext_toolbar_t *toolbar = ext_toolbar_register_toolbar("POP");
    for (size_t i = 0; i < G_N_ELEMENTS(selectors); i++) {
        add_selector(toolbar, &selectors[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        ext_toolbar_add_entry(toolbar, EXT_TOOLBAR_BUTTON, buttons[i].label, NULL,
            buttons[i].tooltip, FALSE, NULL, FALSE, NULL, press, (void *)(uintptr_t)&buttons[i]);
    }
    register_postseq_cleanup_routine(fill_lists);
    pop_reading_join(empty_lists, selectors);
}
