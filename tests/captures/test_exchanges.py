"""Commands and replies find each other, and each line knows what it belongs to.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import unittest

import harness
from harness import captures

SESSION = captures.conversation(
    ("S", b"+OK ready <1.2@example.org>\r\n"),
    ("C", b"user alice\r\n"), ("S", b"+OK\r\n"),
    ("C", b"PASS a b\r\n"), ("S", b"+OK\r\n"),
    ("C", b"STAT\r\n"), ("S", b"+OK 2 320\r\n"),
    ("C", b"LIST\r\n"), ("S", b"+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"),
    ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 aa\r\n2 bb\r\n.\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK 7 octets\r\nSubject: x\r\n\r\n.\r\n"),
    ("C", b"DELE 3\r\n"), ("S", b"-ERR [SYS/TEMP] later\r\n"),
    ("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n"))

CUTTINGS = {"runs": captures.whole, "5": captures.by_size(5), "1": captures.by_size(1)}


LINES = {
    "pop.request.command": ["user", "PASS", "STAT", "LIST", "UIDL", "RETR", "DELE", "QUIT"],
    "pop.request": ["user alice", "PASS a b", "STAT", "LIST", "UIDL", "RETR 1", "DELE 3", "QUIT"],
    "pop.request.parameter": ["alice", "a b", "1", "3"],
    "pop.request.message": ["1", "3"],
    "pop.response": ["+OK ready <1.2@example.org>", "+OK", "+OK", "+OK 2 320", "+OK 2 messages",
                     "+OK", "+OK 7 octets", "-ERR [SYS/TEMP] later", "+OK bye"],
    "pop.response.indicator": ["+OK"] * 7 + ["-ERR", "+OK"],
    "pop.response.code": ["SYS/TEMP"],
    "pop.response.data": ["1 120", "2 200", "1 aa", "2 bb"],
    "pop.stat.count": ["2"], "pop.stat.size": ["320"],
    "pop.list.message": ["1", "2"], "pop.list.size": ["120", "200"],
    "pop.uidl.message": ["1", "2"], "pop.uidl.uid": ["aa", "bb"],
    "pop.apop.timestamp": ["<1.2@example.org>"],
}


class Lines(harness.CaptureTest):
    """Values in the order of the conversation, the same at every cutting."""

    def test_values(self):
        for cutting, cut in CUTTINGS.items():
            rows = self.fields(self.capture(SESSION, cut), *LINES)
            for i, (name, expected) in enumerate(LINES.items()):
                with self.subTest(field=name, cutting=cutting):
                    self.assertEqual([value for row in rows for value in row[i]], expected)


class Links(harness.CaptureTest):
    def setUp(self) -> None:
        super().setUp()
        self.session = self.capture(SESSION)

    def column(self, name: str, filter: str, **options) -> list[list[str]]:
        return [row[0] for row in self.fields(self.session, name, filter=filter, **options)]

    def test_reply_names_the_frame_of_its_command(self):
        requests = self.values(self.session, "frame.number", filter="pop.request")
        replies = self.values(self.session, "pop.response_to", filter="pop.response")
        self.assertEqual(sorted(set(replies), key=int), requests)

    def test_challenge_names_the_frame_of_its_command(self):
        capture = self.dialogue("auth-login")
        command, = self.values(capture, "frame.number", filter='pop.request.command == "AUTH"')
        lines = self.fields(capture, "pop.response_to", "pop.time",
                            filter='pop.response && pop.command == "AUTH"')
        self.assertEqual([row[0] for row in lines], [[command]] * 3)
        self.assertEqual([len(row[1]) for row in lines], [0, 0, 1])  # a challenge has no time

    def test_command_names_the_frame_of_its_reply(self):
        replies = self.values(self.session, "frame.number", filter="pop.response_to")
        answered = self.values(self.session, "pop.response_in", filter="pop.request",
                               two_pass=True)
        self.assertEqual(answered, replies)

    def test_times(self):
        times = self.values(self.session, "pop.time")
        self.assertEqual(len(times), 8)
        self.assertEqual({round(float(time), 6) for time in times}, {0.001})

    def test_command_stands_on_every_line_of_the_exchange(self):
        names = ["USER", "PASS", "STAT", "LIST", "UIDL", "RETR", "DELE", "QUIT"]
        rows = self.column("pop.command", "pop")
        self.assertEqual(rows[1:], [[name] for name in names for _ in range(2)])

    def test_state(self):
        self.assertEqual(self.column("pop.session.state", "pop"),
                         [["1"]] * 5 + [["2"]] * 11 + [["3"]])

    def test_user(self):
        """From the accepting reply on."""
        self.assertEqual(self.column("pop.session.user", "pop"), [[]] * 4 + [["alice"]] * 13)

    def test_mail_is_named_where_it_is_concerned(self):
        rows = self.column("pop.message.number", "pop.command == \"RETR\"")
        self.assertEqual(rows, [["1"], ["1"]])
        self.assertEqual(self.values(self.session, "pop.message.announced.list"), ["120"])
        self.assertEqual(self.values(self.session, "pop.message.announced.reply"), ["7"])

    def test_unique_id_is_known_of_the_mail(self):
        self.assertEqual(self.values(self.session, "pop.message.uid",
                                     filter="pop.command == \"RETR\" && pop.request"), ["aa"])

    def test_reply_octets(self):
        self.assertEqual(
            self.values(self.session, "pop.response.bytes",
                        filter="pop.command == \"LIST\" && pop.response"),
            [str(len(b"+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n"))])

    def test_version_and_stream(self):
        self.assertEqual(set(self.values(self.session, "pop.version")), {"3"})
        self.assertEqual(set(self.values(self.session, "pop.stream")), {"0"})


class Pipelining(harness.CaptureTest):
    def test_two_thousand_commands_in_one_write(self):
        count = 2000
        runs = captures.conversation(("S", b"+OK ready\r\n"), ("C", b"NOOP\r\n" * count),
                                     ("S", b"+OK\r\n" * count))
        for name, cut in (("runs", captures.by_size(60000)), ("1460", captures.by_size(1460))):
            with self.subTest(cutting=name):
                capture = self.capture(runs, cut)
                self.assertEqual(len(self.values(capture, "pop.request.command")), count)
                self.assertEqual(len(self.values(capture, "pop.response_to")), count)
                self.assertEqual(self.count(capture, "pop.expert.unsolicited_reply"), 0)


if __name__ == "__main__":
    unittest.main()
