/* pop_anomaly.c
 * Everything that can be wrong, or worth a note, in a conversation: their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_anomaly.h"

#include <string.h>

const char *pop_anomaly_name(pop_anomaly anomaly)
{
    static const char *const names[] = {
#define POP_ANOMALY(identifier, name, ...) [POP_ANOMALY_##identifier] = (name),
#include "grammar/pop_anomalies.def"
#undef POP_ANOMALY
    };
    return (unsigned)anomaly < POP_ANOMALY_COUNT ? names[anomaly] : "unknown";
}

static pop_anomalies flaws_of_octets(pop_span octets)
{
    bool has_nul = pop_span_find(octets, '\0') != NULL;
    bool has_cr = pop_span_find(octets, '\r') != NULL;
    return (has_nul ? POP_FLAW(NUL) : 0) | (has_cr ? POP_FLAW(BARE_CR) : 0);
}

/* Eight octets at once: whether one is below 14, as NUL and CR are. */
static bool has_control(uint64_t eight)
{
    return ((eight - POP_IN_ALL(14)) & ~eight & POP_IN_ALL(0x80)) != 0;
}

pop_anomalies pop_control_flaws(pop_span line)
{
    uint64_t eight;
    size_t i = 0;
    for (; i + sizeof eight <= line.length; i += sizeof eight) {
        memcpy(&eight, line.octets + i, sizeof eight);
        if (has_control(eight)) {
            return flaws_of_octets(line);
        }
    }
    for (; i < line.length; i++) {
        if (line.octets[i] < 14) {
            return flaws_of_octets(line);
        }
    }
    return 0;
}
