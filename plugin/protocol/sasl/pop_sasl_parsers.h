/* pop_sasl_parsers.h
 * The parsers that the table of mechanisms names. Private to pop_sasl*.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_PARSERS_H
#define POP_SASL_PARSERS_H

#include "sasl/pop_sasl_reader.h"

/* pop_sasl_simple.c */
pop_sasl_parser pop_sasl_prompt_unexpected;
pop_sasl_parser pop_sasl_plain_client;
pop_sasl_parser pop_sasl_login_client;
pop_sasl_parser pop_sasl_login_server;
pop_sasl_parser pop_sasl_external_client;
pop_sasl_parser pop_sasl_anonymous_client;
pop_sasl_parser pop_sasl_cram_client;
pop_sasl_parser pop_sasl_cram_server;

/* pop_sasl_otp.c */
pop_sasl_parser pop_sasl_otp_client;
pop_sasl_parser pop_sasl_otp_server;
pop_sasl_parser pop_sasl_skey_client;
pop_sasl_parser pop_sasl_skey_server;
pop_sasl_parser pop_sasl_securid_client;
pop_sasl_parser pop_sasl_securid_server;

/* pop_sasl_digest.c */
pop_sasl_parser pop_sasl_digest_client;
pop_sasl_parser pop_sasl_digest_server;

/* pop_sasl_scram.c */
pop_sasl_parser pop_sasl_scram_client;
pop_sasl_parser pop_sasl_scram_server;

/* pop_sasl_gs2.c */
pop_sasl_parser pop_sasl_gs2_client;
pop_sasl_parser pop_sasl_saml20_client;
pop_sasl_parser pop_sasl_openid20_client;
pop_sasl_parser pop_sasl_web_server;

/* pop_sasl_oauth.c */
pop_sasl_parser pop_sasl_xoauth2_client;
pop_sasl_parser pop_sasl_oauth_client;
pop_sasl_parser pop_sasl_oauth_server;

/* pop_sasl_gss.c */
pop_sasl_parser pop_sasl_gssapi_client;
pop_sasl_parser pop_sasl_gssapi_server;
pop_sasl_parser pop_sasl_kerberos_v4_server;

/* pop_sasl_ntlm.c: the messages name their own type, so one parser serves both senders. */
pop_sasl_parser pop_sasl_ntlm;

#endif
