/* pop_sasl.c
 * What each message of a SASL exchange holds: the way from a mechanism's name to its parser.
 *
 * RFC 5034, RFC 4422.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl.h"

#include "sasl/pop_sasl_parsers.h"

typedef enum name_match {
    MATCH_EXACT,
    MATCH_FAMILY,
} name_match;

struct pop_sasl_mechanism {
    pop_span name;
    name_match match;
    pop_sasl_sender first;
    unsigned client_messages;
    bool has_layers;
    pop_sasl_payload payload;
    pop_sasl_parser *client;
    pop_sasl_parser *server;
};

/* The document is for the reader of the table. */
#define POP_SASL_MECHANISM(                                                                        \
    name, match, document, first, messages, layers, payload, client, server)                       \
    { { (const uint8_t *)(name), sizeof(name) - 1 }, MATCH_##match, POP_SASL_##first, messages,    \
        layers, POP_SASL_PAYLOAD_##payload, client, server },

static const pop_sasl_mechanism mechanisms[] = {
#include "sasl/pop_sasl_mechanisms.def"
};

#undef POP_SASL_MECHANISM

const pop_sasl_mechanism *pop_sasl_find(pop_span name)
{
    for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
        const pop_sasl_mechanism *row = &mechanisms[i];
        if (row->match == MATCH_FAMILY ? pop_span_starts(name, row->name)
                                       : pop_span_is(name, row->name)) {
            return row;
        }
    }
    return NULL;
}

unsigned pop_sasl_client_messages(const pop_sasl_mechanism *mechanism)
{
    return mechanism == NULL ? 0 : mechanism->client_messages;
}

bool pop_sasl_client_first(const pop_sasl_mechanism *mechanism)
{
    return mechanism == NULL || mechanism->first == POP_SASL_CLIENT;
}

bool pop_sasl_has_layers(const pop_sasl_mechanism *mechanism)
{
    return mechanism == NULL || mechanism->has_layers;
}

pop_sasl_message pop_sasl_parse(const pop_sasl_mechanism *mechanism, pop_sasl_sender sender,
    unsigned ordinal, pop_span octets, const pop_allocator *allocator)
{
    pop_sasl_reader reader = { .octets = octets, .ordinal = ordinal, .allocator = allocator };
    /* Empty challenges and answers take the place of messages in most exchanges (RFC 4422
     * section 3.6, RFC 5034 section 4), so they say nothing and break nothing. */
    if (mechanism == NULL || octets.length == 0) {
        return reader.message;
    }
    reader.message.payload = mechanism->payload;
    pop_sasl_parser *parse = sender == POP_SASL_CLIENT ? mechanism->client : mechanism->server;
    if (parse != NULL) {
        parse(&reader);
    }
    return reader.message;
}

void pop_sasl_release(pop_sasl_message *message, const pop_allocator *allocator)
{
    for (size_t i = 0; i < message->field_count; i++) {
        pop_release(allocator, message->fields[i].name);
        pop_release(allocator, message->fields[i].text);
    }
    pop_release(allocator, message->fields);
    message->fields = NULL;
    message->field_count = 0;
}
