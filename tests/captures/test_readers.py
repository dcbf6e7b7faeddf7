"""What the window's readers say of a message and of a session: tshark prints the same texts.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import harness
from harness import captures
from test_export_pop import LOGIN, QUIT

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"
NO_MESSAGE = "This frame belongs to no message of a POP session.\n"
NO_SESSION = "The capture has no POP session of that number.\n"

LUNCH = """\
Message 1 of 3 in session 0

User:       alice
Number:     1
Command:    RETR 1, frame 15
Frames:     17
Size:       254 bytes; the reply said 254
Whole:      yes
Deleted:    no
SHA-256:    1d8a5b17f88a60bbf879e87015277c619a14cc186b405171f50e95d72cae1a74
Filter:     pop.stream == 0 && (pop.message.number == 1 || pop.message == 1)

From:       Bob Builder <bob@example.org>
To:         Alice Example <alice@example.com>
Date:       Mon, 06 Jan 2025 09:01:00 +0000
Subject:    Lunch on Friday?

Hello Alice,

shall we have lunch on Friday at noon?

Bob
"""

MAIL = b"From: Bob <bob@example.org>\r\nSubject: %s\r\n\r\nHello.\r\n"


class Readers(harness.CaptureTest):
    def sample(self, name: str) -> Path:
        path = self.workplace.folder / f"{name}.pcapng.gz"
        shutil.copy(SAMPLES / path.name, path)
        path.chmod(0o644)
        return path

    def read(self, capture: Path, frame: int, *words: str, **options) -> str:
        return self.tshark(capture, "-q", "-z", f"pop,read,{frame}", *words, **options)

    def dialogue_of(self, capture: Path, session: int = 0, *words: str, **options) -> str:
        return self.tshark(capture, "-q", "-z", f"pop,dialogue,{session}", *words, **options)

    def said(self, capture: Path, **options) -> list[str]:
        """What was said, without times and frames."""
        text = self.dialogue_of(capture, **options)
        return re.findall(r"(?m)^ *(?:[\d.]+|-) +\d+  ([CS]: .*)$", text)

    def fact(self, text: str, name: str) -> str:
        found = re.search(rf"(?m)^{re.escape(name)}: +(.*)$", text)
        self.assertIsNotNone(found, f"{name} in {text}")
        return found[1]


class Message(Readers):
    def test_all_of_it(self):
        capture = self.sample("plain-download")
        for two_pass in (False, True):
            self.assertEqual(self.read(capture, 17, two_pass=two_pass), LUNCH)

    def test_each_frame_of_it_leads_to_it(self):
        capture = self.sample("mail-zoo")
        whole = self.read(capture, 27)
        self.assertEqual(self.fact(whole, "Subject"), "The plan, with a picture")
        self.assertIn("\n2 attachments\n  1  6302 bytes  image/png  sunset.png\n", whole)
        for frame in (15, 17, 20):
            self.assertEqual(self.read(capture, frame), whole)

    def test_a_deletion_leads_to_what_is_deleted(self):
        capture = self.sample("delete-rset")
        for frame in (14, 16, 17, 19):  # RETR 1, its reply, DELE 1, its reply
            text = self.read(capture, frame)
            self.assertEqual(self.fact(text, "Subject"), "Lunch on Friday?")
            self.assertEqual(self.fact(text, "Deleted"), "no, the mark was undone; DELE in frame 17")

    def test_fates(self):
        for name, fate in (("delete-quit", "yes"), ("delete-no-quit", "no, marked, and no accepted QUIT was seen")):
            capture = self.sample(name)
            frame = self.values(capture, "frame.number", filter='pop.command == "DELE" && pop.request')[0]
            self.assertEqual(self.fact(self.read(capture, int(frame)), "Deleted").split(";")[0], fate)

    def test_frames_of_no_message(self):
        capture = self.sample("plain-download")
        for frame in (1, 4, 12, 26, 1000):
            self.assertEqual(self.read(capture, frame), NO_MESSAGE)

    def test_several_in_one_frame(self):
        runs = captures.conversation(
            *LOGIN, ("C", b"RETR 1\r\nRETR 2\r\n"),
            ("S", b"".join(b"+OK\r\n" + MAIL % name + b".\r\n" for name in (b"one", b"two"))), *QUIT)
        capture = self.capture(runs)
        frame, = self.values(capture, "frame.number", filter="pop.message")
        text = self.read(capture, int(frame))
        self.assertEqual(re.findall(r"(?m)^Subject: +(.*)$", text), ["one", "two"])
        self.assertEqual(re.findall(r"(?m)^Message .*$", text),
                         ["Message 1 of 2 in session 0", "Message 2 of 2 in session 0"])

    def test_what_is_not_whole(self):
        for name, whole in (("client-vanishes", "no, its end was not seen"),
                            ("gap-in-capture", "no, bytes of it are missing"),
                            ("top-preview", "no, the client asked for its top alone")):
            capture = self.sample(name)
            frame = self.values(capture, "frame.number", filter="pop.message", two_pass=True)[-1]
            self.assertEqual(self.fact(self.read(capture, int(frame)), "Whole"), whole, name)

    def test_what_is_a_guess(self):
        """A message whose status line was lost."""
        capture = self.dialogue("mail-without-status")
        frame = self.values(capture, "frame.number", filter="pop.message", two_pass=True)[0]
        self.assertRegex(self.fact(self.read(capture, int(frame)), "Number"), r"^\d+ \(a guess\)$")

    def test_what_strangers_wrote_stays_in_its_line(self):
        subject = "=?utf-8?B?" + "YQrigK5iG1swbQ==" + "?="  # a, LF, right-to-left override, b, an escape
        mail = (f"Subject: {subject}\r\nContent-Type: text/plain\r\n\r\nUser:       root\r\n"
                "<h1>x</h1>\x1b[0m\r\n").encode()
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n"), *QUIT)
        capture = self.capture(runs)
        frame, = self.values(capture, "frame.number", filter="pop.message")
        text = self.read(capture, int(frame))
        self.assertEqual(self.fact(text, "User"), "alice")  # the first of both
        self.assertNotRegex(text, "[\x1b\u202e]")
        self.assertTrue(text.endswith("\nUser:       root\n<h1>x</h1>\ufffd[0m\n"), text)

    def test_wrong_words(self):
        capture = self.sample("plain-download")
        for words, told in (("read", "the number of a frame must follow"),
                            ("read,x", "the number of a frame must follow"),
                            ("around,", "the number of a frame must follow"),
                            ("dialogue,-1", "the number of a session must follow"),
                            ("row", "the number of a row must follow"),
                            ("row,things,1", "the number of a row must follow"),
                            ("row,mails", "the number of a row must follow")):
            done = subprocess.run(
                self.workplace.command("tshark", "-q", "-r", str(capture), "-z", f"pop,{words}"),
                env=self.workplace.environment(), capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn(told, done.stderr)


class Filters(Readers):
    def test_of_a_unique_id(self):
        """Whatever it holds, the filter finds the frames that have to do with it, and no others."""
        for unique_id in ('abc', 'a"b', r"a\b", r'\"', r'x" || tcp || "'):
            with self.subTest(unique_id=unique_id):
                runs = captures.conversation(
                    *LOGIN, ("C", b"UIDL\r\n"),
                    ("S", b"+OK\r\n1 " + unique_id.encode() + b"\r\n2 other\r\n.\r\n"),
                    ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL % b"one" + b".\r\n"),
                    ("C", b"RETR 2\r\n"), ("S", b"+OK\r\n" + MAIL % b"two" + b".\r\n"), *QUIT)
                capture = self.capture(runs)
                listing, = self.values(capture, "frame.number", filter="pop.uidl.uid")
                ends = self.values(capture, "frame.number", filter="pop.message")
                commands = self.values(capture, "frame.number", filter='pop.request.command == "RETR"')
                text = self.read(capture, int(ends[0]))
                self.assertEqual(self.values(capture, "frame.number", filter=self.fact(text, "Filter")),
                                 [listing, commands[0], ends[0]])

    def test_of_a_number(self):
        capture = self.sample("plain-download")
        text = self.read(capture, 20)
        self.assertEqual(self.values(capture, "frame.number", filter=self.fact(text, "Filter")), ["18", "20"])


class Dialogue(Readers):
    def test_crosses_stls(self):
        text = self.dialogue_of(self.sample("transport-stls"))
        self.assertEqual(self.fact(text, "TLS"), "from STLS on")
        self.assertEqual(self.fact(text, "Ended"), "QUIT, by the client")
        lines = [line.split("  ", 1)[-1].strip() for line in text.splitlines()]
        at = lines.index("-- inside TLS from here --")
        self.assertTrue(lines[at - 1].endswith("S: +OK Begin TLS negotiation now."))
        self.assertTrue(lines[at + 1].endswith("C: CAPA"))
        self.assertIn('  S: login of "alice" accepted (PLAIN): +OK Logged in.\n', text)
        self.assertIn('  S: message 1, 254 bytes: "Lunch on Friday?" from "Bob Builder"\n', text)

    def test_what_became_of_the_maildrop(self):
        text = self.dialogue_of(self.sample("delete-rset"))
        self.assertTrue(text.endswith(
            "\nMaildrop: 3 messages known, 2 retrieved, 0 previewed, 0 deleted\n"
            "  1: retrieved, marked as deleted, which was undone\n"
            "  2: retrieved, marked as deleted, which was undone\n"), text)

    def test_however_it_was_cut(self):
        """A message is one line, a line typed key by key too."""
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"),
                                     ("S", b"+OK here\r\n" + MAIL % b"one" + b".\r\n"), *QUIT)
        expected = ["S: +OK ready", "C: USER alice", "S: +OK", "C: PASS b",
                    'S: login of "alice" accepted (USER): +OK', "C: RETR 1",
                    'S: message 1, 53 bytes: "one" from "Bob"', "C: QUIT",
                    "S: 1 message retrieved: +OK bye"]
        for cut in (captures.whole, captures.by_size(1), captures.by_size(7), captures.by_lines):
            for two_pass in (False, True):
                said = self.said(self.capture(runs, cut), two_pass=two_pass)
                self.assertEqual([re.sub(r" \(until frame \d+\)$", "", line) for line in said], expected)

    def test_hidden_passwords(self):
        for name, hidden in (("delete-rset", "C: PASS (hidden)"), ("pop2", "C: HELO alice (hidden)"),
                             ("sasl-login", 'C: LOGIN password of "alice"')):
            capture = self.sample(name)
            said = self.said(capture, prefs=["pop.hide_passwords:TRUE"])
            self.assertIn(hidden, said)
            self.assertNotIn("wonderland", "".join(said))
        self.assertIn("C: PASS wonderland", self.said(self.sample("delete-rset")))

    def test_each_session_alone(self):
        capture = self.sample("leave-on-server")
        first, second = self.dialogue_of(capture, 0), self.dialogue_of(capture, 1)
        self.assertTrue(first.startswith("Session 0: "))
        self.assertTrue(second.startswith("Session 1: "))
        self.assertEqual(self.dialogue_of(capture, 99), NO_SESSION)

    def test_forgetful_tshark(self):
        """tshark -M reads the capture in several readings: a text is of the latest that has something."""
        capture = self.sample("leave-on-server")
        self.assertTrue(self.dialogue_of(capture, 0, "-M", "10").startswith("Session 0: "))
        self.assertEqual(self.read(capture, 65, "-M", "10"), NO_MESSAGE)  # each counts its frames anew
        self.assertIn("Message ", self.read(capture, 25, "-M", "40"))


class Around(Readers):
    """Where the buttons of the toolbar lead."""

    def around(self, capture: Path, frame: int, *words: str, **options) -> dict[str, tuple[str, str]]:
        text = self.tshark(capture, "-q", "-z", f"pop,around,{frame}", *words, **options)
        return {name: (before, behind) for name, before, behind in re.findall(
            r"(?m)^(Message|Session|Failed login) +(\d+|-) +(\d+|-)$", text)}

    def test_messages_and_sessions(self):
        capture = self.sample("plain-download")  # its messages end in 17, 20 and 23
        for two_pass in (False, True):
            for frame, messages in ((0, ("-", "17")), (16, ("-", "17")), (17, ("-", "20")), (20, ("17", "23")),
                                    (23, ("20", "-")), (1000, ("23", "-"))):
                found = self.around(capture, frame, two_pass=two_pass)
                self.assertEqual(found["Message"], messages, frame)
                self.assertEqual(found["Session"], ("-", "4") if frame < 4 else ("4", "-"), frame)
                self.assertEqual(found["Failed login"], ("-", "-"))

    def test_sessions_in_the_order_in_which_they_begin(self):
        capture = self.sample("leave-on-server")
        first = [rows[0] for rows in self.first_frames(capture)]
        self.assertGreater(len(first), 1)
        for i, frame in enumerate(first):
            self.assertEqual(self.around(capture, frame)["Session"],
                             (str(first[i - 1]) if i > 0 else "-",
                              str(first[i + 1]) if i + 1 < len(first) else "-"))

    def first_frames(self, capture: Path) -> list[list[int]]:
        frames: dict[str, list[int]] = {}
        for line in self.tshark(capture, "-T", "fields", "-e", "pop.stream", "-e", "frame.number", "-Y",
                                "pop").splitlines():
            stream, frame = line.split("\t")
            frames.setdefault(stream, []).append(int(frame))
        return sorted(frames.values())

    def test_failed_logins(self):
        capture = self.sample("story-password-guessing")
        failed = self.values(capture, "frame.number", filter="pop.auth.result == 2", two_pass=True)
        self.assertGreater(len(failed), 2)
        at = int(failed[1])
        self.assertEqual(self.around(capture, at)["Failed login"], (failed[0], failed[2]))
        self.assertEqual(self.around(capture, at - 1)["Failed login"], (failed[0], failed[1]))
        self.assertEqual(self.around(capture, int(failed[-1]))["Failed login"], (failed[-2], "-"))

    def test_forgetful_tshark(self):
        capture = self.sample("plain-download")
        self.assertEqual(self.around(capture, 20, "-M", "1000")["Message"], ("17", "23"))


class Rows(Readers):
    """A report with one of its rows in front, which leads to its frame."""

    def row(self, capture: Path, report: str, number: int, *words: str, **options) -> str:
        return self.tshark(capture, "-q", "-z", f"pop,row,{report},{number}", *words, **options)

    def rows(self, capture: Path, report: str) -> list[dict]:
        return json.loads(self.tshark(capture, "-q", "-z", f"pop,{report},json"))

    def assert_leads(self, capture: Path, report: str, ends: str, filters: str) -> None:
        """Each row to its frame, and to frames of its session alone, that one among them."""
        rows = self.rows(capture, report)
        self.assertGreater(len(rows), 0)
        for number, row in enumerate(rows, 1):
            text = self.row(capture, report, number)
            self.assertTrue(text.startswith(f"Row {number} of {len(rows)}\n"))
            self.assertEqual(self.fact(text, "Session"), str(row["session"]))
            frame = re.search(r"(?m)^Leads to frame (\d+)$", text)[1]
            self.assertEqual(frame, str(row[ends]))
            self.assertEqual(self.fact(text, "Filter"), filters.format(**row))
            shown = self.tshark(capture, "-2", "-Y", self.fact(text, "Filter"), "-T", "fields", "-e", "frame.number",
                                "-e", "pop.stream").splitlines()
            self.assertIn(f"{frame}\t{row['session']}", shown)
            self.assertEqual({line.split("\t")[1] for line in shown}, {str(row["session"])})
            marked = [line for line in text.splitlines() if line.startswith("> ")]
            self.assertEqual(len(marked), 1)
            self.assertEqual(text.count("\n  ") + 1, 1 + len(rows))  # the titles, and the others

    def test_sessions(self):
        self.assert_leads(self.sample("leave-on-server"), "sessions", "first_frame", "pop.stream == {session}")

    def test_mails_and_attachments(self):
        by_number = "pop.stream == {session} && (pop.message.number == {number} || pop.message == {number})"
        self.assert_leads(self.sample("plain-download"), "mails", "last_frame", by_number)
        self.assert_leads(self.sample("mail-zoo"), "attachments", "frame", by_number)

    def test_logins(self):
        self.assert_leads(self.sample("errors-dovecot"), "logins", "verdict_frame",
                          "pop.stream == {session} && frame.number in {{{user_frame}, {proof_frame}, {verdict_frame}}}")

    def test_no_such_row(self):
        capture = self.sample("plain-download")
        for number in (0, 4):
            self.assertEqual(self.row(capture, "mails", number), "POP Mails: no such row\n")
        self.assertEqual(self.row(capture, "attachments", 1), "POP Attachments: nothing in this capture\n")

    def test_what_strangers_wrote_stays_in_its_line(self):
        mail = b"Subject: =?utf-8?B?" + base64.b64encode(b"a\nFilter: pop\x1b[0m") + b"?=\r\n\r\nx\r\n"
        runs = captures.conversation(*LOGIN, ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + mail + b".\r\n"), *QUIT)
        text = self.row(self.capture(runs), "mails", 1)
        self.assertEqual(len(re.findall("(?m)^Filter:", text)), 1)
        self.assertNotIn("\x1b", text)

    def test_forgetful_tshark(self):
        capture = self.sample("plain-download")
        self.assertIn("Row 1 of 1\n", self.row(capture, "sessions", 1, "-M", "10"))


if __name__ == "__main__":
    unittest.main()
