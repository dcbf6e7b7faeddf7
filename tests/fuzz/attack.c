/* attack.c
 * Sessions that are made to cost time or memory: how both grow with the length.
 *
 *   attack [NAME...]         runs each at a size, twice and four times that; prints the time, the
 *                            memory that the session keeps and how many octets of it each octet
 *                            fed costs
 *   attack --once NAME SIZE  runs one; prints the octets fed, those kept and the most there
 *                            were at once
 *   attack --list            the names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _DEFAULT_SOURCE
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "session/pop_session.h"

enum { SEGMENT = 1460, LARGE_SEGMENT = 60000, SIZES = 3 };

typedef struct attack_run {
    pop_allocator allocator;
    pop_session *session;
    uint32_t frame;
    size_t size; /* how often */
    size_t fed; /* octets of the wire */
    size_t kept, most; /* octets of memory: now, at the most */
} attack_run;

/* --- Memory: what is kept is counted ---------------------------------------------------------- */

/* Before each block: how long it is. */
typedef union block {
    size_t octets;
    max_align_t alignment;
} block;

static void *count(attack_run *attack, block *made, size_t octets)
{
    made->octets = octets;
    attack->kept += octets;
    attack->most = MAX(attack->most, attack->kept);
    return made + 1;
}

static void *allocate(void *context, size_t octets)
{
    return count(context, calloc(1, sizeof(block) + octets), octets);
}

static void release(void *context, void *memory)
{
    attack_run *attack = context;
    if (memory != NULL) {
        block *ended = (block *)memory - 1;
        attack->kept -= ended->octets;
        free(ended);
    }
}

/* Old and new block are there at once, as they are where the system cannot grow the old one. */
static void *resize(void *context, void *memory, size_t octets)
{
    void *made = allocate(context, octets);
    if (memory != NULL) {
        memcpy(made, memory, MIN(octets, ((block *)memory - 1)->octets));
        release(context, memory);
    }
    return made;
}

/* --- Feeding ---------------------------------------------------------------------------------- */

static void feed(attack_run *attack, pop_direction direction, const char *octets, size_t length)
{
    pop_segment segment = { .direction = direction,
        .octets = { (const uint8_t *)octets, length },
        .at = { ++attack->frame, 0, attack->frame } };
    pop_session_feed(attack->session, &segment);
    attack->fed += length;
    /* What the plugin writes down of each segment. */
    attack->kept += attack->session->entries.count * sizeof(pop_entry);
    attack->most = MAX(attack->most, attack->kept);
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

static void shortest_commands(attack_run *attack)
{
    log_in(attack);
    repeat(attack, POP_FROM_CLIENT, "x\n", attack->size, LARGE_SEGMENT);
}

/* Connections in which next to nothing is said. */
static void tiny_connections(attack_run *attack)
{
    for (size_t i = 0; i < attack->size; i++) {
        attack->session = pop_session_new(&attack->allocator, (pop_limits){ 0 }, true);
        say(attack, POP_FROM_SERVER, "+OK POP3 server ready <1896.697170952@a>\r\n");
        say(attack, POP_FROM_CLIENT, "QUIT\r\n");
        say(attack, POP_FROM_SERVER, "+OK bye\r\n");
    }
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
    { "shortest_commands", shortest_commands, 250000 },
    { "tiny_connections", tiny_connections, 50000 },
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

static attack_run run_once(size_t number, size_t size)
{
    attack_run attack = { .size = size };
    attack.allocator = (pop_allocator){ allocate, allocate, resize, release, &attack };
    attack.session = pop_session_new(&attack.allocator, (pop_limits){ 0 }, true);
    attacks[number].run(&attack);
    return attack;
}

/* Runs one attack at one size in a process of its own, whose time is then known. */
static double measure(size_t number, size_t size)
{
    pid_t child = fork();
    if (child == 0) {
        attack_run attack = run_once(number, size);
        g_print(" %9zu: %6zu MB, %5.1f octets for one", size, attack.most >> 20,
            (double)attack.most / (double)attack.fed);
        _exit(0);
    }
    struct rusage usage = { 0 };
    int status = 0;
    wait4(child, &status, 0, &usage);
    double seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6
        + (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
    g_print(", %6.2f s%s", seconds, status == 0 ? "" : " (failed)");
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

static size_t attack_named(const char *name)
{
    size_t number = 0;
    while (number < G_N_ELEMENTS(attacks) && !g_str_equal(attacks[number].name, name)) {
        number++;
    }
    return number;
}

static int print_once(const char *name, const char *size)
{
    size_t number = attack_named(name);
    if (number == G_N_ELEMENTS(attacks)) {
        g_printerr("no such attack: %s\n", name);
        return 2;
    }
    attack_run attack = run_once(number, (size_t)g_ascii_strtoull(size, NULL, 10));
    g_print("%zu %zu %zu\n", attack.fed, attack.kept, attack.most);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 4 && g_str_equal(argv[1], "--once")) {
        return print_once(argv[2], argv[3]);
    }
    bool list = argc == 2 && g_str_equal(argv[1], "--list");
    for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
        bool wanted = argc < 2;
        for (int word = 1; word < argc; word++) {
            wanted |= g_str_equal(argv[word], attacks[i].name);
        }
        if (list) {
            g_print("%s\n", attacks[i].name);
        } else if (wanted) {
            measure_all_sizes(i);
        }
    }
    return 0;
}
