/* analysis.c
 * What is counted and collected over a whole capture: the registration of all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/analysis.h"

#include <stddef.h>

#include "analysis/credentials.h"
#include "analysis/export_objects.h"
#include "analysis/fetched.h"
#include "analysis/follow.h"
#include "analysis/mailbox_command.h"
#include "analysis/reading.h"
#include "analysis/report_command.h"
#include "analysis/report_table.h"
#include "analysis/response_time.h"
#include "analysis/statistics.h"

/* Closed by NULL. */
static const pop_analysis_module *const modules[] = {
    &pop_credentials_module,
    &pop_export_objects_module,
    &pop_follow_module,
    &pop_mailbox_command_module,
    &pop_report_command_module,
    &pop_report_table_module,
    &pop_response_time_module,
    &pop_statistics_module,
    NULL,
};

void pop_analysis_register(int protocol)
{
    pop_reading_register();
    pop_fetched_register();
    for (size_t i = 0; modules[i] != NULL; i++) {
        if (modules[i]->register_with_protocol != NULL) {
            modules[i]->register_with_protocol(protocol);
        }
    }
}

void pop_analysis_register_listeners(void)
{
    for (size_t i = 0; modules[i] != NULL; i++) {
        if (modules[i]->register_listener != NULL) {
            modules[i]->register_listener();
        }
    }
}
