/* secrets.c
 * The user's table of secrets, a preference, against which logins are verified.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "dissector/secrets.h"

#include <epan/uat.h>

/* A row as the host's table keeps it. */
typedef struct secret_row {
    char *user;
    char *secret;
} secret_row;

static secret_row *rows;
static guint row_count;
static pop_verifier *verifier;

UAT_CSTRING_CB_DEF(rows, user, secret_row)
UAT_CSTRING_CB_DEF(rows, secret, secret_row)

static uat_field_t columns[] = {
    UAT_FLD_CSTRING(
        rows, user, "User name", "As the login has it. Empty: the secret is tried for every user."),
    UAT_FLD_CSTRING(rows, secret, "Secret", "The password, or the secret shared for APOP"),
    UAT_END_FIELDS,
};

static void *copy_row(void *copy, const void *row, size_t size _U_)
{
    const secret_row *from = row;
    secret_row *to = copy;
    *to = (secret_row){ g_strdup(from->user), g_strdup(from->secret) };
    return copy;
}

static void free_row(void *row)
{
    secret_row *freed = row;
    g_free(freed->user);
    g_free(freed->secret);
}

static void forget(void)
{
    pop_verifier_free(verifier);
    verifier = NULL;
}

/* The table was read, or changed. */
static void renew(void)
{
    forget();
    pop_secret *secrets = g_new(pop_secret, row_count);
    for (guint i = 0; i < row_count; i++) {
        secrets[i] = (pop_secret){ rows[i].user, rows[i].secret };
    }
    if (row_count > 0) {
        verifier = pop_verifier_new(secrets, row_count);
    }
    g_free(secrets);
}

pop_verifier *pop_secrets_verifier(void)
{
    return verifier;
}

static void add_preferences(module_t *preferences)
{
    uat_t *table = uat_new("POP secrets", sizeof(secret_row), "pop_secrets", TRUE, &rows,
        &row_count, UAT_AFFECTS_DISSECTION, NULL, copy_row, NULL, free_row, renew, forget, columns);
    prefs_register_uat_preference(preferences, "secrets", "Secrets of users",
        "Passwords that you know. With them APOP, CRAM-MD5, DIGEST-MD5 and SCRAM logins are "
        "verified: whether the client's answer, and the server's proof, were made with that "
        "password.",
        table);
}

const pop_module pop_secrets_module = { .preferences = add_preferences };
