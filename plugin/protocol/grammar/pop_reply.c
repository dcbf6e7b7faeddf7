/* pop_reply.c
 * A status line, taken apart.
 *
 * RFC 1939 section 3, RFC 2449 sections 3 and 8 (extended response codes), RFC 5034 section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "grammar/pop_reply.h"

#include <string.h>

/* RFC 2449 section 8: "[" level *("/" level) "]" at the head of the text. */
static pop_span find_code(pop_span description)
{
    if (description.length < 3 || description.octets[0] != '[') {
        return (pop_span){ NULL, 0 };
    }
    const uint8_t *end = pop_span_find(description, ']');
    if (end == NULL) {
        return (pop_span){ NULL, 0 };
    }
    pop_span code = pop_span_part(description, 1, (size_t)(end - description.octets) - 1);
    for (size_t i = 0; i < code.length; i++) {
        if (code.octets[i] <= ' ' || code.octets[i] > '~') {
            return (pop_span){ NULL, 0 };
        }
    }
    return code;
}

static void take_indicator(pop_reply *reply, size_t length, pop_status status)
{
    reply->status = status;
    reply->indicator = pop_span_part(reply->line, 0, length);
    pop_span rest = pop_span_part(reply->line, length, reply->line.length);
    bool blank = rest.length > 0 && pop_is_blank(rest.octets[0]);
    reply->description = pop_span_part(rest, blank ? 1 : 0, rest.length);
}

static void take_status(pop_reply *reply, pop_span upper_case, pop_status status)
{
    take_indicator(reply, upper_case.length, status);
    if (!pop_span_equals(reply->indicator, upper_case)) {
        reply->anomalies |= POP_FLAW(STATUS_CASE);
    }
    size_t behind = upper_case.length;
    if (reply->line.length > behind && !pop_is_blank(reply->line.octets[behind])) {
        reply->anomalies |= POP_FLAW(STATUS_NO_SPACE);
    }
    reply->code = find_code(reply->description);
}

/* "+" alone, "+ base64" and, without the space that RFC 5034 section 4 wants, "+base64". */
static void take_challenge(pop_reply *reply)
{
    take_indicator(reply, 1, POP_STATUS_CHALLENGE);
    if (reply->line.length == 1 || !pop_is_blank(reply->line.octets[1])) {
        reply->anomalies |= POP_FLAW(CHALLENGE_NO_SPACE);
    }
}

/* True where `line` begins with the indicator and a blank or nothing stands behind it. */
static bool has_delimited(pop_span line, pop_span indicator)
{
    return pop_span_starts(line, indicator)
        && (line.length == indicator.length || pop_is_blank(line.octets[indicator.length]));
}

/* RFC 1082 prints its success replies as "+ OK text". */
static bool is_spaced_ok(pop_span line)
{
    return has_delimited(line, POP_SPAN("+ OK"));
}

static void take_spaced_ok(pop_reply *reply)
{
    take_indicator(reply, 4, POP_STATUS_POSITIVE);
    reply->anomalies |= POP_FLAW(STATUS_CHALLENGE_FORM);
}

pop_reply pop_reply_parse(pop_span line, bool in_dialogue)
{
    pop_reply reply = { .line = line, .description = line };
    reply.anomalies |= pop_control_flaws(line);
    const pop_span positive = POP_SPAN("+OK"), negative = POP_SPAN("-ERR");
    /* In a dialogue a challenge without its space may begin with the letters "OK": there the
     * indicator must end where it ends. */
    if (in_dialogue ? has_delimited(line, positive) : pop_span_starts(line, positive)) {
        take_status(&reply, positive, POP_STATUS_POSITIVE);
    } else if (pop_span_starts(line, negative)) {
        take_status(&reply, negative, POP_STATUS_NEGATIVE);
    } else if (!in_dialogue && is_spaced_ok(line)) {
        take_spaced_ok(&reply);
    } else if (line.length > 0 && line.octets[0] == '+') {
        take_challenge(&reply);
    }
    return reply;
}

pop_status pop_reply_status_of(pop_span line)
{
    bool may_be = line.length > 0 && (line.octets[0] == '+' || line.octets[0] == '-');
    return may_be ? pop_reply_parse(line, false).status : POP_STATUS_NONE;
}

static bool is_size_word(pop_span word)
{
    return pop_span_starts(word, POP_SPAN("octet")) || pop_span_starts(word, POP_SPAN("byte"))
        || pop_span_starts(word, POP_SPAN("character")) || pop_span_starts(word, POP_SPAN("chars"));
}

static pop_span without_bracket(pop_span token)
{
    return token.length > 0 && token.octets[0] == '(' ? pop_span_part(token, 1, token.length)
                                                      : token;
}

static bool has_digit(pop_span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (pop_is_digit(text.octets[i])) {
            return true;
        }
    }
    return false;
}

bool pop_reply_announced_size(pop_span description, uint64_t *octets_out)
{
    if (!has_digit(description)) {
        return false; /* most texts: they need not be taken apart */
    }
    pop_span rest = description;
    pop_span before = { NULL, 0 };
    for (pop_span token; (token = pop_next_token(&rest)).length > 0; before = token) {
        if (is_size_word(token) && pop_span_number(without_bracket(before), octets_out)) {
            return true;
        }
    }
    return pop_span_number(pop_span_trim(description), octets_out);
}

const char *pop_reply_code_meaning(pop_span code)
{
    static const struct {
        pop_span code;
        const char *meaning;
    } rows[] = {
#define POP_RESPONSE_CODE(code, meaning) { { (const uint8_t *)(code), sizeof(code) - 1 }, meaning },
#include "grammar/pop_response_codes.def"
#undef POP_RESPONSE_CODE
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t length = rows[i].code.length;
        if (pop_span_starts(code, rows[i].code)
            && (code.length == length || code.octets[length] == '/')) {
            return rows[i].meaning;
        }
    }
    return NULL;
}

pop_span pop_reply_timestamp(pop_span description)
{
    pop_span found = { NULL, 0 };
    for (size_t i = 0; i < description.length; i++) {
        if (description.octets[i] != '<') {
            continue;
        }
        bool has_at = false;
        for (size_t j = i + 1;
             j < description.length && description.octets[j] > ' ' && description.octets[j] != '<';
             j++) {
            has_at |= description.octets[j] == '@';
            if (description.octets[j] == '>') {
                found = has_at ? pop_span_part(description, i, j - i + 1) : found;
                i = j;
                break;
            }
        }
    }
    return found;
}

pop_reply pop_reply_parse_old(pop_version version, pop_span line)
{
    pop_reply reply = { .line = line, .description = line };
    if (version == POP_VERSION_1 && (line.length == 0 || line.octets[0] != '#')) {
        return pop_reply_parse(line, false);
    }
    if (line.length == 0 || strchr("+-#=", line.octets[0]) == NULL) {
        return reply;
    }
    take_indicator(&reply, 1, line.octets[0] == '-' ? POP_STATUS_NEGATIVE : POP_STATUS_POSITIVE);
    if (line.octets[0] == '#' || line.octets[0] == '=') {
        pop_span rest = reply.description;
        reply.has_count = pop_span_number32(pop_next_token(&rest), &reply.count);
    }
    return reply;
}
