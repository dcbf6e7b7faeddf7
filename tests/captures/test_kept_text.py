"""Text that a session keeps is shown as the line was that told it: octets that are no UTF-8 as ISO 8859-1.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import json
import unittest

import harness
from harness import captures

OCTETS = b"\xff\xfe\xc3"
TEXT = OCTETS.decode("latin-1")


def session() -> list[captures.Run]:
    return captures.conversation(
        ("S", b"+OK ready <1.2@%s>\r\n" % OCTETS),
        ("C", b"AUTH %s\r\n" % OCTETS), ("S", b"+ %s\r\n" % OCTETS), ("C", b"%s\r\n" % OCTETS),
        ("S", b"-ERR\r\n"),
        ("C", b"AUTH OAUTHBEARER\r\n"), ("S", b"+ \r\n"),
        ("C", base64.b64encode(b"n,a=a,\1%s=%s\1\1" % (OCTETS, OCTETS)) + b"\r\n"),
        ("S", b"-ERR\r\n"),
        ("C", b"APOP a%s %s\r\n" % (OCTETS, b"0" * 32)), ("S", b"-ERR [%s] %s\r\n" % (OCTETS, OCTETS)),
        ("C", b"USER b%s\r\n" % OCTETS), ("S", b"+OK\r\n"),
        ("C", b"PASS c\r\n"), ("S", b"+OK\r\n"),
        ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 d%s\r\n.\r\n" % OCTETS),
        ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: e%s\r\n\r\nf\r\n.\r\n" % OCTETS),
        ("C", b"%s 1\r\n" % OCTETS), ("S", b"-ERR\r\n"),
        ("C", b"DELE 1\r\n"), ("S", b"+OK\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))


class KeptText(harness.CaptureTest):
    def test_fields(self):
        capture = self.capture(session())
        for name, expected in (("pop.auth.challenge", {TEXT, f"<1.2@{TEXT}>"}),
                               ("pop.session.user", {f"b{TEXT}"}),
                               ("pop.message.uid", {f"d{TEXT}"}),
                               ("pop.maildrop.uid", {f"d{TEXT}"}),
                               ("pop.message.subject", {f"e{TEXT}"})):
            with self.subTest(name):
                self.assertEqual(set(self.values(capture, name, two_pass=True)), expected)
        self.assertIn(TEXT, self.values(capture, "pop.command"))
        self.assertIn(TEXT, self.values(capture, "pop.auth.mechanism"))
        self.assertGreater(self.count(capture, f'pop.session.user == "b{TEXT}"'), 0)

    def test_every_output_is_utf8(self):
        capture = self.capture(session())
        for words in (("-T", "json"), ("-T", "ek"), ("-T", "pdml"), ("-V",), ()):
            with self.subTest(words=words):
                text = self.tshark(capture, *words, two_pass=True)
                self.assertEqual(text.encode(errors="replace").decode(), text)
        self.assertEqual(len(json.loads(self.tshark(capture, "-T", "json", "-Y", "pop"))),
                         len(session()))

    def test_old_version(self):
        """The name of a POP2 mailbox stands in the label of the maildrop, too."""
        capture = self.capture(captures.conversation(
            ("S", b"+ POP2\r\n"), ("C", b"HELO a b\r\n"), ("S", b"#1 messages\r\n"),
            ("C", b"FOLD %s\r\n" % OCTETS), ("S", b"#0 messages\r\n"),
            ("C", b"QUIT\r\n"), ("S", b"+OK\r\n")), options=captures.Options(server_port=109))
        self.assertEqual(self.values(capture, "pop.maildrop.name", two_pass=True)[-1:], [TEXT])
        text = self.tshark(capture, "-V", two_pass=True)
        self.assertEqual(text.encode(errors="replace").decode(), text)


if __name__ == "__main__":
    unittest.main()
