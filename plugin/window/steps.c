/* steps.c
 * From a frame to the message, session or failed login before it or behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "window/steps.h"

#include "window/mails.h"

typedef struct search {
    pop_step step;
    uint32_t frame;
    uint32_t before, behind; /* the nearest so far; 0: none */
} search;

/* 0 is no frame. */
static void look_at(search *looking, uint32_t frame)
{
    if (frame > looking->frame && (looking->behind == 0 || frame < looking->behind)) {
        looking->behind = frame;
    }
    if (frame < looking->frame && frame > looking->before) {
        looking->before = frame;
    }
}

static uint32_t frame_of(pop_step step, const pop_mail *mail)
{
    const pop_exchange *exchange = mail->exchange;
    if (step == POP_STEP_MESSAGE) {
        return pop_mail_is_one(exchange) ? pop_mail_last_frame(mail) : 0;
    }
    const pop_login *login = exchange->login;
    return login != NULL && login->result == POP_AUTH_REJECTED ? login->decided.frame : 0;
}

static void look_at_session(const pop_tap_session *told, void *data)
{
    search *looking = data;
    if (looking->step == POP_STEP_SESSION) {
        look_at(looking, told->session->began.frame);
        return;
    }
    for (const pop_exchange *exchange = told->session->exchanges.first; exchange != NULL;
         exchange = exchange->following) {
        const pop_mail mail = { told->stream, told->session, exchange };
        look_at(looking, frame_of(looking->step, &mail));
    }
}

static search look_from(pop_step step, uint32_t frame)
{
    search looking = { .step = step, .frame = frame };
    pop_tap_each_session(look_at_session, &looking);
    return looking;
}

uint32_t pop_step_next(pop_step step, uint32_t frame)
{
    return look_from(step, frame).behind;
}

uint32_t pop_step_previous(pop_step step, uint32_t frame)
{
    return look_from(step, frame).before;
}
