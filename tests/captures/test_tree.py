"""The tree: one subtree for each command and each reply, the session's facts once for a frame.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import re
import unittest

import harness
from harness import captures

LOGIN = (("S", b"+OK ready\r\n"), ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
         ("C", b"PASS b\r\n"), ("S", b"+OK\r\n"))
UIDL = (("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 x\r\n2 y\r\n3 z\r\n.\r\n"))
RETR = (("C", b"RETR 2\r\n"), ("S", b"+OK 11 octets\r\nSubject: a\r\n\r\n.\r\n"))
PIPELINED = (("C", b"STAT\r\nRETR 1\r\nDELE 1\r\nNOOP\r\nQUIT\r\n"),
             ("S", b"+OK 1 2\r\n-ERR no\r\n-ERR | no\r\n+OK\r\n+OK\r\n"))
# Each with what stands on the root line.
ROOTS = ["Greeting", "Command USER", "Reply to USER", "Command PASS",
         'Reply to PASS, login of "alice" accepted (USER)', "Command UIDL",
         "Reply to UIDL, 3 messages", "Command RETR, message 2", "Reply to RETR, message 2",
         "Command STAT; Command RETR, message 1; Command DELE, message 1; Command NOOP; ...",
         "Reply to STAT; Reply to RETR, message 1, refused; Reply to DELE, message 1, refused; "
         "Reply to NOOP; ..."]

# Not drawn, and found by filters and -e all the same.
HIDDEN = {"pop.version": "Version:", "pop.session.tls": "TLS:", "pop.service_time": "Service time:",
          "pop.response.transfer_time": "Transfer time:", "pop.response.total_time": "Total time:",
          "pop.command": "Command:", "pop.message.number": "Message number:",
          "pop.message.uid": "Unique-id: y"}


def pairs(items: list[tuple[str, object]]) -> list[tuple[str, object]]:
    return items


class TreeTest(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        self.session = self.capture(captures.conversation(*LOGIN, *UIDL, *RETR, *PIPELINED))

    def lines(self, *, two_pass: bool = True) -> list[str]:
        return self.tshark(self.session, "-Y", "pop", "-O", "pop", two_pass=two_pass).splitlines()

    def test_root_line_says_what_is_in_the_frame(self):
        heads = [line for line in self.lines() if line.startswith("Post Office Protocol")]
        self.assertEqual(heads, [f"Post Office Protocol, {root}" for root in ROOTS])

    def test_one_subtree_for_each_reply(self):
        rows = self.fields(self.session, "pop.reply", "pop.request", "pop.response")
        self.assertEqual([tuple(map(len, row)) for row in rows],
                         [(1, 0, 1)] + [(0, 1, 0), (1, 0, 1)] * 4 + [(0, 5, 0), (5, 0, 5)])

    def test_context_once_for_each_reply(self):
        rows = self.fields(self.session, "pop.command", "pop.message.number", "pop.message.uid",
                           "pop.response_to", filter="pop.command in {\"UIDL\", \"RETR\"}")
        self.assertEqual(rows[:4], [[["UIDL"], [], [], []], [["UIDL"], [], [], ["9"]],
                                    [["RETR"], ["2"], ["y"], []], [["RETR"], ["2"], ["y"], ["11"]]])
        self.assertEqual(rows[4][:3], [["STAT", "RETR", "DELE", "NOOP", "QUIT"], ["1", "1"],
                                       ["x", "x"]])

    def test_session_once_for_each_frame(self):
        rows = self.fields(self.session, "pop.stream", "pop.version", "pop.session.tls",
                           "pop.client", "pop.server.address")
        self.assertEqual(rows, [[["0"], ["3"], ["0"], ["192.0.2.1"], ["192.0.2.110"]]] * 11)

    def test_state_and_user_where_they_change(self):
        rows = self.fields(self.session, "pop.session.state", "pop.session.user", "pop.user")
        self.assertEqual(rows, [[["1"], [], []]] + [[["1"], [], ["alice"]]] * 3
                         + [[["1"], ["alice"], ["alice"]]] + [[["2"], ["alice"], ["alice"]]] * 5
                         + [[["2", "3"], ["alice"], ["alice"]]])

    def test_hidden_items_are_found_and_not_drawn(self):
        self.session = self.capture(captures.conversation(*LOGIN, *UIDL, *RETR))
        lines = self.lines()
        for name, label in HIDDEN.items():
            with self.subTest(field=name):
                self.assertGreater(self.count(self.session, name), 0)
                self.assertEqual([line for line in lines if label in line], [])

    def test_times_that_say_something_are_drawn(self):
        """A reply in two segments: its transfer takes time."""
        def lines_apart(octets: bytes) -> list[bytes]:
            return octets.splitlines(True) if octets.startswith(b"+OK 11") else [octets]
        self.session = self.capture(captures.conversation(*LOGIN, *RETR), lines_apart)
        text = "\n".join(self.lines())
        for label in ("Transfer time", "Total time", "Response ends in"):
            with self.subTest(label=label):
                self.assertRegex(text, rf"\[{label}: ")

    def test_every_subtree_is_a_field(self):
        """In JSON a label would be the key."""
        text = self.tshark(self.session, "-T", "json", "-Y", "pop", two_pass=True)

        def check(node: object) -> None:
            for name, value in node if isinstance(node, list) else []:
                self.assertRegex(name, r"^(pop|_ws)[a-z0-9_.]*$")
                check(value)
        for packet in json.loads(text, object_pairs_hook=pairs):
            for name, layer in dict(dict(packet)["_source"])["layers"]:
                if name == "pop":
                    check(layer)

    def test_facts_of_a_message_in_their_subtree(self):
        lines = self.lines()
        at = lines.index('        [Message: 2, "a", 14 bytes]')
        self.assertEqual([re.sub(r":.*", "", line) for line in lines[at + 1:at + 5]],
                         ["            [Message length", "            [Message complete",
                          "            [SHA-256", "            [Subject"])


class Rejection(harness.CaptureTest):
    def test_names_the_user(self):
        session = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"),
            ("C", b"PASS no\r\n"), ("S", b"-ERR [AUTH] wrong\r\n"),
            ("C", b"USER bob\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS yes\r\n"), ("S", b"+OK\r\n")))
        rows = self.fields(session, "pop.auth.result", "pop.auth.username", "pop.auth.rejected",
                           "pop.auth.mechanism", "pop.user", filter="pop.auth.result")
        self.assertEqual(rows, [[["2"], ["alice"], ["alice"], ["USER"], ["alice"]],
                                [["1"], ["bob"], [], ["USER"], ["bob"]]])

    def test_of_a_command_is_no_verdict(self):
        """A name that is refused behind a failed login, its password, and USER after the login."""
        session = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"PASS early\r\n"), ("S", b"-ERR USER first\r\n"),
            ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"), ("S", b"-ERR wrong\r\n"),
            ("C", b"USER c\r\n"), ("S", b"-ERR too many\r\n"),
            ("C", b"PASS d\r\n"), ("S", b"-ERR USER first\r\n"),
            ("C", b"USER e\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS f\r\n"), ("S", b"+OK\r\n"),
            ("C", b"USER g\r\n"), ("S", b"-ERR unknown command\r\n")))
        rows = self.fields(session, "pop.auth.result", "pop.auth.username", filter="pop.auth.result")
        self.assertEqual(rows, [[["2"], ["a"]], [["1"], ["e"]]])
        self.assertEqual(self.count(session, "pop.expert.login_failed"), 1)

    def test_of_a_name_and_of_a_second_password_is_one(self):
        """The first refused name; a server that says the same of another password."""
        session = self.capture(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"USER a\r\n"), ("S", b"-ERR no such user\r\n"),
            ("C", b"USER b\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS c\r\n"), ("S", b"-ERR wrong\r\n"),
            ("C", b"PASS d\r\n"), ("S", b"-ERR wrong\r\n")))
        rows = self.fields(session, "pop.auth.result", "pop.auth.username", filter="pop.auth.result")
        self.assertEqual(rows, [[["2"], ["a"]], [["2"], ["b"]], [["2"], ["b"]]])


if __name__ == "__main__":
    unittest.main()
