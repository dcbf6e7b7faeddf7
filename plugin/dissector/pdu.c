/* pdu.c
 * What a reader of a segment tells apart: one command, one reply, with all the entries that belong
 * to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/pdu.h"

static pop_pdu_kind kind_of_client(const pop_entry *entry)
{
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_REQUEST:
    case POP_ENTRY_ANSWER:
        return POP_PDU_COMMAND;
    case POP_ENTRY_BODY:
    case POP_ENTRY_BODY_END:
        return POP_PDU_SUBMISSION;
    default:
        return POP_PDU_UNASSIGNED;
    }
}

static pop_pdu_kind kind_of_server(const pop_entry *entry)
{
    switch ((pop_entry_kind)entry->kind) {
    case POP_ENTRY_GREETING:
    case POP_ENTRY_STATUS:
    case POP_ENTRY_CHALLENGE:
    case POP_ENTRY_LISTING:
    case POP_ENTRY_BODY:
    case POP_ENTRY_BODY_END:
    case POP_ENTRY_PIECE:
    case POP_ENTRY_UNEXPECTED: /* where a status line belongs */
        return POP_PDU_REPLY;
    default:
        return POP_PDU_UNASSIGNED;
    }
}

/* True where the entry goes on with what the one before it, of the same kind of PDU, is part of. */
static bool goes_on(const pop_entry *entry, const pop_exchange *exchange)
{
    return exchange != NULL && entry->exchange == exchange && entry->kind != POP_ENTRY_STATUS
        && entry->kind != POP_ENTRY_CHALLENGE;
}

bool pop_pdu_is_told(const pop_entry *entry)
{
    return entry->kind == POP_ENTRY_REQUEST && entry->length == 0 && entry->line != NULL
        && (entry->anomalies & POP_FLAW(EMPTY_LINE)) != 0;
}

pop_pdu pop_pdu_at(const pop_record *record, uint32_t first)
{
    bool by_client = record->direction == POP_FROM_CLIENT;
    const pop_entry *entry = &record->entries[first];
    pop_pdu pdu = { .kind = by_client ? kind_of_client(entry) : kind_of_server(entry),
        .count = 1,
        .entries = entry,
        .exchange = entry->exchange };
    if (pdu.kind != POP_PDU_REPLY && pdu.kind != POP_PDU_SUBMISSION) {
        return pdu;
    }
    while (first + pdu.count < record->entry_count) {
        const pop_entry *next = &record->entries[first + pdu.count];
        pop_pdu_kind kind = by_client ? kind_of_client(next) : kind_of_server(next);
        if (kind != pdu.kind || !goes_on(next, pdu.exchange)) {
            break;
        }
        pdu.count++;
    }
    return pdu;
}

const pop_entry *pop_pdu_find(const pop_pdu *pdu, pop_entry_kind kind)
{
    for (uint32_t i = 0; i < pdu->count; i++) {
        if (pdu->entries[i].kind == kind) {
            return &pdu->entries[i];
        }
    }
    return NULL;
}
