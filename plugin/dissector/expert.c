/* expert.c
 * The protocol's anomalies as Wireshark's expert items: pop.expert.NAME.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/expert.h"

#include <epan/expert.h>
#include <epan/proto_data.h>
#include <epan/tap.h>

/* Items of one kind that a frame gets. A frame can hold thirty thousand lines, and four lines of
 * the tree tell of each item; a filter finds the frame by its first one. */
#define MARKS_IN_FRAME 100

/* Of the data that POP keeps with a packet. */
#define MARKS_KEY 1

static expert_field expert_fields[POP_ANOMALY_COUNT];

static ei_register_info expert_items[] = {
#define POP_ANOMALY(identifier, name, severity, group, text)                                       \
    { &expert_fields[POP_ANOMALY_##identifier],                                                    \
        { "pop.expert." name, PI_##group, PI_##severity, text, EXPFILL } },
#include "grammar/pop_anomalies.def"
#undef POP_ANOMALY
};

/* The host's one expert item: registered, so that filters with it stay valid, and never raised,
 * since RFC 1939 gives the status text no form. */
static expert_field ei_total_length_invalid = EI_INIT;

static ei_register_info host_expert_items[] = {
    { &ei_total_length_invalid,
        { "pop.response.tot_len.invalid", PI_MALFORMED, PI_ERROR,
            "Length must be a string containing an integer", EXPFILL } },
};

/* The host's fields that every expert item has. */
static const char *const host_names[] = { "_ws.expert", "_ws.expert.message", "_ws.expert.severity",
    "_ws.expert.group" };
static int host_ids[array_length(host_names)];
static int expert_tap = -1; /* the host's */
static int proto_pop = -1;

static const char *const texts[] = {
#define POP_ANOMALY(identifier, name, severity, group, text) [POP_ANOMALY_##identifier] = (text),
#include "grammar/pop_anomalies.def"
#undef POP_ANOMALY
};

/* What this dissection of the frame has brought. */
typedef struct frame_marks {
    pop_anomalies full; /* kinds of which the frame gets no more */
    unsigned counts[POP_ANOMALY_COUNT]; /* items of each kind */
} frame_marks;

static frame_marks *marks_of_frame(packet_info *pinfo)
{
    frame_marks *marks = p_get_proto_data(pinfo->pool, pinfo, proto_pop, MARKS_KEY);
    if (marks == NULL) {
        marks = wmem_new0(pinfo->pool, frame_marks);
        p_add_proto_data(pinfo->pool, pinfo, proto_pop, MARKS_KEY, marks);
    }
    return marks;
}

static void add_one(packet_info *pinfo, proto_item *item, unsigned anomaly, frame_marks *marks)
{
    if (marks->counts[anomaly]++ < MARKS_IN_FRAME) {
        expert_add_info(pinfo, item, &expert_fields[anomaly]);
    } else {
        marks->full |= (pop_anomalies)1 << anomaly;
        expert_add_info_format(pinfo, item, &expert_fields[anomaly],
            "%s (more of them in this frame are not marked)", texts[anomaly]);
    }
}

void pop_expert_add(packet_info *pinfo, proto_item *item, pop_anomalies anomalies)
{
    if (anomalies == 0) {
        return;
    }
    frame_marks *marks = marks_of_frame(pinfo);
    anomalies &= ~marks->full;
    for (unsigned anomaly = 0; anomalies != 0; anomaly++, anomalies >>= 1) {
        if (anomalies & 1) {
            add_one(pinfo, item, anomaly, marks);
        }
    }
}

void pop_expert_add_text(
    packet_info *pinfo, proto_item *item, pop_anomaly anomaly, const char *text)
{
    expert_add_info_format(pinfo, item, &expert_fields[anomaly], "%s: %s", texts[anomaly], text);
}

static void find_host_fields(void)
{
    for (size_t i = 0; i < array_length(host_ids); i++) {
        host_ids[i] = proto_registrar_get_id_byname(host_names[i]);
    }
    expert_tap = find_tap_id("expert");
}

/* The host registers them behind all protocols: they are there when a capture is opened. */
static void prepare(int protocol)
{
    (void)protocol;
    register_init_routine(find_host_fields);
}

const pop_module pop_expert_module = { .handoff = prepare };

static bool is_referenced(proto_tree *tree, pop_anomaly anomaly)
{
    for (size_t i = 0; i < array_length(host_ids); i++) {
        if (host_ids[i] >= 0 && proto_field_is_referenced(tree, host_ids[i])) {
            return true;
        }
    }
    return proto_field_is_referenced(tree, expert_fields[anomaly].hf);
}

bool pop_expert_asks_for(proto_tree *tree, pop_anomaly anomaly)
{
    return (expert_tap > 0 && have_tap_listener(expert_tap)) || is_referenced(tree, anomaly);
}

bool pop_expert_asks_for_room(proto_tree *tree)
{
    return is_referenced(tree, POP_ANOMALY_NOT_DRAWN);
}

void pop_expert_register(int protocol)
{
    expert_module_t *module = expert_register_protocol(protocol);
    proto_pop = protocol;
    for (size_t i = 0; i < POP_ANOMALY_COUNT; i++) {
        expert_fields[i] = (expert_field)EI_INIT;
    }
    expert_register_field_array(module, expert_items, array_length(expert_items));
    if (proto_registrar_get_id_byname("pop.response.tot_len.invalid") == -1) {
        expert_register_field_array(module, host_expert_items, array_length(host_expert_items));
    }
}
