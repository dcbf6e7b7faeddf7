/* text_window.c
 * A window of the host's with a text and buttons. Where there is no window, nothing here does
 * anything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/text_window.h"

#include <epan/funnel.h>

#include "dissector/compat.h"

struct pop_text_window {
    funnel_text_window_t *host;
    void (*closed)(void *data);
    void *data;
};

/* What a button of the host's is given. */
typedef struct pressing {
    void (*press)(void *data);
    void *data;
} pressing;

/* The host's functions; NULL: it has no window, or none any more. tshark and sharkd have none. */
static const funnel_ops_t *host_functions(void)
{
    const funnel_ops_t *functions = funnel_get_funnel_ops();
    return functions == NULL || functions->new_text_window == NULL ? NULL : functions;
}

static pop_host_bool press(funnel_text_window_t *window _U_, void *data)
{
    const pressing *pressed = data;
    pressed->press(pressed->data);
    return TRUE;
}

/* The host frees both when the window is closed. */
static void add_button(const funnel_ops_t *functions, funnel_text_window_t *window,
    const pop_window_button *button, void *data)
{
    pressing *pressed = g_new(pressing, 1);
    *pressed = (pressing){ button->press, data };
    funnel_bt_t *made = g_new(funnel_bt_t, 1);
    *made = (funnel_bt_t){
        .tw = window, .func = press, .data = pressed, .free_fcn = g_free, .free_data_fcn = g_free
    };
    functions->add_button(window, made, button->label);
}

static void close_window(void *data)
{
    pop_text_window *window = data;
    window->closed(window->data);
    g_free(window);
}

pop_text_window *pop_text_window_open(const char *title, const pop_window_button *buttons,
    size_t count, void (*closed)(void *data), void *data)
{
    const funnel_ops_t *functions = host_functions();
    if (functions == NULL) {
        return NULL;
    }
    pop_text_window *window = g_new0(pop_text_window, 1);
    *window = (pop_text_window){ functions->new_text_window(functions->ops_id, title), closed,
        data };
    functions->set_close_cb(window->host, close_window, window);
    for (size_t i = 0; i < count; i++) {
        add_button(functions, window->host, &buttons[i], data);
    }
    return window;
}

/* What is set as the text may be taken for HTML; what is put in front of it is not. The second time
 * the host moves to the beginning. */
void pop_text_window_show(pop_text_window *window, const char *text)
{
    const funnel_ops_t *functions = host_functions();
    if (functions != NULL) {
        functions->clear_text(window->host);
        functions->prepend_text(window->host, text);
        functions->prepend_text(window->host, "");
    }
}

/* --- The name of a file ----------------------------------------------------------------------- */

typedef struct asking {
    void (*agreed)(const char *name, void *data);
    void (*discard)(void *data);
    void *data;
} asking;

/* What the user wrote is ours to free. */
static void agree(char **written, void *data)
{
    const asking *asked = data;
    if (written[0] != NULL && written[0][0] != '\0') {
        asked->agreed(written[0], asked->data);
    }
    g_strfreev(written);
}

static void discard(void *data)
{
    asking *asked = data;
    asked->discard(asked->data);
    g_free(asked);
}

void pop_text_window_ask_for_file(const char *title, const char *name,
    void (*agreed)(const char *name, void *data), void (*discarded)(void *data), void *data)
{
    const funnel_ops_t *functions = host_functions();
    if (functions == NULL || functions->new_dialog == NULL) {
        discarded(data);
        return;
    }
    const char *names[] = { "File", NULL };
    const char *values[] = { name, NULL };
    asking *asked = g_new(asking, 1);
    *asked = (asking){ agreed, discarded, data };
    functions->new_dialog(functions->ops_id, title, names, values, agree, asked, discard);
}

/* The host processes what the user does while it reads: one reading at a time. */
static bool is_reading;

bool pop_text_window_read_again(void)
{
    const funnel_ops_t *functions = host_functions();
    if (functions == NULL || functions->retap_packets == NULL || is_reading) {
        return false;
    }
    is_reading = true;
    functions->retap_packets(functions->ops_id);
    is_reading = false;
    return true;
}
