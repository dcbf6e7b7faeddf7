/* test_object_name.c
 * File names of what is exported: safe, recognisable, short enough.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include "analysis/object_name.h"

static void test_names(void)
{
    static const char *const rows[][3] = {
        { NULL, "plan.pdf", "7-1 plan.pdf" },
        { "incomplete", "plan.pdf", "7-1 (incomplete) plan.pdf" },
        { NULL, "../../etc/passwd", "7-1 .._.._etc_passwd" },
        { NULL, "C:\\Windows\\x.exe", "7-1 C__Windows_x.exe" },
        { NULL, ".bashrc", "7-1 .bashrc" },
        { NULL, "CON", "7-1 CON" }, /* no device: the name does not begin with it */
        { NULL, "a\nb\tc\x1b[2J\x7f", "7-1 a_b_c_[2J_" },
        { NULL, "<>:\"|?*", "7-1 _______" },
        { NULL,
            "invoice\xe2\x80\xae"
            "fdp.exe",
            "7-1 invoice_fdp.exe" }, /* turned around */
        { NULL, "zero\xe2\x80\x8bwidth", "7-1 zero_width" },
        { NULL, "ends. . ", "7-1 ends" },
        { NULL, "...", "7-1" },
        { NULL, "", "7-1" },
        { NULL,
            "Gr\xc3\xbc\xc3\x9f"
            "e.txt",
            "7-1 Gr\xc3\xbc\xc3\x9f"
            "e.txt" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *name = pop_object_name("7-1", rows[i][0], rows[i][1]);
        g_assert_cmpstr(name, ==, rows[i][2]);
        g_free(name);
    }
}

/* A name of `count` times `piece` and an extension: how long it gets, and that it is still
 * valid. */
static void check_length(const char *piece, unsigned count, const char *extension, size_t length)
{
    GString *text = g_string_new(NULL);
    for (unsigned i = 0; i < count; i++) {
        g_string_append(text, piece);
    }
    g_string_append(text, extension);
    char *name = pop_object_name("7-1", "incomplete", text->str);
    g_assert_cmpuint(strlen(name), ==, length);
    g_assert_true(g_utf8_validate(name, -1, NULL));
    g_assert_true(g_str_has_suffix(name, extension));
    g_free(name);
    g_string_free(text, TRUE);
}

static void test_lengths(void)
{
    check_length("x", 300, ".jpeg", POP_OBJECT_NAME_LIMIT);
    /* 17 octets of label and mark, 4 of extension: 59 characters of three octets fit into 179. */
    check_length("\xe3\x81\x82", 300, ".pdf", 17 + 59 * 3 + 4);
    check_length("x", 300, "", POP_OBJECT_NAME_LIMIT);
}

static void test_text(void)
{
    char *text = pop_object_text("a\nb\xff"
                                 "c");
    g_assert_cmpstr(text, ==,
        "a_b\xef\xbf\xbd"
        "c");
    g_free(text);
}

static void test_extensions(void)
{
    g_assert_cmpstr(pop_object_extension("image/png"), ==, ".png");
    g_assert_cmpstr(pop_object_extension("x/y"), ==, ".bin");
}

int main(int count, char **words)
{
    g_test_init(&count, &words, NULL);
    g_test_add_func("/object_name/names", test_names);
    g_test_add_func("/object_name/lengths", test_lengths);
    g_test_add_func("/object_name/text", test_text);
    g_test_add_func("/object_name/extensions", test_extensions);
    return g_test_run();
}
