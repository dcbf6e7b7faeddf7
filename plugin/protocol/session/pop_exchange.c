/* pop_exchange.c
 * A command and its reply; and the queue of commands that wait for theirs.
 *
 * RFC 1939 section 3, RFC 2449 section 6.6 (PIPELINING).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session/pop_exchange.h"

void pop_exchange_queue_add(pop_exchange_queue *queue, pop_exchange *exchange)
{
    exchange->next = NULL;
    if (queue->youngest == NULL) {
        queue->oldest = exchange;
    } else {
        queue->youngest->next = exchange;
    }
    queue->youngest = exchange;
    queue->count++;
}

void pop_exchange_queue_add_first(pop_exchange_queue *queue, pop_exchange *exchange)
{
    exchange->next = queue->oldest;
    queue->oldest = exchange;
    if (queue->youngest == NULL) {
        queue->youngest = exchange;
    }
    queue->count++;
}

void pop_exchange_queue_add_all(pop_exchange_queue *queue, pop_exchange_queue *later)
{
    if (later->oldest == NULL) {
        return;
    }
    if (queue->youngest == NULL) {
        queue->oldest = later->oldest;
    } else {
        queue->youngest->next = later->oldest;
    }
    queue->youngest = later->youngest;
    queue->count += later->count;
    *later = (pop_exchange_queue){ NULL, NULL, 0 };
}

pop_exchange *pop_exchange_queue_take(pop_exchange_queue *queue)
{
    pop_exchange *exchange = queue->oldest;
    if (exchange == NULL) {
        return NULL;
    }
    queue->oldest = exchange->next;
    if (queue->oldest == NULL) {
        queue->youngest = NULL;
    }
    queue->count--;
    exchange->next = NULL;
    return exchange;
}

void pop_exchange_take_status(pop_exchange *exchange, const pop_exchange *taken)
{
    exchange->status = taken->status;
    exchange->status_line = taken->status_line;
    exchange->reply_octets = taken->reply_octets;
    exchange->has_announced_size = taken->has_announced_size;
    exchange->announced_size = taken->announced_size;
}

bool pop_exchange_is_uncertain(const pop_exchange *exchange)
{
    bool lacks_status = exchange->status_line.frame == 0 && exchange->body == POP_BODY_MESSAGE;
    return exchange->guessed || lacks_status;
}

const char *pop_exchange_mechanism(const pop_exchange *exchange)
{
    if (exchange->dialogue != NULL) {
        return exchange->dialogue->mechanism;
    }
    bool is_password = exchange->command != NULL
        && (exchange->command->id == POP_COMMAND_PASS
            || exchange->command->id == POP_COMMAND_POP1_PASS);
    return is_password ? "USER" : exchange->name;
}

const pop_instant *pop_exchange_ready(const pop_exchange *exchange)
{
    bool waited = exchange->reply_before.frame != 0
        && pop_instant_is_later(&exchange->reply_before, &exchange->request);
    return waited ? &exchange->reply_before : &exchange->request;
}

bool pop_exchange_listed_size(const pop_exchange *exchange, uint32_t step, uint64_t *size_out)
{
    return exchange->command != NULL && exchange->command->id == POP_COMMAND_RETR
        && exchange->has_message
        && pop_maildrop_size(exchange->maildrop, exchange->message_number, step, size_out);
}
