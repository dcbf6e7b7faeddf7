/* credentials.c
 * Tools > Credentials, and tshark's "-z credentials": a row for each attempt to log in.
 *
 * A row is told with the verdict. An attempt that never got one is told with its last line, which
 * can be known from the second pass on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "analysis/credentials.h"

#include <epan/proto.h>
#include <epan/tap.h>

#include "analysis/labels.h"
#include "dissector/host_private.h"
#include "dissector/tap.h"

static int tap = -1;

/* The field that a click on the row selects. */
static int field_of(pop_login_proof proof)
{
    static const char *const names[] = {
        [POP_LOGIN_NO_PROOF] = "pop.auth.mechanism",
        [POP_LOGIN_PASSWORD] = "pop.auth.password",
        [POP_LOGIN_TOKEN] = "pop.auth.token",
        [POP_LOGIN_DIGEST] = "pop.auth.digest",
        [POP_LOGIN_SCRAM_PROOF] = "pop.auth.proof",
    };
    return proto_registrar_get_id_byname(names[proof]);
}

/* "CRAM-MD5: rejected [AUTH] Authentication failed.", "USER: rejected: no such user" */
static char *info_of(wmem_allocator_t *scope, const pop_login *login, bool hides_passwords)
{
    wmem_strbuf_t *info = wmem_strbuf_new(scope, pop_label_text(scope, login->mechanism, "login"));
    wmem_strbuf_append_printf(info, ": %s", pop_label_result(login->result));
    if (login->owner != NULL) {
        wmem_strbuf_append_printf(info, " as %s", pop_label_text(scope, login->user, ""));
    }
    if (login->result == POP_AUTH_REJECTED || login->result == POP_AUTH_CANCELLED) {
        if (login->code != NULL) {
            wmem_strbuf_append_printf(info, " [%s]", pop_label_text(scope, login->code, ""));
        }
        const char *text = pop_label_text(scope, login->text, "");
        if (*text != '\0') {
            wmem_strbuf_append_printf(info, "%s %s", login->code != NULL ? "" : ":", text);
        }
    }
    if (hides_passwords
        && (login->proof == POP_LOGIN_PASSWORD || login->proof == POP_LOGIN_TOKEN)) {
        wmem_strbuf_append(info, " (password hidden)");
    }
    return wmem_strbuf_finalize(info);
}

static void queue(packet_info *pinfo, const pop_login *login, bool hides_passwords)
{
    const char *owner = login->owner != NULL ? login->owner : login->user;
    pop_host_credential *row = wmem_new0(pinfo->pool, pop_host_credential);
    row->num = login->proof_line.frame != 0 ? login->proof_line.frame : pinfo->num;
    row->username_num = login->user_line.frame;
    row->password_hf_id = (unsigned)field_of(login->proof);
    row->username = wmem_strdup(pinfo->pool, pop_label_text(pinfo->pool, owner, "n.a."));
    row->proto = "POP";
    row->info = info_of(pinfo->pool, login, hides_passwords);
    tap_queue_packet(tap, pinfo, row);
}

/* The client's last line of its login: an answer, or the command where none was sent. */
static bool is_last_line(const pop_entry *entry)
{
    const pop_dialogue *dialogue = entry->exchange->dialogue;
    bool has_answers = dialogue != NULL && dialogue->answers > (dialogue->has_initial ? 1 : 0);
    if (entry->kind == POP_ENTRY_REQUEST) {
        return !has_answers;
    }
    return entry->kind == POP_ENTRY_ANSWER && entry->auth != NULL && dialogue != NULL
        && entry->auth->ordinal + 1 == dialogue->answers;
}

/* The login that is to be told with this entry; NULL: none. */
static const pop_login *login_of(const packet_info *pinfo, const pop_entry *entry)
{
    const pop_login *login = entry->exchange == NULL ? NULL : entry->exchange->login;
    if (login == NULL || login->exchange != entry->exchange) {
        return NULL;
    }
    if (entry->kind == POP_ENTRY_STATUS) { /* a malformed one decides when the client goes on */
        bool is_no_answer = entry->exchange->answered_late
            && (entry->anomalies & POP_FLAW(STATUS_MALFORMED)) != 0;
        bool may_change = login->result == POP_AUTH_UNDECIDED && !PINFO_FD_VISITED(pinfo);
        return may_change || is_no_answer ? NULL : login;
    }
    bool unanswered = PINFO_FD_VISITED(pinfo) && entry->exchange->status_line.frame == 0;
    return unanswered && is_last_line(entry) ? login : NULL;
}

static void relay(packet_info *pinfo, const pop_tap_record *told)
{
    for (uint32_t i = 0; i < told->entry_count; i++) {
        const pop_login *login = login_of(pinfo, told->entries[i].entry);
        if (login != NULL) {
            queue(pinfo, login, told->hides_passwords);
        }
    }
}

static void register_relay(int protocol _U_)
{
    tap = register_tap("credentials");
    pop_tap_add_relay(tap, relay);
}

const pop_analysis_module pop_credentials_module = { .register_with_protocol = register_relay };
