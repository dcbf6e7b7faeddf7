"""What a listener keeps outlives the reading that it is of, and nothing else does: tshark that forgets the
capture every so many packets (-M), sharkd that loads one capture after another.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import json
import os
import re
import shutil
import unittest
from pathlib import Path
from typing import Any, Optional, Sequence

import harness
from harness import captures
import mails

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"

MAIL = mails.header(
    "From: Alice <alice@example.org>", "Subject: Choir practice", "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="x"') + (
    b"--x\r\nContent-Type: text/plain\r\n\r\nOn Friday.\r\n"
    b'--x\r\nContent-Type: text/plain; name="notes.txt"\r\n'
    b'Content-Disposition: attachment; filename="notes.txt"\r\n\r\nla la la\r\n--x--\r\n')

# Everything that a report tells of a session is in there.
FETCHED = captures.conversation(
    ("S", b"+OK ready\r\n"), ("C", b"CAPA\r\n"), ("S", b"+OK\r\nTOP\r\nUIDL\r\n.\r\n"),
    ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS wrong\r\n"), ("S", b"-ERR [AUTH] no\r\n"),
    ("C", b"USER alice\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS right\r\n"), ("S", b"+OK\r\n"),
    ("C", b"UIDL\r\n"), ("S", b"+OK\r\n1 aaa\r\n2 bbb\r\n.\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK\r\n" + MAIL + b".\r\n"),
    ("C", b"DELE 1\r\n"), ("S", b"+OK\r\n"), ("C", b"DELE 2\r\n"), ("S", b"+OK\r\n"),
    ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))

REPEATS = 4
FRAMES_OF_NO_OCTETS = 3 + 3  # the handshake, and the closing

REPORTS = ("sessions", "logins", "mails")
TEXTS = ("pop,tree", "pop,srt", "credentials", "expert", "follow,pop,raw,0")
JSON_PART = re.compile(r"^\[\]$|^\[$.*?^\]$", re.M | re.S)

# What is counted anew when the host begins anew.
RESTARTED = re.compile(r"session|tcp_stream|.*frame")

# A line of "follow,pop,raw"; a tab marks the server's.
FOLLOWED = re.compile(r"\t?(?:[0-9a-f]{2})+")

Row = dict[str, Any]


class Told:
    """What one run of tshark tells of a capture, through every listener there is."""

    def __init__(self, test: "LivesTest", capture: Path, packets: int = 0) -> None:
        words = ["-M", str(packets)] if packets else []
        for listener in (*TEXTS, *(f"pop,{report},json" for report in REPORTS)):
            words += ["-z", listener]
        folders = {kind: test.folder_for_files() for kind in ("pop", "imf")}
        for kind, folder in folders.items():
            words += ["--export-objects", f"{kind},{folder}"]
        written = test.tshark(capture, "-q", *words)
        documents = map(json.loads, reversed(JSON_PART.findall(written)))  # the latest is written first
        self.reports: dict[str, list[Row]] = dict(zip(REPORTS, documents))
        self.text = JSON_PART.sub("", written)
        self.objects = {kind: sorted(harness.files_of(folder).values())
                        for kind, folder in folders.items()}
        self.followed = octets_by_side(self.text)

    def rows(self, name: str) -> list[Row]:
        """Of a report, without what is counted anew."""
        return [{column: value for column, value in row.items() if not RESTARTED.fullmatch(column)}
                for row in self.reports[name]]

    def lines(self) -> list[str]:
        """Of the other listeners, without the numbers of packets, and without what was followed."""
        return [re.sub(r"^\d+ +POP", "POP", line) for line in self.text.splitlines()
                if not FOLLOWED.fullmatch(line)]

    def total(self, column: str) -> int:
        return sum(row[column] for row in self.reports["sessions"])


def octets_by_side(text: str) -> dict[str, bytes]:
    sides = {"C": b"", "S": b""}
    for line in text.splitlines():
        if FOLLOWED.fullmatch(line):
            sides["S" if line[0] == "\t" else "C"] += bytes.fromhex(line.strip())
    return sides


class LivesTest(harness.CaptureTest):
    def series(self, runs: Sequence[captures.Run], port: int = 110) -> Path:
        """The conversation, REPEATS times, one behind the other."""
        capture = self.file_for_capture()
        captures.capture_several(capture, [
            (list(runs), captures.Options(server_port=port, client_port=40000 + i))
            for i in range(REPEATS)])
        return capture

    def series_of(self, name: str) -> tuple[Path, int]:
        """Of a dialogue; and how many frames one conversation has."""
        dialogue = captures.read_dialogue(harness.DIALOGUES / f"{name}.dialogue")
        return (self.series(dialogue.runs, harness.options_of(dialogue).server_port),
                len(dialogue.runs) + FRAMES_OF_NO_OCTETS)

    def sample(self, name: str) -> Path:
        capture = self.workplace.folder / f"{name}.pcapng.gz"
        shutil.copy(SAMPLES / capture.name, capture)
        capture.chmod(0o644)
        return capture


# --- tshark that forgets -----------------------------------------------------------------------------------

class Forgetting(LivesTest):
    def assert_same(self, told: Told, plain: Told) -> None:
        for name in REPORTS:
            self.assertEqual(told.rows(name), plain.rows(name), name)
        self.assertEqual(told.lines(), plain.lines())
        self.assertEqual(told.objects, plain.objects)

    def assert_whole_between_sessions(self, capture: Path, frames: int) -> Told:
        """Where tshark forgets between two sessions, everything is told as if it had not; only that each
        part has a session 0, which then is followed."""
        plain = Told(self, capture)
        self.assertEqual(len(plain.reports["sessions"]), REPEATS)
        for sessions in (1, 2, REPEATS):
            with self.subTest(sessions=sessions):
                told = Told(self, capture, sessions * frames)
                self.assert_same(told, plain)
                self.assertEqual(told.reports["sessions"][-1]["session"], (REPEATS - 1) % sessions)
                self.assertEqual(told.followed, {side: octets * (REPEATS // sessions)
                                                 for side, octets in plain.followed.items()})
        return plain

    def test_sessions_with_mails(self):
        plain = self.assert_whole_between_sessions(
            self.series(FETCHED), len(FETCHED) + FRAMES_OF_NO_OCTETS)
        whole = [row for row in plain.reports["mails"] if row["fetched"] == "RETR"]
        self.assertEqual([(row["subject"], row["size"], row["fetches"], row["deleted"])
                          for row in whole], [("Choir practice", len(MAIL), REPEATS, "yes")] * REPEATS)
        self.assertEqual(len(plain.reports["mails"]), 2 * REPEATS)  # the other was deleted unread
        self.assertEqual([row["verdict"] for row in plain.reports["logins"]],
                         ["rejected", "accepted"] * REPEATS)
        self.assertEqual([(row["ended"], row["commands"]) for row in plain.reports["sessions"]],
                         [("QUIT", 10)] * REPEATS)

    def test_sessions_with_a_dialogue_of_sasl(self):
        plain = self.assert_whole_between_sessions(*self.series_of("auth-scram"))
        self.assertEqual({row["user"] for row in plain.reports["logins"]}, {"user"})

    def test_sessions_of_version_2(self):
        plain = self.assert_whole_between_sessions(*self.series_of("pop2-rfc937-example-1"))
        self.assertEqual({row["version"] for row in plain.reports["sessions"]}, {2})

    def assert_parts(self, name: str) -> None:
        """Where it forgets in the midst of sessions, these become several; no octet is counted twice or
        lost, no command either, and what happened between two such moments is told as it was."""
        capture = self.sample(name)
        plain = Told(self, capture)
        for packets in (7, 20, 61):
            with self.subTest(packets=packets):
                told = Told(self, capture, packets)
                self.assertGreater(len(told.reports["sessions"]), len(plain.reports["sessions"]))
                for column in ("client_octets", "server_octets", "commands"):
                    self.assertEqual(told.total(column), plain.total(column), column)
                self.assert_within(told, plain, packets)

    def assert_within(self, told: Told, plain: Told, packets: int) -> None:
        for report, first, last, columns in (
                ("mails", "request_frame", "last_frame", ("fetched", "size", "sha256", "subject")),
                ("logins", "first_frame", "verdict_frame", ("user", "mechanism", "verdict", "text"))):
            within = [row for row in plain.reports[report]
                      if row[first] and row[last] and (row[first] - 1) // packets == (row[last] - 1) // packets]
            self.assertLessEqual(counted(within, columns), counted(told.reports[report], columns))

    def test_in_the_midst_of_sessions_with_mails(self):
        self.assert_parts("story-who-deleted-it")

    def test_in_the_midst_of_logins(self):
        self.assert_parts("story-password-guessing")

    def test_a_mail_that_is_cut_apart_is_exported_as_far_as_it_came(self):
        capture = self.capture(FETCHED, captures.by_size(40))
        asked = int(self.values(capture, "frame.number", filter='pop.request.command == "RETR"')[0])
        first = MAIL[:80 - len(b"+OK\r\n")]  # in the two frames behind the command
        exported = self.export("pop", capture, more=["-M", str(asked + 2)])
        name, = [name for name in exported if "(incomplete)" in name]
        self.assertEqual(exported[name], first)


def counted(rows: Sequence[Row], columns: Sequence[str]) -> collections.Counter:
    return collections.Counter(tuple(row[column] for column in columns) for row in rows)


# --- sharkd that loads again -------------------------------------------------------------------------------

class Reloading(LivesTest):
    TAPS = ("nstat:pop,sessions", "nstat:pop,logins", "nstat:pop,mails", "nstat:pop,attachments",
            "stat:pop", "srt:pop", "eo:pop",
            "eo:imf", "expert")

    def told(self, sharkd: harness.Sharkd) -> dict[str, Any]:
        answers = {tap: sharkd.ask("tap", tap0=tap)["taps"] for tap in self.TAPS}
        answers["follow"] = sharkd.ask("follow", follow="POP", filter="pop.stream == 0")
        return answers

    def test_each_capture_tells_of_itself_alone(self):
        loaded = [self.series(FETCHED), self.sample("errors-dovecot"), self.capture(FETCHED),
                  self.sample("story-who-deleted-it"), self.series_of("pop2-rfc937-example-1")[0]]
        alone = []
        for capture in loaded:
            with harness.Sharkd(self, capture) as sharkd:
                alone.append(self.told(sharkd))
        self.assertEqual(len(alone[0]["nstat:pop,sessions"][0]["tables"][0]["i"]), REPEATS)
        with harness.Sharkd(self, loaded[0]) as sharkd:
            self.assertEqual(self.told(sharkd), alone[0])
            for ordinal in (1, 2, 3, 4, 0, 0):
                sharkd.load(loaded[ordinal])
                self.assertEqual(self.told(sharkd), alone[ordinal], loaded[ordinal].name)
                self.assertEqual(self.told(sharkd), alone[ordinal], "once more")


# --- The same where memory that has been freed is not what it was ------------------------------------------

class WithStrictMemory:
    STRICT = {"WIRESHARK_DEBUG_WMEM_OVERRIDE": "strict"}  # the host's allocator that checks each block

    def make_workplace(self) -> harness.Workplace:
        return harness.Workplace(**self.STRICT)


SANITIZED: Optional[str] = os.environ.get("POP_SANITIZED_PLUGIN")


@unittest.skipUnless(SANITIZED, "no plugin with sanitizers was built")
class WithSanitizers(WithStrictMemory):
    def make_workplace(self) -> harness.Workplace:
        # What the host leaves behind at its end is its own.
        return harness.Workplace(SANITIZED, LD_PRELOAD=os.environ["POP_SANITIZER"],
                                 ASAN_OPTIONS="detect_leaks=0", UBSAN_OPTIONS="halt_on_error=1",
                                 **self.STRICT)


class ForgettingWithStrictMemory(WithStrictMemory, Forgetting):
    pass


class ReloadingWithStrictMemory(WithStrictMemory, Reloading):
    pass


class ForgettingWithSanitizers(WithSanitizers, Forgetting):
    pass


class ReloadingWithSanitizers(WithSanitizers, Reloading):
    pass


if __name__ == "__main__":
    unittest.main()
