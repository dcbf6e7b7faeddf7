/* message_reader.c
 * The window "Read this message".
 *
 * RFC 5322 (the octets of a message, as a file).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/readers.h"

#include <epan/plugin_if.h>
#include <wsutil/report_message.h>

#include "analysis/object_name.h"
#include "analysis/reading.h"
#include "mail/pop_header.h"
#include "window/filters.h"
#include "window/mail_text.h"
#include "window/text_window.h"

#define TITLE "POP Message"
#define GONE                                                                                       \
    "The capture that this message is of was closed, or read anew: open the window again.\n"

/* An open window. */
typedef struct message_reader {
    pop_text_window *window;
    pop_mail mail; /* without an exchange: there is none, or none any more */
    bool is_gone; /* the reading that the mail was of has ended */
} message_reader;

static void show(message_reader *reader)
{
    wmem_allocator_t *scope = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    pop_text_window_show(
        reader->window, reader->is_gone ? GONE : pop_mail_text_of(scope, &reader->mail));
    wmem_destroy_allocator(scope);
}

/* True where the message can be asked; else the window says why not. */
static bool has_mail(message_reader *reader)
{
    if (reader->is_gone) {
        show(reader);
    }
    return reader->mail.exchange != NULL;
}

static void end_reading(void *data)
{
    message_reader *reader = data;
    reader->mail = (pop_mail){ .exchange = NULL };
    reader->is_gone = true;
}

/* --- Buttons ---------------------------------------------------------------------------------- */

static void press_previous(void *data)
{
    message_reader *reader = data;
    if (has_mail(reader) && pop_mail_previous(&reader->mail)) {
        show(reader);
    }
}

static void press_next(void *data)
{
    message_reader *reader = data;
    if (has_mail(reader) && pop_mail_next(&reader->mail)) {
        show(reader);
    }
}

static void press_go(void *data)
{
    message_reader *reader = data;
    if (has_mail(reader)) {
        plugin_if_goto_frame(pop_mail_last_frame(&reader->mail));
    }
}

static void press_filter_message(void *data)
{
    message_reader *reader = data;
    if (has_mail(reader)) {
        pop_filter_apply(pop_filter_of_mail(&reader->mail));
    }
}

static void press_filter_session(void *data)
{
    message_reader *reader = data;
    if (has_mail(reader)) {
        pop_filter_apply(pop_filter_of_session(reader->mail.stream));
    }
}

/* --- Saving ----------------------------------------------------------------------------------- */

static void save(const char *name, void *data)
{
    const GByteArray *octets = data;
    GError *error = NULL;
    if (g_file_test(name, G_FILE_TEST_EXISTS)) {
        report_failure("%s is there already: choose another name.", name);
    } else if (!g_file_set_contents(
                   name, (const char *)octets->data, (gssize)octets->len, &error)) {
        report_failure("%s", error->message);
        g_error_free(error);
    }
}

static void free_octets(void *data)
{
    g_byte_array_unref(data);
}

/* As the export of objects names it; in the user's home. */
static char *name_for(const pop_mail *mail)
{
    const pop_message *message = mail->exchange->message;
    char *subject = pop_header_subject((pop_span){ message->octets, message->length });
    char *text = g_strconcat(
        subject == NULL || *subject == '\0' ? "no subject" : subject, ".eml", NULL);
    char *label = g_strdup_printf(
        "%u-%u", pop_mail_last_frame(mail), mail->exchange->message_number);
    char *name = pop_object_name(label, pop_message_is_whole(message) ? NULL : "incomplete", text);
    char *path = g_build_filename(g_get_home_dir(), name, NULL);
    g_free(name);
    g_free(label);
    g_free(text);
    g_free(subject);
    return path;
}

/* The capture may be closed before the user answers: so the octets are copied. */
static void press_save(void *data)
{
    message_reader *reader = data;
    if (!has_mail(reader)) {
        return;
    }
    const pop_message *message = reader->mail.exchange->message;
    GByteArray *octets = g_byte_array_new();
    if (message->length > 0) {
        g_byte_array_append(octets, message->octets, (guint)message->length);
    }
    char *name = name_for(&reader->mail);
    pop_text_window_ask_for_file("Save the message as", name, save, free_octets, octets);
    g_free(name);
}

/* --- The window ------------------------------------------------------------------------------- */

static void closed(void *data)
{
    pop_reading_leave(data);
    g_free(data);
}

void pop_read_message(uint32_t frame)
{
    static const pop_window_button buttons[] = {
        { "Previous", press_previous },
        { "Next", press_next },
        { "Go to Frame", press_go },
        { "Filter This Message", press_filter_message },
        { "Filter This Session", press_filter_session },
        { "Save as .eml", press_save },
    };
    message_reader *reader = g_new0(message_reader, 1);
    reader->mail = pop_mail_of_frame(frame);
    pop_reading_join(end_reading, reader);
    reader->window = pop_text_window_open(TITLE, buttons, G_N_ELEMENTS(buttons), closed, reader);
    if (reader->window == NULL) {
        closed(reader);
        return;
    }
    show(reader);
}
