/* test_pop_sasl.c
 * What each message of a SASL mechanism holds.
 *
 * The expected fields are written as kind[:name]=text@offset+length, with a blank between two of
 * them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "sasl/pop_sasl.h"
#include "sasl_messages.h"

/* A message and what is in it. Its octets are given raw, in base64 or in hexadecimal. */
typedef enum notation {
    NOTATION_RAW,
    NOTATION_BASE64,
    NOTATION_HEX,
} notation;

typedef struct vector {
    const char *mechanism;
    char sender; /* C or S */
    unsigned ordinal;
    notation notation;
    const char *octets;
    size_t length;
    const char *expected;
    size_t whole_from; /* every shorter, non-empty head of the message is malformed */
} vector;

#define RAW(literal) NOTATION_RAW, literal, sizeof(literal) - 1
#define BASE64(literal) NOTATION_BASE64, literal, sizeof(literal) - 1
#define HEX(literal) NOTATION_HEX, literal, sizeof(literal) - 1
#define ALL SIZE_MAX

static pop_sasl_sender sender_of(const vector *row)
{
    return row->sender == 'C' ? POP_SASL_CLIENT : POP_SASL_SERVER;
}

static GBytes *octets_from_hex(const char *hex)
{
    size_t length = strlen(hex) / 2;
    uint8_t *octets = g_malloc(length);
    for (size_t i = 0; i < length; i++) {
        octets[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4
            | g_ascii_xdigit_value(hex[2 * i + 1]));
    }
    return g_bytes_new_take(octets, length);
}

static GBytes *octets_of(const vector *row)
{
    switch (row->notation) {
    case NOTATION_BASE64:
        return sasl_octets_from_base64(row->octets, row->length);
    case NOTATION_HEX:
        return octets_from_hex(row->octets);
    default:
        return g_bytes_new_static(row->octets, row->length);
    }
}

#define RFC4121_HEAD "050404ff000c0000000000000000000a"
#define RFC4121_SUM "aaaaaaaaaaaaaaaaaaaaaaaa"
#define RFC1964_HEAD                                                                               \
    "603306092a864886f7120102020201" /* token of the krb5 mechanism: wrap */                       \
    "0000ffffffff" /* DES MAC MD5, not sealed */                                                   \
    "0011223344556677" /* sequence */                                                              \
    "8899aabbccddeeff" /* checksum */                                                              \
    "0123456789abcdef" /* confounder */

static const vector vectors[] = {
    /* RFC 4616; the answer of RFC 5034's example has the same form. */
    { "PLAIN", 'C', 0, BASE64("dGVzdAB0ZXN0AHRlc3Q="),
        "authzid=test@0+4 user=test@5+4 password=test@10+4", 11 },
    { "PLAIN", 'C', 0, RAW("\0tim\0tanstaaftanstaaf"),
        "user=tim@1+3 password=tanstaaftanstaaf@5+16", 6 },
    { "PLAIN", 'C', 0, RAW("\0tim\0"), "user=tim@1+3 password=@5+0 [malformed]", ALL },
    { "PLAIN", 'C', 0, RAW("\0\0x"), "user=@1+0 password=x@2+1 [malformed]", ALL },
    { "PLAIN", 'C', 0, RAW("a\0b\0c\0d"), "authzid=a@0+1 user=b@2+1 password=c^@d@4+3 [malformed]",
        0 },
    { "PLAIN", 'C', 0, RAW("\0b\0\xE9"), "user=b@1+1 password=\xE9@3+1 [malformed]", ALL },
    { "plain", 'S', 0, RAW("Password:"), "prompt=Password:@0+9 [malformed]", ALL },

    { "LOGIN", 'S', 0, BASE64("VXNlcm5hbWU6"), "prompt=Username:@0+9", 0 },
    { "LOGIN", 'S', 1, BASE64("UGFzc3dvcmQ6"), "prompt=Password:@0+9", 0 },
    { "LOGIN", 'S', 0, BASE64("VXNlciBOYW1lAA=="), "prompt=User Name@0+9", 0 },
    { "LOGIN", 'S', 1, BASE64("UGFzc3dvcmQA"), "prompt=Password@0+8", 0 },
    { "LOGIN", 'C', 0, RAW("chris"), "user=chris@0+5", 0 },
    { "LOGIN", 'C', 1, RAW("se cret"), "password=se cret@0+7", 0 },
    { "LOGIN", 'C', 2, RAW("more"), "[malformed]", ALL },

    { "EXTERNAL", 'C', 0, RAW("joe@example.com"),
        "authzid=joe@example.com@0+15 user=joe@example.com@0+15", 0 },
    { "EXTERNAL", 'S', 0, BASE64("VXNlcm5hbWU6"), "prompt=Username:@0+9 [malformed]", ALL },
    { "ANONYMOUS", 'C', 0, RAW("sirhc"), "parameter:trace=sirhc@0+5", 0 },

    { "CRAM-MD5", 'S', 0, BASE64("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"),
        "nonce=<1896.697170952@postoffice.reston.mci.net>@0+42", ALL },
    { "CRAM-MD5", 'C', 0, BASE64("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"),
        "user=tim@0+3 digest=b913a602c7eda7a495b4e6e7334d3890@4+32", ALL },
    { "CRAM-SHA1", 'C', 0, RAW("a b 0123456789abcdef0123456789abcdef01234567"),
        "user=a b@0+3 digest=0123456789abcdef0123456789abcdef01234567@4+40", 0 },
    { "CRAM-MD5", 'C', 0, RAW("tim"), "user=tim@0+3 [malformed]", ALL },

    /* RFC 5034 section 6; the digests were recomputed. */
    { "DIGEST-MD5", 'S', 0,
        BASE64("cmVhbG09ImVsd29vZC5pbm5vc29mdC5jb20iLG5vbmNlPSJPQTZNRzl0RVFHbTJoaCIscW9wPSJhdXRoIi"
               "xhbGdvcml0aG09bWQ1LXNlc3MsY2hhcnNldD11dGYtOA=="),
        "realm=elwood.innosoft.com@6+21 nonce=OA6MG9tEQGm2hh@34+16 parameter:qop=auth@55+6"
        " parameter:algorithm=md5-sess@72+8 parameter:charset=utf-8@89+5",
        73 },
    { "DIGEST-MD5", 'C', 0,
        RAW("charset=utf-8,username=\"chris\",realm=\"elwood.innosoft.com\",nonce="
            "\"OA6MG9tEQGm2hh\""
            ",nc=00000001,cnonce=\"OA6MHXh6VqTrRk\",digest-uri=\"pop/elwood.innosoft.com\""
            ",response=b0d56d2f054c24b62072322106468db9,qop=auth"),
        "parameter:charset=utf-8@8+5 user=chris@23+7 realm=elwood.innosoft.com@37+21"
        " nonce=OA6MG9tEQGm2hh@65+16 parameter:nc=00000001@85+8 cnonce=OA6MHXh6VqTrRk@101+16"
        " parameter:digest-uri=pop/elwood.innosoft.com@129+25"
        " digest=b0d56d2f054c24b62072322106468db9@164+32 parameter:qop=auth@201+4 [no layer]",
        196 },
    { "DIGEST-MD5", 'S', 1, RAW("rspauth=0b971462cef5e8f930db9a33b02fc9a0"),
        "signature=0b971462cef5e8f930db9a33b02fc9a0@8+32", ALL },
    { "DIGEST-MD5", 'S', 0,
        RAW("realm=\"a\\\"b\", realm=c "
            ",,\r\n\tnonce=\"n\",qop=\"auth,auth-conf\",cipher=\"rc4,3des\""
            ",algorithm=md5-sess,maxbuf=65536,x-new=1"),
        "realm=a\"b@6+6 realm=c@20+1 nonce=n@33+3 parameter:qop=auth,auth-conf@41+16"
        " parameter:cipher=rc4,3des@65+10 parameter:algorithm=md5-sess@86+8"
        " parameter:maxbuf=65536@102+5 parameter:x-new=1@114+1",
        87 },
    { "DIGEST-MD5", 'C', 0,
        RAW("username=\"u\",nonce=\"n\",cnonce=\"c\",nc=00000001,digest-uri=\"pop/h\",response="
            "00000000000000000000000000000000,qop=auth-int,authzid=\"z\",maxbuf=x"),
        "user=u@9+3 nonce=n@19+3 cnonce=c@30+3 parameter:nc=00000001@37+8"
        " parameter:digest-uri=pop/h@57+7 digest=00000000000000000000000000000000@74+32"
        " parameter:qop=auth-int@111+8 authzid=z@128+3 parameter:maxbuf=x@139+1 [integrity]"
        " [malformed]",
        0 },
    { "DIGEST-MD5", 'C', 0,
        RAW("username=\"u\",nonce=\"n\",cnonce=\"c\",nc=00000001,digest-uri=\"pop/h\",response="
            "00000000000000000000000000000000"),
        "user=u@9+3 nonce=n@19+3 cnonce=c@30+3 parameter:nc=00000001@37+8"
        " parameter:digest-uri=pop/h@57+7 digest=00000000000000000000000000000000@74+32"
        " [no layer]",
        ALL },
    { "DIGEST-MD5", 'C', 0, RAW("qop=auth-conf"),
        "parameter:qop=auth-conf@4+9 [confidentiality] [malformed]", ALL },
    { "DIGEST-MD5", 'C', 0, RAW("qop=best"), "parameter:qop=best@4+4 [malformed]", ALL },
    { "DIGEST-MD5", 'S', 0, RAW("nonce=\"a,nonce=b\\"), "nonce=a,nonce=b\\@6+11 [malformed]", ALL },
    { "DIGEST-MD5", 'S', 0, RAW("nonce=a b,=,algorithm=md5-sess"),
        "nonce=a@6+1 parameter:algorithm=md5-sess@22+8 [malformed]", ALL },
    { "DIGEST-MD5", 'S', 0, RAW("nonce=a,nonce=b,algorithm=md5-sess"),
        "nonce=a@6+1 nonce=b@14+1 parameter:algorithm=md5-sess@26+8 [malformed]", ALL },

    /* RFC 7677 section 3. */
    { "SCRAM-SHA-256", 'C', 0, BASE64("biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8="),
        "parameter:gs2-cb-flag=n@0+1 user=user@5+4 cnonce=rOprNGfwEbeRWgbNEkqO@12+20", 13 },
    { "SCRAM-SHA-256", 'S', 0,
        BASE64(
            "cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBT"
            "Tlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY="),
        "nonce=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0@2+50"
        " salt=W22ZaJ0SNY7soEsUEjb6gQ==@55+24 iterations=4096(4096)@82+4",
        83 },
    { "SCRAM-SHA-256", 'C', 1,
        BASE64(
            "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kS"
            "HpiWmFwV0lrNGpVaE4rVXRlOXl0YWc5empmTUhnc3FtbWl6N0FuZFZRPQ=="),
        "binding=biws@2+4 nonce=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0@9+50"
        " proof=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=@62+44",
        66 },
    { "SCRAM-SHA-256", 'S', 1,
        BASE64("dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ=="),
        "signature=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=@2+44", 6 },
    { "SCRAM-SHA-1-PLUS", 'C', 0, RAW("p=tls-unique,a=ad=2Cmin,n=us=3Der=2C,r=abc,x=1"),
        "parameter:gs2-cb-flag=tls-unique@2+10 authzid=ad,min@15+8 user=us=er,@26+10 "
        "cnonce=abc@39+3"
        " parameter:x=1@45+1",
        40 },
    { "SCRAM-SHA-1", 'C', 0, RAW("y,,m=ext,n=a,r=b"),
        "parameter:gs2-cb-flag=y@0+1 parameter:m=ext@5+3 user=a@11+1 cnonce=b@15+1", ALL },
    { "SCRAM-SHA-1", 'C', 1, RAW("c=biws,r=ab,x=new,p=AAAA"),
        "binding=biws@2+4 nonce=ab@9+2 parameter:x=new@14+3 proof=AAAA@20+4", ALL },
    { "SCRAM-SHA-1", 'S', 1, RAW("e=unknown-user"), "error=unknown-user@2+12 [error]", 3 },
    { "SCRAM-SHA-1", 'C', 0, RAW("n,,n=a=b,r=c"),
        "parameter:gs2-cb-flag=n@0+1 user=a=b@5+3 cnonce=c@11+1 [malformed]", ALL },
    { "SCRAM-SHA-1", 'C', 0, RAW("n,,r=c,n=a"),
        "parameter:gs2-cb-flag=n@0+1 parameter:r=c@5+1 user=a@9+1 [malformed]", ALL },
    { "SCRAM-SHA-1", 'C', 0, RAW("x,,n=a,r=c"), "parameter:gs2-cb-flag=x@0+1 [malformed]", ALL },
    { "SCRAM-SHA-1", 'S', 0, RAW("r=a,s=!,i=0"),
        "nonce=a@2+1 salt=!@6+1 iterations=0(0)@10+1 [malformed]", ALL },
    { "SCRAM-SHA-1", 'S', 0, RAW("r=a,s=AAAA,i=4294967296"),
        "nonce=a@2+1 salt=AAAA@6+4 iterations=4294967296(0)@13+10 [malformed]", 14 },
    { "SCRAM-SHA-1", 'C', 1, RAW("c=biws,r=a,p=AAAA,x=1"),
        "binding=biws@2+4 nonce=a@9+1 proof=AAAA@13+4 parameter:x=1@20+1 [malformed]", 17 },
    { "SCRAM-MD5", 'C', 0, RAW("opaque"), "", 0 },

    /* RFC 2444 section 4, RFC 2243 section 4. */
    { "OTP", 'C', 0, RAW("\0tim"), "user=tim@1+3", 2 },
    { "OTP", 'C', 0, RAW("other\0tim"), "authzid=other@0+5 user=tim@6+3", 7 },
    { "OTP", 'S', 0, RAW("otp-md5 123 ke1234 ext"),
        "prompt=otp-md5 123 ke1234 ext@0+22 parameter:algorithm=md5@4+3 parameter:sequence=123@8+3"
        " parameter:seed=ke1234@12+6 parameter:extensions=ext@19+3",
        ALL },
    { "OTP", 'C', 1, RAW("hex:11d4 c147 e227 c1f1"),
        "parameter:type=hex@0+3 digest=11d4 c147 e227 c1f1@4+19", 5 },
    { "X-OTP", 'C', 1,
        RAW("init-word:BOND FOGY DRAB NE RISE MART:md5 499 ke1235:RED HERD NOW BEAN"),
        "parameter:type=init-word@0+9 digest=BOND FOGY DRAB NE RISE MART@10+27"
        " parameter:new-params=md5 499 ke1235@38+14 parameter:new-otp=RED HERD NOW BEAN@53+17",
        53 },
    { "OTP", 'C', 1, RAW("word:A:B"), "parameter:type=word@0+4 digest=A@5+1 [malformed]", 6 },
    { "SKEY", 'C', 0, RAW("morgan"), "authzid=morgan@0+6 user=morgan@0+6", 0 },
    { "SKEY", 'S', 0, RAW("95 Qa58308"),
        "prompt=95 Qa58308@0+10 parameter:sequence=95@0+2 parameter:seed=Qa58308@3+7", 4 },
    { "SKEY", 'C', 1, RAW("FOUR MANN SOON FIR VARY MASH"),
        "digest=FOUR MANN SOON FIR VARY MASH@0+28", 8 },
    { "SKEY", 'C', 1, HEX("00ff102030405060"), "digest=00ff102030405060@0+8", ALL },
    { "SECURID", 'C', 0, RAW("\0magnus\00012345678\0"), "user=magnus@1+6 password=12345678@8+8",
        ALL },
    { "SECURID", 'C', 1, RAW("z\0magnus\00012345678\0pin12\0"),
        "authzid=z@0+1 user=magnus@2+6 password=12345678@9+8 parameter:pin=pin12@18+5", 18 },
    { "SECURID", 'S', 0, RAW("passcode\0"), "prompt=passcode@0+8", ALL },
    { "SECURID", 'S', 1, RAW("pin\0kitty\0"), "prompt=pin@0+3 parameter:suggested-pin=kitty@4+5",
        4 },

    /* Google's example (SASL XOAUTH2) and RFC 7628 section 4. */
    { "XOAUTH2", 'C', 0,
        BASE64(
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNr"
            "QmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="),
        "user=someuser@example.com@5+20 parameter:auth=Bearer@31+6"
        " token=ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg@38+45",
        ALL },
    { "XOAUTH2", 'S', 0,
        BASE64(
            "eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9tYWlsLmdvb"
            "2dsZS5jb20vIn0="),
        "error=401@10+5 parameter:schemes=bearer mac@26+12"
        " parameter:scope=https://mail.google.com/@47+26 [error]",
        ALL },
    { "OAUTHBEARER", 'C', 0,
        BASE64(
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhc"
            "mVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"),
        "parameter:gs2-cb-flag=n@0+1 authzid=user@example.com@4+16 user=user@example.com@4+16"
        " parameter:host=server.example.com@27+18 parameter:port=143@51+3 "
        "parameter:auth=Bearer@60+6"
        " token=vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==@67+42",
        ALL },
    { "OAUTHBEARER", 'C', 0, RAW("n,,\1auth=\1\1"),
        "parameter:gs2-cb-flag=n@0+1 parameter:auth=@9+0", ALL },
    { "OAUTHBEARER", 'C', 1, BASE64("AQ=="), "", 0 },
    { "OAUTHBEARER", 'C', 0, RAW("n,,\1auth=Bearer\1\1"),
        "parameter:gs2-cb-flag=n@0+1 parameter:auth=Bearer@9+6 [malformed]", ALL },
    { "OAUTHBEARER", 'C', 0, RAW("n,,\1a1=x\1junk\1auth=Bearer T\1"),
        "parameter:gs2-cb-flag=n@0+1 parameter:a1=x@7+1 parameter:auth=Bearer@19+6 token=T@26+1"
        " [malformed]",
        ALL },
    { "OAUTHBEARER", 'S', 0,
        RAW("{\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
            "\"https:\\/\\/example.com\\/.well-known\\/openid-configuration\"}"),
        "error=invalid_token@10+15 parameter:scope=example_scope@34+15"
        " parameter:openid-configuration=https://example.com/.well-known/openid-configuration@73+58"
        " [error]",
        ALL },
    { "OAUTHBEARER", 'S', 0,
        RAW("{ \"x\" : { \"status\":[\"}\\\"\",{}] } ,\r\n \"n\":-1.5e3 , \"t\":true, \"status\" : "
            "\"\\u00e9\\ud83d\\ude00\\ud800\\n\" } "),
        "parameter:n=-1.5e3@40+6 parameter:t=true@53+4"
        " error=\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD^J@70+28 [error]",
        100 },
    { "OAUTHBEARER", 'S', 0, RAW("{}"), "[error]", ALL },
    { "XOAUTH2", 'S', 0, RAW("{\"status\":\"\\b\\f\\n\\r\\t\\/\\\\\\\"\"}"),
        "error=^H^L^J^M^I/\\\"@10+18 [error]", ALL },
    { "OAUTHBEARER", 'S', 0, RAW("{\"status\":\"a\",}"), "error=a@10+3 [error] [malformed]", ALL },
    { "OAUTHBEARER", 'S', 0, RAW("{\"status\":\"a\" \"b\":1}"), "error=a@10+3 [error] [malformed]",
        ALL },
    { "OAUTHBEARER", 'S', 0, RAW("{\"status\":[}"), "[error] [malformed]", ALL },
    { "OAUTHBEARER", 'S', 0, RAW("{\"status\":TRUE}"), "[error] [malformed]", ALL },
    { "OAUTHBEARER", 'S', 0, RAW("{\"s\":\"\\u12\"}"), "[error] [malformed]", ALL },
    { "OAUTHBEARER", 'S', 0, RAW("no json"), "[malformed]", ALL },
    { "OAUTH10A", 'C', 0,
        RAW("n,a=user@example.com,\1host=example.com\1port=143\1auth=OAuth realm=\"Example\","
            "oauth_consumer_key=\"9djdj82h48djs9d2\",oauth_token=\"kkk9d7dh3k39sjv7\",oauth_"
            "signature"
            "=\"Tm90\"\1\1"),
        "parameter:gs2-cb-flag=n@0+1 authzid=user@example.com@4+16 user=user@example.com@4+16"
        " parameter:host=example.com@27+11 parameter:port=143@44+3 parameter:auth=OAuth@53+5"
        " realm=Example@65+9 parameter:oauth_consumer_key=9djdj82h48djs9d2@94+18"
        " token=kkk9d7dh3k39sjv7@125+18 parameter:oauth_signature=Tm90@160+6",
        ALL },

    { "SAML20", 'C', 0, RAW("n,,example.org"),
        "parameter:gs2-cb-flag=n@0+1 parameter:idp-identifier=example.org@3+11", 3 },
    { "SAML20", 'S', 0, RAW("https://saml.example.org/SAML/Browser"),
        "parameter:redirect=https://saml.example.org/SAML/Browser@0+37", 0 },
    { "SAML20", 'C', 1, BASE64("PQ=="), "", 0 },
    { "OPENID20", 'C', 0, RAW("n,a=z,https://openid.example/"),
        "parameter:gs2-cb-flag=n@0+1 authzid=z@4+1"
        " parameter:auth-identifier=https://openid.example/@6+23",
        6 },
    { "OPENID20", 'S', 1, RAW("openid.error=denied"), "error=denied@13+6 [error]", 0 },
    { "OPENID20", 'S', 1, RAW("email=a@example.com"), "parameter:outcome=email=a@example.com@0+19",
        0 },

    { "GSSAPI", 'C', 0, HEX("600d06092a864886f7120102020100"), "[gssapi]", ALL },
    { "GSSAPI", 'C', 0, HEX("6081810d06092a864886f7120102020100"), "[gssapi] [malformed]", ALL },
    { "GSSAPI", 'C', 0, HEX("ff"), "[gssapi] [malformed]", ALL },
    { "GSSAPI", 'S', 0, HEX("600d06092a864886f7120102020200"), "[gssapi]", 0 },
    { "GSSAPI", 'S', 1, HEX(RFC4121_HEAD "07ffffff" RFC4121_SUM),
        "parameter:security-layer=none, integrity, confidentiality@16+1"
        " parameter:max-size=16777215@17+3 [gssapi]",
        0 },
    { "GSSAPI", 'C', 2,
        HEX(RFC4121_HEAD "01000000"
                         "6a6f65" RFC4121_SUM),
        "parameter:security-layer=none@16+1 parameter:max-size=0@17+3 authzid=joe@20+3 "
        "user=joe@20+3"
        " [gssapi] [no layer]",
        0 },
    /* Rotated by the length of the checksum, as Windows does. */
    { "GSSAPI", 'C', 2, HEX("050404ff000c000c000000000000000a" RFC4121_SUM "04010000"),
        "parameter:security-layer=confidentiality@28+1 parameter:max-size=65536@29+3 [gssapi]"
        " [confidentiality]",
        0 },
    /* Sealed: nothing can be read. */
    { "GSSAPI", 'C', 2, HEX("050406ff0000001c000000000000000a" RFC4121_SUM RFC4121_SUM), "[gssapi]",
        0 },
    { "GSSAPI", 'C', 2,
        HEX(RFC1964_HEAD "02004000"
                         "6a6f6501"),
        "parameter:security-layer=integrity@45+1 parameter:max-size=16384@46+3 authzid=joe@49+3"
        " user=joe@49+3 [gssapi] [integrity]",
        0 },
    { "GSSAPI", 'C', 2,
        HEX("02004000"
            "6a6f65"),
        "parameter:security-layer=integrity@0+1 parameter:max-size=16384@1+3 authzid=joe@4+3"
        " user=joe@4+3 [integrity]",
        0 },
    { "GSSAPI", 'C', 2, HEX("03000000"),
        "parameter:security-layer=none, integrity@0+1 parameter:max-size=0@1+3 [malformed]", 0 },
    { "GSS-SPNEGO", 'C', 0, HEX("4e544c4d5353500001000000"), "[ntlmssp]", 0 },
    { "GSS-SPNEGO", 'S', 0, HEX("a1143012a0030a0101"), "[gssapi]", 0 },
    { "GS2-KRB5", 'C', 0, RAW("n,a=joe,\1\0ticket"), "parameter:gs2-cb-flag=n@0+1 authzid=joe@4+3",
        9 },
    { "GS2-DT4PIK22T6A-PLUS", 'C', 0, RAW("F,p=tls-exporter,,token"),
        "parameter:gs2-cb-flag=tls-exporter@4+12", 19 },
    { "GS2-KRB5", 'S', 0, RAW("\1\2"), "[gssapi]", 0 },
    { "GS2-KRB5", 'C', 1, RAW("\1\2"), "[gssapi]", 0 },
    { "EAP-AES128", 'C', 0, RAW("y,,x"), "parameter:gs2-cb-flag=y@0+1", ALL },
    { "KERBEROS_V4", 'S', 0, BASE64("AmFYig=="), "nonce=0261588a@0+4", ALL },
    { "KERBEROS_V4", 'S', 1, RAW("12345678"), "", 0 },

    /* Built by hand after MS-NLMP section 2.2.1. */
    { "NTLM", 'C', 0,
        HEX("4e544c4d53535000010000000732000006000600240000000400040020000000574f524b444f4d41494e"),
        "realm=DOMAIN@36+6 parameter:workstation=WORK@32+4 [ntlmssp]", ALL },
    { "NTLM", 'C', 0, BASE64("TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA="), "[ntlmssp]", 16 },
    { "NTLM", 'S', 1,
        HEX("4e544c4d53535000020000000c000c0030000000058202000123456789abcdef0000000000000000"
            "040004003c00000044004f004d00410049004e0000000000"),
        "realm=DOMAIN@48+12 nonce=0123456789abcdef@24+8 [ntlmssp]", 60 },
    { "MSN", 'C', 1,
        HEX("4e544c4d53535000030000001800180064000000180018007c0000000c000c00480000000c000c00540000"
            "0004000400600000000000000094000000058202000501280a0000000f44004f004d00410049004e007500"
            "7300e90072003dd800de5000430011111111111111111111111111111111111111111111111122222222"
            "2222222222222222222222222222222222222222"),
        "realm=DOMAIN@72+12 user=us\xC3\xA9r\xF0\x9F\x98\x80@84+12 parameter:workstation=PC@96+4"
        " [ntlmssp]",
        100 },
    /* The head without session key and flags, in an OEM character set. */
    { "NTLM", 'C', 1,
        HEX("4e544c4d5353500003000000180018003c0000001800180054000000030003003400000003000300370000"
            "00"
            "020002003a000000444f4d6a6f655043111111111111111111111111111111111111111111111111222222"
            "2222"
            "22222222222222222222222222222222222222"),
        "realm=DOM@52+3 user=joe@55+3 parameter:workstation=PC@58+2 [ntlmssp]", 60 },
    /* Odd length; half of a surrogate pair. */
    { "NTLM", 'C', 1,
        HEX("4e544c4d535350000300000000000000000000000000000000000000000000000000000003000300400000"
            "000"
            "200020042000000000000000000000001000000410000d8"),
        "user=A@64+3 parameter:workstation=\xEF\xBF\xBD@66+2 [ntlmssp] [malformed]", ALL },
    { "NTLM", 'C', 1, RAW("NTLMSSP\0\4\0\0\0"), "[ntlmssp] [malformed]", ALL },
    { "NTLM", 'S', 0, RAW("NTLM supported"), "[malformed]", ALL },

    { "NO-SUCH-THING", 'C', 0, RAW("x"), "", 0 },
};

static void test_vectors(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const vector *row = &vectors[i];
        GBytes *octets = octets_of(row);
        size_t length;
        const void *data = g_bytes_get_data(octets, &length);
        char *text = sasl_rendered(row->mechanism, sender_of(row), row->ordinal, data, length);
        if (g_strcmp0(text, row->expected) != 0) {
            g_test_message("row %zu, %s %c%u", i, row->mechanism, row->sender, row->ordinal);
        }
        g_assert_cmpstr(text, ==, row->expected);
        g_free(text);
        g_bytes_unref(octets);
    }
}

static void test_truncated(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const vector *row = &vectors[i];
        GBytes *octets = octets_of(row);
        size_t length;
        const void *data = g_bytes_get_data(octets, &length);
        for (size_t head = 0; head < length; head++) {
            bool malformed = sasl_is_malformed(
                row->mechanism, sender_of(row), row->ordinal, data, head);
            bool must_be = head > 0 && head < row->whole_from;
            if (must_be && !malformed) {
                g_test_message("row %zu, %s, %zu octets", i, row->mechanism, head);
            }
            g_assert_true(malformed || !must_be);
        }
        g_bytes_unref(octets);
    }
}

static void test_replaced(void)
{
    static const uint8_t replacements[] = { 0x00, 0xFF, ',', '=', '"', '\\', 0x01, '}' };
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const vector *row = &vectors[i];
        GBytes *octets = octets_of(row);
        size_t length;
        uint8_t *copy = g_bytes_unref_to_data(octets, &length);
        for (size_t at = 0; at < length; at++) {
            uint8_t original = copy[at];
            for (size_t r = 0; r < G_N_ELEMENTS(replacements); r++) {
                copy[at] = replacements[r];
                sasl_is_malformed(row->mechanism, sender_of(row), row->ordinal, copy, length);
            }
            copy[at] = original;
        }
        g_free(copy);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sasl/vectors", test_vectors);
    g_test_add_func("/sasl/truncated", test_truncated);
    g_test_add_func("/sasl/replaced", test_replaced);
    return g_test_run();
}
