/* test_pop_known_files.c
 * Lists of known files: their lines in every form, and bad ones told by number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "mail/pop_known_files.h"

#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"
#define HASH(two) ZEROS two

static void note_line(uint32_t line, void *data)
{
    g_string_append_printf(data, "%u ", line);
}

static const char list[] = "\xEF\xBB\xBF# a comment\r\n" /* 1 */
    HASH("01") "\r\n" /* 2 */
    HASH("02") "  sha256sum.exe\n" HASH("aB") " *binary.exe\n" /* 4 */
                                              "\n \n" /* 5, 6 */
                                              "\"" HASH("04") "\", \"csv, quoted\"\n" /* 7 */
    HASH("05") ";Trojan \xC4\x01\n" HASH("02") " the second time\n" /* 9 */
    HASH("0g") " no digit\n"
               "abc\n" /* 11 */
    HASH("06") "7 too long\n"
               "\"" HASH("07") " no end of the quote\n" /* 13 */
    HASH("FF") "\tlast";

static const char *const names[][2] = { { HASH("01"), "" }, { HASH("02"), "sha256sum.exe" },
    { HASH("AB"), "binary.exe" }, { HASH("ab"), "binary.exe" }, { HASH("04"), "csv, quoted" },
    { HASH("05"), "Trojan Ä " }, { HASH("06"), NULL }, { HASH("07"), NULL }, { HASH("ff"), "last" },
    { HASH("00"), NULL }, { "", NULL }, { "xyz", NULL } };

static void test_list(void)
{
    guarded copy = guarded_new(list, strlen(list));
    GString *bad = g_string_new(NULL);
    pop_known_files *files = pop_known_files_read(guarded_span(&copy), note_line, bad);
    guarded_free(&copy);
    g_assert_cmpstr(bad->str, ==, "10 11 12 13 ");
    g_assert_cmpuint(pop_known_files_count(files), ==, 7);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpstr(pop_known_files_name(files, names[i][0]), ==, names[i][1]);
    }
    pop_known_files_free(files);
    g_string_free(bad, TRUE);
}

static void test_nothing(void)
{
    pop_known_files *files = pop_known_files_read((pop_span){ NULL, 0 }, note_line, NULL);
    g_assert_cmpuint(pop_known_files_count(files), ==, 0);
    g_assert_null(pop_known_files_name(files, HASH("01")));
    pop_known_files_free(files);
    pop_known_files_free(NULL);
}

static void test_many(void)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < 100000; i++) {
        char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)&i, sizeof i);
        g_string_append_printf(text, "%s file %u\n", digest, i);
        g_free(digest);
    }
    pop_known_files *files = pop_known_files_read(
        (pop_span){ (const uint8_t *)text->str, text->len }, note_line, NULL);
    g_assert_cmpuint(pop_known_files_count(files), ==, 100000);
    for (unsigned i = 0; i < 100000; i += 997) {
        char *digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)&i, sizeof i);
        char *name = g_strdup_printf("file %u", i);
        g_assert_cmpstr(pop_known_files_name(files, digest), ==, name);
        g_free(name);
        g_free(digest);
    }
    pop_known_files_free(files);
    g_string_free(text, TRUE);
}

int main(int count, char **arguments)
{
    g_test_init(&count, &arguments, NULL);
    g_test_add_func("/known-files/list", test_list);
    g_test_add_func("/known-files/nothing", test_nothing);
    g_test_add_func("/known-files/many", test_many);
    return g_test_run();
}
