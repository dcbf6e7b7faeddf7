/* pop_service.h
 * What the server is and offers, and what was agreed on with it.
 *
 * RFC 1939 section 7 (APOP's timestamp), RFC 2449 section 5 (CAPA), RFC 6856 (UTF8, LANG).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SERVICE_H
#define POP_SERVICE_H

#include "grammar/pop_reply.h"

/* Written by the functions below. */
typedef struct pop_service {
    const char *software; /* by its greeting or IMPLEMENTATION; NULL: not told */
    const char *timestamp; /* of a greeting that offers APOP; NULL: it does not */
    bool greeted;
    bool odd_greeting; /* a line that is no status line stood where the greeting must stand */
    uint64_t greeting_octets; /* on the wire */
    bool offers_tls; /* CAPA listed STLS */
    bool capabilities_in_tls; /* CAPA was answered inside TLS */
    bool utf8;
    bool language_chosen;
} pop_service;

/* What the greeting tells; strings are kept by the allocator. */
void pop_service_greet(pop_service *service, const pop_reply *greeting, uint64_t octets,
    const pop_allocator *allocator);

/* A line that is no status line stands where the greeting must stand; the client takes it for the
 * greeting, and goes on. */
void pop_service_note_odd_greeting(pop_service *service);
void pop_service_settle_greeting(pop_service *service);

/* What a line of the reply to CAPA tells; `tls`: it came through TLS. */
void pop_service_note_capability(
    pop_service *service, pop_span line, bool tls, const pop_allocator *allocator);

/* That the client has not asked for the capabilities again inside TLS has been told. */
void pop_service_note_not_asked_again(pop_service *service);

/* UTF8, or LANG with a language, was accepted. */
void pop_service_enable_utf8(pop_service *service);
void pop_service_choose_language(pop_service *service, bool chosen);

#endif
