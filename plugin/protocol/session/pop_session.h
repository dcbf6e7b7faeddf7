/* pop_session.h
 * Both directions of a connection together: who speaks, to which command a reply belongs, what the
 * session knows. Segments in, entries out.
 *
 * RFC 1939 (session), RFC 2449 (pipelining), RFC 2595 (STLS), RFC 5034 (AUTH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SESSION_H
#define POP_SESSION_H

#include "session/pop_exchange.h"
#include "session/pop_framing.h"
#include "text/pop_limits.h"

typedef enum pop_direction {
    POP_FROM_CLIENT,
    POP_FROM_SERVER,
} pop_direction;

typedef enum pop_entry_kind {
    POP_ENTRY_GREETING,
    POP_ENTRY_REQUEST, /* a command line */
    POP_ENTRY_ANSWER, /* a client's line in an AUTH dialogue */
    POP_ENTRY_STATUS, /* a status line */
    POP_ENTRY_CHALLENGE,
    POP_ENTRY_LISTING, /* one or more whole lines of a multi-line reply that is no mail */
    POP_ENTRY_BODY, /* octets of a mail, from the server or, submitted, from the client */
    POP_ENTRY_BODY_END, /* the final ".", or what of it stands here */
    POP_ENTRY_PIECE, /* beginning or middle of a line that ends in a later segment, or never */
    POP_ENTRY_UNEXPECTED, /* a whole line that has no place in the session */
    POP_ENTRY_PREAMBLE, /* a header of the PROXY protocol, before the session */
    POP_ENTRY_OPAQUE, /* octets that are not decoded */
    POP_ENTRY_PROTECTED, /* octets behind a SASL security layer */
} pop_entry_kind;

/* A stretch of one segment. Entries of a segment stand in order and do not overlap. */
typedef struct pop_entry {
    uint32_t offset, length; /* in the segment, octets */
    uint8_t kind; /* pop_entry_kind */
    uint8_t state; /* pop_state in which the line was sent */
    bool ends_reply; /* the reply's last line */
    bool ends_line_here; /* PIECE excepted: the line, begun earlier, is whole in `line` */
    uint32_t stretch; /* BODY: which one of the mail's in this frame, from 1 */
    pop_anomalies anomalies;
    pop_exchange *exchange; /* NULL: the line belongs to no command */
    const char *user; /* who is logged in; NULL: nobody */
    pop_line *line; /* the record of a line that stands in several segments, else NULL */
    const pop_auth_step *auth; /* of a line that is part of a login, else NULL */
    uint64_t position; /* BODY: octets of the mail received with this entry's; LISTING: lines of the
                          reply likewise */
} pop_entry;

/* True for the entry, in this frame, with the last octets of a mail that has no end; known in later
 * passes. */
static inline bool pop_entry_is_last_of_unfinished(
    const pop_entry *entry, uint32_t frame, const pop_message *message)
{
    return message->ended_in == 0 && frame == message->latest_frame
        && entry->stretch == message->stretches;
}

/* What is asked of the session with one segment. */
typedef struct pop_segment {
    pop_direction direction;
    pop_span octets;
    pop_instant at;
    bool tls; /* the octets came through TLS */
    bool cut_off; /* the segment went on: the rest was not captured */
    int64_t
        ahead; /* octets of the other direction that its sender has acknowledged, beyond those that
                      were fed (or, negative, short of them); 0 where that is not known */
} pop_segment;

/* How the server words its positive replies to a command. */
typedef struct pop_wording {
    pop_command_id command;
    uint32_t form; /* of the text without its numbers; 0: no reply was seen */
    uint32_t octets; /* of the status line */
} pop_wording;

/* Where the session stood before octets that are missing: private to pop_session_late.c. */
struct pop_hole;

/* The state of a conversation. Written by the functions below alone; others read it. */
typedef struct pop_session {
    const pop_allocator *allocator;
    pop_limits limits;
    pop_version version;
    pop_state state;
    const char *software; /* of the server, by its greeting or IMPLEMENTATION; NULL: not told */
    uint64_t greeting_octets; /* on the wire */
    bool start_seen; /* the connection was captured from its beginning */
    bool greeted;
    bool only_greeted; /* the greeting is the server's latest line, and it was positive */
    bool tls_started; /* a positive reply to STLS was seen */
    bool in_tls; /* octets have come through TLS */
    bool utf8;
    bool language_chosen;
    bool offers_tls; /* CAPA listed STLS */
    bool capabilities_in_tls; /* CAPA was answered inside TLS */
    bool quit_sent;
    bool kerberos_port; /* KPOP: PASS carries a dummy */
    bool kerberos; /* a Kerberos exchange comes before the greeting */
    bool old_port; /* the port of versions 1 and 2: "+OK" greets a client of version 1 */
    bool has_count; /* versions 1 and 2: octets of the mail that is asked for next */
    uint32_t count;
    uint32_t old_message; /* version 2: number of the mail that is asked for next */
    bool client_spoke;
    bool strayed; /* the server's latest line had no place */
    bool slides; /* the client has sent a command while replies came, before all had come */
    bool sizes_wrong; /* a whole mail had not as many octets as LIST told */
    bool announces_wrong; /* ... as its status line announced */
    bool stepped[2]; /* per direction: in step with the stream (false after a gap) */
    bool missing[2]; /* per direction: octets are missing before the next entry */
    bool inside; /* since then, a line of a multi-line reply was seen, and not its end */
    bool doubt; /* since octets of the server's were missing: which command is answered next */
    bool expects; /* it is known where the next reply begins: */
    uint64_t expected_at; /* in the server's stream */
    uint64_t gap_end; /* where in the server's stream octets were last missing before */
    struct pop_hole *hole; /* the latest such gap's; NULL: none was worth remembering */
    uint64_t
        position[2]; /* per direction: octets of the stream before the segment fed next, those that
                             are missing included */
    const pop_exchange *unseen_login; /* a login whose verdict is missing, else NULL */
    const pop_exchange
        *settled_for; /* the youngest command when last it was asked what is answered, */
    uint64_t settled_until; /* and where in the server's stream the answer may change */
    uint64_t client_missing; /* octets missing before the client's next command */
    uint64_t rest_of_line; /* of these, as many may be the end of the command before */
    pop_exchange *early; /* the first reply to no command, since the client's latest; NULL: none */
    uint32_t unsolicited; /* replies to no command, since the client's latest */
    uint32_t wording_count;
    pop_wording *wordings; /* of the commands that had a positive reply */
    pop_deletions *deletions; /* marked, and not yet true; NULL: none */
    const char *user; /* logged in */
    const char *claimed_user; /* named by an accepted USER */
    pop_exchange *naming; /* the latest USER, accepted or not */
    char *unasked; /* text of the latest status line that answers no command; NULL: none */
    pop_login *first_login, *last_login;
    uint32_t login_count;
    bool protected[2]; /* per direction: a SASL security layer may begin */
    bool layered; /* one has begun */
    const char *timestamp; /* of a greeting that offers APOP; NULL: it does not */
    pop_framing framing[2];
    pop_exchange_queue queue;
    pop_exchange *current; /* whose reply is under way, NULL between replies */
    pop_body body; /* of that reply */
    pop_exchange *submission; /* whose mail the client is sending, else NULL */
    pop_message *message; /* that the body's octets go to */
    pop_maildrop *maildrop;
    pop_instant began; /* when its first segment was seen */
    pop_instant last_reply_end;
    uint32_t stls_waiting; /* STLS commands, sent in clear, that have no reply yet */
    uint32_t exchange_count;
    pop_exchange *first_exchange, *last_exchange; /* by ordinal, through `following` */
    pop_instant last; /* the latest segment */
    uint64_t octets[2]; /* per direction: fed so far */
    uint32_t step; /* counts segments, from 1 */
    pop_entry *entries; /* of the segment fed last */
    size_t entry_count, entry_capacity;
} pop_session;

/* A session before its first octet. `start_seen`: the first octets fed are the connection's first,
 * so that a greeting comes. The allocator must outlive the session; all that the session makes
 * comes from it. */
pop_session *pop_session_new(const pop_allocator *allocator, pop_limits limits, bool start_seen);

/* The server's port is that of versions 1 and 2 (RFC 937). Before the first segment. */
void pop_session_expect_old_version(pop_session *session);

/* The server's port is KPOP's: a Kerberos exchange, in which the client speaks first, comes before
 * the greeting. Before the first segment. */
void pop_session_expect_kerberos(pop_session *session);

/* Takes the next segment of its direction, in order and once. Afterwards session->entries holds
 * what it brought, until the next call. First pass only. */
void pop_session_feed(pop_session *session, const pop_segment *segment);

/* True where a login waits for its verdict. Any pass. */
bool pop_session_login_waits(const pop_session *session);

/* Octets of that direction are missing before what is fed next. First pass only. */
void pop_session_gap(pop_session *session, pop_direction direction, uint64_t octets);

/* True where the octets, which begin at `at` in the server's stream, are all those of the latest
 * gap in it, and whole replies may be among them. Any pass. */
bool pop_session_would_take_late(const pop_session *session, pop_span octets, uint64_t at);

/* The same for the segment, in full; where it is true, the segment is read as pop_session_feed()
 * would have read it before the gap. What came behind that and was taken for the rest of a reply
 * that ends in this segment is not. False, and nothing is changed, where it is not true. First pass
 * only. */
bool pop_session_take_late(pop_session *session, const pop_segment *segment, uint64_t at);

#endif
