"""Each login mechanism, first with the right secret and then with a wrong one.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import hashlib
import hmac
import json

import mails
import servers
import stage

MECHANISMS = ("plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 anonymous"
              " xoauth2 oauthbearer")
SETTINGS = f"""auth_mechanisms = {MECHANISMS}
auth_anonymous_username = carol
login_greeting = pop.example.com ready.
auth_realms = example.com
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = /etc/dovecot/oauth2.conf
}}
"""
OAUTH = """introspection_mode = local
local_validation_key_dict = fs:posix:prefix=/etc/dovecot/keys/
username_attribute = sub
issuers = https://login.example.com
"""
KEY = b"a published test key"
WITH_MPOP = {
    "plain": "The password in base64, in the first line of the client.",
    "login": "Two questions, two answers in base64.",
    "cram-md5": "A challenge, and the password only as a digest of it.",
    "digest-md5": "Challenge with realm and nonce, answer, and the server's own proof.",
    "scram-sha-1": "Salt and iterations, the client's proof, the server's signature.",
    "scram-sha-256": "As SCRAM-SHA-1, with a stronger hash.",
}
TRIES = {"plain": "pop.auth.password", "login": "pop.auth.username", "cram-md5": "pop.auth.digest",
         "digest-md5": "pop.auth.nonce", "scram-sha-1": "pop.auth.iterations",
         "scram-sha-256": "pop.auth.proof", "ntlm": "pop.auth.data",
         "xoauth2": "pop.auth.token", "oauthbearer": "pop.auth.error",
         "anonymous": 'pop.auth.mechanism == "ANONYMOUS"'}


def token(user, key=KEY):
    """A JSON web token, signed with HMAC-SHA-256."""
    def url64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    head = url64(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = url64(json.dumps({"iss": "https://login.example.com", "sub": user, "iat": 1736154000,
                             "exp": 4102444800}).encode())
    signature = url64(hmac.new(key, head + b"." + body, hashlib.sha256).digest())
    return (head + b"." + body + b"." + signature).decode()


def mpop_settings(mechanism, password):
    return (f"defaults\nkeep on\ndelivery mbox /root/inbox\naccount {password}\n"
            f"host pop.example.com\nuser alice\npassword {password}\nauth {mechanism}\ntls off\n")


def with_mpop(client, mechanism):
    for password, works in (("wonderland", True), ("looking-glass", False)):
        client.write("/root/.mpoprc", mpop_settings(mechanism, password), 0o600)
        client.sh(f"mpop {password}; test $? {'=' if works else '!='} 0")


def with_curl(client, mechanism):
    tokens = {"xoauth2": True, "oauthbearer": True}
    for good in (True, False):
        if mechanism in tokens:
            bearer = token("alice", KEY if good else b"another key")
            login = f"-u alice: --oauth2-bearer {bearer}"
        else:
            login = f"-u alice:{'wonderland' if good else 'looking-glass'}"
        client.sh(f"curl -sS {login} --login-options AUTH={mechanism.upper()}"
                  f" pop3://pop.example.com/1; test $? {'=' if good else '!='} 0")


ANONYMOUS = """
import base64, poplib
pop = poplib.POP3("pop.example.com")
pop.capa()
pop._shortcmd("AUTH ANONYMOUS " + base64.b64encode(b"guest@example.org").decode())
pop.stat()
pop.quit()
pop = poplib.POP3("pop.example.com")
print(pop._shortcmd("AUTH ANONYMOUS"))
try:
    pop._shortcmd("*")  # takes back the login
except poplib.error_proto as error:
    print(error)
pop.quit()
"""


def one(mechanism, scene):
    with_secret = mechanism in WITH_MPOP
    if mechanism == "ntlm":  # not in this Dovecot
        server = servers.Cyrus(scene, {"alice": mails.everyday(1)})
    else:
        server = servers.Dovecot(scene, {"alice": mails.everyday(1), "carol": []}, more=SETTINGS)
        server.machine.write("/etc/dovecot/oauth2.conf", OAUTH)
        server.machine.write("/etc/dovecot/keys/default/HS256/default", base64.b64encode(KEY))
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=4,jitter=1")
    name = "mpop" if with_secret else "poplib" if mechanism == "anonymous" else "curl"
    shows = WITH_MPOP.get(mechanism) or {
        "ntlm": "Three binary messages; the password never travels.",
        "xoauth2": "A bearer token instead of a password; the refusal is JSON.",
        "oauthbearer": "The same by RFC 7628; the refusal is JSON.",
        "anonymous": "A login without a secret; then one that the client takes back with `*`."}[mechanism]
    outcome = "" if mechanism == "anonymous" else " Accepted, then refused."
    with scene.capture(f"sasl-{mechanism}", client, shows=f"{mechanism.upper()}: {shows}{outcome}",
                       server=server.describe(), client=client.client(name),
                       tries=TRIES[mechanism]) as capture:
        if mechanism == "anonymous":
            client.python(ANONYMOUS)
            return
        capture.truth(server.truth("alice"))
        (with_mpop if with_secret else with_curl)(client, mechanism)


def play(_):
    for mechanism in MECHANISMS.split() + ["ntlm"]:
        if stage.wanted(mechanism):
            with stage.part() as part:
                one(mechanism, part)
