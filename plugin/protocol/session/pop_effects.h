/* pop_effects.h
 * What a positive reply changes in the session: who is logged in, TLS, the maildrop, what comes
 * next.
 *
 * RFC 1939 sections 4 to 6, RFC 2595 section 4 (STLS), RFC 6856 section 2.1 (UTF8).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_EFFECTS_H
#define POP_EFFECTS_H

#include "session/pop_state.h"

/* The maildrop that a session begins with. */
void pop_effects_init(pop_session *session);

/* A positive reply to the exchange's command came, with that entry: what it changes. */
void pop_take_effect(pop_session *session, pop_exchange *exchange, pop_entry *entry);

/* The reply to the exchange was not seen, or may be another's: what it may have changed. */
void pop_miss_effect(pop_session *session, const pop_exchange *exchange);

/* Commands of the client's were not seen: what they may change. */
void pop_miss_commands(pop_session *session);

/* All replies so far may be to other commands: what they told of mails is of no worth, and which
 * are deleted is not known. */
void pop_doubt_effects(pop_session *session);

/* The login that the exchange decides was accepted. */
void pop_effect_log_in(pop_session *session, const pop_exchange *exchange);

/* What a line of LIST or UIDL tells of the maildrop; what the size or unique-id alone does, with
 * which the command of one mail is answered; what STAT's text does. Returns what is to be told
 * of the line. */
pop_anomalies pop_effect_listing(pop_session *session, pop_body body, pop_span line);
void pop_effect_bare_value(pop_session *session, const pop_exchange *exchange, pop_span value);
void pop_effect_stat(pop_session *session, pop_maildrop_stat stat);

#endif
