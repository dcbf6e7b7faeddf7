/* test_dialogues.c
 * Every dialogue gives its log, wherever its octets are cut into segments, and whatever a link has
 * done to them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "replay.h"

/* Longer dialogues are cut at some places only: time grows with the square of the length. */
enum { ALL_CUTS_LIMIT = 8192, SAMPLED_CUTS = 200, RANDOM_CUTTINGS = 20, LINKS = 7, SEED = 1939 };

static void check(const dialogue_file *dialogue, replay_cutting_kind kind, guint number)
{
    char *log = replay(dialogue, (replay_cutting){ kind, number });
    if (!g_str_equal(log, dialogue->expected)) {
        static const char *const names[] = { "runs", "lines", "octets", "cut", "random" };
        g_test_message(
            "cutting %s %u: expected\n%s\nfound\n%s", names[kind], number, dialogue->expected, log);
        g_test_fail();
    }
    g_free(log);
}

static guint cut_position(gsize length, GRand *random, guint ordinal)
{
    return length <= ALL_CUTS_LIMIT ? ordinal : (guint)g_rand_int_range(random, 1, (gint32)length);
}

/* A wrong log is told once, not for every cut. */
static void check_cuts(const dialogue_file *dialogue)
{
    gsize length = dialogue_length(dialogue);
    guint cuts = length <= ALL_CUTS_LIMIT ? (guint)length : SAMPLED_CUTS;
    GRand *random = g_rand_new_with_seed(SEED);
    for (guint i = 1; i < cuts && !g_test_failed(); i++) {
        check(dialogue, REPLAY_ONE_CUT, cut_position(length, random, i));
    }
    for (guint i = 0; i < RANDOM_CUTTINGS && !g_test_failed(); i++) {
        check(dialogue, REPLAY_RANDOM, SEED + i);
    }
    g_rand_free(random);
}

static const link_impairment impairments[] = {
    { .name = "overtaken", .reorder = 150, .largest = 40 },
    { .name = "lost", .lost_before = 80, .lost_behind = 80, .largest = 100 },
    { .name = "repeated", .repeat = 200, .reorder = 100, .twice = TRUE },
    { .name = "numbers wrap", .reorder = 100, .lost_before = 50, .wraps = TRUE, .largest = 60 },
    { .name = "server ahead", .skew = 900, .reorder = 50, .largest = 200 },
    { .name = "client ahead", .skew = -900, .lost_before = 30, .largest = 200 },
};

static void check_link(
    const dialogue_file *dialogue, const link_impairment *impairment, guint32 seed)
{
    char *log = replay_linked(dialogue, impairment, seed);
    if (log != NULL && !g_str_equal(log, dialogue->expected)) {
        g_test_message("%s, seed %u: expected\n%s\nfound\n%s", impairment->name, seed,
            dialogue->expected, log);
        g_test_fail();
    }
    g_free(log);
}

static void test_links(gconstpointer path)
{
    dialogue_file *dialogue = dialogue_read(path);
    for (guint i = 0; i < G_N_ELEMENTS(impairments); i++) {
        for (guint32 seed = 0; seed < LINKS && !g_test_failed(); seed++) {
            check_link(dialogue, &impairments[i], SEED + seed);
        }
    }
    dialogue_free(dialogue);
}

static void test_dialogue(gconstpointer path)
{
    dialogue_file *dialogue = dialogue_read(path);
    check(dialogue, REPLAY_RUNS, 0);
    if (!g_test_failed()) {
        check(dialogue, REPLAY_LINES, 0);
    }
    if (!g_test_failed()) {
        check(dialogue, REPLAY_OCTETS, 0);
    }
    check_cuts(dialogue);
    dialogue_free(dialogue);
}

static void add_test(const char *kind, const char *folder, const char *name, GTestDataFunc test)
{
    char *stem = g_strndup(name, strlen(name) - strlen(".dialogue"));
    char *path = g_strconcat("/", kind, "/", stem, NULL);
    g_test_add_data_func_full(path, g_build_filename(folder, name, NULL), test, g_free);
    g_free(path);
    g_free(stem);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const char *folder = g_getenv("POP_DIALOGUES");
    GDir *dir = folder == NULL ? NULL : g_dir_open(folder, 0, NULL);
    if (dir == NULL) {
        g_printerr("POP_DIALOGUES does not name the folder of the dialogues\n");
        return 2;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".dialogue")) {
            g_ptr_array_add(names, g_strdup(name));
        }
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        add_test("dialogues", folder, g_ptr_array_index(names, i), test_dialogue);
        add_test("links", folder, g_ptr_array_index(names, i), test_links);
    }
    g_ptr_array_free(names, TRUE);
    return g_test_run();
}
