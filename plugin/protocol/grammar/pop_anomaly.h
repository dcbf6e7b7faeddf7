/* pop_anomaly.h
 * Everything that can be wrong, or worth a note, in a conversation: a set of them is a number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_ANOMALY_H
#define POP_ANOMALY_H

#include "text/pop_text.h"

typedef enum pop_anomaly {
#define POP_ANOMALY(identifier, ...) POP_ANOMALY_##identifier,
#include "grammar/pop_anomalies.def"
#undef POP_ANOMALY
    POP_ANOMALY_COUNT
} pop_anomaly;

/* A set of anomalies. */
typedef uint64_t pop_anomalies;

_Static_assert(POP_ANOMALY_COUNT <= 64, "a set of anomalies has 64 places");

#define POP_FLAW(identifier) ((pop_anomalies)1 << POP_ANOMALY_##identifier)

/* What is wrong with a line for the control octets that it holds. */
pop_anomalies pop_control_flaws(pop_span line);

/* What the user filters by behind "pop.expert."; never NULL. */
const char *pop_anomaly_name(pop_anomaly anomaly);

#endif
