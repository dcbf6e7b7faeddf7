/* pop_sasl_prompt.c
 * What the prompts of the mechanism LOGIN ask for.
 *
 * draft-murchison-sasl-login section 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sasl/pop_sasl_prompt.h"

#include <string.h>

/* The draft's prompts are "User Name" and "Password"; those in use vary. */
pop_sasl_field_kind pop_sasl_login_prompt(const char *prompt)
{
    pop_span text = { (const uint8_t *)prompt, strlen(prompt) };
    if (pop_span_holds(text, POP_SPAN("pass"))) {
        return POP_SASL_PASSWORD;
    }
    bool asks_for_name = pop_span_holds(text, POP_SPAN("user"))
        || pop_span_holds(text, POP_SPAN("name")) || pop_span_holds(text, POP_SPAN("login"))
        || pop_span_holds(text, POP_SPAN("account"));
    return asks_for_name ? POP_SASL_USERNAME : POP_SASL_PROMPT;
}
