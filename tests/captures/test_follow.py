"""Follow POP, the conversation filter's rule, and response times.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import re
import shutil
import unittest
from collections import Counter
from pathlib import Path
from typing import Any

import harness
from harness import captures

SAMPLES = Path(__file__).resolve().parents[2] / "sample-captures"

SESSION = captures.conversation(
    ("S", b"+OK ready\r\n"), ("C", b"USER a\r\nPASS b\r\n"), ("S", b"+OK\r\n+OK\r\n"),
    ("C", b"RETR 1\r\n"), ("S", b"+OK\r\nSubject: x\r\n\r\n..\r\n.\r\n"),
    ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))


def pieces(text: str) -> list[tuple[str, bytes]]:
    """What "follow,pop,raw" shows: who spoke, and what; a tab marks the server."""
    lines = [line for line in text.splitlines() if re.fullmatch(r"\t?(?:[0-9a-f]{2})+", line)]
    return [("S" if line[0] == "\t" else "C", bytes.fromhex(line.strip())) for line in lines]


class Follow(harness.CaptureTest):
    def followed(self, capture: Path, stream: int = 0, **options: Any) -> list[captures.Run]:
        text = self.tshark(capture, "-q", "-z", f"follow,pop,raw,{stream}", **options)
        return captures.conversation(*pieces(text))

    def test_every_octet_in_order(self):
        for cut in (captures.whole, captures.by_size(1), captures.by_size(7)):
            capture = self.capture(SESSION, cut)
            self.assertEqual(self.followed(capture), SESSION)
            self.assertEqual(self.followed(capture, two_pass=True), SESSION)

    def test_octets_sent_twice_are_shown_once(self):
        capture = self.capture(SESSION, captures.by_size(9), captures.Options(repeat=(2, 5)))
        self.assertEqual(self.followed(capture), SESSION)

    def test_one_session_of_several(self):
        capture = self.file_for_capture()
        other = captures.conversation(("S", b"+OK other\r\n"), ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"))
        captures.capture_several(capture, [(SESSION, captures.Options()),
                                           (other, captures.Options(client_port=40001))])
        self.assertEqual(self.followed(capture, 0), SESSION)
        self.assertEqual(self.followed(capture, 1), other)

    def test_across_stls(self):
        capture = self.workplace.folder / "transport-stls.pcapng.gz"
        shutil.copy(SAMPLES / capture.name, capture)
        capture.chmod(0o644)
        runs = self.followed(capture)
        self.assertEqual([run.octets for run in runs if run.direction == "C"],
                         [b"CAPA\r\n", b"STLS\r\n", b"CAPA\r\n", b"AUTH PLAIN\r\n",
                          base64.b64encode(b"\0alice\0wonderland") + b"\r\n", b"RETR 1\r\n",
                          b"RETR 2\r\n", b"QUIT\r\n"])
        self.assertEqual(runs[-1].octets, b"+OK Logging out.\r\n")

    def test_other_forms(self):
        capture = self.capture(SESSION)
        for form in ("ascii", "hex", "yaml"):
            self.assertIn("USER a" if form != "yaml" else base64.b64encode(b"USER a")[:6].decode(),
                          self.tshark(capture, "-q", "-z", f"follow,pop,{form},0"))

    def test_by_addresses(self):
        capture = self.capture(SESSION)
        text = self.tshark(capture, "-q", "-z",
                           "follow,pop,raw,192.0.2.1:40000,192.0.2.110:110")
        self.assertEqual(captures.conversation(*pieces(text)), SESSION)

    def test_sharkd(self):
        with harness.Sharkd(self, self.capture(SESSION)) as sharkd:
            answer = sharkd.ask("follow", follow="POP", filter="pop.stream == 0")
        self.assertEqual(captures.conversation(
            *(("S" if piece.get("s") else "C", base64.b64decode(piece["d"]))
              for piece in answer["payloads"])), SESSION)


class Tables(harness.CaptureTest):
    """What the window shows in tables, as sharkd has it."""

    def test_reports(self):
        with harness.Sharkd(self, self.capture(SESSION)) as sharkd:
            for _ in range(2):  # a table that is opened again begins anew
                for name, count in (("sessions", 1), ("logins", 1), ("mails", 1)):
                    tap, = sharkd.ask("tap", tap0=f"nstat:pop,{name}")["taps"]
                    titles = [field["c"] for field in tap["fields"]]
                    table, = tap["tables"]
                    self.assertEqual(len(table["i"]), count)
                    self.assertEqual(len(table["i"][0]), len(titles))
                    self.assertEqual(titles, [title.strip() for title in titles])
                    self.assertNotIn("Fetches", titles)  # known only when all rows are
                    if name == "sessions":
                        row = dict(zip(titles, table["i"][0]))
                        self.assertEqual((row["Ended"], row["Mails"], row["Octets"], row["User"]),
                                         ("QUIT", 1, len(b"Subject: x\r\n\r\n.\r\n"), "a"))


class ResponseTimes(harness.CaptureTest):
    """A frame each 0.1 s."""

    def times(self, runs) -> dict[str, tuple[int, float]]:
        capture = self.capture(runs, captures.by_lines, captures.Options(step=0.1))
        text = self.tshark(capture, "-q", "-z", "pop,srt")
        self.assertEqual(text.count("Index"), 1)  # the window shows a second table twice
        return {name: (int(calls), float(least)) for name, calls, least in
                re.findall(r"^ *\d+  (\S.*?) +(\d+) +(\d+\.\d+)", text, re.M)}

    def test_by_command(self):
        # Of the two pipelined commands the second is answered 0.1 s behind the answer to the first.
        self.assertEqual(self.times(SESSION), {
            "(greeting)": (1, 0.3), "USER": (1, 0.2), "PASS": (1, 0.1), "RETR": (1, 0.1),
            "RETR to the end": (1, 0.5), "QUIT": (1, 0.1)})

    def test_unknown_commands_share_a_row(self):
        times = self.times(captures.conversation(
            ("S", b"+OK\r\n"), ("C", b"XFOO\r\n"), ("S", b"-ERR\r\n"), ("C", b"XBAR\r\n"),
            ("S", b"-ERR\r\n")))
        self.assertEqual(times["(unknown)"], (2, 0.1))

    def test_rows_filter(self):
        """The window writes a row's number behind the field that the table names."""
        mail = b"+OK\r\nSubject: x\r\n\r\n" + b"x" * 200 + b"\r\n.\r\n"
        capture = self.capture(captures.conversation(
            ("S", b"+OK ready\r\n"), ("C", b"AUTH PLAIN\r\n"), ("S", b"+ \r\n"), ("C", b"AGEAYg==\r\n"),
            ("S", b"+OK\r\n"), ("C", b"RETR 1\r\nRETR 2\r\nXFOO\r\n"), ("S", mail * 2 + b"-ERR\r\n"),
            ("C", b"QUIT\r\n"), ("S", b"+OK bye\r\n")))
        text = self.tshark(capture, "-q", "-z", "pop,srt")
        self.assertIn("\nFilter: pop.srt\n", text)
        counted = {int(row): int(calls) for row, calls in
                   re.findall(r"^ *(\d+)  \S.*? +(\d+) +\d+\.\d+", text, re.M)}
        self.assertEqual(len(counted), 6)  # greeting, AUTH, RETR, its end, unknown, QUIT
        found = [int(row) for row in self.values(capture, "pop.srt", filter="pop.srt")]
        self.assertEqual(Counter(found), Counter(counted))


class Names(harness.CaptureTest):
    """Names in the statistics come from strangers."""

    def counts(self, names: list[bytes]) -> dict[str, int]:
        lines = b"".join(name + b"\r\n" for name in names)
        runs = captures.conversation(("S", b"+OK\r\n"), ("C", lines), ("S", b"-ERR\r\n" * len(names)))
        text = self.tshark(self.capture(runs), "-q", "-z", "pop,tree")
        below = text[text.index("\nCommands "):text.index("\nReplies ")]
        return {name: int(count) for name, count in re.findall(r"^ (\S.*?) {2,}(\d+) ", below, re.M)}

    def test_too_many_become_one(self):
        counts = self.counts([b"X%d" % i for i in range(1500)] + [b"X1", b"NOOP"])
        self.assertEqual(counts["X1"], 2)
        self.assertEqual(counts["(others)"], 501)
        self.assertEqual(len(counts), 1001)

    def test_what_does_not_print_is_escaped(self):
        self.assertEqual(self.counts([b"A\x1b[1m", b"%s%n"]), {"A\\033[1M": 1, "%S%N": 1})


if __name__ == "__main__":
    unittest.main()
