"""Lines that the capture's snap length cut off: what is sure of them is shown, what may go on is not.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

Run = captures.Run


def cut_off(direction: str, octets: bytes) -> captures.Run:
    return Run(direction, octets, cut_off=9)


SESSION = [
    Run("S", b"+OK ready\r\n"), cut_off("C", b"USER al"), Run("S", b"+OK\r\n"),
    cut_off("C", b"PASS sesa"), cut_off("S", b"-ERR [AUTH] No"), cut_off("C", b"AUTH PLAIN AHRpbQBzZXNh"),
    cut_off("S", b"+OK 3 mes"), Run("C", b"STAT\r\n"), cut_off("S", b"+OK 3 12"), Run("C", b"LIST 2\r\n"),
    cut_off("S", b"+OK 2 1"), cut_off("C", b"TOP 2 1"), Run("S", b"-ERR\r\n"), cut_off("C", b"DELE 1"),
    Run("S", b"+OK\r\n"), Run("C", b"QUIT\r\n"), cut_off("S", b"+OK Bye\r"),
]
REPLIES = [["+OK ready"], ["+OK"], ["-ERR [AUTH] No"], ["+OK 3 mes"], ["+OK 3 12"], ["+OK 2 1"], ["-ERR"],
           ["+OK"], ["+OK Bye"]]


class CutOff(harness.CaptureTest):
    def setUp(self):
        super().setUp()
        self.session = self.capture(SESSION)

    def column(self, name: str, **options) -> list[list[str]]:
        return [row[0] for row in self.fields(self.session, name, filter=name, **options)]

    def test_commands_and_replies(self):
        self.assertEqual(self.column("pop.request.command"),
                         [[name] for name in ("USER", "PASS", "AUTH", "STAT", "LIST", "TOP", "DELE", "QUIT")])
        self.assertEqual(self.column("pop.response"), REPLIES)
        self.assertEqual(self.count(self.session, "pop.response_to"), len(REPLIES) - 1)
        self.assertEqual(self.count(self.session, "pop.expert.line_incomplete"), 10)
        self.assertEqual(self.count(self.session, "pop.line.part"), 0)

    def test_numbers_that_may_go_on(self):
        self.assertEqual(self.column("pop.request.message"), [["2"], ["2"]])  # of LIST and TOP, not of DELE
        for name in ("pop.request.lines", "pop.stat.size", "pop.list.size"):
            self.assertEqual(self.column(name), [], name)

    def test_logins(self):
        self.assertEqual(self.column("pop.auth.result"), [["2"], ["1"]])  # refused, accepted
        self.assertEqual(self.column("pop.auth.mechanism"), [["USER"], ["USER"], ["USER"], ["USER"],
                                                             ["PLAIN"], ["PLAIN"]])
        for name in ("pop.auth.username", "pop.auth.password", "pop.auth.initial_response", "pop.session.user"):
            self.assertEqual(self.column(name), [], name)

    def test_secrets_stay_hidden(self):
        text = self.tshark(self.session, "-V", prefs=["pop.hide_passwords:TRUE"])
        self.assertEqual([word for word in ("sesa", "AHRp") if word in text], [])
        self.assertIn("PASS (hidden)", text)

    def test_columns(self):
        info = [row[0][0] for row in self.fields(self.session, "_ws.col.Info")]
        self.assertIn("C: AUTH PLAIN AHRpbQBzZXNh...", info)
        self.assertIn("S: +OK Bye...", info)


if __name__ == "__main__":
    unittest.main()
