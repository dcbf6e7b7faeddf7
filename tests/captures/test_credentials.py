"""Attempts to log in: Tools > Credentials (tshark's "-z credentials") and the report of logins.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import re
import unittest
from typing import Any, Optional

import harness
from harness import captures

NAMES = sorted(path.stem for path in harness.DIALOGUES.glob("*.dialogue")
               if "@ tls" not in path.read_text() and "login=" in path.read_text())

# What a malformed status line means is settled when the client goes on: no entry tells it.
SETTLED = {"login-refused-in-plain-words": ["rejected"] * 2, "status-of-other-words": ["rejected"],
           "status-in-other-languages": ["rejected"]}

# A second status line says the opposite of the verdict at once: none is told.
CONTRADICTED = {"login-answered-twice"}

# Without a verdict; the other word where messages were served behind the login.
WITHOUT_VERDICT = ("unanswered", "seems accepted")

Attempt = tuple[Optional[str], Optional[str], str]  # user, mechanism, verdict


def hello(*speeches: tuple[str, bytes]) -> list[captures.Run]:
    return captures.conversation(("S", b"+OK <1.2@example.org>\r\n"), *speeches)


class LoginTest(harness.CaptureTest):
    def credentials(self, capture, **options: Any) -> list[tuple[int, str, str]]:
        """Frame, user name and information of each row of POP."""
        text = self.tshark(capture, "-q", "-z", "credentials", **options)
        row = r"(\d+) +POP +(.*?) +(\S+: (?:accepted|rejected|cancelled|unanswered).*)"
        rows = (re.fullmatch(row, line) for line in text.splitlines())
        return [(int(row[1]), row[2], row[3].rstrip()) for row in rows if row]

    def logins(self, capture, **options: Any) -> list[dict[str, Any]]:
        return json.loads(self.tshark(capture, "-q", "-z", "pop,logins,json", **options))

    def attempts(self, runs, **options: Any) -> list[Attempt]:
        return [(row["user"], row["mechanism"], row["verdict"])
                for row in self.logins(self.capture(runs, **options))]


class Dialogues(LoginTest):
    """The logs of the dialogues tell the verdicts, and who is logged in from then on."""

    def test_verdicts_and_users(self):
        capture = self.dialogues(NAMES)
        rows = self.logins(capture, prefs=["pop.kpop_ports:1109"])
        for i, name in enumerate(NAMES):
            log = captures.read_dialogue(harness.DIALOGUES / f"{name}.dialogue").log
            mine = [row for row in rows if row["tcp_stream"] == i]
            with self.subTest(dialogue=name):
                if name in CONTRADICTED:
                    self.assertEqual([row["verdict"] for row in mine], ["unanswered"])
                    continue
                self.assertEqual([row["verdict"] for row in mine if row["verdict"] not in WITHOUT_VERDICT],
                                 re.findall(r" login=(\w+)", log) + SETTLED.get(name, []))
                accepted = [row["user"] for row in mine if row["verdict"] == "accepted"]
                for user, expected in zip(accepted, users_of(log), strict=True):
                    if expected is not None:
                        self.assertEqual(user or "", expected)

    def test_each_attempt_has_a_row_of_credentials(self):
        capture = self.dialogues(NAMES)
        expected = sorted((row["proof_frame"] or row["verdict_frame"], row["mechanism"] or "login",
                           "unanswered" if row["verdict"] in WITHOUT_VERDICT else row["verdict"])
                          for row in self.logins(capture))
        found = sorted((frame, *re.match(r"(\S+): (\w+)", info).groups())
                       for frame, _, info in self.credentials(capture, two_pass=True))
        self.assertEqual(found, expected)


def users_of(log: str) -> list[Optional[str]]:
    """Who is logged in behind each accepted login; None where no line follows that would tell."""
    found: list[Optional[str]] = []
    for part in re.split(r" login=accepted", log)[1:]:
        state = re.search(r"^state [^\"\n]*?(?: user \"([^\"]*)\")?$", part, re.M)
        found.append(captures.unescape(state[1] or "").decode() if state else None)
    return found


class Attempts(LoginTest):
    def test_user_and_pass(self):
        """A name that is refused behind a login that failed, bob's, is no attempt."""
        runs = hello(("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"),
                     ("S", b"-ERR [AUTH] no\r\n"), ("C", b"PASS y\r\n"), ("S", b"-ERR no\r\n"),
                     ("C", b"USER bob\r\n"), ("S", b"-ERR nobody\r\n"), ("C", b"USER carol\r\n"),
                     ("S", b"+OK\r\n"), ("C", b"PASS z\r\n"), ("S", b"+OK in\r\n"))
        self.assertEqual(self.attempts(runs),
                         [("alice", "USER", "rejected"), ("alice", "USER", "rejected"),
                          ("carol", "USER", "accepted")])
        self.assertEqual(self.credentials(self.capture(runs)),
                         [(7, "alice", "USER: rejected [AUTH] no"), (9, "alice", "USER: rejected: no"),
                          (15, "carol", "USER: accepted")])

    def test_pipelined(self):
        runs = hello(("C", b"USER alice\r\nPASS x\r\n"), ("S", b"-ERR no\r\n-ERR no name\r\n"),
                     ("C", b"USER bob\r\nPASS y\r\n"), ("S", b"+OK\r\n+OK in\r\n"))
        expected = [("alice", "USER", "rejected"), ("bob", "USER", "accepted")]
        for cut in (captures.whole, captures.by_size(1), captures.by_lines):
            self.assertEqual(self.attempts(runs, cut=cut), expected)

    def test_a_name_alone_is_no_attempt(self):
        runs = hello(("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"QUIT\r\n"),
                     ("S", b"+OK\r\n"))
        self.assertEqual(self.attempts(runs), [])

    def test_other_commands(self):
        runs = hello(("C", b"APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n"), ("S", b"-ERR no\r\n"),
                     ("C", b"RPOP bob\r\n"), ("S", b"-ERR no\r\n"), ("C", b"AUTH FOO\r\n"),
                     ("S", b"-ERR what\r\n"), ("C", b"AUTH\r\n"), ("S", b"+OK\r\nPLAIN\r\n.\r\n"))
        self.assertEqual(self.attempts(runs), [("alice", "APOP", "rejected"),
                                               ("bob", "RPOP", "rejected"), (None, "FOO", "rejected")])

    def test_who_acts_for_another(self):
        """PLAIN with an identity to act as: boss, whose proof is alice's (RFC 4616)."""
        runs = hello(("C", b"AUTH PLAIN Ym9zcwBhbGljZQBzZWNyZXQ=\r\n"), ("S", b"+OK\r\n"))
        capture = self.capture(runs)
        row, = self.logins(capture)
        self.assertEqual((row["user"], row["proof_of"]), ("boss", "alice"))
        self.assertEqual(self.credentials(capture), [(5, "alice", "PLAIN: accepted as boss")])

    def test_without_a_verdict(self):
        """One pass cannot know that no verdict will come."""
        runs = hello(("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"))
        capture = self.capture(runs)
        self.assertEqual(self.attempts(runs), [("alice", "USER", "unanswered")])
        self.assertEqual(self.credentials(capture), [])
        self.assertEqual(self.credentials(capture, two_pass=True),
                         [(7, "alice", "USER: unanswered")])

    def test_shown_by_what_follows(self):
        """The verdict is no proper one; that a message is served tells that there was one."""
        runs = hello(("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"),
                     ("S", b"Willkommen\r\n"), ("C", b"RETR 1\r\n"),
                     ("S", b"+OK\r\nSubject: one\r\n\r\nhello\r\n.\r\n"))
        self.assertEqual(self.attempts(runs), [("alice", "USER", "seems accepted")])

    def test_in_the_middle_of_auth(self):
        runs = hello(("C", b"AUTH LOGIN\r\n"), ("S", b"+ VXNlcm5hbWU6\r\n"), ("C", b"YWxpY2U=\r\n"))
        self.assertEqual(self.attempts(runs), [("alice", "LOGIN", "unanswered")])
        self.assertEqual(self.credentials(self.capture(runs), two_pass=True),
                         [(7, "alice", "LOGIN: unanswered")])

    def test_one_who_names_no_text(self):
        runs = hello(("C", b"USER a\x1b[2J\xff\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"),
                     ("S", b"-ERR\r\n"))
        self.assertEqual(self.attempts(runs), [("a\x1b[2Jÿ", "USER", "rejected")])
        (_, user, _), = self.credentials(self.capture(runs))
        self.assertEqual(user, "a\\033[2Jÿ")


if __name__ == "__main__":
    unittest.main()
