/* libfuzzer_entry.c
 * The function that libFuzzer calls: runs the target that FUZZ_RUNS names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    FUZZ_RUNS(octets, length);
    return 0;
}
