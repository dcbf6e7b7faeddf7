/* pop_service.c
 * What the server is and offers, and what was agreed on with it.
 *
 * RFC 1939 section 7 (APOP's timestamp), RFC 2449 section 5 (CAPA), RFC 6856 (UTF8, LANG).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_service.h"

#include "grammar/pop_capability.h"
#include "grammar/pop_software.h"

void pop_service_greet(pop_service *service, const pop_reply *greeting, uint64_t octets,
    const pop_allocator *allocator)
{
    service->greeted = true;
    service->greeting_octets = octets;
    pop_span timestamp = pop_reply_timestamp(greeting->description);
    if (timestamp.length > 0) {
        service->timestamp = pop_span_keep(allocator, timestamp);
    }
    service->software = pop_software_of_greeting(greeting->description);
}

void pop_service_note_odd_greeting(pop_service *service)
{
    service->odd_greeting = true;
}

void pop_service_settle_greeting(pop_service *service)
{
    service->greeted = true;
}

void pop_service_note_capability(
    pop_service *service, pop_span line, bool tls, const pop_allocator *allocator)
{
    pop_capability capability = pop_capability_parse(line);
    service->offers_tls |= capability.id == POP_CAPABILITY_STLS;
    service->capabilities_in_tls |= tls;
    if (capability.id == POP_CAPABILITY_IMPLEMENTATION && capability.rest.length > 0) {
        service->software = pop_span_keep(allocator, capability.rest);
    }
}

void pop_service_note_not_asked_again(pop_service *service)
{
    service->capabilities_in_tls = true;
}

void pop_service_enable_utf8(pop_service *service)
{
    service->utf8 = true;
}

void pop_service_choose_language(pop_service *service, bool chosen)
{
    service->language_chosen = chosen;
}
