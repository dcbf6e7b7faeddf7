/* pop_limits.h
 * What is kept of a session, at the most. Whatever goes beyond a limit is told of, and shown more
 * coarsely; docs/security.md lists all limits with their effects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_LIMITS_H
#define POP_LIMITS_H

#include <stddef.h>

/* The longest line that is kept, in octets with its line end. RFC 1939 has 512 at the most, but
 * SASL lines have no bound of the protocol's (RFC 5034 section 4). */
#define POP_LINE_LIMIT 65536

#define POP_MEBI ((size_t)1 << 20)

/* The largest mail that is put together, in octets. */
#define POP_MESSAGE_LIMIT (256 * POP_MEBI)

/* Commands that wait for their replies; those sent while so many wait are shown, and find no reply.
 * RFC 2449 section 6.6 sets no bound. */
#define POP_QUEUE_LIMIT (POP_MEBI / 4)

/* Mails that are remembered of one maildrop; what is told of more is shown, not remembered. */
#define POP_MAILDROP_LIMIT 1000000

/* Entries of one segment; the rest of its octets are one entry, and are not told apart. A TCP
 * segment of 64 KiB, the largest on the wire, cannot have more. */
#define POP_ENTRIES_LIMIT 65536

/* The limits that a session keeps to. 0 stands for the constant above. */
typedef struct pop_limits {
    size_t line; /* octets of a line that are kept */
    size_t message; /* octets of a mail that are kept */
    size_t queue; /* commands that wait */
    size_t maildrop; /* mails of a maildrop */
    size_t entries; /* of one segment */
} pop_limits;

#endif
