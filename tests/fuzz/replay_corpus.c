/* replay_corpus.c
 * Runs the fuzz targets over files, without libFuzzer: replay_corpus TARGET FILE_OR_FOLDER...
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

typedef void (*fuzz_target)(const uint8_t *octets, size_t length);

static const struct {
    const char *name;
    fuzz_target run;
} targets[] = {
#define FUZZ_TARGET(name) { #name, fuzz_##name },
#include "fuzz_targets.def"
#undef FUZZ_TARGET
};

static fuzz_target find_target(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(targets); i++) {
        if (g_str_equal(targets[i].name, name)) {
            return targets[i].run;
        }
    }
    return NULL;
}

static unsigned replay_file(fuzz_target run, const char *path)
{
    char *octets = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &octets, &length, NULL)) {
        g_printerr("%s: cannot be read\n", path);
        return 0;
    }
    g_setenv("REPLAYED", path, TRUE); /* a debugger, or a core file, tells which input it was */
    run((const uint8_t *)octets, length);
    g_free(octets);
    return 1;
}

static unsigned replay(fuzz_target run, const char *path)
{
    unsigned count = 0;
    GDir *dir = g_dir_open(path, 0, NULL);
    if (dir == NULL) {
        return replay_file(run, path);
    }
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        char *file = g_build_filename(path, name, NULL);
        count += replay_file(run, file);
        g_free(file);
    }
    g_dir_close(dir);
    return count;
}

int main(int argc, char **argv)
{
    fuzz_target run = argc < 3 ? NULL : find_target(argv[1]);
    if (run == NULL) {
        g_printerr("usage: replay_corpus TARGET FILE_OR_FOLDER...\n");
        return 2;
    }
    unsigned count = 0;
    for (int i = 2; i < argc; i++) {
        count += replay(run, argv[i]);
    }
    g_print("%s: %u inputs\n", argv[1], count);
    return count == 0;
}
