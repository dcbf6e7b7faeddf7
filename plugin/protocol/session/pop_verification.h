/* pop_verification.h
 * What is tried on a login, and what comes of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_VERIFICATION_H
#define POP_VERIFICATION_H

/* SCRAM: iterations that are computed at the most. The server chooses their number, and each takes
 * about a microsecond; RFC 7677 section 4 wants 4096 at the least. */
#define POP_VERIFY_ITERATIONS_LIMIT 100000

/* A row of the user's table. */
typedef struct pop_secret {
    const char *user; /* whose it is; "": it is tried for everybody */
    const char *secret; /* UTF-8 */
} pop_secret;

typedef enum pop_verification {
    POP_VERIFICATION_NONE, /* nothing to verify: no digest in it, no secret for the user, or
                            * messages that it takes were not seen */
    POP_VERIFICATION_FITS, /* a secret of the user's makes this digest */
    POP_VERIFICATION_DIFFERS, /* none does */
    POP_VERIFICATION_TOO_COSTLY, /* more iterations than the limit */
} pop_verification;

/* The secrets, and what has been computed of them. */
typedef struct pop_verifier pop_verifier;

#endif
