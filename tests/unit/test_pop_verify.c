/* test_pop_verify.c
 * Whether a login fits a secret: the examples of the documents, and what is not to fit.
 *
 * Values that no document has were computed with Python's hashlib and hmac by the formulas of RFC
 * 2831 section 2.1.2.1 and RFC 5802 section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <string.h>

#include <glib.h>

#include "guard_page.h"
#include "sasl/pop_saslprep.h"
#include "session/pop_verify.h"

/* A dialogue: messages before base64, in the order of each side; "" stands for one that is not
 * kept. */
typedef struct exchange_row {
    const char *mechanism;
    const char *client[POP_DIALOGUE_MESSAGES], *server[POP_DIALOGUE_MESSAGES];
} exchange_row;

static const exchange_row cram_md5 = { "CRAM-MD5", { "tim b913a602c7eda7a495b4e6e7334d3890" },
    { "<1896.697170952@postoffice.reston.mci.net>" } };

#define DIGEST_CHALLENGE                                                                           \
    "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth,auth-int,auth-conf\","      \
    "algorithm=md5-sess,charset=utf-8"
#define DIGEST_RESPONSE(uri, qop, response)                                                        \
    "charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\","     \
    "nc=00000001,cnonce=\"OA6MHXh6VqTrRk\",digest-uri=\"" uri "\",response=" response ",qop=" qop

static const exchange_row digest_md5 = { "DIGEST-MD5",
    { DIGEST_RESPONSE("imap/elwood.innosoft.com", "auth", "d388dad90d4bbd760a152321f2143af7") },
    { DIGEST_CHALLENGE, "rspauth=ea40f60335c427b5527b84dbabcdfffd" } };

/* RFC 5034 section 6 */
static const exchange_row digest_md5_pop = { "DIGEST-MD5",
    { DIGEST_RESPONSE("pop/elwood.innosoft.com", "auth", "b0d56d2f054c24b62072322106468db9") },
    { DIGEST_CHALLENGE, "rspauth=0b971462cef5e8f930db9a33b02fc9a0" } };

static const exchange_row digest_md5_int = { "DIGEST-MD5",
    { DIGEST_RESPONSE("pop/elwood.innosoft.com", "auth-int",
        "c590867bfba94d0bb534cb099bbc7fa1") ",authzid=\"boss\"" },
    { DIGEST_CHALLENGE, "rspauth=c3a956ae7a601d89ff02635ea933bcdf" } };

static const exchange_row digest_md5_conf = { "DIGEST-MD5",
    { DIGEST_RESPONSE("pop/elwood.innosoft.com", "auth-conf",
        "b01c3f43243961e977bf4c0dc3d33328") ",authzid=\"boss\"" },
    { DIGEST_CHALLENGE, "rspauth=103ea3e5e5ef03ea2ed48f0b2f586bd4" } };

/* The right response to another challenge. */
static const exchange_row digest_md5_replayed = { "DIGEST-MD5",
    { DIGEST_RESPONSE("imap/elwood.innosoft.com", "auth", "d388dad90d4bbd760a152321f2143af7") },
    { "realm=\"elwood.innosoft.com\",nonce=\"another\",algorithm=md5-sess" } };

#define SCRAM_SHA_1_NONCE "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"

/* RFC 5802 section 5 */
static const exchange_row scram_sha_1 = { "SCRAM-SHA-1",
    { "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        "c=biws," SCRAM_SHA_1_NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=" },
    { SCRAM_SHA_1_NONCE ",s=QSXCR+Q6sek8bf92,i=4096", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" } };

#define SCRAM_SHA_256_NONCE "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"

/* RFC 7677 section 3; without an initial response the server's first line is empty. */
static const exchange_row scram_sha_256 = { "SCRAM-SHA-256",
    { "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        "c=biws," SCRAM_SHA_256_NONCE ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=" },
    { "", SCRAM_SHA_256_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" } };

#define BOUND_FIRST "p=tls-exporter,a=boss,n=user,r=abc"
#define BOUND_FINAL "c=cD10bHMtZXhwb3J0ZXIsYT1ib3NzLAECAw==,r=abcdef,p="

static const exchange_row scram_sha_384 = { "SCRAM-SHA-384",
    { BOUND_FIRST, BOUND_FINAL "tl+sJZWJJ0i4QUzqxtfz5x3rzDrlYk9bOGuEUSwEZeWr9hDSqdk2q/dzIYer9Gxt" },
    { "r=abcdef,s=c2FsdDEyMzQ=,i=4096",
        "v=hKB5UFIQfVwfIKwOnj4z8lAMTKLEo0Y3ORh/BciXKgbMhH0vXj6NKU1AWmOZyTSE" } };

static const exchange_row scram_sha_512_plus = { "SCRAM-SHA-512-PLUS",
    { BOUND_FIRST,
        BOUND_FINAL "xi4WgLcQKTZOR4/VRMsB3ocQHBju51YISJdSXZRG8k/BrihLlhGTbmSPwsIYaReaL2TnJFto/n1kb"
                    "LkY3YRxkQ==" },
    { "r=abcdef,s=c2FsdDEyMzQ=,i=4096",
        "v=vhP6YQaNatKmSsFtdMRVsV+HId9sFsklixUUF1BvXn9MEhLC149JnIvxkqyDziweXZwjM8Wyby97JG3Svug+7g="
        "=" } };

/* --- Running a row ---------------------------------------------------------------------------- */

typedef struct kept_dialogue {
    pop_dialogue dialogue;
    guarded copies[2][POP_DIALOGUE_MESSAGES]; /* they end where readable memory ends */
} kept_dialogue;

static void keep(kept_dialogue *kept, const exchange_row *row)
{
    memset(kept, 0, sizeof *kept);
    kept->dialogue.mechanism = row->mechanism;
    for (unsigned sender = 0; sender < 2; sender++) {
        for (unsigned i = 0; i < POP_DIALOGUE_MESSAGES; i++) {
            const char *text = sender == POP_SASL_CLIENT ? row->client[i] : row->server[i];
            if (text != NULL && text[0] != '\0') {
                kept->copies[sender][i] = guarded_new(text, strlen(text));
                kept->dialogue.messages[sender][i] = (pop_span){ kept->copies[sender][i].octets,
                    kept->copies[sender][i].length };
            }
        }
    }
}

static void drop(kept_dialogue *kept)
{
    for (unsigned sender = 0; sender < 2; sender++) {
        for (unsigned i = 0; i < POP_DIALOGUE_MESSAGES; i++) {
            if (kept->dialogue.messages[sender][i].octets != NULL) {
                guarded_free(&kept->copies[sender][i]);
            }
        }
    }
}

/* The message of `sender` ('C' or 'S') and ordinal, with these secrets. */
static pop_verification verify_with(
    const exchange_row *row, char sender, uint32_t ordinal, const pop_secret *secrets, size_t count)
{
    kept_dialogue kept;
    keep(&kept, row);
    pop_verifier *verifier = pop_verifier_new(secrets, count);
    pop_sasl_sender side = sender == 'C' ? POP_SASL_CLIENT : POP_SASL_SERVER;
    pop_verification result = pop_verify_message(verifier, &kept.dialogue, side, ordinal);
    /* What was computed before gives the same. */
    g_assert_cmpint(pop_verify_message(verifier, &kept.dialogue, side, ordinal), ==, result);
    pop_verifier_free(verifier);
    drop(&kept);
    return result;
}

static pop_verification verify(
    const exchange_row *row, char sender, uint32_t ordinal, const char *user, const char *secret)
{
    const pop_secret one = { user, secret };
    return verify_with(row, sender, ordinal, &one, 1);
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void test_apop(void)
{
    static const char timestamp[] = "<1896.697170952@dbc.mtview.ca.us>"; /* RFC 1939 section 7 */
    static const char digest[] = "c4c9334bac560ecc979e58001b3e22fb";
    static const pop_secret secrets[] = { { "mrose", "tanstaaf" }, { "other", "secret" } };
    pop_verifier *verifier = pop_verifier_new(secrets, G_N_ELEMENTS(secrets));
    g_assert_cmpint(
        pop_verify_apop(verifier, "mrose", timestamp, digest), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(
        pop_verify_apop(verifier, "mrose", timestamp, "C4C9334BAC560ECC979E58001B3E22FB"), ==,
        POP_VERIFICATION_FITS);
    g_assert_cmpint(
        pop_verify_apop(verifier, "mrose", "<1@x>", digest), ==, POP_VERIFICATION_DIFFERS);
    g_assert_cmpint(
        pop_verify_apop(verifier, "other", timestamp, digest), ==, POP_VERIFICATION_DIFFERS);
    g_assert_cmpint(
        pop_verify_apop(verifier, "nobody", timestamp, digest), ==, POP_VERIFICATION_NONE);
    g_assert_cmpint(
        pop_verify_apop(verifier, "mrose", timestamp, ""), ==, POP_VERIFICATION_DIFFERS);
    pop_verifier_free(verifier);
    pop_verifier_free(NULL);
}

/* Each row's proof, then the server's where it has one, fits its secret and no other. */
static void test_examples(void)
{
    static const struct {
        const exchange_row *row;
        const char *user, *secret;
        uint32_t client_ordinal;
        int server_ordinal; /* -1: the server proves nothing */
    } rows[] = {
        { &cram_md5, "tim", "tanstaaftanstaaf", 0, -1 },
        { &digest_md5, "chris", "secret", 0, 1 },
        { &digest_md5_pop, "chris", "secret", 0, 1 },
        { &digest_md5_int, "chris", "secret", 0, 1 },
        { &digest_md5_conf, "chris", "secret", 0, 1 },
        { &scram_sha_1, "user", "pencil", 1, 1 },
        { &scram_sha_256, "user", "pencil", 1, 2 },
        { &scram_sha_384, "user", "pencil", 1, 1 },
        { &scram_sha_512_plus, "user", "pencil", 1, 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu: %s", i, rows[i].row->mechanism);
        uint32_t ordinal = rows[i].client_ordinal;
        const exchange_row *row = rows[i].row;
        g_assert_cmpint(
            verify(row, 'C', ordinal, rows[i].user, rows[i].secret), ==, POP_VERIFICATION_FITS);
        g_assert_cmpint(verify(row, 'C', ordinal, "", rows[i].secret), ==, POP_VERIFICATION_FITS);
        g_assert_cmpint(
            verify(row, 'C', ordinal, rows[i].user, "wrong"), ==, POP_VERIFICATION_DIFFERS);
        g_assert_cmpint(
            verify(row, 'C', ordinal, "nobody", rows[i].secret), ==, POP_VERIFICATION_NONE);
        if (rows[i].server_ordinal >= 0) {
            ordinal = (uint32_t)rows[i].server_ordinal;
            g_assert_cmpint(
                verify(row, 'S', ordinal, rows[i].user, rows[i].secret), ==, POP_VERIFICATION_FITS);
            g_assert_cmpint(
                verify(row, 'S', ordinal, rows[i].user, "wrong"), ==, POP_VERIFICATION_DIFFERS);
        }
    }
}

/* Messages that hold no proof, or are not there. */
static void test_nothing_to_verify(void)
{
    static const exchange_row without_challenge = { "CRAM-MD5",
        { "tim b913a602c7eda7a495b4e6e7334d3890" }, { NULL } };
    static const exchange_row plain = { "PLAIN", { "x" }, { NULL } };
    static const exchange_row without_first = { "SCRAM-SHA-1",
        { "", "c=biws," SCRAM_SHA_1_NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=" },
        { SCRAM_SHA_1_NONCE ",s=QSXCR+Q6sek8bf92,i=4096" } };
    static const exchange_row unknown_hash = { "SCRAM-SHA-3",
        { "n,,n=user,r=abc", "c=biws,r=abc,p=AAAA" }, { "r=abc,s=AAAA,i=1" } };
    static const struct {
        const exchange_row *row;
        char sender;
        uint32_t ordinal;
    } rows[] = {
        { &cram_md5, 'S', 0 },
        { &cram_md5, 'C', 1 },
        { &cram_md5, 'C', POP_DIALOGUE_MESSAGES },
        { &without_challenge, 'C', 0 },
        { &plain, 'C', 0 },
        { &digest_md5, 'S', 0 },
        { &scram_sha_1, 'C', 0 },
        { &scram_sha_1, 'S', 0 },
        { &without_first, 'C', 1 },
        { &unknown_hash, 'C', 1 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("row %zu", i);
        g_assert_cmpint(verify(rows[i].row, rows[i].sender, rows[i].ordinal, "", "secret"), ==,
            POP_VERIFICATION_NONE);
    }
    g_assert_cmpint(verify_with(&cram_md5, 'C', 0, NULL, 0), ==, POP_VERIFICATION_NONE);
}

/* The challenge counts, not what the response says of it. */
static void test_replayed(void)
{
    g_assert_cmpint(
        verify(&digest_md5_replayed, 'C', 0, "chris", "secret"), ==, POP_VERIFICATION_DIFFERS);
}

static void test_several_secrets(void)
{
    static const pop_secret secrets[] = { { "tim", "old" }, { "", "any" },
        { "tim", "tanstaaftanstaaf" } };
    g_assert_cmpint(verify_with(&cram_md5, 'C', 0, secrets, 3), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify_with(&cram_md5, 'C', 0, secrets, 2), ==, POP_VERIFICATION_DIFFERS);
}

/* Beyond ASCII: ISO 8859-1 or UTF-8 in DIGEST-MD5; prepared or not in SCRAM. */
static void test_spellings(void)
{
#define OTHER(response)                                                                            \
    "charset=utf-8,username=\"j\303\274rgen\",realm=\"r\",nonce=\"n\",nc=00000001,cnonce=\"c\","   \
    "digest-uri=\"pop/x\",response=" response
    static const exchange_row latin = { "DIGEST-MD5", { OTHER("811176826f343b79962d5ee89ff5a16a") },
        { "nonce=\"n\",algorithm=md5-sess" } };
    static const exchange_row utf8 = { "DIGEST-MD5", { OTHER("7be3d460ab08fbe69c1d338598c31ddb") },
        { "nonce=\"n\",algorithm=md5-sess" } };
    static const exchange_row prepared = { "SCRAM-SHA-256",
        { "n,,n=user,r=abc", "c=biws,r=abcdef,p=4NkZS1DHqSf323A5l0jv3nApPFUB9eimV4JK3vfEbFQ=" },
        { "r=abcdef,s=c2FsdDEyMzQ=,i=2" } };
    static const exchange_row raw = { "SCRAM-SHA-256",
        { "n,,n=user,r=abc", "c=biws,r=abcdef,p=E6L3LbBTkh7Qwvwsnk6/wNRYD4FhPyy+bdHTyRt0Ot8=" },
        { "r=abcdef,s=c2FsdDEyMzQ=,i=2" } };
    const char *umlaut = "geheim-\303\237", *soft = "I\302\255X"; /* sharp s; soft hyphen */
    g_assert_cmpint(verify(&latin, 'C', 0, "j\303\274rgen", umlaut), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify(&utf8, 'C', 0, "j\303\274rgen", umlaut), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify(&prepared, 'C', 1, "user", soft), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify(&prepared, 'C', 1, "user", "IX"), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify(&raw, 'C', 1, "user", soft), ==, POP_VERIFICATION_FITS);
    g_assert_cmpint(verify(&raw, 'C', 1, "user", "IX"), ==, POP_VERIFICATION_DIFFERS);
}

/* A server that asks for a thousand million iterations gets none. */
static void test_too_costly(void)
{
    static const exchange_row row = { "SCRAM-SHA-1",
        { "n,,n=user,r=abc", "c=biws,r=abcdef,p=AAAA" },
        { "r=abcdef,s=c2FsdDEyMzQ=,i=1000000000", "v=AAAA" } };
    g_assert_cmpint(verify(&row, 'C', 1, "user", "pencil"), ==, POP_VERIFICATION_TOO_COSTLY);
    g_assert_cmpint(verify(&row, 'S', 1, "user", "pencil"), ==, POP_VERIFICATION_TOO_COSTLY);
    g_assert_cmpint(verify(&row, 'C', 1, "nobody", "pencil"), ==, POP_VERIFICATION_NONE);
}

/* RFC 4013 section 3, as far as it maps and normalises. */
static void test_saslprep(void)
{
    static const struct {
        const char *text, *prepared;
    } rows[] = { { "I\302\255X", "IX" }, { "user", "user" }, { "USER", "USER" },
        { "\302\252", "a" }, { "\342\205\250", "IX" }, { "a\302\240b\343\200\200c", "a b c" },
        { "", "" }, { "\377", NULL } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *prepared = pop_saslprep(rows[i].text);
        g_assert_cmpstr(prepared, ==, rows[i].prepared);
        g_free(prepared);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verify/apop", test_apop);
    g_test_add_func("/verify/examples", test_examples);
    g_test_add_func("/verify/nothing-to-verify", test_nothing_to_verify);
    g_test_add_func("/verify/replayed", test_replayed);
    g_test_add_func("/verify/several-secrets", test_several_secrets);
    g_test_add_func("/verify/spellings", test_spellings);
    g_test_add_func("/verify/too-costly", test_too_costly);
    g_test_add_func("/saslprep", test_saslprep);
    return g_test_run();
}
