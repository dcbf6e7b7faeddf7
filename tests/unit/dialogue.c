/* dialogue.c
 * Reads a .dialogue file: who sends which octets in which order, and the log that must come of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dialogue.h"

#include <stdlib.h>
#include <string.h>

/* The reader's place in the file. */
typedef struct dialogue_reader {
    const char *path;
    unsigned line_number;
    gboolean tls;
    gboolean apart; /* the next line begins a run of its own */
    dialogue_file *dialogue;
} dialogue_reader;

static void fail(const dialogue_reader *reader, const char *message) G_GNUC_NORETURN;
static void fail(const dialogue_reader *reader, const char *message)
{
    g_printerr("%s:%u: %s\n", reader->path, reader->line_number, message);
    exit(2);
}

static dialogue_run *run_for(dialogue_reader *reader, pop_direction direction, guint64 unheard)
{
    GArray *runs = reader->dialogue->runs;
    if (runs->len > 0 && !reader->apart) {
        dialogue_run *last = &g_array_index(runs, dialogue_run, runs->len - 1);
        if (last->direction == direction && last->lost == 0 && last->cut_off == 0
            && last->unheard == unheard) {
            return last;
        }
    }
    dialogue_run run = {
        .direction = direction, .tls = reader->tls, .octets = g_byte_array_new(), .unheard = unheard
    };
    g_array_append_val(runs, run);
    reader->apart = FALSE;
    return &g_array_index(runs, dialogue_run, runs->len - 1);
}

static guint8 hexadecimal(const dialogue_reader *reader, const char *digits)
{
    if (!g_ascii_isxdigit(digits[0]) || !g_ascii_isxdigit(digits[1])) {
        fail(reader, "\\x wants two hexadecimal digits");
    }
    return (guint8)(g_ascii_xdigit_value(digits[0]) * 16 + g_ascii_xdigit_value(digits[1]));
}

/* Takes one octet, escaped or not, off the text. */
static guint8 next_octet(const dialogue_reader *reader, const char **text)
{
    static const char letters[] = "rnt0\\", values[] = "\r\n\t\0\\";
    char first = *(*text)++;
    if (first != '\\') {
        return (guint8)first;
    }
    char letter = *(*text)++;
    if (letter == 'x') {
        *text += 2;
        return hexadecimal(reader, *text - 2);
    }
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found == NULL) {
        fail(reader, "no such escape");
    }
    return (guint8)values[found - letters];
}

static GByteArray *unescape(const dialogue_reader *reader, const char *text)
{
    GByteArray *octets = g_byte_array_new();
    while (*text != '\0') {
        guint8 octet = next_octet(reader, &text);
        g_byte_array_append(octets, &octet, 1);
    }
    return octets;
}

/* "C: text", "C! text", "C*12: text", "C*12! text", "C<6: text", "C? 12", "C- 12" */
static void read_speech(dialogue_reader *reader, const char *line)
{
    pop_direction direction = line[0] == 'C' ? POP_FROM_CLIENT : POP_FROM_SERVER;
    const char *at = line + 1;
    char *behind = NULL;
    guint64 times = *at == '*' ? g_ascii_strtoull(at + 1, &behind, 10) : 1;
    guint64 unheard = *at == '<' ? g_ascii_strtoull(at + 1, &behind, 10) : 0;
    at = behind == NULL ? at : behind;
    char mark = *at++;
    if (mark == '\0' || strchr(":!?-", mark) == NULL || (*at != ' ' && *at != '\0')) {
        fail(reader,
            "neither \"C: text\" nor \"C! text\" nor \"C? octets\" nor "
            "\"C- octets\"");
    }
    at += *at == ' ';
    if (mark == '?') {
        reader->apart = TRUE;
        run_for(reader, direction, 0)->lost = g_ascii_strtoull(at, NULL, 10);
        return;
    }
    dialogue_run *run = run_for(reader, direction, unheard);
    if (mark == '-') {
        run->cut_off = g_ascii_strtoull(at, NULL, 10);
        return;
    }
    GByteArray *octets = unescape(reader, at);
    if (mark == ':') {
        g_byte_array_append(octets, (const guint8 *)"\r\n", 2);
    }
    for (guint64 i = 0; i < times; i++) {
        g_byte_array_append(run->octets, octets->data, octets->len);
    }
    g_byte_array_unref(octets);
}

static void read_directive(dialogue_reader *reader, const char *line)
{
    dialogue_file *dialogue = reader->dialogue;
    char **words = g_strsplit(line, " ", 3);
    const char *word = words[1] == NULL ? "" : words[1];
    if (g_str_equal(word, "start-unseen")) {
        dialogue->start_seen = FALSE;
    } else if (g_str_equal(word, "tls")) {
        reader->tls = reader->apart = TRUE;
    } else if (g_str_equal(word, "line-limit") && words[2] != NULL) {
        dialogue->limits.line = g_ascii_strtoull(words[2], NULL, 10);
    } else if (g_str_equal(word, "message-limit") && words[2] != NULL) {
        dialogue->limits.message = g_ascii_strtoull(words[2], NULL, 10);
    } else if (g_str_equal(word, "queue-limit") && words[2] != NULL) {
        dialogue->limits.queue = g_ascii_strtoull(words[2], NULL, 10);
    } else if (g_str_equal(word, "maildrop-limit") && words[2] != NULL) {
        dialogue->limits.maildrop = g_ascii_strtoull(words[2], NULL, 10);
    } else if (g_str_equal(word, "server-port") && words[2] != NULL) {
        dialogue->server_port = (guint)g_ascii_strtoull(words[2], NULL, 10);
    } else {
        fail(reader, "no such directive");
    }
    g_strfreev(words);
}

static void read_line(dialogue_reader *reader, const char *line)
{
    if (line[0] == 'C' || line[0] == 'S') {
        read_speech(reader, line);
    } else if (line[0] == '@') {
        read_directive(reader, line);
    } else if (line[0] != '#' && line[0] != '\0') {
        fail(reader, "a line begins with C, S, @ or #");
    }
}

dialogue_file *dialogue_read(const char *path)
{
    char *text = NULL;
    dialogue_reader reader = { .path = path, .dialogue = g_new0(dialogue_file, 1) };
    reader.dialogue->start_seen = TRUE;
    reader.dialogue->server_port = 110;
    reader.dialogue->limits = (pop_limits){ 0 };
    reader.dialogue->runs = g_array_new(FALSE, TRUE, sizeof(dialogue_run));
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        fail(&reader, "cannot be read");
    }
    char *expected = strstr(text, "\n---\n");
    if (expected == NULL) {
        fail(&reader, "no line \"---\"");
    }
    *expected = '\0';
    reader.dialogue->expected = g_strdup(expected + strlen("\n---\n"));
    char **lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        reader.line_number++;
        read_line(&reader, *line);
    }
    g_strfreev(lines);
    g_free(text);
    return reader.dialogue;
}

void dialogue_free(dialogue_file *dialogue)
{
    for (guint i = 0; i < dialogue->runs->len; i++) {
        g_byte_array_unref(g_array_index(dialogue->runs, dialogue_run, i).octets);
    }
    g_array_free(dialogue->runs, TRUE);
    g_free(dialogue->expected);
    g_free(dialogue);
}

gsize dialogue_length(const dialogue_file *dialogue)
{
    gsize length = 0;
    for (guint i = 0; i < dialogue->runs->len; i++) {
        length += g_array_index(dialogue->runs, dialogue_run, i).octets->len;
    }
    return length;
}
