/* test_losses.c
 * Where octets are lost, what is told is right, or marked as a guess.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "lossy_comparison.h"

enum { SESSIONS = 3000, DIALOGUE_SEEDS = 60 };

typedef struct loss_case {
    const char *name;
    lossy_client client;
    lossy_damage damage;
    guint least_told; /* of a hundred mails whose octets are all there, of whatever command */
    guint least_exact; /* of those whose command is there, too: under their own number */
    guint least_sure; /* ... and without a mark */
} loss_case;

/* LOSSES_SESSIONS=n in the environment plays more. */
static guint32 sessions(void)
{
    const char *asked = g_getenv("LOSSES_SESSIONS");
    return asked == NULL ? SESSIONS : (guint32)strtoul(asked, NULL, 10);
}

/* LOSSES_SEED=n in the environment plays that one alone, and tells all that is wrong with it. */
static guint32 only_seed(void)
{
    const char *asked = g_getenv("LOSSES_SEED");
    return asked == NULL ? 0 : (guint32)strtoul(asked, NULL, 10);
}

static guint tell(const lossy_result *result, const char *name, guint32 seed)
{
    for (guint i = 0; i < result->wrong->len && (i < 3 || only_seed() != 0); i++) {
        g_test_message(
            "%s, seed %u: %s", name, seed, (const char *)g_ptr_array_index(result->wrong, i));
    }
    return result->wrong->len;
}

static void test_made(gconstpointer data)
{
    const loss_case *one = data;
    guint replies = 0, told = 0, mails = 0, exact = 0, sure = 0, wrong = 0;
    for (guint32 seed = 1; seed <= sessions(); seed++) {
        if (only_seed() != 0 && only_seed() != seed) {
            continue;
        }
        lossy_session *session = lossy_session_make(seed, one->client);
        lossy_result result = lossy_session_compare(session, seed, &one->damage);
        replies += result.replies;
        told += result.found;
        mails += result.mails;
        exact += result.exact;
        sure += result.sure;
        wrong += tell(&result, one->name, seed);
        lossy_result_clear(&result);
        lossy_session_free(session);
    }
    g_test_message("%s: %u of %u whole replies have their mail; of %u mails %u are exact, "
                   "%u of them sure, %u statements wrong",
        one->name, told, replies, mails, exact, sure, wrong);
    g_assert_cmpuint(wrong, ==, 0);
    if (only_seed() == 0) {
        g_assert_cmpuint(told * 100, >=, replies * one->least_told);
        g_assert_cmpuint(exact * 100, >=, mails * one->least_exact);
        g_assert_cmpuint(sure * 100, >=, mails * one->least_sure);
    }
}

static gboolean can_be_played(const dialogue_file *dialogue)
{
    gboolean plain = dialogue->start_seen && dialogue->server_port == 110
        && dialogue->limits.line == 0 && dialogue->limits.message == 0
        && dialogue->limits.queue == 0 && dialogue->limits.maildrop == 0
        && strstr(dialogue->expected, "request") != NULL;
    /* Replies without their form lose what tells them apart, so do commands that nobody answers,
     * and answers like commands to a mechanism that nobody knows; octets behind a security layer
     * look like anything where its choice is lost; versions 1 and 2 have no commands that wait. */
    static const char *const odd[] = { "!status_m", "!reply_unterminated", "XCLIENT", "HELO",
        "POP1", "AUTH X-SECRET", "protected client" };
    for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
        plain = plain && strstr(dialogue->expected, odd[i]) == NULL;
    }
    for (guint i = 0; i < dialogue->runs->len; i++) {
        const dialogue_run *run = &g_array_index(dialogue->runs, dialogue_run, i);
        plain = plain && run->lost == 0 && run->cut_off == 0 && !run->tls;
        /* Acknowledgments that are not true mislead where octets are lost. */
        plain = plain && (run->unheard == 0 || run->octets->data[0] != '+');
    }
    return plain;
}

static guint play_dialogue(const char *path, const char *name)
{
    guint wrong = 0;
    dialogue_file *dialogue = dialogue_read(path);
    for (guint32 seed = 1; can_be_played(dialogue) && seed <= DIALOGUE_SEEDS; seed++) {
        lossy_session *session = lossy_session_of(dialogue, seed);
        lossy_result result = lossy_session_compare(session, seed, &(lossy_damage){ .one_in = 6 });
        wrong += tell(&result, name, seed);
        lossy_result_clear(&result);
        lossy_session_free(session);
    }
    dialogue_free(dialogue);
    return wrong;
}

static void test_dialogues(void)
{
    const char *folder = g_getenv("POP_DIALOGUES");
    GDir *dir = folder == NULL ? NULL : g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    guint wrong = 0;
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        if (g_str_has_suffix(name, ".dialogue")) {
            char *path = g_build_filename(folder, name, NULL);
            wrong += play_dialogue(path, name);
            g_free(path);
        }
    }
    g_dir_close(dir);
    g_assert_cmpuint(wrong, ==, 0);
}

int main(int argc, char **argv)
{
    static const loss_case cases[] = {
        { "/losses/client-waits", LOSSY_WAITS, { 12, LOSSY_FROM_SYN }, 100, 100, 95 },
        { "/losses/client-waits-few", LOSSY_WAITS, { 60, LOSSY_FROM_SYN }, 100, 100, 99 },
        { "/losses/client-waits-many", LOSSY_WAITS, { 4, LOSSY_FROM_SYN }, 99, 100, 60 },
        { "/losses/client-batches", LOSSY_BATCHES, { 25, LOSSY_FROM_SYN }, 99, 95, 80 },
        { "/losses/client-batches-few", LOSSY_BATCHES, { 60, LOSSY_FROM_SYN }, 99, 98, 90 },
        { "/losses/client-overlaps", LOSSY_OVERLAPS, { 25, LOSSY_FROM_SYN }, 99, 85, 65 },
        { "/losses/client-overlaps-few", LOSSY_OVERLAPS, { 60, LOSSY_FROM_SYN }, 99, 95, 80 },
        { "/losses/client-lists-first", LOSSY_LISTS_FIRST, { 25, LOSSY_FROM_SYN }, 99, 85, 65 },
        { "/losses/client-lists-first-few", LOSSY_LISTS_FIRST, { 60, LOSSY_FROM_SYN }, 99, 95, 80 },
        { "/losses/begins-midway-client-waits", LOSSY_WAITS, { 0, LOSSY_FROM_SERVER }, 100, 100,
            99 },
        { "/losses/begins-midway-client-batches", LOSSY_BATCHES, { 0, LOSSY_FROM_SERVER }, 99, 95,
            45 },
        { "/losses/begins-anywhere-client-waits", LOSSY_WAITS, { 0, LOSSY_FROM_ANYWHERE }, 100, 100,
            99 },
        { "/losses/begins-anywhere-client-waits-lossy", LOSSY_WAITS, { 25, LOSSY_FROM_ANYWHERE },
            100, 99, 97 },
        { "/losses/begins-anywhere-client-batches", LOSSY_BATCHES, { 0, LOSSY_FROM_ANYWHERE }, 99,
            85, 45 },
        { "/losses/begins-anywhere-client-overlaps", LOSSY_OVERLAPS, { 0, LOSSY_FROM_ANYWHERE }, 98,
            15, 3 },
        { "/losses/begins-anywhere-client-lists-first", LOSSY_LISTS_FIRST,
            { 0, LOSSY_FROM_ANYWHERE }, 98, 30, 15 },
    };
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_add_data_func(cases[i].name, &cases[i], test_made);
    }
    g_test_add_func("/losses/dialogues", test_dialogues);
    return g_test_run();
}
