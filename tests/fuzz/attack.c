/* attack.c
 * Sessions that are made to cost time or memory: how both grow with the length. Prints, asserts
 * nothing: attack [NAME...] runs each at a size, twice and four times that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "pop_session.h"

enum { SEGMENT = 1460, LARGE_SEGMENT = 60000, SIZES = 3 };

typedef struct attack_run {
    pop_allocator allocator;
    pop_session *session;
    uint32_t frame;
    size_t size; /* how often */
    size_t entries;
} attack_run;

/* --- Memory: nothing is given back before the end, as in a capture file's scope ----------------- */

static void *allocate(void *context, size_t octets)
{
    (void)context;
    return calloc(1, octets);
}

static void *resize(void *context, void *memory, size_t octets)
{
    (void)context;
    return realloc(memory, octets == 0 ? 1 : octets);
}

static void release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

/* --- Feeding ---------------------------------------------------------------------------------- */

static void feed(attack_run *attack, pop_direction direction, const char *octets, size_t length)
{
    pop_segment segment = { .direction = direction,
        .octets = { (const uint8_t *)octets, length },
        .at = { ++attack->frame, 0, attack->frame } };
    pop_session_feed(attack->session, &segment);
    attack->entries += attack->session->entry_count;
}

static void say(attack_run *attack, pop_direction direction, const char *text)
{
    feed(attack, direction, text, strlen(text));
}

/* The text `times` times, in segments of at most `segment` octets. */
static void repeat(
    attack_run *attack, pop_direction direction, const char *text, size_t times, size_t segment)
{
    size_t length = strlen(text), whole = segment / length, left = times;
    whole = whole == 0 ? 1 : whole;
    GString *octets = g_string_new(NULL);
    for (size_t i = 0; i < whole; i++) {
        g_string_append(octets, text);
    }
    while (left > 0) {
        size_t now = MIN(left, whole);
        feed(attack, direction, octets->str, now * length);
        left -= now;
    }
    g_string_free(octets, TRUE);
}

/* A text in segments of one octet. */
static void drip(attack_run *attack, pop_direction direction, const char *text)
{
    for (; *text != '\0'; text++) {
        feed(attack, direction, text, 1);
    }
}

static void log_in(attack_run *attack)
{
    say(attack, POP_FROM_SERVER, "+OK ready <1.2@a>\r\n");
    say(attack, POP_FROM_CLIENT, "USER a\r\nPASS b\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n+OK\r\n");
}

/* --- Attacks ---------------------------------------------------------------------------------- */

static void empty_lines_of_client(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "\r\n", attack->size, SEGMENT);
}

static void empty_lines_of_server(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_SERVER, "\n", attack->size, SEGMENT);
}

static void pipelined_commands(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "NOOP\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, "+OK\r\n", attack->size, LARGE_SEGMENT);
}

static void pipelined_logins(attack_run *attack)
{
    say(attack, POP_FROM_SERVER, "+OK ready\r\n");
    repeat(attack, POP_FROM_CLIENT, "AUTH LOGIN\r\nYQ==\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, "-ERR\r\n", attack->size, LARGE_SEGMENT);
}

static void unsolicited_replies(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_SERVER, "+OK\r\n", attack->size, SEGMENT);
}

static void undetermined_replies(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "FOO\r\nLIST 1\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, "+OK\r\n1 2\r\n.\r\n+OK\r\n-ERR x\r\n", attack->size, SEGMENT);
}

static char *bracketed(const char *head, size_t count)
{
    GString *line = g_string_new(head);
    for (size_t i = 0; i < count; i++) {
        g_string_append_c(line, '<');
    }
    g_string_append(line, "\r\n");
    return g_string_free(line, FALSE);
}

static void brackets_in_greeting(attack_run *attack)
{
    char *line = bracketed("+OK @>", attack->size);
    feed(attack, POP_FROM_SERVER, line, strlen(line));
    g_free(line);
}

static void brackets_in_replies(attack_run *attack)
{
    char *line = bracketed("+OK [", 1000);
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "NOOP\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, line, attack->size, LARGE_SEGMENT);
    g_free(line);
}

static void line_in_octets(attack_run *attack)
{
    char *line = bracketed("+OK ", attack->size);
    say(attack, POP_FROM_CLIENT, "NOOP\r\n");
    drip(attack, POP_FROM_SERVER, line);
    g_free(line);
}

static void line_without_end(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_SERVER, "<<<<<<<<<<<<<<<<", attack->size, SEGMENT);
}

static void body_without_end(attack_run *attack)
{
    log_in(attack);
    say(attack, POP_FROM_CLIENT, "RETR 1\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n");
    repeat(attack, POP_FROM_SERVER, "A line of a mail that never ends\r\n", attack->size, SEGMENT);
}

static void body_of_dots(attack_run *attack)
{
    log_in(attack);
    say(attack, POP_FROM_CLIENT, "RETR 1\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n");
    repeat(attack, POP_FROM_SERVER, ".\n.\n+O\n-E\n.\r.\r\r\n", attack->size, SEGMENT);
}

static void body_in_octets(attack_run *attack)
{
    log_in(attack);
    say(attack, POP_FROM_CLIENT, "RETR 1\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n");
    repeat(attack, POP_FROM_SERVER, "x", attack->size, 1);
}

static void tiny_mails(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "RETR 1\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, "+OK\r\nx\r\n.\r\n", attack->size, SEGMENT);
}

static void listing(attack_run *attack)
{
    log_in(attack);
    say(attack, POP_FROM_CLIENT, "LIST\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n");
    GString *lines = g_string_new(NULL);
    for (size_t i = 1; i <= attack->size; i++) {
        g_string_append_printf(lines, "%zu 120\r\n", i);
        if (lines->len > SEGMENT || i == attack->size) {
            feed(attack, POP_FROM_SERVER, lines->str, lines->len);
            g_string_truncate(lines, 0);
        }
    }
    g_string_free(lines, TRUE);
}

/* Message numbers whose hashes are neighbours: the table's multiplier run backwards. */
static void colliding_listing(attack_run *attack)
{
    log_in(attack);
    say(attack, POP_FROM_CLIENT, "UIDL\r\n");
    say(attack, POP_FROM_SERVER, "+OK\r\n");
    GString *lines = g_string_new(NULL);
    for (size_t i = 1; i <= attack->size; i++) {
        uint32_t number = (uint32_t)i << 16; /* low bits of the product are all zero */
        g_string_append_printf(lines, "%u a\r\n", number);
        if (lines->len > SEGMENT || i == attack->size) {
            feed(attack, POP_FROM_SERVER, lines->str, lines->len);
            g_string_truncate(lines, 0);
        }
    }
    g_string_free(lines, TRUE);
}

static void challenges(attack_run *attack)
{
    say(attack, POP_FROM_SERVER, "+OK ready\r\n");
    say(attack, POP_FROM_CLIENT, "AUTH NTLM\r\n");
    repeat(attack, POP_FROM_SERVER, "+ TlRMTVNTUAACAAAA\r\n", attack->size, SEGMENT);
    repeat(attack, POP_FROM_CLIENT, "TlRMTVNTUAADAAAA\r\n", attack->size, SEGMENT);
    say(attack, POP_FROM_SERVER, "-ERR\r\n");
}

static void answers_before_challenges(attack_run *attack)
{
    say(attack, POP_FROM_SERVER, "+OK ready\r\n");
    say(attack, POP_FROM_CLIENT, "AUTH NTLM\r\n");
    repeat(attack, POP_FROM_CLIENT, "AUTH NTLM\r\n", attack->size, SEGMENT);
    repeat(attack, POP_FROM_SERVER, "-ERR\r\n", attack->size, SEGMENT);
}

static void preambles(attack_run *attack)
{
    say(attack, POP_FROM_SERVER, "+OK ready\r\n");
    repeat(attack, POP_FROM_CLIENT, "PROXY TCP4 1.2.3.4 1.2.3.4 1 110\r\n", attack->size, SEGMENT);
}

static void gaps(attack_run *attack)
{
    log_in(attack);
    for (size_t i = 0; i < attack->size; i++) {
        pop_session_gap(attack->session, (pop_direction)(i & 1), 10);
        say(attack, (pop_direction)(i & 1), "x\r\nRETR 1\r\n+OK\r\n");
    }
}

static void deletions(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "DELE 1\r\nRSET\r\nDELE 2\r\n", attack->size, LARGE_SEGMENT);
    repeat(attack, POP_FROM_SERVER, "+OK\r\n+OK\r\n+OK\r\n", attack->size, SEGMENT);
}

static const struct {
    const char *name;
    void (*run)(attack_run *attack);
    size_t size;
} attacks[] = {
    { "empty_lines_of_client", empty_lines_of_client, 500000 },
    { "empty_lines_of_server", empty_lines_of_server, 500000 },
    { "pipelined_commands", pipelined_commands, 250000 },
    { "pipelined_logins", pipelined_logins, 50000 },
    { "unsolicited_replies", unsolicited_replies, 250000 },
    { "undetermined_replies", undetermined_replies, 100000 },
    { "brackets_in_greeting", brackets_in_greeting, 16000 },
    { "brackets_in_replies", brackets_in_replies, 5000 },
    { "line_in_octets", line_in_octets, 16000 },
    { "line_without_end", line_without_end, 500000 },
    { "body_without_end", body_without_end, 750000 },
    { "body_of_dots", body_of_dots, 250000 },
    { "body_in_octets", body_in_octets, 250000 },
    { "tiny_mails", tiny_mails, 50000 },
    { "listing", listing, 250000 },
    { "colliding_listing", colliding_listing, 4000 },
    { "challenges", challenges, 25000 },
    { "answers_before_challenges", answers_before_challenges, 25000 },
    { "preambles", preambles, 50000 },
    { "gaps", gaps, 50000 },
    { "deletions", deletions, 50000 },
};

/* --- Measuring -------------------------------------------------------------------------------- */

/* Runs one attack at one size in a process of its own, whose time and memory are then known. */
static double measure(size_t number, size_t size)
{
    pid_t child = fork();
    if (child == 0) {
        attack_run attack = { .allocator = { allocate, resize, release, NULL }, .size = size };
        pop_limits limits = { 0 };
        attack.session = pop_session_new(&attack.allocator, limits, true);
        attacks[number].run(&attack);
        _exit(0);
    }
    struct rusage usage = { 0 };
    int status = 0;
    wait4(child, &status, 0, &usage);
    double seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6
        + (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    g_print(" %9zu %7.2f s %6ld MB%s", size, seconds, usage.ru_maxrss / 1024,
        status == 0 ? "" : " (failed)");
    return seconds;
}

static void measure_all_sizes(size_t number)
{
    double first = 0, last = 0;
    g_print("%-26s", attacks[number].name);
    for (unsigned i = 0; i < SIZES; i++) {
        last = measure(number, attacks[number].size << i);
        first = i == 0 ? last : first;
    }
    g_print("   x%.1f\n", first > 0 ? last / first : 0); /* 4: linear; 16: with the square */
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
        bool wanted = argc < 2;
        for (int word = 1; word < argc; word++) {
            wanted |= g_str_equal(argv[word], attacks[i].name);
        }
        if (wanted) {
            measure_all_sizes(i);
        }
    }
    return 0;
}
