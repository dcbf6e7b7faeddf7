/* pop_replay.c
 * A program that prints the event log of a dialogue at a given cutting.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>

#include "replay.h"

static int usage(void)
{
    g_printerr("usage: pop_replay FILE.dialogue [runs | lines | octets | cut N | random SEED]\n");
    return 2;
}

static gboolean read_cutting(int count, char **words, replay_cutting *cutting_out)
{
    static const char *const names[] = { "runs", "lines", "octets", "cut", "random" };
    if (count == 0) {
        return TRUE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(words[0], names[i])) {
            cutting_out->kind = (replay_cutting_kind)i;
            cutting_out->number = count > 1 ? (guint)strtoul(words[1], NULL, 10) : 0;
            return TRUE;
        }
    }
    return FALSE;
}

int main(int argc, char **argv)
{
    replay_cutting cutting = { REPLAY_RUNS, 0 };
    if (argc < 2 || !read_cutting(argc - 2, argv + 2, &cutting)) {
        return usage();
    }
    dialogue_file *dialogue = dialogue_read(argv[1]);
    char *log = replay(dialogue, cutting);
    g_print("%s", log);
    g_free(log);
    dialogue_free(dialogue);
    return 0;
}
