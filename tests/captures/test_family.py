"""Exact values of the fields, for every version, command and login mechanism of the family.

The dialogues are one capture each time, a connection each: a table names what is expected of which.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

ACCEPTED, REJECTED, CANCELLED = "1", "2", "3"
TIMESTAMP = "<1896.697170952@dbc.mtview.ca.us>"
SCRAM_NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"


def auth(mechanism: str, *results: str, **values: list[str]) -> dict[str, list[str]]:
    """What is expected of a login: `mechanism` on each of its lines, the verdicts, other fields. The
    user's name stands on each line from the one that names him to the verdict; there and behind it,
    it is the identity to act as, where there is one."""
    expected = {f"pop.auth.{name}": value for name, value in values.items()}
    return {"pop.auth.mechanism": [mechanism], "pop.auth.result": list(results), **expected}


LOGINS = {
    "user-pass": auth("USER", REJECTED, ACCEPTED, username=["alice"] * 3 + ["bob"] * 3),
    "second-user-logs-in": auth("USER", REJECTED, ACCEPTED,
                                username=["alice"] * 3 + ["bob"] * 3,
                                password=["wrong", "builder"]),
    "apop-session": auth("APOP", ACCEPTED, username=["mrose"] * 2, challenge=[TIMESTAMP],
                         digest=["c4c9334bac560ecc979e58001b3e22fb"]),
    "sasl-plain-authzid": auth("PLAIN", ACCEPTED, authzid=["bob"], username=["alice", "bob"],
                               password=["wonderland"]),
    "auth-plain": auth("PLAIN", REJECTED, ACCEPTED),
    "sasl-login-draft": auth("LOGIN", REJECTED, ACCEPTED, username=["alice"] * 8,
                             password=["wrong", "wonderland"],
                             challenge=["User Name", "Password", "Password:"]),
    "auth-cram-md5": auth("CRAM-MD5", ACCEPTED, username=["tim"] * 2,
                          digest=["b913a602c7eda7a495b4e6e7334d3890"],
                          challenge=["<1896.697170952@postoffice.reston.mci.net>"]),
    "sasl-cram-md5-refused": auth("CRAM-MD5", REJECTED, username=["tim the wizard"] * 2),
    "rfc5034-digest-md5": auth(
        "DIGEST-MD5", ACCEPTED, username=["chris"] * 4, realm=["elwood.innosoft.com"] * 2,
        nonce=["OA6MG9tEQGm2hh"] * 2, cnonce=["OA6MHXh6VqTrRk"],
        digest=["b0d56d2f054c24b62072322106468db9"],
        signature=["0b971462cef5e8f930db9a33b02fc9a0"],
        parameter=["qop=auth", "algorithm=md5-sess", "charset=utf-8", "charset=utf-8",
                   "nc=00000001", "qop=auth", "digest-uri=pop/elwood.innosoft.com"]),
    "auth-scram": auth(
        "SCRAM-SHA-256", ACCEPTED, username=["user"] * 6, cnonce=["rOprNGfwEbeRWgbNEkqO"],
        nonce=[SCRAM_NONCE] * 2, salt=["W22ZaJ0SNY7soEsUEjb6gQ=="], iterations=["4096"],
        channel_binding=["biws"], proof=["dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="],
        signature=["6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="]),
    "sasl-scram-plus": auth("SCRAM-SHA-256-PLUS", ACCEPTED, username=["al=ice"] + ["b,ob"] * 5,
                            authzid=["b,ob"], iterations=["10000"]),
    "sasl-scram-refused": auth("SCRAM-SHA-1", REJECTED, username=["user"] * 6,
                               salt=["QSXCR+Q6sek8bf92"],
                               error=["invalid-proof"] * 2),  # where it is said; at the verdict
    "sasl-external": auth("EXTERNAL", REJECTED, ACCEPTED, authzid=["alice"]),
    "sasl-anonymous": auth("ANONYMOUS", ACCEPTED, parameter=["trace=sirhc@example.org"]),
    "sasl-xoauth2-refused": auth(
        "XOAUTH2", REJECTED, username=["someuser@example.com"] * 4,
        token=["vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg=="], error=["401"] * 2),
    "sasl-oauthbearer": auth("OAUTHBEARER", REJECTED, ACCEPTED, token=["old", "new"],
                             authzid=["user@example.com"] * 2, error=["invalid_token"] * 2),
    "sasl-oauthbearer-cancelled": auth("OAUTHBEARER", CANCELLED, token=["old"],
                                       error=["invalid_token"]),
    "sasl-ntlm": auth("NTLM", ACCEPTED, username=["alice"] * 2, realm=["EXAMPLE"] * 2,
                      nonce=["0123456789abcdef"]),
    "sasl-ntlm-refused": auth("MSN", REJECTED, username=["alice"] * 2),
    "sasl-gssapi": auth("GSSAPI", ACCEPTED, authzid=["alice"]),
    "sasl-gssapi-layer": auth("GSSAPI", ACCEPTED, authzid=["alice"]),
    "sasl-gssapi-refused": auth("GSSAPI", CANCELLED),
    "sasl-spnego": auth("GSS-SPNEGO", ACCEPTED),
    "sasl-gs2": auth("GS2-KRB5", REJECTED, authzid=["bob"]),
    "sasl-kerberos-v4": auth("KERBEROS_V4", REJECTED, nonce=["0261588a"]),
    "sasl-otp": auth("OTP", ACCEPTED, username=["tim"] * 4, digest=["11d4c147e227c1f1"],
                     challenge=["otp-md5 123 ke1234 ext"]),
    "sasl-skey": auth("SKEY", REJECTED, username=["morgan"] * 4, challenge=["95 Qa58308"],
                      digest=["BOOK LOAM STAG IRE BEAN FOWL"]),
    "sasl-securid": auth("SECURID", ACCEPTED, username=["magnus"] * 4,
                         password=["123456", "654321"], challenge=["passcode"]),
    "sasl-saml20": auth("SAML20", ACCEPTED),
    "sasl-openid20": auth("OPENID20", REJECTED, error=["fail"] * 2),
    "sasl-rpa": auth("RPA", REJECTED),
    "sasl-unknown": auth("X-SECRET", ACCEPTED),
    "auth-cancelled": auth("LOGIN", CANCELLED),
    "pop2-rfc937-example-1": auth("HELO", ACCEPTED, username=["POSTEL"] * 2, password=["SECRET"]),
    "pop2-again-and-on": auth("HELO", ACCEPTED, username=["alice"] * 2),
    "pop2-errors": auth("HELO", REJECTED, username=["alice"] * 2, password=["wrong"]),
    "pop1-rfc918-scenario": auth("USER", ACCEPTED, username=["Fred"] * 3, password=["password"]),
    "pop1-other-ways": auth("USER", REJECTED, ACCEPTED, username=["Fred"] * 6,
                            password=["wrong", "right"]),
}

VALUES = {
    "apop-session": {
        "pop.apop.timestamp": [TIMESTAMP], "pop.apop.offered": ["1"],
        "pop.apop.digest": ["c4c9334bac560ecc979e58001b3e22fb"],
        "pop.stat.count": ["2"], "pop.stat.size": ["320"],
        "pop.list.message": ["1", "2"], "pop.list.size": ["120", "200"],
        "pop.message.deleted": ["1", "2"]},
    "rfc2449-capa-and-codes": {
        "pop.response.code": ["IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH"],
        "pop.server.software": ["Shlemazle-Plotz-v302"],
        "pop.capability.name": ["TOP", "USER", "SASL", "RESP-CODES", "LOGIN-DELAY", "PIPELINING",
                                "EXPIRE", "UIDL", "IMPLEMENTATION", "LOGIN-DELAY", "EXPIRE",
                                "EXPIRE", "SASL", "UTF8", "X-OWN"],
        "pop.capability.parameter": ["CRAM-MD5", "KERBEROS_V4", "900", "60",
                                     "Shlemazle-Plotz-v302", "900", "USER", "NEVER", "0", "USER",
                                     "USER", "a", "b"],
        "pop.capability.sasl": ["CRAM-MD5", "KERBEROS_V4"],
        "pop.capability.login_delay": ["900", "900"], "pop.capability.expire": ["60", "0"],
        "pop.capability.expire_never": ["1"], "pop.capability.per_user": ["1", "1"],
        "pop.capability.implementation": ["Shlemazle-Plotz-v302"],
        "pop.capability.utf8_user": ["1"]},
    "rfc6856-examples": {
        "pop.lang.tag": ["en", "en-boont", "de", "it", "es", "sv", "sv", "es"],
        "pop.auth.username": ["j\u00f6rg"] * 3, "pop.auth.password": ["gr\u00fc\u00dfe"]},
    "deletions-committed": {"pop.message.deleted": ["3", "1"]},
    "deletions-lost": {"pop.message.deleted": []},
    "deletions-undone": {"pop.message.deleted": ["5"]},
    "deletions-refused-at-quit": {"pop.message.deleted": []},
    "pop2-rfc937-example-1": {
        "pop.count.messages": ["2"], "pop.count.octets": ["37", "18", "0"],
        "pop.message.length": ["37", "18"], "pop.message.complete": ["1", "1"],
        "pop.message.announced.reply": ["37", "18"], "pop.message.deleted": ["1", "2"],
        "imf.subject": ["one"], "imf.from": ["x"]},
    "pop2-again-and-on": {
        "pop.count.messages": ["3", "1", "0"],
        "pop.count.octets": ["4", "4", "6", "0", "2", "0"],
        "pop.message.length": ["4", "4", "6", "2"]},
    "pop1-rfc918-scenario": {
        "pop.count.octets": ["28"], "pop.message.length": ["28"], "imf.from": ["a"]},
    "proxy-v1": {"pop.proxy": ["1"]},
    "proxy-v2": {"pop.proxy": ["1"], "pop.request.command": ["USER"]},
    "sasl-ntlm": {"ntlmssp.messagetype": ["0x00000001", "0x00000002", "0x00000003"],
                  "ntlmssp.auth.username": ["alice"]},
    "sasl-gssapi": {"gss-api.OID": ["1.2.840.113554.1.2.2"] * 2},
    "sasl-spnego": {"spnego.negResult": ["0"]},
    "digest-md5-layer": {"pop.request.command": ["AUTH"], "pop.protected": [
        "00000016535441540d0a30313233343536373839000100000000",
        "000000192b4f4b203020300d0a30313233343536373839000100000000",
        "00000016515549540d0a30313233343536373839000100000001"]},
}

# Values that stand on many lines: only that they change is of interest.
COURSES = {
    "apop-session": {"pop.session.state": ["1", "2", "3"], "pop.session.user": ["mrose"],
                     "pop.version": ["3"], "pop.message.number": ["1", "2"]},
    "second-user-logs-in": {"pop.session.user": ["bob"], "pop.session.state": ["1", "2"]},
    "sasl-plain-authzid": {"pop.session.user": ["bob"]},
    "sasl-ntlm": {"pop.session.user": ["alice"]},
    "sasl-gssapi-layer": {"pop.session.user": ["alice"]},
    "rfc5034-digest-md5": {"pop.session.user": ["chris"]},
    "deletions-committed": {"pop.session.state": ["1", "2", "3"],
                            "pop.message.number": ["3", "4", "1"]},
    "wrong-states": {"pop.session.state": ["1", "2", "3"]},
    "pop2-rfc937-example-1": {
        "pop.version": ["2"], "pop.message.number": ["1", "2"], "pop.session.user": ["POSTEL"],
        "pop.session.state": ["21", "22", "23", "24", "23", "24", "23"]},
    "pop2-again-and-on": {"pop.message.number": ["2", "3", "1"]},
    "pop1-rfc918-scenario": {
        "pop.version": ["1"], "pop.session.user": ["Fred"],
        "pop.session.state": ["11", "12", "13", "14", "12"]},
    "pop1-elsewhere": {"pop.version": ["3", "1"]},
    "pop3-on-the-old-port-without-capa": {"pop.session.state": ["11", "2", "3"]},
    "kpop": {"pop.session.state": ["1", "2", "3"], "pop.session.user": ["alice"]},
}


PORT_OF_KPOP = ("-o", "pop.kpop_ports:1109")


def changes(values: list[str]) -> list[str]:
    return [value for i, value in enumerate(values) if i == 0 or value != values[i - 1]]


class Family(harness.CaptureTest):
    def values_of(self, table: dict) -> dict[str, dict[str, list[str]]]:
        fields = sorted({field for expected in table.values() for field in expected})
        return self.values_by_dialogue(sorted(table), fields, more=PORT_OF_KPOP)

    def check(self, table: dict, of_found=lambda field, values: values) -> None:
        found = self.values_of(table)
        for name, expected in table.items():
            for field, values in expected.items():
                with self.subTest(dialogue=name, field=field):
                    self.assertEqual(of_found(field, found[name][field]), values)

    def test_logins(self):
        def once(field: str, values: list[str]) -> list[str]:
            return sorted(set(values)) if field == "pop.auth.mechanism" else values
        self.check(LOGINS, once)

    def test_values(self):
        self.check(VALUES)

    def test_courses(self):
        self.check(COURSES, lambda _, values: changes(values))

    def test_challenges_stand_with_their_answers(self):
        """The challenge is generated on the answer, not on the line of the challenge."""
        capture = self.dialogues(["auth-cram-md5"])
        answers = self.values(capture, "pop.auth.challenge", filter="pop.request.data")
        self.assertEqual(answers, ["<1896.697170952@postoffice.reston.mci.net>"])


class UniqueIds(harness.CaptureTest):
    """Once UIDL has told it, the unique-id stands wherever its mail is concerned."""

    SESSION = captures.conversation(
        ("S", b"+OK ready\r\n"), ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
        ("S", b"+OK\r\n"), ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nA: b\r\n\r\n.\r\n"),
        ("C", b"UIDL\r\n"),
        ("S", b"+OK\r\n1 whqtswO00WBw418f9t5JxYwZ\r\n2 QhdPYR:00WBw1Ph7x7\r\n.\r\n"),
        ("C", b"RETR 2\r\n"), ("S", b"+OK\r\n"), ("S", b"A: b\r\n\r\nmore\r\n"),
        ("S", b"more\r\n.\r\n"), ("C", b"TOP 1 0\r\n"), ("S", b"+OK\r\nA: b\r\n\r\n.\r\n"),
        ("C", b"LIST 2\r\n"), ("S", b"+OK 2 10\r\n"), ("C", b"UIDL 1\r\n"),
        ("S", b"+OK 1 whqtswO00WBw418f9t5JxYwZ\r\n"), ("C", b"DELE 2\r\n"), ("S", b"+OK\r\n"),
        ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))

    def test_on_every_line_that_concerns_a_mail(self):
        one, two = {"whqtswO00WBw418f9t5JxYwZ"}, {"QhdPYR:00WBw1Ph7x7"}
        capture = self.capture(self.SESSION, captures.by_lines)
        seen: dict[str, list[set[str]]] = {}
        for command, uid in self.fields(capture, "pop.command", "pop.message.uid"):
            seen.setdefault(command[0] if command else "", []).append(set(uid))
        # Each line is a segment. Before UIDL nothing is known; the final "." of a mail is about it.
        self.assertEqual(seen["RETR"], [set()] * 5 + [two] * 7)
        # The lines of a listing tell theirs in pop.uidl.uid.
        self.assertEqual(seen["UIDL"], [set()] * 5 + [one, one])
        self.assertEqual(seen["TOP"], [one] * 5)
        self.assertEqual(seen["LIST"], [two] * 2)
        self.assertEqual(seen["DELE"], [two] * 2)


class OldVersions(harness.CaptureTest):
    def test_mails_are_exported(self):
        names = ["pop2-rfc937-example-1", "pop2-again-and-on", "pop1-rfc918-scenario"]
        expected = [b"Subject: one\r\n\r\n=1\r\n#2\r\n+ x\r\n- y\r\n.\r\n",
                    b"From: x\r\n\r\n+OK\r\nab", b"2222", b"2222", b"333333", b"11",
                    b"From: a\r\n\r\n+OK\r\n#5\r\n.\r\nend\r\n"]
        for cutting, cut in (("runs", captures.whole), ("3", captures.by_size(3))):
            with self.subTest(cutting=cutting):
                exported = self.export_imf(self.dialogues(names, cut))
                self.assertEqual(sorted(exported.values()), sorted(expected))

    def test_a_cut_mail_is_told(self):
        for name in ("pop2-data-cut", "pop2-data-open"):
            with self.subTest(dialogue=name):
                capture = self.dialogue(name)
                self.assertEqual(self.count(
                    capture, "pop.expert.message_incomplete or pop.expert.no_terminator",
                    two_pass=True), 1)


class Kerberos(harness.CaptureTest):
    def test_greeting_behind_the_exchange(self):
        """The Kerberos octets have no line end; the greeting shares their segment or not."""
        runs = [captures.Run("C", b"\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KPOPV1.0\0"),
                captures.Run("S", b"\0\0\0\0\x05ticket"),
                captures.Run("S", b"+OK KPOP ready\r\n"),
                captures.Run("C", b"USER alice\r\n"), captures.Run("S", b"+OK\r\n")]
        for parted in (True, False):
            with self.subTest(parted=parted):
                capture = self.capture(runs if parted else captures.joined(runs),
                                       options=captures.Options(server_port=1109))
                for ports in (PORT_OF_KPOP, ("-d", "tcp.port==1109,pop")):
                    self.assertEqual(self.values(capture, "pop.response", more=ports),
                                     ["+OK KPOP ready", "+OK"])
                    self.assertEqual(self.values(capture, "pop.request", more=ports),
                                     ["USER alice"])


class Sessions(harness.CaptureTest):
    def test_streams_are_numbered(self):
        capture = self.dialogues(["proxy-v1", "apop-session", "pop2-errors"])
        self.assertEqual(changes(self.values(capture, "pop.stream")), ["0", "1", "2"])


if __name__ == "__main__":
    unittest.main()
