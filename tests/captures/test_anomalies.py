"""Each anomaly is told where it occurs, and nowhere else; a clean session is told to be clean.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import hashlib
import re
import shutil
import unittest
from pathlib import Path

import harness
import test_bounds
from harness import captures

ROOT = Path(__file__).resolve().parents[2]
NAMES = re.findall(r'^POP_ANOMALY\(\w+, "(\w+)"',
                   (ROOT / "plugin" / "protocol" / "grammar" / "pop_anomalies.def").read_text(), re.MULTILINE)

# What the capture, or its end, tells and the session engine does not.
BY_THE_CAPTURE = {"held", "no_reply", "no_terminator", "line_incomplete", "late", "error_in_body",
                  "deletions_lost"}

# Dialogues inside TLS can be no captures; others set limits, which are preferences.
LEFT_OUT = {"stls", "stls-injection", "stls-undecrypted", "stls-failed-handshake",
            "tls-from-the-start", "long-lines", "message-limit", "queue-limit", "maildrop-limit",
            "very-long-line",
            "pipelining-many", "pipelining-mails"}
DIALOGUES = sorted(path.stem for path in harness.DIALOGUES.glob("*.dialogue")
                   if path.stem not in LEFT_OUT)

GREETING = ("S", b"+OK ready\r\n")
LOGIN = (GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"),
         ("S", b"+OK\r\n"))


def in_log(log: str) -> set[str]:
    """The anomalies that stand at the ends of the lines of a dialogue's log."""
    lines = (line for line in log.split("\n") if not line.startswith("  | "))
    ends = (re.search(r"(?: !\w+)*$", line)[0] for line in lines)
    return {name for end in ends for name in end.replace("!", "").split()}


class Anomalies(harness.CaptureTest):
    def told(self, capture: Path, **options) -> collections.Counter:
        fields = [f"pop.expert.{name}" for name in NAMES]
        counts: collections.Counter = collections.Counter()
        for row in self.fields(capture, *fields, **options):
            counts.update({name: len(values) for name, values in zip(NAMES, row) if values})
        return counts

    def told_in(self, *speeches, cut=captures.whole, captured=captures.Options(),
                **options) -> collections.Counter:
        capture = self.capture(captures.conversation(*speeches), cut, captured)
        return self.told(capture, two_pass=True, **options)

    def test_dialogues(self):
        """What stands in the log of a dialogue is told in its capture, and no more."""
        fields = [f"pop.expert.{name}" for name in NAMES]
        found = self.values_by_dialogue(DIALOGUES, fields)
        for dialogue in DIALOGUES:
            with self.subTest(dialogue=dialogue):
                log = captures.read_dialogue(harness.DIALOGUES / f"{dialogue}.dialogue").log
                told = {name for name in NAMES if found[dialogue][f"pop.expert.{name}"]}
                self.assertEqual(told - BY_THE_CAPTURE, in_log(log) - BY_THE_CAPTURE)

    def test_every_anomaly_has_a_case(self):
        in_dialogues = set().union(*(in_log(captures.read_dialogue(
            harness.DIALOGUES / f"{name}.dialogue").log) for name in DIALOGUES))
        tested = {name.removeprefix("test_") for case in (type(self), test_bounds.Bounds)
                  for name in dir(case) if name.startswith("test_")}
        self.assertEqual(set(NAMES) - in_dialogues - tested, set())

    # --- What the end of the capture tells, in the second pass ---

    def test_no_reply(self):
        self.assertEqual(self.told_in(*LOGIN, ("C", b"STAT\r\n")),
                         {"cleartext_password": 1, "no_reply": 1})

    def test_no_terminator(self):
        self.assertEqual(self.told_in(*LOGIN, ("C", b"LIST\r\n"), ("S", b"+OK\r\n1 5\r\n")),
                         {"cleartext_password": 1, "no_terminator": 1})

    def test_error_in_body(self):
        told = self.told_in(*LOGIN, ("C", b"RETR 1\r\n"),
                            ("S", b"+OK\r\nA: b\r\n\r\ntext\r\n-ERR shutting down\r\n"))
        self.assertEqual(told["error_in_body"], 1)

    def test_deletions_lost(self):
        self.assertEqual(self.told_in(*LOGIN, ("C", b"DELE 3\r\n"), ("S", b"+OK\r\n")),
                         {"cleartext_password": 1, "deletions_lost": 1})

    def test_line_incomplete(self):
        self.assertEqual(self.told_in(GREETING, ("C", b"NOO"))["line_incomplete"], 1)

    # --- What preferences and disorder bring about ---

    def test_line_too_long(self):
        told = self.told_in(GREETING, ("C", b"PASS " + b"x" * 600 + b"\r\n"), ("S", b"-ERR\r\n"),
                            prefs=["pop.line_limit:512"])
        self.assertEqual(told["line_too_long"], 1)

    def told_of_login(self, secret: str, name: str) -> int:
        capture = self.dialogue("auth-cram-md5")
        return self.told(capture, prefs=[f'uat:pop_secrets:"tim","{secret}"'])[name]

    def test_auth_verified(self):
        self.assertEqual(self.told_of_login("tanstaaftanstaaf", "auth_verified"), 1)

    def test_auth_differs(self):
        self.assertEqual(self.told_of_login("wrong", "auth_differs"), 1)

    def test_auth_not_verified(self):
        """A server that asks for a million iterations (in base64: r=ab,s=AA==,i=1000000)."""
        told = self.told_in(
            GREETING, ("C", b"AUTH SCRAM-SHA-1 biwsbj11LHI9YQ==\r\n"),
            ("S", b"+ cj1hYixzPUFBPT0saT0xMDAwMDAw\r\n"),
            ("C", b"Yz1iaXdzLHI9YWIscD1BQUFB\r\n"), ("S", b"-ERR\r\n"),
            prefs=['uat:pop_secrets:"u","b"'])
        self.assertEqual(told["auth_not_verified"], 1)

    def test_known_file(self):
        mail = b"Subject: x\r\n\r\nbegin 644 cat\r\n#0V%T\r\n`\r\nend\r\n"
        listing = self.workplace.folder / "known.txt"
        listing.write_text(hashlib.sha256(b"Cat").hexdigest() + " The cat\n")
        told = self.told_in(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n"),
                            prefs=[f"pop.known_files:{listing}"])
        self.assertEqual(told["known_file"], 1)

    def test_contents_cut(self):
        mail = b"Subject: x\r\n\r\n" + b"text\r\n" * 1000
        speeches = (*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n"))
        self.assertEqual(self.told_in(*speeches, prefs=["pop.text_limit:1"])["contents_cut"], 1)
        self.assertEqual(self.told_in(*speeches)["contents_cut"], 0)

    def test_message_too_large(self):
        mail = b"Subject: x\r\n\r\n" + b"0123456789\r\n" * 100_000
        told = self.told_in(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n"),
                            prefs=["pop.message_limit:1"])
        self.assertEqual(told["message_too_large"], 1)

    def test_late(self):
        """A segment whose first octets had come before. Where TCP follows the sequence numbers, it
        hands on no retransmission at all."""
        alone = ["tcp.analyze_sequence_numbers:FALSE"]
        runs = captures.conversation(GREETING, ("C", b"NOOP\r\n"), ("S", b"+OK\r\n"),
                                     ("C", b"NOOP\r\n"))
        runs += [captures.Run("S", b"", lost=-len(b"+OK\r\n")),
                 captures.Run("S", b"+OK\r\n+OK two\r\n")]
        capture = self.capture(runs)
        self.assertEqual(self.values(capture, "pop.response", prefs=alone),
                         ["+OK ready", "+OK", "+OK two"])
        self.assertEqual(self.told(capture, prefs=alone)["late"], 1)

    def connection(self) -> captures.Connection:
        connection = captures.Connection(captures.Options())
        connection.open()
        connection.speak("S", [b"+OK ready\r\n"])
        connection.speak("C", [b"NOOP\r\n"])
        return connection

    def told_of(self, connection: captures.Connection, **options) -> collections.Counter:
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(connection.frames, 0.001))
        return self.told(path, **options)

    def test_held(self):
        connection = self.connection()
        connection.lose("S", 5)
        connection.speak("S", [b"two\r\n"])
        connection.speak_late("S", b"+OK o")
        told = self.told_of(connection)
        self.assertEqual((told["held"], told["gap"]), (1, 0))

    def test_late_behind_the_end(self):
        """Octets that had been given up when the connection was closed; once they have shown that this
        capture has frames too late, the next connection's are waited for."""
        frames = []
        for port in (40000, 40001):
            connection = captures.Connection(captures.Options(client_port=port))
            connection.open()
            connection.speak("S", [b"+OK ready\r\n"])
            connection.speak("C", [b"NOOP\r\n"])
            connection.lose("S", 5)
            connection.speak("S", [b"two\r\n"])
            connection.close()
            connection.speak_late("S", b"+OK o")
            frames += connection.frames
        path = self.file_for_capture()
        captures.write_pcap(path, captures.timed(frames, 0.001))
        told = self.told(path, two_pass=True)
        self.assertEqual((told["gap"], told["late"]), (1, 1))
        self.assertEqual(self.values(path, "pop.response", two_pass=True),
                         ["+OK ready", "+OK ready", "+OK otwo"])

    def test_repetition_differs(self):
        connection = self.connection()
        connection.lose("S", 5)
        connection.speak("S", [b"two\r\n"])
        connection.next["S"] -= 5
        connection.speak("S", [b"one\r\n"])
        self.assertEqual(self.told_of(connection)["repetition_differs"], 1)

    def test_out_of_window(self):
        connection = self.connection()
        before = dict(connection.next)
        connection.lose("S", 1000000)
        connection.speak("S", [b"-ERR evil\r\n"])
        connection.next = before
        connection.speak("S", [b"+OK\r\n"])
        told = self.told_of(connection)
        self.assertEqual((told["out_of_window"], told["gap"], told["no_reply"]), (1, 0, 0))

    # --- Sessions of real servers ---

    def sample(self, name: str) -> Path:
        copy = self.workplace.folder / f"{name}.pcapng.gz"
        shutil.copy(ROOT / "sample-captures" / copy.name, copy)
        copy.chmod(0o644)
        return copy

    def warnings(self, name: str) -> set[str]:
        rows = self.fields(self.sample(name), "_ws.expert.message", two_pass=True,
                           filter="pop && _ws.expert.severity >= 0x600000")
        return {message for row in rows for message in row[0]}

    def test_clean_sessions_have_no_warnings(self):
        in_clear = "Password or token sent in clear"
        self.assertEqual(self.warnings("plain-download"), {in_clear})
        self.assertEqual(self.warnings("transport-stls"), set())
        self.assertEqual(self.warnings("transport-pop3s"), set())

    def test_message_incomplete(self):
        self.assertEqual(self.told(self.sample("gap-in-capture"))["message_incomplete"], 1)

    def test_cleartext_after_stls(self):
        for name in ("stls-injected-reply", "stls-injected-command"):
            with self.subTest(sample=name):
                self.assertEqual(self.told(self.sample(name))["cleartext_after_stls"], 1)

    def test_capabilities_not_asked_again(self):
        told = {name: self.told(self.sample(name))["capabilities_not_asked_again"]
                for name in ("stls-injected-reply", "transport-stls")}
        self.assertEqual(told, {"stls-injected-reply": 1, "transport-stls": 0})


if __name__ == "__main__":
    unittest.main()
