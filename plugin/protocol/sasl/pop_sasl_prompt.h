/* pop_sasl_prompt.h
 * What the prompts of the mechanism LOGIN ask for.
 *
 * draft-murchison-sasl-login section 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_SASL_PROMPT_H
#define POP_SASL_PROMPT_H

#include "sasl/pop_sasl_message.h"

/* What a prompt of LOGIN asks for: POP_SASL_USERNAME, POP_SASL_PASSWORD, or, where that is not
 * known, POP_SASL_PROMPT. */
pop_sasl_field_kind pop_sasl_login_prompt(const char *prompt);

#endif
