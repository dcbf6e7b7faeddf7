/* pop_sasl_simple.c
 * SASL mechanisms of one or two plain values: PLAIN, LOGIN, EXTERNAL, ANONYMOUS, CRAM-*.
 *
 * RFC 4616, draft-murchison-sasl-login-00, RFC 4422 appendix A, RFC 4505, RFC 2195.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_parsers.h"

#include <glib.h>
#include <string.h>

/* For mechanisms whose server has nothing to ask: its challenge is empty. Some servers prompt
 * nevertheless, as if it were LOGIN. */
void pop_sasl_prompt_unexpected(pop_sasl_reader *reader)
{
    pop_sasl_add(reader, POP_SASL_PROMPT, pop_sasl_take_rest(reader));
    pop_sasl_require(reader, false);
}

/* RFC 4616 section 2: message = [authzid] NUL authcid NUL passwd, each 1*SAFE in UTF-8. */
void pop_sasl_plain_client(pop_sasl_reader *reader)
{
    pop_sasl_part authzid = pop_sasl_take_until(reader, '\0');
    if (authzid.length > 0) {
        pop_sasl_add(reader, POP_SASL_AUTHZID, authzid);
    }
    if (!pop_sasl_require(reader, pop_sasl_take(reader, '\0'))) {
        return;
    }
    pop_sasl_part user = pop_sasl_take_until(reader, '\0');
    pop_sasl_add(reader, POP_SASL_USERNAME, user);
    if (!pop_sasl_require(reader, pop_sasl_take(reader, '\0'))) {
        return;
    }
    pop_sasl_part password = pop_sasl_take_rest(reader);
    pop_sasl_add(reader, POP_SASL_PASSWORD, password);
    pop_sasl_require(reader, user.length > 0 && password.length > 0);
    pop_sasl_require(reader,
        pop_sasl_is_utf8(pop_sasl_octets(reader, authzid))
            && pop_sasl_is_utf8(pop_sasl_octets(reader, user))
            && pop_sasl_is_utf8(pop_sasl_octets(reader, password)));
}

/* The draft's prompts end with a NUL, those of servers in use do not. */
void pop_sasl_login_server(pop_sasl_reader *reader)
{
    pop_sasl_add(reader, POP_SASL_PROMPT, pop_sasl_take_until(reader, '\0'));
    pop_sasl_take(reader, '\0');
    pop_sasl_require(reader, pop_sasl_at_end(reader));
}

/* The draft gives the values no character set, so there is no octet to object to. */
void pop_sasl_login_client(pop_sasl_reader *reader)
{
    if (!pop_sasl_require(reader, reader->ordinal < 2)) {
        return;
    }
    pop_sasl_field_kind kind = reader->ordinal == 0 ? POP_SASL_USERNAME : POP_SASL_PASSWORD;
    pop_sasl_add(reader, kind, pop_sasl_take_rest(reader));
}

/* RFC 4422 section A.1: the message is the authorization identity, and that becomes the session's
 * user. */
void pop_sasl_external_client(pop_sasl_reader *reader)
{
    pop_sasl_part authzid = pop_sasl_take_rest(reader);
    pop_sasl_add(reader, POP_SASL_AUTHZID, authzid);
    pop_sasl_add(reader, POP_SASL_USERNAME, authzid);
    pop_sasl_require(reader, pop_sasl_is_utf8(pop_sasl_octets(reader, authzid)));
}

/* RFC 4505 section 2: an address or a token of at most 255 characters of UTF-8. It names nobody who
 * has been authenticated, so it is no user name. */
void pop_sasl_anonymous_client(pop_sasl_reader *reader)
{
    pop_sasl_part trace = pop_sasl_take_rest(reader);
    pop_sasl_add_parameter(reader, POP_SPAN("trace"), trace);
    pop_span octets = pop_sasl_octets(reader, trace);
    if (pop_sasl_require(reader, pop_sasl_is_utf8(octets))) {
        glong characters = g_utf8_strlen((const char *)octets.octets, (gssize)octets.length);
        pop_sasl_require(reader, characters <= 255);
    }
}

/* RFC 2195 section 2: the challenge has the form of a message id. All of it, brackets too, goes
 * into the HMAC, so all of it is the nonce. */
void pop_sasl_cram_server(pop_sasl_reader *reader)
{
    pop_sasl_part challenge = pop_sasl_take_rest(reader);
    pop_sasl_add(reader, POP_SASL_NONCE, challenge);
    pop_span octets = pop_sasl_octets(reader, challenge);
    pop_sasl_require(reader,
        octets.length > 2 && octets.octets[0] == '<' && octets.octets[octets.length - 1] == '>');
}

/* Where the last space stands; `octets.length` where there is none. */
static size_t find_last_space(pop_span octets)
{
    for (size_t i = octets.length; i > 0; i--) {
        if (octets.octets[i - 1] == ' ') {
            return i - 1;
        }
    }
    return octets.length;
}

/* RFC 2195 section 2: user name, space, digest in hexadecimal. A user name may hold spaces. 32
 * digits are what MD5 gives, the shortest of the hashes in use. */
void pop_sasl_cram_client(pop_sasl_reader *reader)
{
    size_t space = find_last_space(reader->octets);
    pop_sasl_add(reader, POP_SASL_USERNAME, (pop_sasl_part){ 0, space });
    if (!pop_sasl_require(reader, space < reader->octets.length)) {
        return;
    }
    reader->at = space + 1;
    pop_sasl_part digest = pop_sasl_take_rest(reader);
    pop_sasl_add(reader, POP_SASL_DIGEST, digest);
    pop_sasl_require(reader, space > 0 && digest.length >= 32 && digest.length % 2 == 0);
    pop_sasl_require(reader, pop_sasl_is_hex(pop_sasl_octets(reader, digest)));
}
