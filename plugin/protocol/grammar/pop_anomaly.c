/* pop_anomaly.c
 * Everything that can be wrong, or worth a note, in a conversation: their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_anomaly.h"

const char *pop_anomaly_name(pop_anomaly anomaly)
{
    static const char *const names[] = {
#define POP_ANOMALY(identifier, name, ...) [POP_ANOMALY_##identifier] = (name),
#include "grammar/pop_anomalies.def"
#undef POP_ANOMALY
    };
    return (unsigned)anomaly < POP_ANOMALY_COUNT ? names[anomaly] : "unknown";
}
