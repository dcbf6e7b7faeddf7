/* fuzz_reports.c
 * What the reports say of the mails of any session: facts and sums agree, and what was done with a
 * mail is found again. The input is that of the session target (session_script.h).
 *
 * RFC 1939 sections 5 to 7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"
#include "session_script.h"
#include "session/pop_history.h"

enum { MAILS_MOST = 64, EXCHANGES_MOST = 20 };

static void play(pop_session *session, const session_script *script)
{
    for (guint i = 0; i < script->chunks->len; i++) {
        const stream_chunk *chunk = script_chunk(script, i);
        pop_segment segment = { .direction = chunk->direction,
            .octets = chunk_octets(script, chunk),
            .at = { .frame = i + 1, .seconds = i },
            .tls = chunk->tls,
            .cut_off = chunk->cut_off > 0 };
        if (chunk->lost > 0) {
            pop_session_gap(session, chunk->direction, chunk->lost);
        }
        pop_session_feed(session, &segment);
        if (chunk->cut_off > 0) {
            pop_session_gap(session, chunk->direction, chunk->cut_off);
        }
    }
}

/* What was done stands in the order in which it was asked for. */
static void check_actions(const pop_mail_facts *facts)
{
    uint32_t retrievals = 0, previews = 0;
    for (const pop_exchange *one = facts->actions; one != NULL; one = one->next_of_mail) {
        pop_mail_action action = pop_history_action(one);
        g_assert_cmpuint(action, !=, POP_ACTION_NONE);
        retrievals += action == POP_ACTION_RETRIEVAL;
        previews += action == POP_ACTION_PREVIEW;
    }
    g_assert_cmpuint(facts->retrievals, <=, retrievals);
    g_assert_cmpuint(facts->previews, <=, previews);
    g_assert_true((facts->retrieval != NULL) == (facts->retrievals > 0));
    g_assert_true((facts->preview != NULL) == (facts->previews > 0));
    g_assert_true(
        facts->fate == POP_MAIL_KEPT || facts->fate == POP_MAIL_UNKNOWN || facts->deletion != NULL);
}

static void check_maildrop(const pop_maildrop *maildrop, uint32_t step)
{
    const pop_maildrop_mail *mails[MAILS_MOST];
    pop_maildrop_sums sums = pop_history_sums(maildrop, step), found = { 0 };
    size_t count = pop_history_mails(maildrop, step, mails, MAILS_MOST);
    g_assert_cmpuint(sums.known, ==, count);
    for (size_t i = 0, last = 0; i < MIN(count, MAILS_MOST); i++) {
        pop_mail_facts facts = pop_history_facts(maildrop, mails[i], step);
        g_assert_true(i == 0 || facts.number > last);
        last = facts.number;
        check_actions(&facts);
        found.retrieved += facts.retrievals > 0;
        found.previewed += facts.previews > 0;
        found.deleted += facts.fate == POP_MAIL_DELETED;
        found.restored += facts.fate == POP_MAIL_RESTORED;
        found.marked += facts.fate == POP_MAIL_MARKED;
    }
    if (count <= MAILS_MOST) {
        g_assert_cmpuint(sums.retrieved, ==, found.retrieved);
        g_assert_cmpuint(sums.previewed, ==, found.previewed);
        g_assert_cmpuint(sums.deleted, ==, found.deleted);
        g_assert_cmpuint(sums.restored, ==, found.restored);
        g_assert_cmpuint(sums.marked, ==, found.marked);
    }
}

static void check_exchange(const pop_exchange *exchange)
{
    if (exchange->maildrop == NULL) {
        return;
    }
    const pop_exchange *fetch = pop_history_fetch_before(
        exchange->maildrop, exchange->message_number, exchange->ordinal, UINT32_MAX);
    g_assert_true(fetch == NULL || fetch->ordinal < exchange->ordinal);
    check_maildrop(exchange->maildrop, UINT32_MAX);
    check_maildrop(exchange->maildrop, exchange->request.frame);
}

void fuzz_reports(const uint8_t *octets, size_t length)
{
    tracked_memory memory;
    tracked_memory_init(&memory);
    session_script script = read_script(octets, length);
    pop_session *session = pop_session_new(
        &memory.allocator, (pop_limits){ 0 }, (script.options & OPTION_START_SEEN) != 0);
    play(session, &script);
    const pop_exchange *exchange = session->exchanges.first;
    for (int i = 0; i < EXCHANGES_MOST && exchange != NULL; i++) {
        check_exchange(exchange);
        exchange = exchange->following;
    }
    free_script(&script);
    tracked_memory_free(&memory);
}
