"""Each preference does what its help text says.

Two are tested where they belong: pop.dissector in test_loading.py, pop.secrets in test_verified.py.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import unittest

import harness
from harness import captures

OWN = {"desegment_data", "dissector", "decode_top", "heuristic_strictness", "hide_passwords", "kpop_ports",
       "line_limit", "message_limit", "tls_in_mid_session"}

LOGIN = (("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
         ("S", b"+OK\r\n"))
MAIL = b"Subject: hello\r\n\r\n" + b"text\r\n" * 50

# Logins whose passwords and tokens go over the wire.
WITH_SECRETS = ["user-pass", "second-user-logs-in", "auth-plain", "sasl-plain-authzid",
                "sasl-login-draft", "auth-login", "sasl-securid", "sasl-xoauth2-refused",
                "sasl-oauthbearer", "auth-initial-response-accepted", "pop1-rfc918-scenario",
                "pop2-rfc937-example-1", "gap-in-commands", "sasl-answer-not-base64"]
WONDERLAND = b"AGFsaWNlAHdvbmRlcmxhbmQ="  # of PLAIN: alice, wonderland
# Logins that prove knowledge of a secret without telling it.
WITHOUT_SECRETS = ["auth-cram-md5", "auth-scram", "apop-session", "rfc5034-digest-md5", "auth-cancelled"]


def column(content: str) -> list[str]:
    """The words that make tshark print this column alone."""
    return ["-o", f'gui.column.format:"x","{content}"']


class HelpTexts(harness.CaptureTest):
    def test_each_has_one(self):
        """tshark prints it as a comment before the preference."""
        text = self.workplace.run("tshark", "-G", "currentprefs").stdout.decode(errors="replace")
        found = re.findall(r"((?:^# .*\n)+)#?pop\.(\w+):", text, re.MULTILINE)
        helps = {name: help for help, name in found}
        self.assertLessEqual(OWN, set(helps))
        for name, help in helps.items():
            with self.subTest(preference=name):
                self.assertGreater(len(help), 40)


class Mails(harness.CaptureTest):
    """Which mails go to the mail dissector and into its export."""

    def setUp(self) -> None:
        super().setUp()
        self.session = self.capture(captures.conversation(
            *LOGIN, ("C", b"TOP 1 50\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"),
            ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n")))

    def decoded(self, *prefs: str) -> list[str]:
        """By which commands mails were fetched that were decoded; the column tells the same."""
        commands = [row[0][0] for row in self.fields(self.session, "pop.command",
                                                     filter="imf.subject", prefs=prefs)]
        protocols = self.tshark(self.session, *column("%p"), prefs=prefs).split()
        self.assertEqual(protocols.count("POP/IMF"), len(commands))
        self.assertEqual(len(self.export_imf(self.session, prefs)), len(commands))
        return commands

    def test_decode_top(self):
        self.assertEqual(self.decoded(), ["TOP", "RETR"])
        self.assertEqual(self.decoded("pop.decode_top:FALSE"), ["RETR"])

    def test_desegment_data(self):
        self.assertEqual(self.decoded("pop.desegment_data:FALSE"), [])

    def test_message_limit(self):
        mail = b"Subject: large\r\n\r\n" + b"0123456789\r\n" * 100_000
        capture = self.capture(captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n")),
            captures.by_size(60000))
        self.assertEqual(self.count(capture, "imf", prefs=["pop.message_limit:1"]), 0)
        self.assertEqual(self.count(capture, "imf", prefs=["pop.message_limit:2"]), 1)

    def test_line_limit(self):
        capture = self.capture(captures.conversation(
            ("S", b"+OK ready\r\n"), ("C", b"XYZZY " + b"x" * 1000 + b"\r\n")), captures.by_size(100))
        for limit, kept in (("512", 512), ("2000", 1006)):
            values = self.values(capture, "pop.request", prefs=[f"pop.line_limit:{limit}"])
            self.assertEqual([len(value) for value in values], [kept])


class Heuristic(harness.CaptureTest):
    def test_strictness(self):
        options = captures.Options(server_port=12345)
        bare = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n")), options=options)
        named = self.capture(captures.conversation(
            ("S", b"+OK POP3 ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n")), options=options)
        strict = ["pop.heuristic_strictness:strict"]
        self.assertEqual(self.count(bare, "pop"), 2)
        self.assertEqual(self.count(bare, "pop", prefs=strict), 0)
        self.assertEqual(self.count(named, "pop"), 3)
        self.assertEqual(self.count(named, "pop", prefs=strict), 3)


class TlsInMidSession(harness.CaptureTest):
    def test_hello_without_stls(self):
        hello = bytes.fromhex("16030100" "2f" "0100002b" "0303") + bytes(32) + bytes.fromhex(
            "00" "0002" "1301" "0100" "0000")
        capture = self.capture(captures.conversation(
            *LOGIN[:3], ("C", hello), ("S", b"+OK\r\n")))
        found = "tls.handshake.type == 1"
        self.assertEqual(self.count(capture, found), 1)
        self.assertEqual(self.count(capture, found, prefs=["pop.tls_in_mid_session:FALSE"]), 0)


class HiddenPasswords(harness.CaptureTest):
    HIDE = ["pop.hide_passwords:TRUE"]

    def all_text(self, capture, **options) -> str:
        """All that our protocol shows: tree, columns, values, and the octets that PDML has of them."""
        pdml = self.tshark(capture, "-T", "pdml", "-J", "pop", **options)
        columns = self.tshark(capture, **options)
        tree = self.tshark(capture, "-O", "pop", "-V", **options)
        # The lowest layers' trees hold the payload; they are the host's.
        own = re.findall(r"^Post Office Protocol.*?(?=^\S|\Z)", tree, re.MULTILINE | re.DOTALL)
        return pdml + columns + "".join(own)

    def secrets(self, capture) -> set[str]:
        """Passwords and tokens, what holds them in base64, and all of that in hexadecimal."""
        rows = self.fields(capture, "pop.auth.password", "pop.auth.token", "pop.request.data",
                           "pop.auth.initial_response", filter="pop.auth.password || pop.auth.token")
        found = {value for row in rows for values in row for value in values}
        found -= {"QUIT", "password"}  # sent behind an answer; a word of the plugin's own
        return found | {value.encode().hex() for value in found}

    def test_nowhere_to_be_seen(self):
        for cutting, cut in (("runs", captures.whole), ("5", captures.by_size(5))):
            for two_pass in (False, True):
                with self.subTest(cutting=cutting, two_pass=two_pass):
                    capture = self.dialogues(WITH_SECRETS, cut)
                    # A mail may hold the same letters as a short secret; so may a name.
                    secrets = {secret for secret in self.secrets(capture) if len(secret) >= 5}
                    self.assertGreater(len(secrets), 20)
                    shown = self.all_text(capture, two_pass=two_pass)
                    hidden = self.all_text(capture, two_pass=two_pass, prefs=self.HIDE)
                    self.assertEqual({secret for secret in secrets if secret not in shown}, set())
                    self.assertEqual({secret for secret in secrets if secret in hidden}, set())

    def test_what_stands_in_their_place(self):
        capture = self.dialogue("second-user-logs-in")
        self.assertEqual(
            [self.values(capture, name, prefs=self.HIDE, filter='pop.request.command == "PASS"')
             for name in ("pop.request", "pop.request.parameter", "pop.auth.password")],
            [["PASS (hidden)"] * 2, ["(hidden)"] * 2, ["(hidden)"] * 2])
        lines = self.tshark(capture, *column("%i"), prefs=self.HIDE).split("\n")
        self.assertEqual([line for line in lines if "PASS" in line], ["C: PASS (hidden)"] * 2)

    def test_decoded_message(self):
        lines = self.tshark(self.dialogue("auth-plain"), "-O", "pop", "-V", prefs=self.HIDE).split("\n")
        self.assertEqual({line.strip() for line in lines if "Decoded data" in line},
                         {"Decoded data: (hidden)"})

    def test_answer_that_cannot_be_read(self):
        """It may be a password that was typed as it is."""
        answers = self.values(self.dialogue("sasl-answer-not-base64"), "pop.request.data",
                              prefs=self.HIDE)
        self.assertGreater(len(answers), 0)
        self.assertEqual(set(answers), {"(hidden)"})

    def test_what_is_known_of_the_login_stays(self):
        names = ("pop.auth.username", "pop.auth.mechanism", "pop.auth.result", "pop.session.user",
                 "pop.expert.cleartext_password")
        capture = self.dialogues([name for name in WITH_SECRETS if name != "sasl-answer-not-base64"])
        self.assertEqual(self.fields(capture, *names, prefs=self.HIDE), self.fields(capture, *names))

    def test_digests_and_proofs_are_shown(self):
        capture = self.dialogues(WITHOUT_SECRETS)
        self.assertEqual(self.trees(capture, prefs=self.HIDE), self.trees(capture))

    def test_two_passes(self):
        capture = self.dialogues(WITH_SECRETS, captures.by_size(4))
        without = (*harness.FORWARD_FIELDS, "pop.maildrop", "_ws.expert", "pop.auth.result",
                   "pop.message.complete", "pop.expert.no_reply")
        self.assertEqual(self.trees(capture, without, prefs=self.HIDE),
                         self.trees(capture, without, prefs=self.HIDE, two_pass=True))

    def hidden(self, *exchange: tuple[str, bytes]) -> list[str]:
        """What Info says of each frame, when none shows the secret anywhere."""
        capture = self.capture(captures.conversation(("S", b"+OK\r\n"), *exchange))
        self.assertIn("wonderland", self.all_text(capture, two_pass=True))
        hidden = self.all_text(capture, two_pass=True, prefs=self.HIDE)
        self.assertNotIn("wonderland", hidden.lower())
        self.assertNotIn(WONDERLAND.decode(), hidden)
        lines = self.fields(capture, "_ws.col.Info", prefs=self.HIDE)
        return [line[0][0] for line in lines[1:]]

    def test_mistyped_commands_and_their_echo(self):
        self.assertEqual(
            self.hidden(("C", b"PAS wonderland\r\n"), ("S", b"-ERR no PAS here: wonderland?\r\n"),
                        ("C", b"PASSwonderland\r\n"), ("S", b"-ERR \"PASSWONDERLAND\"\r\n")),
            ["C: (hidden)", "S: -ERR no (hidden)?", "C: (hidden)", 'S: -ERR "(hidden)"'])

    def test_what_a_command_does_not_define(self):
        self.assertEqual(
            self.hidden(("C", b"STAT wonderland\r\n"), ("S", b"-ERR\r\n"),
                        ("C", b"RETR wonderland\r\n"), ("S", b"-ERR not in wonderland\r\n"),
                        ("C", b"APOP a b wonderland\r\n"), ("S", b"-ERR\r\n")),
            ["C: STAT (hidden)", "S: -ERR", "C: RETR (hidden)", "S: -ERR not in (hidden)",
             "C: APOP a b (hidden)", 'S: login of "a" rejected (APOP): -ERR'])

    def test_echo_of_a_password(self):
        self.assertEqual(
            self.hidden(("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS wonderland\r\n"),
                        ("S", b"-ERR a has no wonderland\r\n"))[2:],
            ["C: PASS (hidden)", 'S: login of "a" rejected (USER): -ERR a has no (hidden)'])

    def test_answer_behind_a_refused_auth(self):
        line = WONDERLAND + b"\r\n"
        self.assertEqual(
            self.hidden(("C", b"AUTH PLAIN\r\n"), ("S", b"-ERR no\r\n"), ("C", line),
                        ("S", b"-ERR unknown " + line), ("C", b"PASS wonderland\r\n"),
                        ("S", b"-ERR\r\n"))[2:4],
            ['C: PLAIN: "alice"', "S: -ERR unknown (hidden)"])

    def test_prompts_of_login_say_what_is_secret(self):
        """The password is asked for first; the last prompt is nothing that is known."""
        self.assertEqual(
            self.hidden(("C", b"AUTH LOGIN\r\n"), ("S", b"+ UGFzc3dvcmQ6\r\n"),
                        ("C", b"d29uZGVybGFuZA==\r\n"), ("S", b"+ VXNlcm5hbWU6\r\n"),
                        ("C", b"YWxpY2U=\r\n"), ("S", b"-ERR\r\n"),
                        ("C", b"AUTH LOGIN\r\n"), ("S", b"+ Pz8=\r\n"),
                        ("C", b"YWxpY2U=\r\n"), ("S", b"-ERR\r\n"))[1:6],
            ["S: LOGIN challenge", "C: LOGIN password", "S: LOGIN challenge", 'C: LOGIN: "alice"',
             'S: login of "alice" rejected (LOGIN): -ERR'])

    def test_after_the_login_all_is_shown(self):
        capture = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
            ("S", b"+OK\r\n"), ("C", b"XYZZY plugh\r\n"), ("S", b"-ERR plugh\r\n")))
        lines = self.fields(capture, "_ws.col.Info", prefs=self.HIDE)
        self.assertEqual([line[0][0] for line in lines[-2:]], ["C: XYZZY plugh", "S: -ERR plugh"])

    def test_credentials(self):
        text = self.tshark(self.dialogue("second-user-logs-in"), "-q", "-z", "credentials", prefs=self.HIDE)
        self.assertEqual(text.count("(password hidden)"), 2)


if __name__ == "__main__":
    unittest.main()
