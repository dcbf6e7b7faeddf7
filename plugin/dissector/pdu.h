/* pdu.h
 * What a reader of a segment tells apart: one command, one reply, with all the entries that belong
 * to it. The tree and the Info column are written by it.
 *
 * RFC 1939 section 3 (commands and replies).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_PDU_H
#define POP_PDU_H

#include "dissector/transcript.h"

typedef enum pop_pdu_kind {
    POP_PDU_COMMAND, /* a line of the client's: a command, an answer in an AUTH dialogue */
    POP_PDU_REPLY, /* what the segment has of a reply, of the greeting, of a challenge */
    POP_PDU_SUBMISSION, /* what the segment has of a message that the client sends */
    POP_PDU_UNASSIGNED, /* one entry that belongs to none of these */
} pop_pdu_kind;

/* Adjoining entries of a record. */
typedef struct pop_pdu {
    pop_pdu_kind kind;
    uint32_t count; /* of its entries; at least 1 */
    const pop_entry *entries; /* within the record */
    const pop_exchange *exchange; /* of all of them; NULL: none */
} pop_pdu;

/* What begins with the record's entry number `first`, counted from 0, of which there is one. Any
 * pass. */
pop_pdu pop_pdu_at(const pop_record *record, uint32_t first);

/* True for a status line, the greeting, a challenge, and for what should have been one: the reply
 * begins here. */
static inline bool pop_pdu_has_status(const pop_pdu *pdu)
{
    return pdu->entries[0].kind == POP_ENTRY_STATUS || pdu->entries[0].kind == POP_ENTRY_GREETING
        || pdu->entries[0].kind == POP_ENTRY_CHALLENGE;
}

/* The latest entry. */
static inline const pop_entry *pop_pdu_last(const pop_pdu *pdu)
{
    return &pdu->entries[pdu->count - 1];
}

/* True for an empty line that an earlier segment has shown: held back for a PROXY header, it stands
 * there. Any pass. */
bool pop_pdu_is_told(const pop_entry *entry);

/* Its first entry of that kind; NULL: it has none. Any pass. */
const pop_entry *pop_pdu_find(const pop_pdu *pdu, pop_entry_kind kind);

#endif
