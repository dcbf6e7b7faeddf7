/* report_escape.c
 * Control characters of strangers, kept from the terminal that a report is printed on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/report_escape.h"

size_t pop_control_length(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    if ((first > 0 && first < 0x20) || first == 0x7F) {
        return 1;
    }
    return first == 0xC2 && (unsigned char)text[1] < 0xA0 && (unsigned char)text[1] >= 0x80 ? 2 : 0;
}

unsigned pop_control_code(const char *text)
{
    return (unsigned char)text[pop_control_length(text) - 1];
}
