"""POP on odd ports is recognised; what only looks like it is left alone.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

LOOK_ALIKES = {
    "Redis": (("C", b"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"), ("S", b"+OK\r\n"),
              ("C", b"*1\r\n$4\r\nPING\r\n"), ("S", b"+PONG\r\n")),
    "Redis inline": (("C", b"AUTH secret\r\n"), ("S", b"+OK\r\n"), ("C", b"PING\r\n"),
                     ("S", b"+PONG\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n")),
    "Redis error": (("C", b"AUTH secret\r\n"),
                    ("S", b"-ERR Client sent AUTH, but no password is set\r\n")),
    "NATS": (("S", b'INFO {"server_id":"x","version":"2.1.0","verbose":true}\r\n'),
             ("C", b'CONNECT {"verbose":true}\r\n'), ("S", b"+OK\r\n"),
             ("C", b"SUB foo 1\r\n"), ("S", b"+OK\r\n"), ("C", b"PING\r\n"), ("S", b"PONG\r\n")),
    "NATS from the middle": (("S", b"+OK\r\n"), ("C", b"PUB foo 5\r\nhello\r\n"),
                             ("S", b"+OK\r\n")),
    "NATS error": (("S", b"-ERR 'Unknown Protocol Operation'\r\n"),),
    "SMTP": (("S", b"220 example.org ESMTP POP3\r\n"), ("C", b"EHLO me\r\n"),
             ("S", b"250 example.org\r\n"), ("C", b"QUIT\r\n"), ("S", b"221 bye\r\n")),
    "FTP": (("S", b"220 FTP ready\r\n"), ("C", b"USER alice\r\n"), ("S", b"331 password\r\n"),
            ("C", b"PASS wonderland\r\n"), ("S", b"230 in\r\n")),
    "NNTP": (("S", b"200 news.example.org ready\r\n"), ("C", b"CAPABILITIES\r\n"),
             ("S", b"101 list\r\nVERSION 2\r\nREADER\r\n.\r\n"), ("C", b"LIST\r\n"),
             ("S", b"215 list\r\nmisc.test 2 1 y\r\n.\r\n")),
    "IMAP": (("S", b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"),
             ("C", b"a LOGIN alice wonderland\r\n"), ("S", b"a OK in\r\n")),
    "ManageSieve": (("S", b'"IMPLEMENTATION" "Dovecot"\r\n"STARTTLS"\r\nOK "ready"\r\n'),
                    ("C", b'AUTHENTICATE "PLAIN" "AGEAYg=="\r\n'), ("S", b"OK\r\n")),
    "HTTP": (("C", b"GET /pop3 HTTP/1.1\r\nHost: pop3\r\n\r\n"),
             ("S", b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n+OK\n")),
    "POP3 named in a banner": (("S", b"Welcome to POP3\r\n"), ("C", b"USER a\r\n")),
    "a word that begins with +OK": (("S", b"+OKAY POP3\r\n"), ("C", b"USER a\r\n")),
}

MAIL_SESSION = (("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
                ("S", b"+OK\r\n"), ("C", b"RETR 1\r\n"),
                ("S", b"+OK\r\nSubject: x\r\n\r\n.\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))

REAL = {
    "greeting names POP3": b"+OK POP3 server ready\r\n",
    "greeting has a timestamp": b"+OK ready <1896.697170952@dbc.mtview.ca.us>\r\n",
}


class Heuristic(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        text = self.workplace.run("tshark", "-G", "heuristic-decodes").stdout.decode()
        if not any(line.split("\t")[1] == "pop" for line in text.splitlines()):
            self.skipTest("this build has no heuristic")

    def odd_port(self, conversations) -> harness.Path:
        """A connection each, on ports of which nothing is known."""
        path = self.file_for_capture()
        captures.capture_several(path, [
            (captures.conversation(*speeches),
             captures.Options(server_port=8110, client_port=40000 + i))
            for i, speeches in enumerate(conversations)])
        return path

    def taken_for_pop(self, conversations) -> list[int]:
        found = self.values(self.odd_port(conversations), "tcp.stream")
        return sorted({int(stream) for stream in found})

    def test_look_alikes_are_left_alone(self):
        names = list(LOOK_ALIKES)
        taken = self.taken_for_pop(LOOK_ALIKES.values())
        self.assertEqual([names[stream] for stream in taken], [])

    def test_pop3_is_taken_by_its_greeting(self):
        sessions = [(("S", greeting), *MAIL_SESSION) for greeting in REAL.values()]
        self.assertEqual(self.taken_for_pop(sessions), [0, 1])
        self.assertEqual(len(self.export_imf(self.odd_port(sessions))), 2)

    def test_a_bare_greeting_and_then_a_command(self):
        capture = self.odd_port([(("S", b"+OK\r\n"), *MAIL_SESSION)])
        self.assertEqual(self.values(capture, "pop.request.command"),
                         ["USER", "PASS", "RETR", "QUIT"])
        self.assertEqual(len(self.export_imf(capture)), 1)

    def test_the_greeting_before_the_command_is_the_session_s(self):
        """It was seen before anybody knew: drawn from the second pass on, known to the reports at once."""
        capture = self.odd_port([(("S", b"+OK Hello there.\r\n"), *MAIL_SESSION)])
        self.assertEqual(self.values(capture, "pop.response", two_pass=True)[0], "+OK Hello there.")
        self.assertNotIn("+OK Hello there.", self.values(capture, "pop.response"))
        for options in ((), ("-2",)):
            report = self.tshark(capture, "-q", "-z", "pop,sessions", *options)
            self.assertIn("Courier", report)

    def test_can_be_turned_off(self):
        capture = self.odd_port([(("S", REAL["greeting names POP3"]), *MAIL_SESSION)])
        done = self.tshark(capture, "--disable-heuristic", "pop_tcp", "-Y", "pop")
        self.assertEqual(done, "")

    def test_nothing_is_shown_of_a_disabled_protocol(self):
        """On its own port and on others: no frame has a layer of POP."""
        named = self.file_for_capture()
        captures.capture(named, captures.conversation(("S", REAL["greeting names POP3"]), *MAIL_SESSION))
        odd = self.odd_port([(("S", REAL["greeting names POP3"]), *MAIL_SESSION)])
        for capture in (named, odd):
            self.assertIn("POP", self.tshark(capture))
            for options in ((), ("-2",)):
                done = self.tshark(capture, "--disable-protocol", "pop", *options)
                self.assertNotIn("POP", done)


if __name__ == "__main__":
    unittest.main()
